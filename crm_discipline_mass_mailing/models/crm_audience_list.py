"""An audience as a mailing list of Odoo's Email Marketing, kept in step with it.

On the list is who can be reached by e-mail. Refreshing the audience adds and removes; a subscription that
somebody opted out of stays as it is. Who opts out of the list is opted out everywhere.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, sql

# As many clients are put on the list in the request; more of them by the scheduled job.
LIST_AT_ONCE = 500
LIST_BATCH = 1_000


class CrmAudienceMember(models.Model):
    _inherit = "crm.audience.member"

    mailing_contact_id = fields.Many2one(
        "mailing.contact",
        "On the List As",
        compute="_compute_mailing_contact_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        groups="mass_mailing.group_mass_mailing_user",
    )

    def _auto_init(self):
        # nobody is on a list yet, also of audiences from before the installation
        if not sql.column_exists(self.env.cr, self._table, "mailing_contact_id"):
            sql.create_column(self.env.cr, self._table, "mailing_contact_id", "int4")
        return super()._auto_init()

    @api.depends("partner_id.email_normalized")
    def _compute_mailing_contact_id(self):
        """Forget the contact with another address; the next refresh finds the right one."""
        self.mailing_contact_id = False


# the list is a concept of its own, apart from mailings
class CrmAudience(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "crm.audience"

    mailing_list_id = fields.Many2one(
        "mailing.list",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="mass_mailing.group_mass_mailing_user",
        help="Kept in step with the audience whenever its list is refreshed.",
    )
    is_listing = fields.Boolean("Being Put on the List", readonly=True, copy=False)

    def action_keep_list(self):
        """Make a mailing list of those who can be reached by e-mail, or bring it up to date."""
        self.ensure_one()
        self._check_supervisor()
        self._check_ready_to_send("mailing_mail")
        audience = self.sudo()
        if not audience.mailing_list_id:
            # (as the user: who sends no mailings makes no lists)
            lists = self.env["mailing.list"]
            audience.mailing_list_id = lists.create({"name": self.name, "is_public": False})
        self._start_filling()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mass_mailing.action_view_mass_mailing_lists"
        )
        return {
            **action,
            "res_id": audience.mailing_list_id.id,
            "views": [(False, "form")],
            "context": {},
        }

    def _finish_filling(self):
        result = super()._finish_filling()
        if self.sudo().mailing_list_id:
            self._start_listing()
        return result

    def _start_listing(self):
        """Bring the mailing list up to date: at once, or by the job where many are new."""
        audience = self.sudo()
        audience.is_listing = True
        members = audience.env["crm.audience.member"]
        if (
            members.search_count(audience._get_to_list_domain(), limit=LIST_AT_ONCE + 1)
            <= LIST_AT_ONCE
        ):
            audience._list_next_batch()
        else:
            self.env.ref("crm_discipline.ir_cron_audience").sudo()._trigger()

    def _get_to_list_domain(self):
        """Return who belongs on the list and has no contact of Email Marketing yet."""
        return (
            Domain("audience_id", "=", self.id)
            & Domain("reach_state", "=", "ok")
            & Domain("email_state", "=", "ok")
            & Domain("mailing_contact_id", "=", False)
        )

    def _list_next_batch(self):
        """Put some of many on the list. Return whether there are more."""
        self.ensure_one()
        members = self.env["crm.audience.member"]
        batch = members.search(self._get_to_list_domain(), limit=LIST_BATCH, order="id")
        self._find_mailing_contacts(batch)
        left = members.search_count(self._get_to_list_domain()) if batch else 0
        total = members.search_count([("audience_id", "=", self.id)])
        self.progress = 100 * (total - left) // (total or 1)
        if not left:
            self._subscribe_and_unsubscribe()
            self.write({"is_listing": False, "progress": 0})
        return bool(left)

    def _find_mailing_contacts(self, members):
        """Give each of these members the contact with its address, or a new one."""
        contacts = self.env["mailing.contact"].with_context(
            tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
        )
        addresses = members.partner_id.mapped("email_normalized")
        known = {
            contact.email_normalized: contact
            for contact in contacts.search([("email_normalized", "in", addresses)], order="id DESC")
        }
        new = members.filtered(lambda member: member.partner_id.email_normalized not in known)
        made = contacts.create(
            [
                {
                    "name": member.partner_id.name,
                    "email": member.partner_id.email_normalized,
                    "company_name": member.partner_id.commercial_company_name,
                    "country_id": member.partner_id.country_id.id,
                }
                for member in new
            ]
        )
        known.update(zip(new.partner_id.mapped("email_normalized"), made, strict=True))
        for member in members:
            member.mailing_contact_id = known[member.partner_id.email_normalized]

    def _subscribe_and_unsubscribe(self):
        """Let the list hold exactly who belongs on it; who opted out of it stays opted out."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH listed AS (
                    SELECT DISTINCT member.mailing_contact_id AS contact_id
                      FROM crm_audience_member member
                      JOIN res_partner client ON client.id = member.partner_id
                     WHERE member.audience_id = %(audience)s AND member.reach_state = 'ok'
                       AND client.email_state = 'ok' AND member.mailing_contact_id IS NOT NULL
                ), gone AS (
                    DELETE FROM mailing_subscription
                     WHERE list_id = %(list)s AND opt_out IS NOT TRUE
                       AND contact_id NOT IN (SELECT contact_id FROM listed)
                )
                INSERT INTO mailing_subscription
                       (contact_id, list_id, opt_out, create_uid, write_uid, create_date, write_date)
                SELECT contact_id, %(list)s, FALSE, %(uid)s, %(uid)s,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM listed
                    ON CONFLICT (contact_id, list_id) DO NOTHING
                """,
                audience=self.id,
                list=self.mailing_list_id.id,
                uid=self.env.uid,
            )
        )
        self.env["mailing.subscription"].invalidate_model()
        self.env["mailing.contact"].invalidate_model(["list_ids", "subscription_ids"])
        self.env["mailing.list"].invalidate_model()

    @api.model
    def _get_steps(self):
        return [*super()._get_steps(), ("is_listing", "_list_next_batch")]

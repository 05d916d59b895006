"""A mailing to an audience: who gets it is the audience's business, what they get is the mailing's."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class MailingMailing(models.Model):
    _inherit = "mailing.mailing"

    audience_id = fields.Many2one(
        "crm.audience",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Who gets the mailing: those of the audience who can be reached when it leaves, and were "
        "not reached yet.",
    )

    @api.depends("audience_id")
    def _compute_mailing_domain(self):
        """Say it as a domain, too, which stays right without the module."""
        of_audience = self.filtered("audience_id")
        result = super(MailingMailing, self - of_audience)._compute_mailing_domain()
        for mailing in of_audience:
            mailing.mailing_domain = repr(
                [
                    (
                        "audience_member_ids",
                        "any",
                        [
                            ("audience_id", "=", mailing.audience_id.id),
                            ("is_reachable", "=", True),
                            ("sent_on", "=", False),
                        ],
                    )
                ]
            )
        return result

    @api.model_create_multi
    def create(self, vals_list):
        mailings = super().create(vals_list)
        for mailing in mailings.filtered("audience_id"):
            mailing._bind_to_audience()
        return mailings

    def write(self, vals):
        result = super().write(vals)
        if vals.get("audience_id"):
            for mailing in self:
                mailing._bind_to_audience()
        if vals.get("state") == "done":
            for audience in self.sudo().audience_id:
                audience._note_missed()
                audience._announce()
        return result

    def _bind_to_audience(self):
        """Let the mailing be to clients, and under the audience's campaign.

        :raise AccessError: for whom the audience is none of their business
        """
        self.audience_id._check_supervisor()
        audience = self.audience_id.sudo()
        audience._make_campaign()
        values = {"mailing_model_id": self.env["ir.model"]._get_id("res.partner")}
        if not self.campaign_id:
            values["campaign_id"] = audience.campaign_id.id
        self.write(values)

    # ------------------------------------------------------------
    # WHOM
    # ------------------------------------------------------------

    def _get_way(self):
        """Return the way to send that the mailing is for its audience."""
        return f"mailing_{self.mailing_type}"

    def _get_recipients_domain(self):
        if self.audience_id:
            return self.audience_id._get_mailing_clients_domain(self._get_way())
        return super()._get_recipients_domain()

    def _get_members_sent_to(self, model, ids):
        """Return which members of audiences some recipients are.

        :return: ``[(member, id of the recipient)]``
        """
        self.ensure_one()
        members = self.env["crm.audience.member"]
        if model == "res.partner" and self.audience_id:
            found = members.search(
                [("audience_id", "=", self.audience_id.id), ("partner_id", "in", ids)]
            )
            return [(member, member.partner_id.id) for member in found]
        if model == "mailing.contact" and self.contact_list_ids:
            found = members.search(
                [
                    ("audience_id.mailing_list_id", "in", self.contact_list_ids.ids),
                    ("mailing_contact_id", "in", ids),
                ]
            )
            return [(member, member.mailing_contact_id.id) for member in found]
        return []

    def action_put_in_queue(self):
        for mailing in self.filtered("audience_id"):
            # in sudo: who sends mailings need not see audiences
            audience = mailing.audience_id.sudo()
            audience._refresh_for_mailing(mailing._get_way())
            if not audience._count_to_send_sudo(mailing._get_way()):
                raise UserError(audience._get_nobody_text(mailing._get_way()))
        return super().action_put_in_queue()

    @api.model
    def _process_mass_mailing_queue(self):
        """Bring the lists up to date of what is about to leave; what can't be does not leave."""
        due = Domain("schedule_date", "=", False) | Domain(
            "schedule_date", "<", fields.Datetime.now()
        )
        queued = self.search(
            Domain("state", "=", "in_queue") & Domain("audience_id", "!=", False) & due
        )
        for mailing in queued:
            audience = mailing.audience_id.sudo()
            try:
                with self.env.cr.savepoint():
                    audience._refresh_for_mailing(mailing._get_way())
            except (UserError, ValueError) as error:
                self.env.invalidate_all(flush=False)
                reason = getattr(error, "reason", None) or str(error)
                mailing._stop(reason)
                audience.problem = reason
        return super()._process_mass_mailing_queue()

    # ------------------------------------------------------------
    # STOPPING
    # ------------------------------------------------------------

    def _stop(self, reason):
        """Take a mailing out of the queue, and say why."""
        self.ensure_one()
        self.action_cancel()
        self._message_log(body=reason)

    @api.model
    def _stop_for_good_sudo(self):
        """Stop what is queued to audiences; in sudo: whoever uninstalls need not see them."""
        mailings = self.sudo().search(
            [("audience_id", "!=", False), ("state", "in", ("in_queue", "sending"))]
        )
        for mailing in mailings:
            reason = self.env._(
                "Email Marketing for audiences was uninstalled. Who did not get the mailing can be "
                "reached another way."
            )
            mailing._stop(reason)
            mailing.audience_id.problem = reason
        members = self.env["crm.audience.member"].sudo()
        members.search([("mailing_trace_id", "!=", False)])._keep_outcomes()

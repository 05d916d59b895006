"""A member of an audience: a client, whether they can be reached, and what came of it."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import audience_reach

STATES = [
    ("ok", "Reachable"),
    ("missing", "Missing"),
    ("invalid", "Invalid"),
    ("wrong_number", "Wrong Number"),
    ("opted_out", "Opted Out"),
    ("duplicate", "Same Address as Another"),
    ("archived", "Archived"),
]


class CrmAudienceMember(models.Model):
    _name = "crm.audience.member"
    _description = "Member of an Audience"
    _inherit = ["crm.client.read.mixin"]
    _order = "audience_id DESC, id"
    _rec_name = "partner_id"

    _client_data_fields = frozenset({"partner_id", "display_name"})

    audience_id = fields.Many2one(
        "crm.audience", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Client", required=True, readonly=True, ondelete="cascade", index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        compute="_compute_user_id",
        store=True,
        index="btree_not_null",
        help="Whose client it is; once something was sent, whose it was then.",
    )
    phone_state = fields.Selection(related="partner_id.phone_state", string="Phone")
    email_state = fields.Selection(related="partner_id.email_state", string="E-mail")

    # reach
    reach_state = fields.Selection(
        STATES,
        "Reach",
        compute="_compute_reach",
        store=True,
        help="Whether the client can be reached, or why not.",
    )
    is_reachable = fields.Boolean("Reachable", compute="_compute_reach", store=True)
    duplicate_of_id = fields.Many2one(
        "crm.audience.member",
        "Reached As",
        compute="_compute_reach",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who else has the same number or address; that one is reached.",
    )
    is_opted_out = fields.Boolean(
        "Opted Out of This", help="The client does not want this campaign; others are not meant."
    )

    is_fix_asked = fields.Boolean(
        "Asked For", readonly=True, help="Somebody was asked to find out how to reach the client."
    )

    # sending
    sent_on = fields.Datetime("Reached On", readonly=True, index="btree_not_null")
    missed_reason = fields.Selection(
        [state for state in STATES if state[0] != "ok"],
        readonly=True,
        help="Why the client was not reached when the others were.",
    )

    _member_unique = models.UniqueIndex(
        "(audience_id, partner_id)", "A client is in an audience once."
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("partner_id.discipline_owner_id")
    def _compute_user_id(self):
        for member in self:
            sent = member.sent_on and member.user_id
            member.user_id = sent or member.sudo().partner_id.discipline_owner_id

    @api.depends(
        *(f"partner_id.{fname}" for fname in audience_reach.PARTNER_FIELDS),
        "audience_id.channel",
        "is_opted_out",
    )
    def _compute_reach(self):
        """Judge members anew whose clients' data changed, by the SQL that judged them first.

        Who was held back because of one of these goes with them: perhaps their address is free now.
        Whom something was sent to was reached, whatever becomes of their data.
        """
        held_back = self.sudo().search([("duplicate_of_id", "in", self.ids)]).sudo(self.env.su)
        members = self | held_back
        judged = members.sudo().filtered(lambda member: not member.sent_on)
        for member in members.sudo() - judged:
            member.reach_state, member.is_reachable = "ok", True
            member.duplicate_of_id = False
        stated = judged._get_stated()
        taken = judged._get_taken(stated)
        for member in judged.sorted("id"):
            state, address = stated.get(member.id, ("missing", None))
            if member.is_opted_out and state != "archived":
                state = "opted_out"
            key = (member.audience_id.id, address)
            other = taken.get(key) if state == "ok" else None
            if other:
                state = "duplicate"
            elif state == "ok":
                taken[key] = member.id
            member.reach_state = state
            member.is_reachable = state == "ok"
            member.duplicate_of_id = other or False

    def _get_stated(self):
        """Return what the members are for their audiences: ``{id: (state, address)}``."""
        self.env["res.partner"].flush_model(list(audience_reach.PARTNER_FIELDS))
        stated = {}
        for audience, members in self.grouped("audience_id").items():
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT id, %s, %s FROM res_partner WHERE id = ANY(%s)
                    """,
                    audience._get_state_sql(),
                    audience_reach.address_sql(audience.channel),
                    members.partner_id.ids,
                )
            )
            found = {partner_id: (state, address) for partner_id, state, address in rows}
            for member in members:
                stated[member.id] = found.get(member.partner_id.id, ("missing", None))
        return stated

    def _get_taken(self, stated):
        """Return which addresses others in the same audiences are reached by.

        :return: ``{(audience id, address): member id}``
        """
        taken = {}
        for audience, members in self.grouped("audience_id").items():
            addresses = [address for state, address in map(stated.get, members.ids) if address]
            address = audience_reach.address_sql(audience.channel)
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT %(address)s, min(member.id)
                      FROM res_partner
                      JOIN crm_audience_member member ON member.partner_id = res_partner.id
                     WHERE member.audience_id = %(audience)s AND member.is_reachable
                       AND NOT member.id = ANY(%(own)s)
                       AND (res_partner.email_normalized = ANY(%(addresses)s)
                            OR res_partner.phone_sanitized = ANY(%(addresses)s))
                       AND %(address)s = ANY(%(addresses)s)
                  GROUP BY 1
                    """,
                    address=address,
                    audience=audience.id,
                    own=members.ids,
                    addresses=addresses,
                )
            )
            taken.update({(audience.id, found): member_id for found, member_id in rows})
        return taken

    @api.depends("partner_id")
    def _compute_display_name(self):
        for member in self:
            member.display_name = member.partner_id.display_name

    # ------------------------------------------------------------
    # CONTACTS THAT BECOME ONE
    # ------------------------------------------------------------

    @api.model
    def _merge_clients_sudo(self, partner_ids):
        """Let of contacts that are about to become one only one be in each audience.

        Odoo moves what points to a contact by SQL, and fails where that would be there twice. Whom
        something was sent to stays so, and so does an opt-out. In sudo: whatever their company.

        :return: the members to be judged anew once the contacts are one
        """
        members = self.sudo().search([("partner_id", "in", partner_ids)])
        gone = members.browse()
        for several in members.grouped("audience_id").values():
            kept, *others = several.sorted(
                lambda member: (
                    not member.sent_on,
                    member.sent_on or member.create_date,
                    not member.is_reachable,
                    member.id,
                )
            )
            if any(other.is_opted_out for other in others):
                kept.is_opted_out = True
            gone = gone.union(*others)
        held_back = members.search([("duplicate_of_id", "in", gone.ids)])
        left = (members | held_back) - gone
        gone.unlink()
        return left

    def _judge_anew(self):
        """Say anew whose clients members are and whether they can be reached."""
        self.invalidate_recordset(flush=False)
        for fname in ("user_id", "reach_state", "is_reachable", "duplicate_of_id"):
            self.env.add_to_compute(self._fields[fname], self)
        self.modified(["user_id", "reach_state", "is_reachable"])

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _get_clients_read(self):
        return self.sudo().partner_id.ids

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        self.env["crm.audience"]._check_may_export()
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    def action_open_client(self):
        """Open the client's contact."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

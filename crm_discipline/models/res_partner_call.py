"""A client on the telephone: their calls, and whether their number is right."""

from odoo import api, fields, models
from odoo.fields import Domain

# A number that turns out to be a client's gives them its unmatched calls of so many days.
_MATCH_WITHIN_DAYS = 90


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.call.subject"]

    call_ids = fields.One2many(
        "crm.call", "partner_id", "Calls", groups="sales_team.group_sale_salesman"
    )
    phone_state = fields.Selection(
        [
            ("missing", "Missing"),
            ("invalid", "Invalid"),
            ("wrong_number", "Wrong Number"),
            ("opted_out", "Opted Out"),
            ("ok", "OK"),
        ],
        compute="_compute_phone_state",
        store=True,
        help="Whether the client can be reached by phone. A call shows a wrong number; correcting "
        "it clears that.",
    )
    wrong_number = fields.Char(
        readonly=True,
        copy=False,
        help="The number that a call showed to be wrong; another number is not meant.",
    )
    wrong_number_call_id = fields.Many2one(
        "crm.call",
        "Shown by the Call",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        groups="sales_team.group_sale_salesman",
    )

    _phone_sanitized_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    @api.depends("phone", "phone_sanitized", "wrong_number")
    def _compute_phone_state(self):
        numbers = {partner.phone_sanitized for partner in self if partner.phone_sanitized}
        blocked = set()
        if numbers:
            blocked = set(
                self.env["phone.blacklist"]
                .sudo()
                .search([("number", "in", list(numbers))])
                .mapped("number")
            )
        for partner in self:
            number = partner.phone_sanitized
            if not (partner.phone or "").strip():
                partner.phone_state = "missing"
            elif not number:
                partner.phone_state = "invalid"
            elif partner.wrong_number == number:
                partner.phone_state = "wrong_number"
            else:
                partner.phone_state = "opted_out" if number in blocked else "ok"

    # ------------------------------------------------------------
    # CALLS
    # ------------------------------------------------------------

    def _get_calls_domain(self):
        return Domain("partner_id", "child_of", self.ids)

    def _prepare_call_vals(self):
        self.ensure_one()
        return {"partner_id": self.id, "user_id": self.env.uid}

    def _get_called_contact(self):
        """Return whom a call to this number means: of a mere address, the contact that it is of."""
        self.ensure_one()
        return self.parent_id if self.type != "contact" and self.parent_id else self

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._claim_calls_sudo()
        return partners

    def write(self, vals):
        result = super().write(vals)
        if "phone" in vals or vals.get("active"):
            self._claim_calls_sudo()
        return result

    def _claim_calls_sudo(self):
        """Give clients the calls that waited for somebody to tell whose number it is.

        In sudo: whoever enters the client need not see the calls.
        """
        numbers = {partner.phone_sanitized for partner in self if partner.phone_sanitized}
        if not numbers:
            return
        since = fields.Datetime.subtract(fields.Datetime.now(), days=_MATCH_WITHIN_DAYS)
        calls = (
            self.env["crm.call"]
            .sudo()
            .search(
                [
                    ("phone_sanitized", "in", list(numbers)),
                    ("partner_id", "=", False),
                    ("match_state", "=", "unknown"),
                    ("start", ">=", since),
                ]
            )
        )
        for call in calls:
            call._match()
        calls.filtered("partner_id")._settle_with_client()

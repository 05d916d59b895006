"""A client by e-mail: whether their address is right, and whether they want mails."""

from odoo import api, fields, models
from odoo.tools import sql


# whether an e-mail reaches a client is a concept of its own, like whether a call does
class ResPartner(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.partner"

    email_state = fields.Selection(
        [
            ("missing", "Missing"),
            ("invalid", "Invalid"),
            ("opted_out", "Opted Out"),
            ("ok", "OK"),
        ],
        compute="_compute_email_state",
        store=True,
        help="Whether the client can be reached by e-mail. An address from which a mail came back is "
        "invalid until it is corrected, or until a mail comes from it.",
    )
    bounced_email = fields.Char(
        readonly=True,
        copy=False,
        help="The address from which a mail came back; another address is not meant.",
    )

    def _auto_init(self):
        # an upgrade fills them by SQL, as an installation does, before the ORM would one by one
        if not sql.column_exists(self.env.cr, self._table, "email_state"):
            from ..hooks import fill_reach_states

            fill_reach_states(self.env.cr)
            self.env.cr.execute("ALTER TABLE res_partner ALTER COLUMN email_state DROP DEFAULT")
        return super()._auto_init()

    @api.depends("email", "email_normalized", "bounced_email")
    def _compute_email_state(self):
        addresses = {partner.email_normalized for partner in self if partner.email_normalized}
        blocked = set()
        if addresses:
            blocked = set(
                self.env["mail.blacklist"]
                .sudo()
                .search([("email", "in", list(addresses))])
                .mapped("email")
            )
        for partner in self:
            address = partner.email_normalized
            if not (partner.email or "").strip():
                partner.email_state = "missing"
            elif not address or partner.bounced_email == address:
                partner.email_state = "invalid"
            else:
                partner.email_state = "opted_out" if address in blocked else "ok"

    def write(self, vals):
        result = super().write(vals)
        if "message_bounce" in vals:
            for partner in self:
                bounced = partner.message_bounce and partner.email_normalized
                if (partner.bounced_email or False) != (bounced or False):
                    partner.bounced_email = bounced
        return result

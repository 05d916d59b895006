from odoo import fields, models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    audience_id = fields.Many2one("crm.audience", readonly=True)

    def _prepare_mail_values(self, res_ids):
        """Let each client of an audience opt out by a link of their own."""
        values_all = super()._prepare_mail_values(res_ids)
        if self.audience_id and self.composition_mode == "mass_mail":
            # in sudo: the author is a supervisor, who reads the members anyway, whichever company
            members = (
                self.env["crm.audience.member"]
                .sudo()
                .search(
                    [
                        ("audience_id", "=", self.audience_id.id),
                        ("partner_id", "in", list(values_all)),
                    ]
                )
            )
            for member in members:
                member._add_opt_out(values_all[member.partner_id.id])
        return values_all

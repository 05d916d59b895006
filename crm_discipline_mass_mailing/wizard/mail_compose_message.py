from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _prepare_mail_values(self, res_ids):
        """Leave out of each batch of a mailing to an audience whoever was sent something meanwhile."""
        mailing = self.mass_mailing_id
        if mailing.audience_id and self.composition_mode == "mass_mail":
            clients = self.env["res.partner"].browse(res_ids)
            res_ids = mailing.audience_id._lock_for_mailing_sudo(mailing._get_way(), clients).ids
        return super()._prepare_mail_values(res_ids)

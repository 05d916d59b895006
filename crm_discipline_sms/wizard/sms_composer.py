from odoo import Command, fields, models


class SmsComposer(models.TransientModel):
    _inherit = "sms.composer"

    audience_id = fields.Many2one("crm.audience", readonly=True)

    def _prepare_mass_sms_values(self, records):
        """Let each client of an audience opt out by a link of their own."""
        values_all = super()._prepare_mass_sms_values(records)
        if self.audience_id.text_has_link:
            # in sudo: the author is a supervisor, who reads the members anyway, whichever company
            members = (
                self.env["crm.audience.member"]
                .sudo()
                .search(
                    [("audience_id", "=", self.audience_id.id), ("partner_id", "in", records.ids)]
                )
            )
            for member in members:
                words = self.with_context(lang=member.partner_id.lang).env
                values = values_all[member.partner_id.id]
                line = words._("No more: %(link)s", link=member._get_text_opt_out_url())
                values["body"] = f"{values['body']}\n{line}"
        return values_all

    def _prepare_mass_sms(self, records, sms_record_values):
        """Follow what becomes of each message of an audience, as Odoo does of single ones."""
        texts = super()._prepare_mass_sms(records, sms_record_values)
        if self.audience_id:
            self.env["mail.notification"].sudo().create(
                [
                    {
                        "author_id": text.mail_message_id.author_id.id,
                        "mail_message_id": text.mail_message_id.id,
                        "res_partner_id": text.partner_id.id,
                        "sms_number": text.number,
                        "notification_type": "sms",
                        "sms_id_int": text.id,
                        "sms_tracker_ids": [Command.create({"sms_uuid": text.uuid})],
                        "is_read": True,
                        "notification_status": "ready" if text.state == "outgoing" else "canceled",
                    }
                    for text in texts
                    if text.mail_message_id
                ]
            )
        return texts

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmAudienceSend(models.TransientModel):
    _inherit = "crm.audience.send"

    way = fields.Selection(selection_add=[("sms", "SMS")], ondelete={"sms": "cascade"})
    text_template_id = fields.Many2one(
        "sms.template", "SMS Template", domain=[("model", "=", "res.partner")]
    )
    text_body = fields.Text("Text Message")
    text_has_link = fields.Boolean(
        "Link to Opt Out",
        default=True,
        help="Adds a line with a link to each message. It makes the message longer.",
    )
    landline_count = fields.Integer("Landlines (get none)", compute="_compute_landline_count")

    @api.depends("audience_id", "way")
    def _compute_landline_count(self):
        for wizard in self:
            wizard.audience_id.check_access("read")
            wizard.landline_count = (
                self.env["crm.audience.member"]
                .sudo()
                .search_count(
                    wizard.audience_id._get_to_send_domain("call")
                    & Domain("phone_line", "=", "landline")
                )
                if wizard.way == "sms"
                else 0
            )

    @api.onchange("text_template_id")
    def _onchange_text_template_id(self):
        if self.text_template_id:
            self.text_body = self.text_template_id.body

    def _prepare_sending_vals(self):
        if self.way != "sms":
            return super()._prepare_sending_vals()
        if not (self.text_body or "").strip():
            raise UserError(self.env._("Write a message first."))
        return {
            "text_body": self.text_body,
            "text_template_id": self.text_template_id.id,
            "text_has_link": self.text_has_link,
        }

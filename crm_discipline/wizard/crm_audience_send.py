"""The dialog that sends to an audience: it says how many, and asks only what is needed."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class CrmAudienceSend(models.TransientModel):
    _name = "crm.audience.send"
    _description = "Send to an Audience"

    audience_id = fields.Many2one("crm.audience", required=True, readonly=True)
    way = fields.Selection([("email", "E-mail"), ("call", "Calls")], required=True, readonly=True)
    count = fields.Integer(compute="_compute_count")
    unreachable_count = fields.Integer(related="audience_id.unreachable_count")

    # an e-mail
    template_id = fields.Many2one("mail.template", domain=[("model", "=", "res.partner")])
    subject = fields.Char()
    body = fields.Html("Message", sanitize_style=True)

    # calls
    deadline = fields.Date(
        "Call Until", default=lambda self: fields.Date.add(fields.Date.today(), days=7)
    )
    note = fields.Char("What to Say")
    caller_ids = fields.Many2many(
        "res.users",
        string="Clients of Nobody Go To",
        domain=[("share", "=", False)],
        help="In turn. The others are called by their own salespeople.",
    )

    @api.depends("audience_id", "way")
    def _compute_count(self):
        for wizard in self:
            wizard.audience_id.check_access("read")
            wizard.count = wizard.audience_id._count_to_send_sudo(wizard.way or "email")

    @api.onchange("template_id")
    def _onchange_template_id(self):
        if self.template_id:
            self.subject = self.template_id.subject
            self.body = self.template_id.body_html

    def action_confirm(self):
        """Send, as whoever confirms."""
        self.ensure_one()
        self.audience_id._start_sending(self.way, **self._prepare_sending_vals())
        return {"type": "ir.actions.act_window_close"}

    def _prepare_sending_vals(self):
        """Return what is sent, as values of the audience.

        :raise UserError: where something is missing
        """
        if self.way == "email":
            if not (self.subject or "").strip() or is_html_empty(self.body):
                raise UserError(self.env._("Write a subject and a message first."))
            return {"mail_subject": self.subject, "mail_body": self.body}
        if not self.deadline:
            raise UserError(self.env._("Say until when the clients are to be called."))
        return {
            "call_deadline": self.deadline,
            "call_note": self.note,
            "caller_ids": [(6, 0, self.caller_ids.ids)],
        }

"""The dialog that asks why a request is rejected."""

from odoo import fields, models


class CrmDataRequestReject(models.TransientModel):
    _name = "crm.data.request.reject"
    _description = "Reject a Data Request"

    request_ids = fields.Many2many("crm.data.request", readonly=True)
    reason = fields.Text(required=True)

    def action_confirm(self):
        """Reject the requests with the reason, as whoever confirms."""
        self.ensure_one()
        self.request_ids.action_reject(self.reason)
        return {"type": "ir.actions.act_window_close"}

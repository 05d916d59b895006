"""The dialog for the note that a status asks for."""

from odoo import fields, models
from odoo.exceptions import UserError


class CrmCallNote(models.TransientModel):
    _name = "crm.call.note"
    _description = "Note on a Call"

    call_ids = fields.Many2many("crm.call", readonly=True)
    activity_ids = fields.Many2many("mail.activity", readonly=True)
    call_values = fields.Json(readonly=True, help="The call to log with the note.")
    status_id = fields.Many2one("crm.call.status", required=True, readonly=True)
    note = fields.Text(required=True)

    def action_confirm(self):
        """Set the status with the note. Returns the offer to undo."""
        self.ensure_one()
        note = (self.note or "").strip()
        if not note:
            raise UserError(self.env._("Write what came of the call."))
        if self.activity_ids:
            return self.env["crm.call"]._log_planned(self.activity_ids, self.status_id, note)
        if self.call_values:
            known = self.env["crm.call"]._fields
            values = {key: value for key, value in self.call_values.items() if key in known}
            return self.env["crm.call"]._log_made({**values, "note": note}, self.status_id)
        self.call_ids.check_access("write")
        return self.call_ids._set_status(self.status_id, note)

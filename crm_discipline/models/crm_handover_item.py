from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmHandoverItem(models.Model):
    """One record that passed: who had it before and who got it. Written by SQL alone."""

    _name = "crm.handover.item"
    _description = "What passed in a handover"
    _order = "id"
    _log_access = False
    _rec_name = "res_id"

    handover_id = fields.Many2one("crm.handover", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection("_get_kind_selection", "What", required=True, readonly=True)
    model = fields.Char("Model Name", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record Id", model_field="model", required=True, readonly=True, aggregator=None
    )
    name = fields.Char("Record", compute="_compute_name")
    from_user_id = fields.Many2one("res.users", "Before", required=True, readonly=True)
    to_user_id = fields.Many2one("res.users", "After", readonly=True)
    before = fields.Json("What Was Before", readonly=True)
    state = fields.Selection(
        [("moved", "Passed"), ("returned", "Returned"), ("left", "Left")],
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        [
            ("deleted", "It was deleted"),
            ("changed", "Somebody else has it now"),
            ("edited", "It was changed since"),
            ("closed", "It is done or closed by now"),
        ],
        "Why It Was Left",
        readonly=True,
    )

    _of_handover_idx = models.Index("(handover_id, kind, to_user_id)")
    _of_record_idx = models.Index("(model, res_id)")

    @api.model
    def _get_kind_selection(self):
        return self.env["crm.handover.line"]._get_kind_selection()

    @api.depends("model", "res_id")
    def _compute_name(self):
        """Name the records that the reader may see."""
        for model_name, items in self.grouped("model").items():
            if model_name not in self.env:
                items.name = False
                continue
            records = self.env[model_name].browse(items.mapped("res_id"))
            records = records.with_context(active_test=False).exists()._filtered_access("read")
            names = {record.id: record.display_name for record in records}
            for item in items:
                item.name = names.get(item.res_id, False)

    def action_open(self):
        """Open the record."""
        self.ensure_one()
        self.check_access("read")
        if self.model not in self.env or not self.env[self.model].browse(self.res_id).exists():
            raise UserError(self.env._("This record was deleted."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

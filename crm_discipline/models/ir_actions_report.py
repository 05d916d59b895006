from odoo import models


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_rendering_context(self, report, docids, data):
        records = self.env.get(report.model)
        if docids and isinstance(records, self.env.registry["crm.client.read.mixin"]):
            records.browse(docids)._log_clients_read("print")
        return super()._get_rendering_context(report, docids, data)

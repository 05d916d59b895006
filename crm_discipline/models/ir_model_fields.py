from odoo import models


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    def unlink(self):
        result = super().unlink()
        self.env["crm.discipline.rule"]._turn_off_broken()
        return result

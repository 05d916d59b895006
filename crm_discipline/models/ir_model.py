"""What rules and metrics are made of can go at any time: then what is remembered of them goes, too.

Odoo keeps its caches when a field is removed by hand, and a rule or a metric that still names it would
stop every save of its records.
"""

from odoo import api, models


class IrModel(models.Model):
    _inherit = "ir.model"

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result


class IrModelFields(models.Model):
    _inherit = "ir.model.fields"

    @api.model_create_multi
    def create(self, vals_list):
        fields = super().create(vals_list)
        self.env.registry.clear_cache()
        return fields

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

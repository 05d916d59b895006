from odoo import api, models
from odoo.addons.crm_discipline.tools.automation import as_automation


class CalendarRecurrence(models.Model):
    _inherit = "calendar.recurrence"

    @api.model
    def _create_from_microsoft(self, microsoft_event, vals_list):
        created = super(CalendarRecurrence, as_automation(self))._create_from_microsoft(
            microsoft_event, vals_list
        )
        return created.with_env(self.env)

    def _write_from_microsoft(self, microsoft_event, vals):
        return super(CalendarRecurrence, as_automation(self))._write_from_microsoft(
            microsoft_event, vals
        )

from odoo import api, models
from odoo.addons.crm_discipline.tools.automation import as_automation


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def _sync_microsoft2odoo(self, microsoft_events):
        # one refusal would roll back the user's whole synchronisation, at every run
        events = super(CalendarEvent, as_automation(self))
        synced, recurrences = events._sync_microsoft2odoo(microsoft_events)
        return synced.with_env(self.env), recurrences.with_env(self.env)

    @api.model
    def _create_from_microsoft(self, microsoft_event, vals_list):
        created = super(CalendarEvent, as_automation(self))._create_from_microsoft(
            microsoft_event, vals_list
        )
        return created.with_env(self.env)

    def _write_from_microsoft(self, microsoft_event, vals):
        return super(CalendarEvent, as_automation(self))._write_from_microsoft(
            microsoft_event, vals
        )

from odoo import api, models
from odoo.addons.crm_discipline.tools.automation import as_automation


class CalendarRecurrence(models.Model):
    _inherit = "calendar.recurrence"

    @api.model
    def _sync_google2odoo(self, *args, **kwargs):
        # one refusal would roll back the user's whole synchronisation, at every run
        synced = super(CalendarRecurrence, as_automation(self))._sync_google2odoo(*args, **kwargs)
        return synced.with_env(self.env)

    @api.model
    def _create_from_google(self, gevents, vals_list):
        created = super(CalendarRecurrence, as_automation(self))._create_from_google(
            gevents, vals_list
        )
        return created.with_env(self.env)

    def _write_from_google(self, gevent, vals):
        return super(CalendarRecurrence, as_automation(self))._write_from_google(gevent, vals)

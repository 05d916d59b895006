from odoo import api, models
from odoo.addons.crm_discipline.tools.automation import as_automation


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def _sync_google2odoo(self, *args, **kwargs):
        # one refusal would roll back the user's whole synchronisation, at every run
        synced = super(CalendarEvent, as_automation(self))._sync_google2odoo(*args, **kwargs)
        return synced.with_env(self.env)

    @api.model
    def _create_from_google(self, gevents, vals_list):
        created = super(CalendarEvent, as_automation(self))._create_from_google(gevents, vals_list)
        return created.with_env(self.env)

    def _write_from_google(self, gevent, vals):
        return super(CalendarEvent, as_automation(self))._write_from_google(gevent, vals)

from odoo import models
from odoo.tools import SQL


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _handover_changed_attendees(self, user):
        """Let meetings that Outlook knows be synchronised, as when the ORM changes attendees."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE calendar_event SET need_sync_m = TRUE
                 WHERE id = ANY(%s) AND microsoft_id IS NOT NULL
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(["need_sync_m"], flush=False)
        return super()._handover_changed_attendees(user)

from odoo import models
from odoo.tools import SQL


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _handover_changed_attendees(self, user):
        """Let meetings that Google knows be synchronised, as when the ORM changes attendees."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE calendar_event SET need_sync = TRUE
                 WHERE id = ANY(%s) AND google_id IS NOT NULL
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(["need_sync"], flush=False)
        return super()._handover_changed_attendees(user)

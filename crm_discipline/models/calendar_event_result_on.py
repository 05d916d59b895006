"""When a meeting's result was entered, so that results which come in bulk long after can be found."""

from odoo import api, fields, models
from odoo.tools import sql


class CalendarEvent(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "calendar.event"

    # (said once, when the result is first there)
    meeting_result_on = fields.Datetime(
        "Result Entered On",
        compute="_compute_meeting_result_on",
        store=True,
        copy=False,
        groups="base.group_user",
    )

    _results_idx = models.Index("(user_id, meeting_result_on) WHERE meeting_result_on IS NOT NULL")

    def _auto_init(self):
        # Of the results that were there before nobody knows it: the column stays empty, and is here
        # before the ORM would compute it for millions of rows.
        if not sql.column_exists(self.env.cr, self._table, "meeting_result_on"):
            sql.create_column(self.env.cr, self._table, "meeting_result_on", "timestamp")
        return super()._auto_init()

    @api.depends("meeting_result_id")
    def _compute_meeting_result_on(self):
        now = fields.Datetime.now()
        for event in self:
            if event.meeting_result_id:
                event.meeting_result_on = event.meeting_result_on or now
            else:
                event.meeting_result_on = False

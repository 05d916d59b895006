"""Results of many meetings that were entered at once, long after the meetings."""

from odoo import models
from odoo.tools import SQL

_MANY = 5


class LateResults(models.AbstractModel):
    _name = "crm.discipline.finder.late_results"
    _inherit = "crm.discipline.finder"
    _description = "Finds results that were entered in bulk long after the meetings"
    _finder_model = "calendar.event"

    def _get_value(self):
        return SQL("to_char(record.meeting_result_on, 'YYYY-MM-DD')")

    def _get_condition(self):
        return SQL(
            """
            record.active IS TRUE AND record.is_client_meeting IS TRUE
            AND %s
            AND (SELECT count(*) FROM calendar_event other
                  WHERE other.user_id = record.user_id AND other.meeting_result_on IS NOT NULL
                    AND other.meeting_result_on >= record.meeting_result_on - interval '30 minutes'
                    AND other.meeting_result_on <= record.meeting_result_on + interval '30 minutes'
                    AND other.active IS TRUE AND %s) >= %s
            """,
            self._is_late("record"),
            self._is_late("other"),
            _MANY,
        )

    def _is_late(self, alias):
        return SQL(
            "%(alias)s.meeting_result_on > %(alias)s.stop "
            "+ make_interval(days => company.discipline_late_days)",
            alias=SQL.identifier(alias),
        )

    def _get_concerned(self, ids):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT other.id FROM calendar_event record
                  JOIN calendar_event other
                    ON other.user_id = record.user_id AND other.meeting_result_on IS NOT NULL
                   AND other.meeting_result_on >= record.meeting_result_on - interval '30 minutes'
                   AND other.meeting_result_on <= record.meeting_result_on + interval '30 minutes'
                 WHERE record.id = ANY(%s)
                """,
                list(ids),
            )
        )
        return [event_id for (event_id,) in rows]

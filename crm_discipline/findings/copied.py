"""Subjects and notes that one salesperson has word for word at many clients within a month."""

from odoo import api, models
from odoo.tools import SQL


class CopiedText(models.AbstractModel):
    _name = "crm.discipline.finder.copied"
    _inherit = "crm.discipline.finder"
    _description = "Finds texts that were copied word for word"
    _finder_model = "calendar.event"
    _copied_field = None
    # A short text is often said twice; a long one hardly.
    _copied_length = 20
    _copied_clients = 3

    def _get_value(self):
        return SQL("record.%s", SQL.identifier(self._copied_field))

    def _get_condition(self):
        return SQL(
            """
            record.active IS TRUE AND record.is_client_meeting IS TRUE
            AND length(btrim(record.%(field)s)) >= %(length)s
            AND (SELECT count(DISTINCT other.client_id)
                   FROM calendar_event other
                  WHERE %(alike)s) >= %(clients)s
            """,
            field=SQL.identifier(self._copied_field),
            length=self._copied_length,
            clients=self._copied_clients,
            alike=self._is_alike(),
        )

    def _get_concerned(self, ids):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT other.id FROM calendar_event record
                  JOIN calendar_event other ON %s
                 WHERE record.id = ANY(%s) AND length(btrim(record.%s)) >= %s
                """,
                self._is_alike(),
                list(ids),
                SQL.identifier(self._copied_field),
                self._copied_length,
            )
        )
        return [event_id for (event_id,) in rows]

    @api.model
    def _is_alike(self):
        return SQL(
            """
            other.user_id = record.user_id AND other.is_client_meeting IS TRUE
            AND other.active IS TRUE
            AND other.start >= record.start - interval '30 days'
            AND other.start <= record.start + interval '30 days'
            AND other.%(field)s = record.%(field)s
            """,
            field=SQL.identifier(self._copied_field),
        )


class CopiedResult(models.AbstractModel):
    _name = "crm.discipline.finder.copied_result"
    _inherit = "crm.discipline.finder.copied"
    _description = "Finds notes on results that were copied word for word"
    _finder_fields = ("meeting_result_note",)
    _copied_field = "meeting_result_note"


class CopiedSubject(models.AbstractModel):
    _name = "crm.discipline.finder.copied_subject"
    _inherit = "crm.discipline.finder.copied"
    _description = "Finds subjects of meetings that were copied word for word"
    _finder_fields = ("name",)
    _copied_field = "name"
    _copied_length = 15
    _copied_clients = 5

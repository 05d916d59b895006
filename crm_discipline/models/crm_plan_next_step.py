"""The next best steps: what a salesperson can do now to come nearer to the plan.

A *step* is::

    {"kind": "return_call" | "meeting_result" | "complete",
     "model", "id", "title", "when" (UTC, “2026-11-25 09:00:00”),
     "partner_id": id | False, "partner", "phone" (to dial) | False,
     "missing": what the record lacks, as said to the user,
     "buttons": [method of the record that settles it with one click]}

``meeting_result`` is a meeting that is over and has no outcome, ``return_call`` a missed call that
waits, ``complete`` a record that would count for a target if its data were complete.
"""

from odoo import api, fields, models
from odoo.fields import Domain

_MEETING_BUTTONS = ("action_meeting_held", "action_meeting_no_show", "action_meeting_cancel")


class CrmPlanTarget(models.Model):
    _inherit = "crm.plan.target"

    @api.model
    @api.readonly
    def get_next_steps(self, limit=5):
        """Return the caller's next best steps: calls that wait, meetings without a result, and what
        would count if it were complete.

        :param limit: how many steps at most
        Each kind gets its share of them, however many of another there are.

        :return: ``{"steps": [step], "totals": {kind: how many there are}, "results": [{"id", "name"}]
            a meeting may have, if one waits for it}``
        """
        if not self.has_access("read"):
            return {"steps": [], "totals": {}, "results": []}
        found, totals = {}, {}
        for kind, search in (
            ("return_call", self._search_calls_to_return),
            ("meeting_result", self._search_meetings_to_settle),
        ):
            records, totals[kind] = search(limit)
            found[kind] = list(records)
        found["complete"], totals["complete"] = [], 0
        for records, total in self._search_to_complete(limit):
            totals["complete"] += total
            found["complete"] += records
        steps = [
            self._prepare_step(kind, record)
            for kind, count in _share_out(
                limit, {kind: len(records) for kind, records in found.items()}
            ).items()
            for record in found[kind][:count]
        ]
        results = []
        if any(step["kind"] == "meeting_result" for step in steps):
            results = self.env["crm.meeting.result"].search_read(Domain.TRUE, ["name"])
        return {"steps": steps, "totals": totals, "results": results}

    @api.model
    def _search_calls_to_return(self, limit):
        Call = self.env["crm.call"]
        domain = Call._get_open_missed_domain() & Domain("user_id", "=", self.env.uid)
        calls = Call.search(domain, order="start DESC", limit=limit)
        return calls, Call.search_count(domain) if len(calls) == limit else len(calls)

    @api.model
    def _search_meetings_to_settle(self, limit):
        Event = self.env["calendar.event"]
        domain = (
            Domain("user_id", "=", self.env.uid)
            & Domain("is_client_meeting", "=", True)
            & Domain("meeting_status", "=", "planned")
            & Domain("stop", "<", fields.Datetime.now())
        )
        meetings = Event.search(domain, order="start DESC", limit=limit)
        return meetings, Event.search_count(domain) if len(meetings) == limit else len(meetings)

    @api.model
    def _search_to_complete(self, limit):
        """Yield what is pending for the caller's running targets, the worst target first."""
        targets = self.search(self._get_current_domain())
        waiting = targets.filtered(lambda target: target.pending and not target.is_monetary)
        seen = set()
        for target in waiting.sorted("progress"):
            definition, problem = target._get_definition_or_problem()
            if problem or definition.model_name in seen:
                continue
            seen.add(definition.model_name)
            model = self.env[definition.model_name]
            domain = [("pending_target_ids", "in", target.ids)]
            yield (
                model.search(domain, order=f"{definition.date_field} DESC", limit=limit),
                int(target.pending),
            )

    @api.model
    def _prepare_step(self, kind, record):
        """Return the step that a record asks for."""
        partner = record
        if record._name == "calendar.event":
            partner, when = record.client_id, record.start
        elif record._name == "crm.call":
            partner, when = record.partner_id, record.start
        elif record._name != "res.partner":
            partner = record.partner_id if "partner_id" in record._fields else record.browse()
        if record._name not in ("calendar.event", "crm.call"):
            when = record.create_date
        # a client whom the salesperson may not read is not named
        partner = partner._filtered_access("read") if partner._name == "res.partner" else partner
        phone = partner.phone if partner else False
        return {
            "kind": kind,
            "model": record._name,
            "id": record.id,
            "title": record.display_name,
            "when": fields.Datetime.to_string(when),
            "partner_id": partner.id,
            "partner": partner.display_name if partner else False,
            "phone": record.phone if record._name == "crm.call" else phone,
            "missing": (record.missing_data or "").split("\n") if kind == "complete" else [],
            "buttons": list(_MEETING_BUTTONS) if kind == "meeting_result" else [],
        }


def _share_out(places, wanted):
    """Divide places among kinds, one each in turn, the first kinds first.

    >>> _share_out(5, {"call": 9, "meeting": 1, "complete": 9})
    {'call': 2, 'meeting': 1, 'complete': 2}
    """
    given = dict.fromkeys(wanted, 0)
    while sum(given.values()) < min(places, sum(wanted.values())):
        for kind, count in wanted.items():
            if given[kind] < count and sum(given.values()) < places:
                given[kind] += 1
    return given

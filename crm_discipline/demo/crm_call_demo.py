"""The demo's calls: three months back until the day of installation.

:func:`plan_calls` says who talked with whom, when, and what came of it, without a database; the
same day always gives the same calls. ``crm.call`` only turns the plan into records.
"""

import random
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

TZ = pytz.timezone("Europe/Prague")
DAYS_BACK = 90
_OPENS, _CLOSES = time(8, 10), time(16, 40)
_USERS = {  # XML id: (calls a day, extension)
    "user_salesperson": (2, "201"),
    "user_salesperson_2": (3, "202"),
    "user_salesperson_3": (1, "203"),
    "user_salesperson_4": (1, "204"),
}
_DISPOSITIONS = {"answered": 70, "missed": 18, "busy": 7, "voicemail": 5}
_STATUSES = {"completed": 76, "no_answer": 12, "callback": 12}
_NOTES = (
    "Asked when the samples arrive.",
    "The invoice went to the wrong address.",
    "Wants the offer in two variants.",
    "Moves to another hall in spring.",
)
# Of the last calls of the first salesperson, which wait: (hours ago, disposition, whose number)
_WAITING = (
    (1, "answered", "client"),
    (2, "missed", "client"),
    (3, "answered", "unknown"),
    (5, "missed", "shared"),
    (24, "answered", "client"),
    (26, "missed", "hidden"),
)


class Call(NamedTuple):
    start: datetime  # UTC, naive
    direction: str
    disposition: str
    seconds: int
    client_id: int
    status: str
    note: str | None


def plan_calls(seed, a_day, client_ids, now):
    """Return the calls of one salesperson, oldest first, on working days in working hours.

    :param seed: anything that is the salesperson's own
    :param a_day: how many calls on a usual day
    :param client_ids: of clients with a phone
    :param now: naive UTC
    """
    calls = []
    today = pytz.utc.localize(now).astimezone(TZ).date()
    for back in range(DAYS_BACK, 1, -1):
        day = today - timedelta(days=back)
        if day.weekday() > 4:
            continue
        chance = random.Random(f"{seed} {day}")
        length = (datetime.combine(day, _CLOSES) - datetime.combine(day, _OPENS)).seconds
        for offset in sorted(chance.sample(range(0, length, 600), chance.randint(0, 2 * a_day))):
            start = TZ.localize(datetime.combine(day, _OPENS) + timedelta(seconds=offset))
            [disposition] = chance.choices(list(_DISPOSITIONS), _DISPOSITIONS.values())
            [status] = chance.choices(list(_STATUSES), _STATUSES.values())
            answered = disposition == "answered"
            calls.append(
                Call(
                    start=start.astimezone(pytz.utc).replace(tzinfo=None),
                    direction=chance.choice(("in", "in", "out")),
                    disposition=disposition,
                    seconds=chance.randint(20, 900) if answered else 0,
                    client_id=chance.choice(client_ids),
                    status=status,
                    note=chance.choice(_NOTES) if answered and chance.random() < 0.2 else None,
                )
            )
    return calls


class CrmCall(models.Model):
    _inherit = "crm.call"

    @api.model
    def _load_demo_calls(self):
        """Make the demo's calls, its telephone system and its planned calls; once."""
        if self.search_count([("source_id", "!=", False)], limit=1):
            return
        source = self.env["crm.call.source"].create({"name": "Office telephone"})
        now = fields.Datetime.now().replace(microsecond=0)
        for xml_id, (a_day, extension) in _USERS.items():
            user = self.env.ref(f"crm_discipline.{xml_id}")
            user.phone_extension = extension
            clients = self.env["res.partner"].search(
                Domain("user_id", "=", user.id) & Domain("phone_sanitized", "!=", False),
                order="id",
            )
            if clients:
                self._create_demo_calls(
                    source, user, plan_calls(user.login, a_day, clients.ids, now)
                )
        self._create_demo_waiting(source, self.env.ref("crm_discipline.user_salesperson"), now)

    def _create_demo_calls(self, source, user, planned):
        """Make calls of the past, as they are now: what their statuses planned is long done."""
        calls = self.create(
            [
                {
                    "source_id": source.id,
                    "external_id": f"demo-{user.login}-{number}",
                    "direction": call.direction,
                    "start": call.start,
                    "disposition": call.disposition,
                    "duration": call.seconds,
                    "partner_id": call.client_id,
                    "user_id": user.id,
                    "note": call.note,
                }
                for number, call in enumerate(planned)
            ]
        )
        self.env.flush_all()
        for status, done in calls.grouped(
            lambda call: planned[int(call.external_id.rpartition("-")[2])].status
        ).items():
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE crm_call
                       SET status_id = %s, is_handled = TRUE,
                           handled_on = start + interval '20 minutes',
                           returned_on = CASE WHEN direction = 'in' AND disposition <> 'answered'
                                              THEN start + interval '50 minutes' END
                     WHERE id = ANY(%s)
                    """,
                    self.env.ref(f"crm_discipline.call_status_{status}").id,
                    done.ids,
                )
            )
        self.env.invalidate_all()

    def _create_demo_waiting(self, source, user, now):
        """Make the calls that wait for a status, one of each kind, and planned calls."""
        clients = self.env["res.partner"].search(
            Domain("user_id", "=", user.id) & Domain("phone_sanitized", "!=", False), order="id"
        )
        persons = clients.filtered(lambda client: not client.is_company)
        company = (clients - persons)[:1]
        # somebody at the company answers its telephone
        company.child_ids.filtered(lambda person: not person.phone)[:1].phone = company.phone
        numbers = {"unknown": "+420222555777", "shared": company.phone, "hidden": "anonymous"}
        for number, (hours, disposition, whose) in enumerate(_WAITING):
            client = persons[number % len(persons)]
            call = self.create(
                {
                    "source_id": source.id,
                    "external_id": f"demo-waiting-{number}",
                    "direction": "in",
                    "start": now - timedelta(hours=hours),
                    "disposition": disposition,
                    "duration": 75 * (number + 1) if disposition == "answered" else 0,
                    "partner_id": client.id if whose == "client" else False,
                    "phone": numbers.get(whose, client.phone),
                    "user_id": user.id,
                }
            )
            if whose == "shared":
                call._match()
            call._settle_with_client()
        for client in persons[3:6]:
            client.with_user(user).activity_schedule(
                "mail.mail_activity_data_call", user_id=user.id, summary="Did the samples arrive?"
            )

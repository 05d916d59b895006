"""The demo's meetings: three months back and more than two weeks ahead of the day of installation.

:func:`plan_meetings` says who meets whom, when, and what came of it, without a database. The same
day always gives the same meetings, because each week of each user has its own seed.
``calendar.event`` only turns the plan into records.
"""

import random
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import pytz

from odoo import api, fields, models
from odoo.fields import Command

TZ = pytz.timezone("Europe/Prague")
WEEKS_BACK = 13
WEEKS_AHEAD = 3

# Morning and afternoon of a working day, with room for the way to the next client.
_STARTS = (time(8, 30), time(10, 15), time(13, 0), time(14, 45))
_MINUTES = (30, 45, 60, 60, 60, 90)
_TEAM_MEETING = (0, time(8, 30))
_SERIES = (3, time(10, 15))

_STEPS = ("First meeting", "Needs and measures", "Samples", "Offer", "Negotiation", "Contract")
_BETWEEN_STEPS = timedelta(days=6)
_OCCASIONS = ("Introduction", "Catching up", "New catalogue", "Service review", "Complaint")
_RESULTS = {  # XML id: (share, notes)
    "meeting_result_next": (
        30,
        ("Wants to see samples first.", "The plan of the hall was missing."),
    ),
    "meeting_result_offer": (24, ("Offer by Friday.", "Two variants, delivery within six weeks.")),
    "meeting_result_thinking": (
        18,
        ("Decides after the board meets.", "Compares us with two others."),
    ),
    "meeting_result_agreed": (
        14,
        ("Agreed at the price offered.", "5 % discount for payment in advance."),
    ),
    "meeting_result_no_interest": (
        9,
        ("Has a supplier until next summer.", "No budget this year."),
    ),
    "meeting_result_other": (5, ("Took us round the plant; no decision was due.",)),
}


class Habits(NamedTuple):
    """How somebody works."""

    seed: str
    meetings: int  # a week
    weeks: int  # since when
    forgets: float  # share of the past meetings without a result, of late
    careless: float  # share of the meetings whose data are incomplete
    notes: float  # share of the results with a note


class Client(NamedTuple):
    id: int
    company_id: int  # itself, if it is one
    name: str  # its own, or its company's
    place: str
    is_complete: bool


class Deal(NamedTuple):
    id: int
    client: Client
    name: str
    opened: date
    closed: date | None


class Meeting(NamedTuple):
    key: str  # the same for the same place in the calendar
    start: datetime  # UTC, naive
    stop: datetime
    name: str
    client_id: int | None
    attendee_ids: tuple
    deal_id: int | None
    place: str
    status: str
    result: str | None  # XML id
    note: str | None


HABITS = {
    "user_salesperson": Habits(
        "Nováková", meetings=6, weeks=13, forgets=0.3, careless=0.1, notes=0.5
    ),
    "user_salesperson_2": Habits("Svoboda", meetings=7, weeks=13, forgets=0, careless=0, notes=0.8),
    "user_salesperson_3": Habits(
        "Tomáš Dvořák", meetings=4, weeks=13, forgets=0.7, careless=0.3, notes=0.1
    ),
    "user_salesperson_4": Habits(
        "Černá", meetings=5, weeks=8, forgets=0.2, careless=0.12, notes=0.4
    ),
    "user_supervisor": Habits(
        "Procházka", meetings=1, weeks=10, forgets=0.2, careless=0, notes=0.7
    ),
}


def plan_meetings(habits, clients, deals, now):
    """Return the client meetings of one user, in the order of time.

    :param clients: all :class:`Client` of the user, complete or not
    :param now: datetime (UTC, naive); what ended before has an outcome, unless it was forgotten
    :return: list of :class:`Meeting` in working hours of working days, none at the same time
    """
    monday = local_monday(now)
    met = {deal.id: [] for deal in deals}
    meetings = []
    for week in range(-habits.weeks, WEEKS_AHEAD):
        rng = random.Random(f"{habits.seed} {week}")
        free = [(day, start) for day in range(5) for start in _STARTS]
        free = [slot for slot in free if slot not in (_TEAM_MEETING, _SERIES)]
        # fewer are agreed for weeks to come
        count = max(1, habits.meetings - 2 * max(week, 0))
        for day, start_time in sorted(rng.sample(free, count)):
            start = to_utc(monday + timedelta(weeks=week, days=day), start_time)
            stop = start + timedelta(minutes=rng.choice(_MINUTES))
            who = _choose_client(rng, habits, clients, deals, start.date(), met)
            meetings.append(
                Meeting(
                    key=f"{WEEKS_BACK + week:02d}_{day}_{start_time:%H%M}",
                    start=start,
                    stop=stop,
                    **who,
                    **_choose_outcome(rng, habits, stop, now),
                )
            )
    return meetings


def local_monday(now):
    """Return the Monday of the week that ``now`` (UTC, naive) is in."""
    today = pytz.utc.localize(now).astimezone(TZ).date()
    return today - timedelta(days=today.weekday())


def to_utc(day, at):
    """Return the moment of a local time, UTC and naive as Odoo stores it."""
    return TZ.localize(datetime.combine(day, at)).astimezone(pytz.utc).replace(tzinfo=None)


def _choose_client(rng, habits, clients, deals, day, met):
    """Return whom a meeting is with, and what about: carefully entered or not."""
    people = [client for client in clients if client.id != client.company_id or client.is_complete]
    complete = [client for client in people if client.is_complete]
    if rng.random() < habits.careless:
        return _choose_carelessly(rng, clients, people)
    running = [
        deal
        for deal in deals
        if deal.client.is_complete
        and deal.opened <= day <= (deal.closed or day)
        and len(met[deal.id]) < len(_STEPS)
        and (not met[deal.id] or day - met[deal.id][-1] >= _BETWEEN_STEPS)
    ]
    if running and rng.random() < 0.9:
        deal = rng.choice(running)
        client, deal_id = deal.client, deal.id
        name = f"{_STEPS[len(met[deal.id])]}: {deal.name}"
        met[deal.id].append(day)
    else:
        client, deal_id = rng.choice(complete), None
        name = f"{rng.choice(_OCCASIONS)}: {client.name}"
    return {
        "name": name,
        "client_id": client.id,
        "attendee_ids": (client.id,),
        "deal_id": deal_id,
        "place": rng.choice((client.place, client.place, client.place, "Online", "Our showroom")),
    }


def _choose_carelessly(rng, clients, people):
    """Return a meeting as it comes out of somebody's telephone, with something missing."""
    companies = [
        client for client in clients if client.id == client.company_id and not client.is_complete
    ]
    vague = [client for client in people if not client.is_complete]
    kind = rng.choice(("company", "vague", "vague", "vague", "unclear", "unclear", "blank"))
    client_ids = ()
    name = "Meeting"
    if kind == "company" and companies:
        client = rng.choice(companies)
        client_ids, name = (client.id,), f"Visit to {client.name}"
    elif kind == "vague" and vague:
        client = rng.choice(vague)
        client_ids, name = (client.id,), f"Call on {client.name}"
    elif kind == "blank":
        client_ids, name = (rng.choice(people).id,), ""
    return {
        "name": name,
        "client_id": client_ids[0] if client_ids else None,
        # which of two attendees is the client, nobody said
        "attendee_ids": client_ids or tuple(client.id for client in rng.sample(people, 2)),
        "deal_id": None,
        "place": "",
    }


def _choose_outcome(rng, habits, stop, now):
    """Return what came of a meeting: nothing yet, if it is ahead or was forgotten."""
    outcome = {"status": "planned", "result": None, "note": None}
    fate, luck = rng.random(), rng.random()
    if stop > now:
        return outcome | {"status": "cancelled"} if fate < 0.04 else outcome
    recent = now - stop < timedelta(days=14)
    if luck < (habits.forgets if recent else habits.forgets / 6):
        return outcome
    if fate < 0.08:
        return outcome | {"status": "no_show"}
    if fate < 0.18:
        return outcome | {"status": "cancelled"}
    if rng.random() < habits.careless / 6:
        # as an import from another calendar leaves it
        return outcome | {"status": "held"}
    result = rng.choices(list(_RESULTS), [share for share, _notes in _RESULTS.values()])[0]
    noted = result == "meeting_result_other" or rng.random() < habits.notes
    note = rng.choice(_RESULTS[result][1]) if noted else None
    return {"status": "held", "result": result, "note": note}


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def _load_demo_meetings(self):
        """Make the demo's meetings. Called once, by the demo data; nobody is sent an invitation."""
        quiet = self.with_context(
            tracking_disable=True, no_mail_to_attendees=True, dont_notify=True
        )
        now = fields.Datetime.now()
        for xml_id, habits in HABITS.items():
            user = self.env.ref(f"crm_discipline.{xml_id}")
            quiet.with_user(user).sudo()._load_demo_client_meetings(xml_id, habits, now)
        quiet._load_demo_team_meetings(now)
        quiet._load_demo_series(now)

    def _load_demo_client_meetings(self, name, habits, now):
        partners = self.env["res.partner"].search([("user_id", "=", self.env.uid)], order="id")
        clients = {partner.id: self._get_demo_client(partner) for partner in partners}
        leads = self.env["crm.lead"].with_context(active_test=False)
        leads = leads.search([("user_id", "=", self.env.uid)], order="id")
        deals = [
            Deal(
                id=lead.id,
                client=clients[lead.partner_id.id],
                name=lead.name,
                opened=lead.date_open.date(),
                closed=lead.date_closed.date() if lead.date_closed else None,
            )
            for lead in leads
        ]
        plan = plan_meetings(habits, list(clients.values()), deals, now)
        meetings = self._load_demo_records(
            [
                (f"meeting_{name}_{meeting.key}", self._prepare_demo_vals(meeting))
                for meeting in plan
            ]
        )
        # linked afterwards, for creating them would note all three months as planned today
        by_deal = {}
        for meeting, planned in zip(meetings, plan, strict=True):
            by_deal[planned.deal_id] = by_deal.get(planned.deal_id, self.browse()) | meeting
        by_deal.pop(None, None)
        for deal_id, events in by_deal.items():
            events.opportunity_id = deal_id
        past = meetings.filtered(lambda event: event.stop <= now)
        past.attendee_ids.state = "accepted"

    def _get_demo_client(self, partner):
        company = partner.commercial_partner_id
        place = ", ".join(part for part in (partner.street, partner.city) if part)
        return Client(partner.id, company.id, company.name, place, _is_reachable_person(partner))

    def _prepare_demo_vals(self, meeting):
        result = meeting.result and self.env.ref(f"crm_discipline.{meeting.result}")
        attendees = (self.env.user.partner_id.id, *meeting.attendee_ids)
        return {
            "name": meeting.name,
            "start": meeting.start,
            "stop": meeting.stop,
            "user_id": self.env.uid,
            "partner_ids": [Command.set(attendees)],
            "client_id": meeting.client_id,
            "location": meeting.place,
            "meeting_status": meeting.status,
            "meeting_result_id": result and result.id,
            "meeting_result_note": meeting.note,
        }

    def _load_demo_team_meetings(self, now):
        """Make the supervisor meet the salespeople every Monday; no client takes part."""
        supervisor = self.env.ref("crm_discipline.user_supervisor")
        users = [self.env.ref(f"crm_discipline.{xml_id}") for xml_id in HABITS]
        everybody = self.env["res.partner"].union(*(user.partner_id for user in users))
        day, at = _TEAM_MEETING
        data = []
        for week in range(-WEEKS_BACK, WEEKS_AHEAD):
            start = to_utc(local_monday(now) + timedelta(weeks=week, days=day), at)
            data.append(
                (
                    f"meeting_team_{WEEKS_BACK + week:02d}",
                    {
                        "name": "Sales team",
                        "start": start,
                        "stop": start + timedelta(minutes=45),
                        "user_id": supervisor.id,
                        "partner_ids": [Command.set(everybody.ids)],
                        "location": "Meeting room",
                    },
                )
            )
        meetings = self.with_user(supervisor).sudo()._load_demo_records(data)
        meetings.attendee_ids.state = "accepted"

    def _load_demo_series(self, now):
        """Make a weekly meeting with one client, whose past occurrences have each their outcome."""
        user = self.env.ref("crm_discipline.user_salesperson")
        deal = self.env.ref("crm_discipline.lead_shelving")
        day, at = _SERIES
        start = to_utc(local_monday(now) + timedelta(weeks=-8, days=day), at)
        first = (
            self.with_user(user)
            .sudo()
            ._load_demo_records(
                [
                    (
                        "meeting_series",
                        {
                            "name": "Weekly check of the delivery",
                            "start": start,
                            "stop": start + timedelta(minutes=45),
                            "event_tz": TZ.zone,
                            "user_id": user.id,
                            "partner_ids": [Command.set((user.partner_id | deal.partner_id).ids)],
                            "client_id": deal.partner_id.id,
                            "location": "Online",
                            "recurrency": True,
                            "rrule_type": "weekly",
                            "interval": 1,
                            "thu": True,
                            "end_type": "count",
                            "count": 14,
                        },
                    )
                ]
            )
        )
        occurrences = first.recurrence_id.calendar_event_ids.sorted("start")
        self._name_demo_records("meeting_series", occurrences - first)
        occurrences.opportunity_id = deal
        occurrences.attendee_ids.state = "accepted"
        past = occurrences.filtered(lambda event: event.stop <= now)
        past[:1].meeting_status = "no_show"
        past[1:-1].write(
            {
                "meeting_status": "held",
                "meeting_result_id": self.env.ref("crm_discipline.meeting_result_next").id,
            }
        )

    def _load_demo_records(self, data):
        """Create records with XML ids, so that they go when the module is uninstalled.

        :param data: list of (name, values)
        """
        return self._load_records(
            [
                {"xml_id": f"crm_discipline.{name}", "values": values, "noupdate": True}
                for name, values in data
            ]
        )

    def _name_demo_records(self, name, records):
        """Give XML ids to records that came with another."""
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"crm_discipline.{name}_{number:02d}",
                    "record": record,
                    "noupdate": True,
                }
                for number, record in enumerate(records, 1)
            ]
        )


def _is_reachable_person(partner):
    return bool(partner.has_full_name and (partner.phone or partner.email))

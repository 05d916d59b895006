"""The demo's time in the CRM: three months of working days until the day of installation.

:func:`plan_effort` says what one user did on one day, without a database; the same day always
gives the same figures. ``crm.effort`` only turns the plan into records.
"""

import random
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models

from ..models.crm_effort import KIND_MODELS
from ..tools.effort_message import READ

DAYS_BACK = 90
# kind: (how many on a usual day, usual seconds, clicks, keys)
_WORK = {
    "meeting_create": (3, 48, 6, 42),
    "meeting_edit": (4, 24, 5, 18),
    "meeting_held": (3, 17, 4, 31),
    "meeting_status": (0.4, 4, 1, 0),
    "call_create": (0.5, 26, 4, 30),
    "call_status": (6, 2.5, 1, 0),
    "contact_create": (1.5, 94, 9, 96),
    "contact_edit": (6, 31, 5, 38),
    "lead_create": (1.2, 57, 7, 51),
    "lead_edit": (8, 16, 3, 12),
    "lead_status": (0.3, 6, 2, 1),
}
_KEEPING = {
    "contact_create": (18, 71, 7, 98),
    "contact_edit": (40, 27, 4, 36),
}
_READING = {
    "calendar.event": 900,
    "crm.call": 240,
    "res.partner": 1100,
    "crm.lead": 1500,
    "other": 200,
}
# XML id: (what work, how busy, how slow)
_USERS = {
    "user_salesperson": (_WORK, 1, 1),
    "user_salesperson_2": (_WORK, 1.3, 0.8),
    "user_salesperson_3": (_WORK, 0.6, 1.5),
    "user_salesperson_4": (_WORK, 0.8, 1.1),
    "user_operator": (_KEEPING, 1, 1),
    "user_supervisor": (_WORK, 0.15, 1),
}


class Effort(NamedTuple):
    model: str
    kind: str
    seconds: float
    clicks: int
    keys: int


def plan_effort(seed, day, work, busy, slow):
    """Return what one user did on a day; nothing on a weekend.

    :param seed: anything that is the user's own
    :param work: which operations, as in ``_WORK``
    :param busy: how many of them, 1 is usual
    :param slow: how long they take, 1 is usual
    """
    if day.weekday() > 4:
        return []
    chance = random.Random(f"{seed} {day}")
    done = []
    for kind, (usual, seconds, clicks, keys) in work.items():
        count = int(usual * busy * chance.uniform(0.5, 1.5) + chance.random())
        for _ in range(count):
            # a few take much longer than most
            length = chance.lognormvariate(0, 0.45)
            done.append(
                Effort(
                    KIND_MODELS[kind],
                    kind,
                    round(seconds * slow * length, 1),
                    max(1, round(clicks * slow * chance.uniform(0.7, 1.3))),
                    round(keys * length),
                )
            )
    for model, seconds in _READING.items():
        spent = seconds * busy * chance.uniform(0.4, 1.6)
        done.append(Effort(model, READ, round(spent, 1), 0, 0))
    return done


class CrmEffort(models.Model):
    _inherit = "crm.effort"

    @api.model
    def _load_demo_effort(self):
        """Turn the measuring on in the demo's company, and make what it would have measured; once."""
        users = {self.env.ref(f"crm_discipline.{name}"): args for name, args in _USERS.items()}
        company = next(iter(users)).company_id
        company.discipline_track_effort = True
        if self.search_count([("company_id", "=", company.id)], limit=1):
            return
        today = fields.Date.today()
        days = [today - timedelta(days=back) for back in range(DAYS_BACK, 0, -1)]
        self.create(
            [
                {
                    "user_id": user.id,
                    "company_id": company.id,
                    "day": day,
                    "is_total": effort.kind == READ,
                    "operations": 0 if effort.kind == READ else 1,
                    **effort._asdict(),
                }
                for user, args in users.items()
                for day in days
                for effort in plan_effort(user.login, day, *args)
            ]
        )
        self.env.flush_all()
        everyone = self.env["res.users"].browse([user.id for user in users])
        self.env["crm.effort.day"]._compute_days_sudo(everyone, days[0], days[-1])

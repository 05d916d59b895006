"""The demo's newly acquired clients: who was brought by whom in the last three months.

:func:`plan_acquired` says it without a database; the same day always gives the same clients. The
clients of ``res.partner.csv`` were there before: nobody knows who acquired them.
"""

import random
from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytz

from odoo import api, fields, models

TZ = pytz.timezone("Europe/Prague")
WEEKS_BACK = 13
# XML id: how many clients in three months
ACQUIRED = {
    "user_salesperson": 15,
    "user_salesperson_2": 19,
    "user_salesperson_3": 8,
    "user_salesperson_4": 11,
}
_WOMEN = ("Adéla", "Blanka", "Dana", "Gabriela", "Helena", "Irena", "Markéta", "Nikola", "Renata")
_MEN = ("Aleš", "Bohumil", "Dalibor", "Filip", "Igor", "Jakub", "Ladislav", "Marek", "Oldřich")
_SURNAMES = (  # (a man's, a woman's)
    ("Bureš", "Burešová"),
    ("Fiala", "Fialová"),
    ("Holub", "Holubová"),
    ("Janda", "Jandová"),
    ("Krejčí", "Krejčí"),
    ("Liška", "Lišková"),
    ("Mašek", "Mašková"),
    ("Nedvěd", "Nedvědová"),
    ("Pavlík", "Pavlíková"),
    ("Říha", "Říhová"),
    ("Soukup", "Soukupová"),
    ("Toman", "Tomanová"),
    ("Urban", "Urbanová"),
    ("Vacek", "Vacková"),
)
_FUNCTIONS = ("Owner", "Buyer", "Office Manager", "Managing Director", "Facility Manager", None)
_TOWNS = ("Benešov", "Kladno", "Kolín", "Nymburk", "Olomouc", "Plzeň", "Prostějov", "Tábor")


class Acquired(NamedTuple):
    on: datetime  # UTC, naive
    name: str
    function: str | None
    phone: str | None
    email: str | None
    city: str


def plan_acquired(seed, count, now):
    """Return the clients whom one salesperson brought, oldest first, in working hours.

    :param seed: anything that is the salesperson's own
    :param count: how many in the whole time
    :param now: naive UTC
    """
    today = pytz.utc.localize(now).astimezone(TZ).date()
    days = [today - timedelta(days=back) for back in range(WEEKS_BACK * 7, 0, -1)]
    days = [day for day in days if day.weekday() < 5]
    chance = random.Random(f"{seed} acquired")
    clients = []
    for number in range(count):
        # evenly over the time, and not always on the same day of the week
        day = days[min(len(days) - 1, round((number + chance.random()) * len(days) / count))]
        local = datetime.combine(day, time(8, 15)) + timedelta(minutes=chance.randrange(480))
        is_woman = chance.random() < 0.5
        first = chance.choice(_WOMEN if is_woman else _MEN)
        surname = chance.choice(_SURNAMES)[is_woman]
        digits = f"{chance.randrange(10**6):06}"
        login = f"klient.{seed}.{number + 1}@example.com"
        clients.append(
            Acquired(
                on=TZ.localize(local).astimezone(pytz.utc).replace(tzinfo=None),
                name=f"{first} {surname}",
                function=chance.choice(_FUNCTIONS),
                phone=f"+420 200 {digits[:3]} {digits[3:]}" if chance.random() < 0.85 else None,
                email=login if chance.random() < 0.6 else None,
                city=chance.choice(_TOWNS),
            )
        )
    return sorted(clients)


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _load_demo_acquired(self):
        """Make the clients who were acquired in the last three months; once."""
        if self.env.ref("crm_discipline.acquired_user_salesperson_1", raise_if_not_found=False):
            return
        self._forget_demo_acquirers()
        now = fields.Datetime.now().replace(microsecond=0)
        names = []
        for xml_id, count in ACQUIRED.items():
            user = self.env.ref(f"crm_discipline.{xml_id}")
            planned = plan_acquired(user.login, count, now)
            clients = self.create(
                [
                    {
                        "name": client.name,
                        "function": client.function,
                        "phone": client.phone,
                        "email": client.email,
                        "city": client.city,
                        "country_id": self.env.ref("base.cz").id,
                        "user_id": user.id,
                        "acquired_by_id": user.id,
                        "acquired_on": client.on,
                    }
                    for client in planned
                ]
            )
            names += [
                {
                    "xml_id": f"crm_discipline.acquired_{xml_id}_{number}",
                    "record": client,
                    "noupdate": True,
                }
                for number, client in enumerate(clients, 1)
            ]
        self.env["ir.model.data"]._update_xmlids(names)

    @api.model
    def _forget_demo_acquirers(self):
        """Let the clients of ``res.partner.csv`` be there before: loading them was no sale."""
        known = self.env["ir.model.data"].search(
            [
                ("module", "=", "crm_discipline"),
                ("model", "=", "res.partner"),
                ("name", "=like", "client\\_%"),
            ]
        )
        clients = self.with_context(tracking_disable=True).browse(known.mapped("res_id"))
        clients.write({"acquired_by_id": False, "acquired_on": False})

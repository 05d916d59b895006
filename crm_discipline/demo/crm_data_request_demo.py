"""The demo's data requests: three months of settled ones, and what waits for the operators today.

:func:`plan_times` says when a request was asked, taken and settled, without a database. Two thirds of
the clients of ``res_partner_demo.py`` were asked for.
"""

import random
from datetime import timedelta

from odoo import api, fields, models

from .res_partner_demo import ACQUIRED, plan_acquired

_REASONS = (
    "The number does not exist. Ask the client once more, please.",
    "We have this client already, under the company's name.",
    "Only a first name: who is it, and of which company?",
)
_QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_notrack": True}
# What waits: (hours ago, by whom, values), as a salesperson says it in a hurry.
_WAITING = (
    (26.0, "user_salesperson_2", {"surname": "Hrubý", "first_name": "Otakar", "phone": "602 120 340", "company_name": "Kovárna Hrubý", "note": "Met at the fair, wants a quote for 40 chairs."}),
    (5.5, "user_salesperson", {"surname": "vesely", "first_name": "karel", "phone": "+420 200 459 107", "note": "Podlesí, the new director I think"}),
    (4.0, "user_salesperson_3", {"surname": "Bílá", "first_name": "Ema", "email": "ema.bila@example.com"}),
    (3.2, "user_salesperson_4", {"surname": "Kos", "phone": "777 010 203", "note": "Called about the laboratory benches; did not say his first name."}),
    (2.1, "user_salesperson", {"surname": "Zapletalová", "first_name": "Věra", "phone": "608 445 116", "function": "Buyer", "company_name": "Hotel Na Skále"}),
    (0.8, "user_salesperson_2", {"surname": "Matoušek", "first_name": "Jan", "phone": "604 333 191"}),
)  # fmt: skip
# Corrections that wait: (hours ago, by whom, of whom, values)
_CORRECTIONS = (
    (6.4, "user_salesperson", "client_vltava_2", {"email": "ondrej.kral@vltava-logistika.example.com", "function": "Head of Warehouses"}),
    (1.5, "user_salesperson_3", "client_hostyn_2", {"name": "Bohumil Malý", "phone": "+420 200 129 318"}),
    (0.3, "user_salesperson_2", "client_medika_2", {"phone": "+420 200 757 999", "note": "She has a new number."}),
)  # fmt: skip


def plan_times(seed, done, waits_hours):
    """Return when a request was asked and taken that was settled at ``done``.

    :param seed: anything that is the request's own
    :param waits_hours: how long requests usually wait
    """
    chance = random.Random(f"{seed} waits")
    waited = timedelta(hours=min(30, chance.expovariate(1 / waits_hours)) + 0.05)
    asked = done - waited
    return asked, asked + waited * chance.uniform(0.5, 0.95)


class CrmDataRequest(models.Model):
    _inherit = "crm.data.request"

    @api.model
    def _load_demo_requests(self):
        """Make the demo's requests; once."""
        operators = self.env.ref("crm_discipline.user_operator")
        operators |= self.env.ref("crm_discipline.user_operator_2")
        if self.search_count([("operator_id", "in", operators.ids)], limit=1):
            return
        quiet = self.with_context(**_QUIET)
        now = fields.Datetime.now().replace(microsecond=0)
        quiet.create(quiet._prepare_demo_settled(operators, now))
        quiet._create_demo_waiting(operators, now)

    def _prepare_demo_settled(self, operators, now):
        """Return the requests that led to the acquired clients, and some that were rejected."""
        values = []
        for xml_id, count in ACQUIRED.items():
            user = self.env.ref(f"crm_discipline.{xml_id}")
            for number, client in enumerate(plan_acquired(user.login, count, now), 1):
                seed = f"{user.login} {number}"
                chance = random.Random(seed)
                operator = operators[chance.random() < 0.4]
                if number % 3:
                    partner = self.env.ref(f"crm_discipline.acquired_{xml_id}_{number}")
                    asked, taken = plan_times(seed, client.on, 3 if operator == operators[0] else 6)
                    values.append(
                        {
                            "name": client.name,
                            "phone": client.phone,
                            "email": client.email,
                            "function": client.function,
                            "partner_id": partner.id,
                            "requested_by_id": user.id,
                            "operator_id": operator.id,
                            "state": "done",
                            "requested_on": asked,
                            "taken_on": taken,
                            "done_on": client.on,
                        }
                    )
                elif chance.random() < 0.5:
                    asked, taken = plan_times(seed, client.on, 4)
                    values.append(
                        {
                            "name": client.name.split()[0],
                            "phone": "+420 200 000 00" + str(number % 10),
                            "requested_by_id": user.id,
                            "operator_id": operator.id,
                            "state": "rejected",
                            "reject_reason": chance.choice(_REASONS),
                            "requested_on": asked,
                            "taken_on": taken,
                            "done_on": client.on,
                        }
                    )
        return values

    def _create_demo_waiting(self, operators, now):
        """Make what waits: new clients, corrections, a merge, an unknown caller, a meeting's client."""

        def when(hours):
            return now - timedelta(hours=hours)

        for hours, xml_id, values in _WAITING:
            user = self.env.ref(f"crm_discipline.{xml_id}")
            request = self.create(
                {**values, "requested_by_id": user.id, "requested_on": when(hours)}
            )
            if hours > 24:
                request.write(
                    {
                        "state": "in_progress",
                        "operator_id": operators[1].id,
                        "taken_on": when(0.2),
                    }
                )
        for hours, xml_id, client, values in _CORRECTIONS:
            self.create(
                {
                    **values,
                    "kind": "correct",
                    "partner_id": self.env.ref(f"crm_discipline.{client}").id,
                    "requested_by_id": self.env.ref(f"crm_discipline.{xml_id}").id,
                    "requested_on": when(hours),
                }
            )
        caller = self.env["crm.call"].search(
            [("match_state", "=", "unknown"), ("source_id", "!=", False)], limit=1
        )
        if caller:
            caller._request_client_sudo()
            caller.data_request_id.requested_on = caller.start
        self._create_demo_meeting(when(2.5), now)

    def _create_demo_meeting(self, asked, now):
        """Make a meeting of next week whose client the operators are still to enter."""
        user = self.env.ref("crm_discipline.user_salesperson")
        request = self.create(
            {
                "surname": "Tichá",
                "first_name": "Lenka",
                "phone": "605 787 212",
                "company_name": "Knihkupectví Tichá",
                "requested_by_id": user.id,
                "requested_on": asked,
            }
        )
        start = (now + timedelta(days=(7 - now.weekday()) or 7)).replace(hour=6, minute=0, second=0)
        self.env["calendar.event"].with_context(no_mail_to_attendees=True).create(
            {
                "name": "Shelves for the new shop",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": user.id,
                "partner_ids": [(6, 0, user.partner_id.ids)],
                "client_request_id": request.id,
            }
        )

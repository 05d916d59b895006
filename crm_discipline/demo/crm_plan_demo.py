"""The demo's plans: two months that are over and one that runs, for both teams."""

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models

MONTHS_BACK = 2
METRICS = ("contacts", "meetings", "deals", "calls", "revenue")
# XML id of a team: {XML id of a salesperson: a target for each metric}
TARGETS = {
    "team_bohemia": {
        "user_salesperson": (5, 18, 2, 40, 20_000),
        "user_salesperson_2": (6, 24, 3, 60, 30_000),
    },
    "team_moravia": {
        "user_salesperson_3": (4, 16, 2, 25, 15_000),
        "user_salesperson_4": (4, 15, 1, 20, 12_000),
    },
}


class CrmPlan(models.Model):
    _inherit = "crm.plan"

    @api.model
    def _load_demo_plans(self):
        """Make the demo's plans; called once, by the demo data."""
        first = self.env.company._get_plan_today().replace(day=1)
        for team_xml_id, people in TARGETS.items():
            previous = self
            for back in range(MONTHS_BACK, -1, -1):
                plan = self._load_demo_plan(
                    f"plan_{team_xml_id}_{MONTHS_BACK - back}",
                    team_xml_id,
                    people,
                    fields.Date.subtract(first, months=back),
                    previous,
                )
                plan.action_start()
                if back:
                    plan.action_close()
                previous = plan

    def _load_demo_plan(self, name, team_xml_id, people, first, previous):
        def ref(xml_id):
            return self.env.ref(f"crm_discipline.{xml_id}").id

        values = {
            "period": "month",
            "date_from": first,
            "date_to": first + relativedelta(months=1, days=-1),
            "team_id": ref(team_xml_id),
            "copies_itself": True,
            "previous_plan_id": previous.id,
            "target_ids": [
                Command.create(
                    {
                        "user_id": ref(user),
                        "metric_id": ref(f"metric_{code}"),
                        "target": target,
                    }
                )
                for user, targets in people.items()
                for code, target in zip(METRICS, targets, strict=True)
            ],
        }
        plan = self._load_records(
            [{"xml_id": f"crm_discipline.{name}", "values": values, "noupdate": True}]
        )
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"crm_discipline.{name}_target_{number:02d}",
                    "record": target,
                    "noupdate": True,
                }
                for number, target in enumerate(plan.target_ids.sorted("id"), 1)
            ]
        )
        return plan

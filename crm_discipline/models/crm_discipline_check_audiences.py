"""The check of audiences: who can be reached and why others can't, and what came of those that were sent."""

from odoo import api, models
from odoo.fields import Domain

from .. import checks
from ..checks import audiences
from ..report.crm_audience_report import FIGURES


class CrmDisciplineCheck(models.Model):
    _inherit = "crm.discipline.check"

    @api.model
    def _get_audience_delivery(self):
        """Return how the check tells what became of what was sent, as
        :data:`~odoo.addons.crm_discipline.checks.audiences.DELIVERY`.

        An add-on that sends in other ways extends it, by SQL that was written for the check.
        """
        return dict(audiences.DELIVERY)

    @api.model
    def _get_audience_not_taken(self):
        """Return what tells the check of messages that could not be handed over, as
        :data:`~odoo.addons.crm_discipline.checks.audiences.NOT_TAKEN`."""
        return list(audiences.NOT_TAKEN)

    @api.model
    def _collect_audiences(self, figures):
        """Compare the results of those by which somebody was reached in the period; of now also who of all
        lists can be reached."""
        company = Domain("company_id", "=", figures.params["company"])
        sent = self._search_sent(figures)
        asked = {**figures.params, "audiences": sent.ids}
        for row in self.env["crm.audience.report"]._read_group(
            Domain("audience_id", "in", sent.ids),
            ["audience_id", "user_id"],
            ["clients:sum", *(f"{name}:sum" for name in FIGURES), "answerable:sum"],
        ):
            audience, user, *numbers = row
            key = ("audience", f"results_{audience.id}", user.id)
            figures.shown[key] = [float(number or 0) for number in numbers]
        query = audiences.get_results(self._get_audience_delivery())
        self._ask(figures.computed, "audience", query, asked)
        self._collect_my_reach(figures, sent, asked)
        if figures.is_now:
            listed = self.env["crm.audience"].search(
                company & Domain("filled_on", "!=", False) & Domain("is_filling", "!=", True)
            )
            self._collect_reach(figures, listed)

    @api.model
    def _search_sent(self, figures):
        self.env.cr.execute(audiences.SENT, figures.params)
        return self.env["crm.audience"].browse(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _collect_reach(self, figures, listed):
        """Compare how many are on each list, can be reached, and can't be for which reason."""
        for audience in listed:
            shown = audience.figures
            key = ("audience", f"audience_failed_{audience.id}", False)
            figures.shown[key] = [float(audience.failed_count)]
            numbers = [
                audience.total_count,
                audience.reachable_count,
                audience.unreachable_count,
            ]
            if not audience.total_count:
                continue
            figures.shown["audience", f"audience_{audience.id}", False] = [
                float(number) for number in numbers
            ]
            reasons = {reason["state"]: reason["count"] for reason in shown["reasons"]}
            reasons["good"] = shown["reachable"] + reasons.pop("duplicate", 0)
            figures.shown["audience", f"audience_reasons_{audience.id}", False] = [
                float(reasons.get(reason, 0)) for reason in audiences.REASON_PLACES
            ]
            for person in shown["salespeople"]:
                key = ("audience", f"audience_own_{audience.id}", person["id"])
                figures.shown[key] = [float(person["total"]), float(person["reachable"])]
        asked = {**figures.params, "audiences": listed.ids}
        failed = audiences.get_failed(self._get_audience_not_taken())
        for query in (*checks.AUDIENCES, failed):
            self._ask(figures.computed, "audience", query, asked)

    @api.model
    def _collect_my_reach(self, figures, sent, asked):
        """Compare what *My Plan* says of campaigns, as the salesperson sees it."""
        first, last = str(figures.params["first"]), str(figures.params["last"])
        group_id = self.env["ir.model.data"]._xmlid_to_res_id("crm_discipline.group_supervisor")
        supervisors = self.env["res.users"].search(Domain("all_group_ids", "in", [group_id]))
        asked = {**asked, "supervisors": supervisors.ids}
        found = {}
        self._ask(found, "my_plan", audiences.MISSED, asked)
        query = audiences.get_results(self._get_audience_delivery(), is_own=True)
        self._ask(found, "my_plan", query, asked)
        self.env.cr.execute(audiences.SENT_TO, asked)
        company = figures.params["company"]
        for user_id, audience_ids in self.env.cr.fetchall():
            user = self.env["res.users"].browse(user_id)
            if not user.active or company not in user.company_ids.ids:
                continue
            for row in self.env["crm.audience"].with_user(user).get_my_reach(first, last):
                key = ("my_plan", f"my_reach_{row['id']}", user_id)
                figures.shown[key] = [
                    float(row[name])
                    for name in ("clients", "reached", "bounced", "meetings", "deals", "missed")
                ]
            for audience_id in audience_ids:
                results = found["my_plan", f"results_{audience_id}", user_id]
                told = [results[place] for place in (0, 1, 3, 5, 6)]
                [missed] = found.get(("my_plan", f"missed_{audience_id}", user_id), [0.0])
                key = ("my_plan", f"my_reach_{audience_id}", user_id)
                figures.computed[key] = [*told, missed]

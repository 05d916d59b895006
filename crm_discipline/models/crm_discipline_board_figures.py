"""The figures of the board, each declared once: which records, whose, and what is counted.

A salesperson's load, what waits, and what came of it. Meetings are the organizer's. Private meetings
count and open like all others; what is in them Odoo shows to those who take part, and “Busy” to others.
"""

from odoo import api, models
from odoo.fields import Domain

from ..tools.board_figure import Figure, between, count, distinct, percentile, total
from .crm_call_callback import MISSED
from .crm_data_request import OPEN

# The activities of clients and opportunities; those of other applications are not sales' load.
ACTIVITY_MODELS = ("crm.lead", "res.partner")
WEEKS = 8
# What a supervisor has to see at once, the most urgent first.
EXCEPTIONS = ("meetings_waiting", "missed_calls", "targets_at_risk", "clients_idle", "requests")


class CrmDisciplineBoard(models.AbstractModel):
    _name = "crm.discipline.board"
    _description = "Team Board"

    @api.model
    def _get_figures(self, scope):
        """Return the figures of a scope: ``[Figure]``.

        Modules that add figures extend this, with a title in :meth:`_get_titles`.
        """
        return [
            *self._get_load_figures(scope),
            *self._get_meeting_figures(scope),
            *self._get_call_figures(scope),
            *self._get_deal_figures(scope),
            *self._get_quality_figures(scope),
            *self._get_time_figures(scope),
        ]

    @api.model
    def _get_titles(self):
        """Return what to call the records behind each figure."""
        return {
            "ahead_meetings": self.env._("Planned Meetings"),
            "ahead_calls": self.env._("Planned Calls"),
            "overdue": self.env._("Overdue Activities"),
            "meetings_waiting": self.env._("Meetings Waiting for a Result"),
            "calls_to_process": self.env._("Calls to Process"),
            "missed_calls": self.env._("Missed Calls Not Returned"),
            "clients_idle": self.env._("Clients without a Next Step"),
            "requests": self.env._("Data Requests Waiting"),
            "held": self.env._("Meetings Held"),
            "no_show": self.env._("No-shows"),
            "held_opportunity": self.env._("Meetings Held with an Opportunity"),
            "held_won": self.env._("Meetings Held Whose Opportunity Is Won"),
            "asked": self.env._("Data Asked For"),
            "missing": self.env._("Missing Data"),
            "held_weeks": self.env._("Meetings Held in the Last Weeks"),
            "returned": self.env._("Missed Calls That Were Returned"),
            "handled": self.env._("Calls Handled"),
            "won": self.env._("Deals Won"),
            "time": self.env._("Time in the CRM"),
            "targets_at_risk": self.env._("Targets at Risk"),
            "targets_on_track": self.env._("Targets on Track"),
        }

    # ------------------------------------------------------------
    # LOAD
    # ------------------------------------------------------------

    @api.model
    def _get_load_figures(self, scope):
        planned = _of(scope) & Domain("is_client_meeting", "=", True)
        planned &= Domain("meeting_status", "=", "planned")
        ahead = Domain("start", ">=", scope.now) & Domain("start", "<", scope.ahead_to)
        activities = _of(scope) & Domain("res_model", "in", ACTIVITY_MODELS)
        calls = Domain("activity_type_id.category", "=", "phonecall")
        calls &= Domain("date_deadline", ">=", scope.today)
        calls &= Domain("date_deadline", "<=", scope.ahead_day)
        overdue = Domain("date_deadline", "<", scope.today)
        clients = _of(scope, "discipline_owner_id", has_company=True)
        clients &= Domain("partner_share", "=", True)
        idle = Domain("is_idle_client", "=", True)
        requests = _of(scope, "requested_by_id", has_company=True)
        waiting = Domain("state", "in", OPEN)
        return [
            Figure("ahead_meetings", "calendar.event", planned, ahead, "user_id",
                   (count, total("duration"))),
            Figure("meetings_waiting", "calendar.event", planned, Domain("stop", "<", scope.now),
                   "user_id", (count,)),
            Figure("ahead_calls", "mail.activity", activities, calls, "user_id", (count,),
                   search=_search_activities),
            Figure("overdue", "mail.activity", activities, overdue, "user_id", (count,),
                   search=_search_activities),
            Figure("clients_idle", "res.partner", clients, idle, "discipline_owner_id", (count,)),
            Figure("requests", "crm.data.request", requests, waiting, "requested_by_id", (count,)),
        ]  # fmt: skip

    # ------------------------------------------------------------
    # RESULTS
    # ------------------------------------------------------------

    @api.model
    def _get_meeting_figures(self, scope):
        name = "calendar.event"
        client = _of(scope) & Domain("is_client_meeting", "=", True)
        period = client & _in_period(scope, "start")
        held = Domain("meeting_status", "=", "held")
        weeks = Domain("start", ">=", scope.weeks[0]) & Domain("start", "<", scope.weeks[-1])
        by_week = tuple(
            between("start", start, end)
            for start, end in zip(scope.weeks, scope.weeks[1:], strict=False)
        )
        return [
            Figure("held", name, period, held, "user_id", (count,)),
            Figure("held_opportunity", name, period, held & Domain("opportunity_id", "!=", False),
                   "user_id", (count,)),
            Figure("held_won", name, period, held & Domain("is_opportunity_won", "=", True),
                   "user_id", (count,)),
            Figure("no_show", name, period, Domain("meeting_status", "=", "no_show"), "user_id",
                   (count,)),
            Figure("held_weeks", name, client & held, weeks, "user_id", by_week),
        ]  # fmt: skip

    @api.model
    def _get_call_figures(self, scope):
        calls = _of(scope, has_company=True, nobody=True)
        open_calls = calls & Domain("is_handled", "=", False)
        missed = Domain("direction", "=", "in") & Domain("disposition", "in", MISSED)
        returned = missed & Domain("returned_on", "!=", False)
        period = calls & _in_period(scope, "start")
        handled = Domain("is_handled", "=", True) & Domain("match_state", "!=", "internal")
        return [
            Figure("calls_to_process", "crm.call", open_calls, Domain.TRUE, "user_id", (count,)),
            Figure("missed_calls", "crm.call", open_calls,
                   missed & Domain("returned_on", "=", False), "user_id", (count,)),
            Figure("handled", "crm.call", period, handled, "user_id", (count,)),
            Figure("returned", "crm.call", period, returned, "user_id",
                   (count, percentile(0.5, "start", "returned_on"),
                    percentile(0.9, "start", "returned_on")), additive=False),
        ]  # fmt: skip

    @api.model
    def _get_deal_figures(self, scope):
        # a deal that was won and put away since is won all the same
        won = _of(scope, has_company=True) & Domain("active", "in", [True, False])
        won &= Domain("type", "=", "opportunity") & Domain("won_status", "=", "won")
        closed = _in_period(scope, "date_closed")
        return [
            Figure("won", "crm.lead", won, closed, "user_id", (count, total("expected_revenue"))),
        ]

    @api.model
    def _get_quality_figures(self, scope):
        """Of what the rules ask of the period's records, how much is missing."""
        asked = _of(scope, has_company=True)
        asked &= Domain("date", ">=", scope.first) & Domain("date", "<=", scope.last)
        name = "crm.discipline.quality.report"
        missing = Domain("is_complete", "=", False)
        return [
            Figure("asked", name, asked, Domain.TRUE, "user_id", (count,)),
            Figure("missing", name, asked, missing, "user_id", (count,)),
        ]

    @api.model
    def _get_time_figures(self, scope):
        if not self._tracks_time(scope):
            return []
        time = _of(scope, has_company=True) & Domain("kind", "!=", False)
        days = Domain("day", ">=", scope.first) & Domain("day", "<=", scope.last)
        return [
            Figure("time", "crm.effort.report", time, days, "user_id",
                   (total("hours"), distinct("day"))),
        ]  # fmt: skip

    @api.model
    def _tracks_time(self, scope):
        # in sudo: whether time is measured everybody may know
        return self.env["res.company"].sudo().browse(scope.company_id).discipline_track_effort


def _of(scope, user_field="user_id", has_company=False, nobody=False):
    """Return the domain of what belongs to the salespeople of a scope.

    What has no company belongs to the own company of its salesperson, as in plans.

    :param nobody: also what has no salesperson, where the scope asks for it
    """
    mine = Domain(user_field, "in", list(scope.home_ids))
    if not has_company:
        return mine
    domain = Domain("company_id", "=", False) & mine
    domain |= Domain("company_id", "=", scope.company_id) & Domain(
        user_field, "in", list(scope.user_ids)
    )
    if nobody and scope.nobody:
        of_nobody = Domain("company_id", "=", scope.company_id) & Domain(user_field, "=", False)
        if scope.team_id:
            of_nobody &= Domain("team_id", "=", scope.team_id)
        domain |= of_nobody
    return domain


def _search_activities(model, domain):
    return model._search_counted(domain, ACTIVITY_MODELS)


def _in_period(scope, fname):
    return Domain(fname, ">=", scope.utc_from) & Domain(fname, "<", scope.utc_to)

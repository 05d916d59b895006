"""Of whom and of when the board speaks, and who may ask.

A supervisor sees the salespeople of a company or of one team, and what is nobody's; everybody else in
sales sees themselves.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..tools import plan_period
from ..tools.board_figure import Scope
from .crm_discipline_board_figures import WEEKS

PERIODS = ("day", "week", "month", "quarter")
# How far ahead load is looked at: five working days in most calendars.
_AHEAD = timedelta(days=7)


class CrmDisciplineBoard(models.AbstractModel):
    _inherit = "crm.discipline.board"

    @api.model
    def _check_reader(self):
        if not (self.env.su or self.env.user.has_group("sales_team.group_sale_salesman")):
            raise AccessError(self.env._("The board is for salespeople and their supervisors."))

    @api.model
    def _sees_all(self):
        return self.env.su or self.env.user.has_group("crm_discipline.group_supervisor")

    @api.model
    def _get_salespeople(self, team_id=None):
        """Return whom the reader may see on the board, archived colleagues included, who may have left
        work behind."""
        if not self._sees_all():
            return self.env.user
        domain = Domain("share", "=", False) & Domain("company_ids", "in", self.env.company.ids)
        group_id = self.env["ir.model.data"]._xmlid_to_res_id("sales_team.group_sale_salesman")
        domain &= Domain("all_group_ids", "in", [group_id])
        if team_id:
            domain &= Domain("sale_team_id", "=", team_id)
        # in sudo: supervisors do not read which groups users have; names and teams all may know
        users = self.env["res.users"].sudo().with_context(active_test=False)
        found = users.search_fetch(domain, ["active", "company_id", "sale_team_id", "partner_id"])
        found.partner_id.fetch(["name"])
        return found

    @api.model
    def _get_scope(self, users, first, last, team_id=None, nobody=True):
        """Return the :class:`Scope` of these users and days, both included."""
        company = self.env.company
        tz = company._get_plan_tz()
        utc_from, utc_to = plan_period.get_utc_borders(first, last, tz)
        now, today = fields.Datetime.now(), company._get_plan_today()
        # (in sudo: which company is a colleague's own is no secret)
        home = users.sudo().filtered(lambda user: user.company_id == company)
        monday = min(last, today) - timedelta(days=min(last, today).weekday())
        weeks = [monday - timedelta(weeks=WEEKS - 1 - number) for number in range(WEEKS)]
        weeks.append(monday + timedelta(weeks=1))
        return Scope(
            company_id=company.id,
            user_ids=tuple(users.ids),
            home_ids=tuple(home.ids),
            nobody=nobody and self._sees_all(),
            team_id=team_id or None,
            first=first,
            last=last,
            utc_from=utc_from,
            utc_to=utc_to,
            today=today,
            now=now,
            ahead_to=now + _AHEAD,
            ahead_day=today + _AHEAD,
            weeks=tuple(plan_period.get_utc_borders(day, day, tz)[0] for day in weeks),
        )

    @api.model
    def _get_period(self, period, date):
        """Return the first and the last day of the asked period.

        :param date: a day in it (ISO); today unless given
        """
        if period not in PERIODS:
            raise UserError(
                self.env._("“%(period)s” is no period of the board.", period=str(period)[:50])
            )
        try:
            day = fields.Date.to_date(date) or self.env.company._get_plan_today()
            return plan_period.get_period(
                "custom" if period == "day" else period,
                day,
                year_starts=self.env.company._get_plan_year_start(),
            )
        except (ValueError, OverflowError, TypeError) as error:
            raise UserError(self.env._("“%(date)s” is no day.", date=str(date)[:50])) from error

    @api.model
    def _prepare_period(self, period, first, last):
        """Return a period as the screen shows it, with a day of the one before and the one after."""
        plan = self.env["crm.plan"].new(
            {
                "period": "custom" if period == "day" else period,
                "date_from": first,
                "date_to": last,
                "company_id": self.env.company.id,
            }
        )
        return {
            "period": period,
            "name": format_date(self.env, first) if first == last else plan._get_period_name(),
            "date_from": str(first),
            "date_to": str(last),
            "previous": str(first - timedelta(days=1)),
            "next": str(last + timedelta(days=1)),
            "is_current": first <= self.env.company._get_plan_today() <= last,
        }

"""What the reports by SQL have in common: days that are the company's, for everybody who looks.

A report has ``at``, the moment as it is stored (UTC), and ``date``, its day in the time zone of the
row's company. People filter and group by ``date``, so a row falls on the same day whoever looks; the
database finds the rows by the index on the moment.
"""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# No time zone is further from UTC.
_FURTHEST = timedelta(days=1)


class CrmDisciplineReportMixin(models.AbstractModel):
    _name = "crm.discipline.report.mixin"
    _description = "Report by the Company's Days"

    at = fields.Datetime("When", readonly=True)
    date = fields.Date(readonly=True, help="The day in the company's time zone.")

    def _search(self, domain, *args, **kwargs):
        bounded = Domain(domain).optimize_full(self).map_conditions(self._bound_moment)
        return super()._search(bounded, *args, **kwargs)

    def _bound_moment(self, condition):
        """Return a condition on the day together with what follows from it for the moment.

        From the first of March on: not before the last day of February, wherever the company is.
        """
        if condition.field_expr != "date":
            return condition
        value = condition.value
        days = value if condition.operator == "in" else [value]
        if condition.operator not in ("in", "<", "<=", ">", ">=") or not all(days):
            return condition
        moments = [fields.Datetime.to_datetime(fields.Date.to_date(day)) for day in days]
        bounded = condition
        if condition.operator in ("in", ">", ">="):
            bounded &= Domain("at", ">=", min(moments) - _FURTHEST)
        if condition.operator in ("in", "<", "<="):
            bounded &= Domain("at", "<=", max(moments) + 2 * _FURTHEST)
        return bounded

    @staticmethod
    def _get_day_sql(moment):
        """Return the SQL of the day of a moment, where ``company`` is the row's ``res_company``.

        :param moment: the SQL of a column with a time in UTC
        """
        return SQL(
            "(%s AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(company.discipline_tz, 'UTC'))::date",
            moment,
        )

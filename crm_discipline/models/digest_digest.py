"""The board's figures by e-mail, through Odoo's digests.

Each figure is the board's own, counted by :meth:`_count_totals` for who gets the mail: a supervisor gets
those of the company, a salesperson their own, anybody else none. What belongs to a period is told of the
last whole ones, what waits is told as it is now. Each number opens exactly its records.
"""

from datetime import timedelta
from typing import NamedTuple

from markupsafe import Markup
from werkzeug.urls import url_encode

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_amount, format_date, formatLang

from .crm_discipline_board import ON_TRACK

_LINK = Markup('<a href="%s" style="color: #374151; text-decoration: none;">%s</a>')


class Kpi(NamedTuple):
    """A figure of the mail.

    ``figures`` are those of the board that ``value`` is computed from, ``opens`` is the one that a click
    on the number opens. ``waits``: told as it is now, not of a period. ``is_better``: more of it is better.
    """

    figures: tuple
    value: object
    unit: str = "count"
    opens: str = ""
    waits: bool = False
    is_better: bool = False


def _first(key):
    return lambda figures: figures[key][0]


def _get_complete(figures):
    asked, missing = figures["asked"][0], figures["missing"][0]
    return (asked - missing) / asked if asked else None


def _get_conversion(figures):
    held = figures["held"][0]
    return figures["held_opportunity"][0] / held if held else None


def _get_returned_in(figures):
    count, median, _nine_of_ten = figures["returned"]
    return median if count else None


def _get_on_track(figures):
    on_track, targets = figures["targets_on_track"]
    return (on_track, targets) if targets else None


# What came of the period, and what waits; in this order within each.
KPIS = {
    "kpi_discipline_meetings_held": Kpi(
        ("held",), _first("held"), opens="held", is_better=True
    ),
    "kpi_discipline_conversion": Kpi(
        ("held", "held_opportunity"), _get_conversion, "share", "held_opportunity"
    ),
    "kpi_discipline_no_shows": Kpi(("no_show",), _first("no_show"), opens="no_show"),
    "kpi_discipline_calls_handled": Kpi(
        ("handled",), _first("handled"), opens="handled", is_better=True
    ),
    "kpi_discipline_calls_returned_in": Kpi(
        ("returned",), _get_returned_in, "minutes", "returned"
    ),
    "kpi_discipline_revenue_won": Kpi(
        ("won",), lambda figures: figures["won"][1], "money", "won", is_better=True
    ),
    "kpi_discipline_data_complete": Kpi(("asked", "missing"), _get_complete, "share", "missing"),
    "kpi_discipline_targets_on_track": Kpi(
        ("targets_on_track",), _get_on_track, "of", "targets_on_track", waits=True
    ),
    "kpi_discipline_meetings_waiting": Kpi(
        ("meetings_waiting",), _first("meetings_waiting"), opens="meetings_waiting", waits=True
    ),
    "kpi_discipline_missed_calls": Kpi(
        ("missed_calls",), _first("missed_calls"), opens="missed_calls", waits=True
    ),
    "kpi_discipline_clients_idle": Kpi(
        ("clients_idle",), _first("clients_idle"), opens="clients_idle", waits=True
    ),
    "kpi_discipline_requests": Kpi(
        ("requests",), _first("requests"), opens="requests", waits=True
    ),
}  # fmt: skip
_PERIODS = ("week", "month", "quarter")
_COLUMNS = 3


class DigestDigest(models.Model):
    _inherit = "digest.digest"

    is_team_figures = fields.Boolean(
        "Figures of Sales Teams",
        readonly=True,
        help="A digest of CRM Discipline's figures, which supervisors keep.",
    )
    kpi_discipline_meetings_held = fields.Boolean("Meetings Held")
    kpi_discipline_conversion = fields.Boolean("Meetings Held with an Opportunity")
    kpi_discipline_no_shows = fields.Boolean("No-shows")
    kpi_discipline_calls_handled = fields.Boolean("Calls Handled")
    kpi_discipline_calls_returned_in = fields.Boolean("Half of Missed Calls Returned in")
    kpi_discipline_revenue_won = fields.Boolean("Revenue Won")
    kpi_discipline_data_complete = fields.Boolean("Data Complete")
    kpi_discipline_targets_on_track = fields.Boolean("Targets on Track")
    kpi_discipline_meetings_waiting = fields.Boolean("Meetings Waiting for a Result")
    kpi_discipline_missed_calls = fields.Boolean("Missed Calls Not Returned")
    kpi_discipline_clients_idle = fields.Boolean("Clients without a Next Step")
    kpi_discipline_requests = fields.Boolean("Data Requests Waiting")

    # ------------------------------------------------------------
    # WHO GETS IT
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self._keeps_all():
            # (the record rule refuses others)
            vals_list = [dict(vals, is_team_figures=True) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if "is_team_figures" in vals and not self._keeps_all():
            raise AccessError(
                self.env._("Only administrators may say which digests are those of sales teams.")
            )
        return super().write(vals)

    @api.model
    def _keeps_all(self):
        return self.env.su or self.env.user.has_group("base.group_erp_manager")

    def action_send_figures(self):
        """Send the mail to its recipients now."""
        self.check_access("write")
        # in sudo: Odoo remembers which of its tips were read, which only administrators may write;
        # what the mail tells is counted as its reader
        self.sudo().action_send_manual()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The figures are on their way to the recipients."),
            },
        }

    def _check_daily_logs(self):
        # nobody gets it, so nobody has to be spared
        unread = self.filtered(lambda digest: digest.is_team_figures and not digest.user_ids)
        return super(DigestDigest, self - unread)._check_daily_logs()

    def _compute_tips(self, company, user, tips_count=1, consumed=True):
        if self.is_team_figures:
            return []
        return super()._compute_tips(company, user, tips_count=tips_count, consumed=consumed)

    def _compute_preferences(self, company, user):
        preferences = super()._compute_preferences(company, user)
        if not (self.is_team_figures and user.has_group("crm_discipline.group_supervisor")):
            return preferences
        link = f"/odoo/action-crm_discipline.digest_digest_action_figures/{self.id}"
        choose = Markup('<a href="%s" style="color: #017e84; font-weight: bold;">%s</a>') % (
            link,
            self.env._("Choose the figures, how often and for whom"),
        )
        # (Odoo's own would lead to its form, and to another pace)
        return [line for line in preferences if "href" not in line] + [choose]

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    def _get_kpi_fields(self):
        # ours are not Odoo's to count over its spans of 24 hours and 7 and 30 days
        return [fname for fname in super()._get_kpi_fields() if fname not in KPIS]

    def _compute_kpis(self, company, user):
        kpis = super()._compute_kpis(company, user)
        return kpis + self._get_board_kpis(company, user)

    def _get_board_kpis(self, company, user):
        """Return the chosen figures of the board as a reader sees them, in the form of
        :meth:`_compute_kpis`; none for who has no business with them."""
        self.ensure_one()
        chosen = [fname for fname in KPIS if self[fname]]
        board = self._get_reading_board(company, user)
        if not chosen or board is None:
            return []
        found = board._get_digest_figures(
            {key for fname in chosen for key in KPIS[fname].figures}, self._get_figure_periods()
        )
        shown = self._prepare_waiting(
            board, [one for one in chosen if KPIS[one].waits], found["now"]
        )
        for fname in chosen:
            if not KPIS[fname].waits:
                shown.append(self._prepare_kpi(board, fname, found["periods"]))
        return shown

    def _get_reading_board(self, company, user):
        """Return the board in the environment of a reader, or None for who may not see it."""
        company = self.company_id or company
        if company not in user.company_ids:
            return None
        board = self.env["crm.discipline.board"].with_user(user)
        board = board.with_context(allowed_company_ids=company.ids)
        try:
            board._check_reader()
        except AccessError:
            return None
        return board

    def _get_figure_periods(self):
        """Return of which last periods a mail tells; a daily one also of the day before."""
        return ("day", "week", "month") if self.periodicity == "daily" else _PERIODS

    def _prepare_waiting(self, board, fnames, now):
        """Return what waits, three figures beside each other."""
        shown = []
        for start in range(0, len(fnames), _COLUMNS):
            columns = [
                {
                    "field": fname,
                    "value": self._link_kpi(board, KPIS[fname], now),
                    "col_subtitle": self._get_kpi_name(fname),
                }
                for fname in fnames[start : start + _COLUMNS]
            ]
            name = "kpi_discipline_now" if not start else f"kpi_discipline_now_{start}"
            shown.append(self._prepare_columns(board, name, now["name"], columns, now["asked"]))
        return shown

    def _prepare_kpi(self, board, fname, periods):
        """Return a figure of the last periods, each beside the one before."""
        kpi = KPIS[fname]
        columns = []
        for period in periods:
            before = kpi.value(period["before"])
            columns.append(
                {
                    "field": fname,
                    "value": self._link_kpi(board, kpi, period),
                    "margin": kpi.is_better
                    and self._get_margin_value(kpi.value(period["figures"]), before),
                    "col_subtitle": self.env._(
                        "%(period)s (%(before)s before)",
                        period=period["name"],
                        before=self._format_kpi(board, kpi, before),
                    ),
                }
            )
        name = self._get_kpi_name(fname)
        return self._prepare_columns(board, fname, name, columns, periods[0]["asked"])

    def _prepare_columns(self, board, name, title, columns, asked):
        """Return columns as Odoo's template takes them, with a link to the board of a period."""
        empty = [{}] * (_COLUMNS - len(columns))
        shown = {f"kpi_col{at}": column for at, column in enumerate(columns + empty, 1)}
        link = _get_link(board, "team_board", asked).removeprefix("/odoo/action-")
        return {"kpi_name": name, "kpi_fullname": title, "kpi_action": link, **shown}

    def _get_kpi_name(self, fname):
        return self.env["ir.model.fields"]._get(self._name, fname).field_description

    def _link_kpi(self, board, kpi, column):
        """Return the number of a column, with a link to its records."""
        asked = {"figure": kpi.opens, **column["asked"]}
        number = self._format_kpi(board, kpi, kpi.value(column["figures"]))
        return _LINK % (_get_link(board, "board_figure", asked), number)

    def _format_kpi(self, board, kpi, value):
        """Return a number as it is read, a dash where there is none."""
        if value is None:
            return "–"
        if kpi.unit == "share":
            return self.env._("%s %%", formatLang(self.env, 100 * value, digits=0))
        if kpi.unit == "minutes":
            hours, minutes = divmod(round(value), 60)
            if not hours:
                return self.env._("%s min", minutes)
            return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=f"{minutes:02}")
        if kpi.unit == "money":
            return format_amount(
                self.env, round(value), board.env.company.currency_id, trailing_zeroes=False
            )
        if kpi.unit == "of":
            part, whole = (formatLang(self.env, number, digits=0) for number in value)
            return self.env._("%(part)s of %(whole)s", part=part, whole=whole)
        return formatLang(self.env, value, digits=0)

    # ------------------------------------------------------------
    # THE TEAM
    # ------------------------------------------------------------

    def _get_team_table(self, company, user):
        """Return a row for each salesperson of the last period, for who sees several:
        ``{"period", "rows": [{"name", "held", "complete", "on_track", "meetings_waiting",
        "missed_calls"}]}``, else False.

        Each number is markup that opens its records.
        """
        board = self._get_reading_board(company, user)
        if not self.is_team_figures or board is None or not board._sees_all():
            return False
        period = self._get_figure_periods()[0]
        first, last = board._get_last_period(period)
        users = board._get_salespeople()
        counted = board._count_board(board._get_scope(users, first, last), users, period)
        asked = {"period": period, "date": str(first)}
        rows = [
            self._prepare_team_row(board, row, asked)
            for row in counted["rows"]
            if row["user_id"] and row["active"]
        ]
        name = counted["period"]["name"]
        return {"period": name, "rows": rows} if len(rows) > 1 else False

    def _prepare_team_row(self, board, row, asked):
        figures = row["figures"]
        asked = {"user": row["user_id"], **asked}

        def link(key, text):
            return _LINK % (_get_link(board, "board_figure", {"figure": key, **asked}), text)

        def number(key):
            return link(key, formatLang(self.env, figures[key][0], digits=0))

        complete = KPIS["kpi_discipline_data_complete"]
        on_track = sum(cell["pace"] in ON_TRACK for cell in row["cells"].values())
        targets = self.env._("%(part)s of %(whole)s", part=on_track, whole=len(row["cells"]))
        return {
            "name": row["user"],
            "held": number("held"),
            "complete": link(
                complete.opens, self._format_kpi(board, complete, complete.value(figures))
            ),
            "on_track": link("targets_on_track", targets) if row["cells"] else "–",
            "meetings_waiting": number("meetings_waiting"),
            "missed_calls": number("missed_calls"),
        }


class CrmDisciplineBoard(models.AbstractModel):
    _inherit = "crm.discipline.board"

    @api.model
    def _get_digest_figures(self, keys, periods):
        """Return the totals of the reader for a mail.

        :param keys: of figures, and ``targets_on_track``
        :return: ``{"now": column, "periods": [column]}``, where a column is ``{"name", "asked": what
            opens it, "figures": {key: numbers}, "before": the same of the period before}``
        """
        today = self.env.company._get_plan_today()
        users = self._get_salespeople()
        month = self._get_period("month", today)
        figures = self._count_totals(users, *month, keys)
        if "targets_on_track" in keys:
            targets, _period = self._get_targets(users, *month)
            on_track = targets.filtered(lambda target: target.pace in ON_TRACK)
            figures["targets_on_track"] = [len(on_track), len(targets)]
        names = {
            "day": self.env._("Yesterday"),
            "week": self.env._("Last week"),
            "month": self.env._("Last month"),
            "quarter": self.env._("Last quarter"),
        }
        columns = []
        for period in periods:
            first, last = self._get_last_period(period)
            before = self._get_period(period, first - timedelta(days=1))
            columns.append(
                {
                    "name": names[period],
                    "asked": {"period": period, "date": str(first)},
                    "figures": self._count_totals(users, first, last, keys),
                    "before": self._count_totals(users, *before, keys),
                }
            )
        now = {
            "name": self.env._("Now, %s", format_date(self.env, today)),
            "asked": {"period": "month", "date": str(today)},
            "figures": figures,
        }
        return {"now": now, "periods": columns}

    @api.model
    def _get_last_period(self, period):
        """Return the first and the last day of the last whole period."""
        first, _last = self._get_period(period, self.env.company._get_plan_today())
        return self._get_period(period, first - timedelta(days=1))


def _get_link(board, tag, asked):
    menu = board.env["ir.model.data"]._xmlid_to_res_id("crm.crm_menu_root")
    query = url_encode({**asked, "company": board.env.company.id, "menu_id": menu})
    return f"/odoo/action-crm_discipline.{tag}?{query}"

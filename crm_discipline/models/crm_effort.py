"""Time spent in the CRM: what a person's browser measured, by day, screen and kind of operation."""

import json
from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.effort_message import MOST_AGO, MOST_MILLISECONDS, READ, BadEffort

# a pause of the hands up to this long is reading; what is longer is not counted
IDLE_SECONDS = 30
OTHER = "other"
MODELS = [
    ("calendar.event", "Meetings"),
    ("crm.call", "Calls"),
    ("res.partner", "Contacts"),
    ("crm.lead", "Leads and Opportunities"),
    ("crm.data.request", "Data Requests"),
    (OTHER, "Boards, Reports and Settings"),
]
# (kind, screen, what it is called)
_OPERATIONS = [
    ("meeting_create", "calendar.event", "Meeting made"),
    ("meeting_edit", "calendar.event", "Meeting edited"),
    ("meeting_held", "calendar.event", "Meeting held, with its result"),
    ("meeting_status", "calendar.event", "Meeting cancelled, no-show or planned again"),
    ("call_create", "crm.call", "Call logged"),
    ("call_edit", "crm.call", "Call edited"),
    ("call_status", "crm.call", "Call processed"),
    ("contact_create", "res.partner", "Contact made"),
    ("contact_edit", "res.partner", "Contact edited"),
    ("lead_create", "crm.lead", "Lead or opportunity made"),
    ("lead_edit", "crm.lead", "Lead or opportunity edited"),
    ("lead_status", "crm.lead", "Opportunity won or lost"),
    ("request_create", "crm.data.request", "Data request made"),
    ("request_edit", "crm.data.request", "Data request edited"),
    ("request_status", "crm.data.request", "Data request processed"),
    ("other_create", OTHER, "Something else made"),
    ("other_edit", OTHER, "Something else edited"),
]
KINDS = [(kind, label) for kind, _model, label in _OPERATIONS] + [
    (READ, "Reading, and what was not saved")
]
KIND_MODELS = {kind: model for kind, model, _label in _OPERATIONS}
# dialogs that are part of work on another model
_DIALOGS = {
    "crm.meeting.held": "calendar.event",
    "crm.call.note": "crm.call",
    "crm.lead.lost": "crm.lead",
    "crm.lead2opportunity.partner": "crm.lead",
    "crm.data.request.reject": "crm.data.request",
}
_ROLES = ("sales_team.group_sale_salesman", "crm_discipline.group_operator")
_SECONDS_OF_DAY = 86_400
# old days that one round of the clean-up handles, for each company
_DAYS_AT_ONCE = 7


class CrmEffort(models.Model):
    """One operation; or, as a total of its day, all reading of one screen by one user.

    There is no time of day, no record and no content: who, which day, on which screen, doing
    what, how long, how many clicks and keys. Single operations older than
    ``discipline_effort_detail_days`` are summed up to totals, too.
    """

    _name = "crm.effort"
    _description = "Time in the CRM"
    _log_access = False
    _order = "day desc, id desc"

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    day = fields.Date(required=True, help="In the company's time zone of figures.")
    model = fields.Selection(MODELS, "Screen", required=True)
    kind = fields.Selection(KINDS, "Operation", required=True)
    is_total = fields.Boolean(required=True, default=False)
    operations = fields.Integer(required=True, default=1)
    seconds = fields.Float("Active Seconds", required=True)
    clicks = fields.Integer(required=True, default=0)
    keys = fields.Integer(required=True, default=0)

    _user_day_index = models.Index("(user_id, day)")
    _day_index = models.Index("(day, company_id)")
    _total_unique = models.UniqueIndex(
        "(user_id, day, company_id, model, kind) WHERE is_total IS TRUE"
    )

    # -- what the browser is told --------------------------------------------------------------

    @api.model
    def _get_session_info(self):
        """Return what the user's browser needs to measure; False if there is nothing to measure."""
        user = self.env.user
        if not self._is_measured(user):
            return False
        companies = self._get_measured_companies_sudo(user)
        return bool(companies) and {
            "companies": companies.ids,
            "models": self._get_screens(),
            "idle": IDLE_SECONDS,
        }

    @api.model
    def _is_measured(self, user):
        """Return whether the user is one whose work is the CRM: nobody else is measured."""
        return user._is_internal() and any(user.has_group(role) for role in _ROLES)

    @api.model
    def _get_measured_companies_sudo(self, user):
        """Return the user's companies that measure.

        As superuser: of companies that the user has not chosen now only this setting is read.
        """
        return user.sudo().company_ids.filtered("discipline_track_effort")

    @api.model
    def _get_screens(self):
        """Return the screen under which time on each model is counted, ``{model: screen}``."""
        ours = {
            name: OTHER
            for name, model in self.env.registry.items()
            if model._original_module == "crm_discipline" and not model._abstract
        }
        own = {name: name for name, _label in MODELS if name in self.env}
        dialogs = {name: screen for name, screen in _DIALOGS.items() if name in self.env}
        return {**ours, **own, **dialogs}

    # -- what it sends -------------------------------------------------------------------------

    @api.model
    def _receive(self, batch_ids, items):
        """Keep what the user's browser measured; a batch that is known already is kept once.

        What a company does not measure, and what is older than a month, is left out.

        :param batch_ids: all batches of the request
        :param items: list of :class:`~odoo.addons.crm_discipline.tools.effort_message.Item`
        :return: whether any of the user's companies still measures
        :raise BadEffort: if a day would have more active time than has passed of it
        """
        user = self.env.user
        companies = (
            self._get_measured_companies_sudo(user)
            if self._is_measured(user)
            else self.env["res.company"]
        )
        zones = {company.id: pytz.timezone(company.discipline_tz) for company in companies}
        now = pytz.utc.localize(datetime.utcnow())
        items = [
            (
                item,
                (now - timedelta(milliseconds=item.ago)).astimezone(zones[item.company_id]).date(),
            )
            for item in items
            if item.company_id in zones and item.ago <= MOST_AGO
        ]
        if items:
            self._check_wall_time(batch_ids, items, zones, now)
            self._insert(batch_ids, items)
            self.env["crm.effort.day"]._fill(user, {day for _item, day in items})
        return bool(companies)

    def _check_wall_time(self, batch_ids, items, zones, now):
        """Refuse more active time than the day has had, by this clock.

        An operation counts on the day of its end, so what it took of the evening before is allowed.
        """
        cr = self.env.cr
        uid = self.env.uid
        cr.execute(
            SQL(
                "SELECT uuid FROM crm_effort_batch WHERE user_id = %s AND uuid = ANY(%s)",
                uid,
                batch_ids,
            )
        )
        known = {uuid for (uuid,) in cr.fetchall()}
        days = defaultdict(float)
        starts = {}
        for item, day in items:
            if item.batch not in known:
                days[day] += item.milliseconds / 1000
                midnight = zones[item.company_id].localize(datetime.combine(day, time.min))
                starts[day] = min(midnight, starts.get(day, midnight))
        cr.execute(
            SQL(
                "SELECT day, SUM(seconds) FROM crm_effort WHERE user_id = %s AND day = ANY(%s) GROUP BY day",
                uid,
                list(days),
            )
        )
        for day, seconds in cr.fetchall():
            days[day] += seconds
        for day, seconds in days.items():
            passed = min((now - starts[day]).total_seconds(), _SECONDS_OF_DAY)
            if seconds > passed + MOST_MILLISECONDS / 1000:
                raise BadEffort(f"More active time than {day} has had.")

    def _insert(self, batch_ids, items):
        """Insert all in one statement, which counts a batch once however often it is sent."""
        rows = [
            {
                "batch": item.batch,
                "company_id": item.company_id,
                "day": day.isoformat(),
                "model": item.model,
                "kind": item.kind,
                "seconds": item.milliseconds / 1000,
                "clicks": item.clicks,
                "keys": item.keys,
            }
            for item, day in items
        ]
        self.env.cr.execute(
            SQL(
                """
                WITH fresh AS (
                    INSERT INTO crm_effort_batch (user_id, uuid, day)
                    SELECT %(user)s, uuid, %(today)s FROM unnest(%(batches)s) AS uuid
                    ON CONFLICT (user_id, uuid) DO NOTHING
                    RETURNING uuid
                ), sent AS (
                    SELECT item.*
                      FROM jsonb_to_recordset(%(rows)s::jsonb) AS item(
                               batch varchar, company_id int, day date, model varchar, kind varchar,
                               seconds float, clicks int, keys int
                           )
                      JOIN fresh ON fresh.uuid = item.batch
                )
                INSERT INTO crm_effort (user_id, company_id, day, model, kind, is_total,
                                        operations, seconds, clicks, keys)
                SELECT %(user)s, company_id, day, model, kind, FALSE, 1, seconds, clicks, keys
                  FROM sent WHERE kind <> %(read)s
                 UNION ALL
                SELECT %(user)s, company_id, day, model, kind, TRUE, 0, SUM(seconds), 0, 0
                  FROM sent WHERE kind = %(read)s
              GROUP BY company_id, day, model, kind
                ON CONFLICT (user_id, day, company_id, model, kind) WHERE is_total IS TRUE
                DO UPDATE SET seconds = crm_effort.seconds + EXCLUDED.seconds
                """,
                user=self.env.uid,
                today=fields.Date.today(),
                batches=list(batch_ids),
                rows=json.dumps(rows),
                read=READ,
            )
        )
        self.invalidate_model()

    # -- what is kept for how long ------------------------------------------------------------

    @api.autovacuum
    def _gc_effort(self):
        """Sum up old operations, remove old totals and the ids of batches that nobody sends again.

        :return: (rows done, whether there are more), by which the scheduled job goes on
        """
        today = fields.Date.today()
        done = 0
        more = False
        # (archived companies, too)
        for company in self.env["res.company"].search([("active", "in", (True, False))]):
            keep = today - timedelta(days=30 * company.discipline_effort_keep_months)
            detail = today - timedelta(days=company.discipline_effort_detail_days)
            for table in ("crm_effort", "crm_effort_day"):
                end = self._get_oldest(table, company, keep)
                self.env.cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE company_id = %s AND day < %s",
                        SQL.identifier(table),
                        company.id,
                        end,
                    )
                )
                done += self.env.cr.rowcount
                more = more or end < keep
            end = self._get_oldest("crm_effort", company, detail, SQL("is_total IS NOT TRUE"))
            done += self._sum_up(company, end)
            more = more or end < detail
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_effort_batch WHERE day < %s",
                today - timedelta(milliseconds=MOST_AGO, days=2),
            )
        )
        self.env.invalidate_all()
        return done, more

    def _get_oldest(self, table, company, before, condition=None):
        """Return where the first few old days end: at most ``before``."""
        self.env.cr.execute(
            SQL(
                "SELECT MIN(day) FROM %s WHERE company_id = %s AND %s",
                SQL.identifier(table),
                company.id,
                condition or SQL("TRUE"),
            )
        )
        first = self.env.cr.fetchone()[0] or before
        return min(before, first + timedelta(days=_DAYS_AT_ONCE))

    def _sum_up(self, company, before):
        """Make one total of each user's operations of a kind on a day before the given one."""
        self.env.cr.execute(
            SQL(
                """
                WITH single AS (
                    DELETE FROM crm_effort
                     WHERE company_id = %s AND day < %s AND is_total IS NOT TRUE
                 RETURNING *
                )
                INSERT INTO crm_effort (user_id, company_id, day, model, kind, is_total,
                                        operations, seconds, clicks, keys)
                SELECT user_id, company_id, day, model, kind, TRUE,
                       SUM(operations), SUM(seconds), SUM(clicks), SUM(keys)
                  FROM single
              GROUP BY user_id, company_id, day, model, kind
                ON CONFLICT (user_id, day, company_id, model, kind) WHERE is_total IS TRUE
                DO UPDATE SET operations = crm_effort.operations + EXCLUDED.operations,
                              seconds = crm_effort.seconds + EXCLUDED.seconds,
                              clicks = crm_effort.clicks + EXCLUDED.clicks,
                              keys = crm_effort.keys + EXCLUDED.keys
                """,
                company.id,
                before,
            )
        )
        return self.env.cr.rowcount


class CrmEffortBatch(models.Model):
    """The id of a batch that a browser sent, so that it counts once."""

    _name = "crm.effort.batch"
    _description = "Received Batch of Time in the CRM"
    _log_access = False

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    uuid = fields.Char(required=True)
    day = fields.Date(required=True, index=True, help="When it was received.")

    _uuid_unique = models.UniqueIndex("(user_id, uuid)")

"""Of a governed record: whose it is, of which team and company, and when it was.

Reports and findings on quality ask this in SQL, so that they need not know the models.
"""

from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class Subject(NamedTuple):
    """SQL of what is told of the records of a query."""

    at: SQL  # the record's own time, UTC
    user: SQL
    team: SQL
    company: SQL


class CrmDisciplineMixin(models.AbstractModel):
    _inherit = "crm.discipline.mixin"

    @api.model
    def _get_subject(self, query):
        """Return the :class:`Subject` of the records of this model.

        :param query: on this model in sudo; gets the joins that are needed
        """
        at, user = self._get_time_and_owner(query)
        query.add_join("LEFT JOIN", "owner", SQL("res_users"), SQL("owner.id = %s", user))
        home = self._get_users_column("company_id")
        team = self._get_users_column("sale_team_id")
        company = home
        if self._has_stored("company_id"):
            own = self._field_to_sql(query.table, "company_id", query)
            company = SQL("COALESCE(%s, %s)", own, home)
        if self._has_stored("team_id"):
            team = self._field_to_sql(query.table, "team_id", query)
        return Subject(at, user, team, company)

    @api.model
    def _get_time_and_owner(self, query):
        """Return the SQL of a record's own time and of whose it is."""
        owner = SQL("NULL::int")
        if self._has_stored("user_id"):
            owner = self._field_to_sql(query.table, "user_id", query)
        return self._field_to_sql(query.table, "create_date", query), owner

    @api.model
    def _get_owned_domain(self, user_id):
        """Return the domain of what :meth:`_get_time_and_owner` says is of a user, in terms that
        indexes serve."""
        if self._has_stored("user_id"):
            return Domain("user_id", "=", user_id)
        return Domain.FALSE

    @api.model
    def _has_stored(self, fname):
        field = self._fields.get(fname)
        return field is not None and field.store

    @api.model
    def _get_users_column(self, fname):
        field = self.env["res.users"]._fields[fname]
        return SQL("%s", SQL.identifier("owner", fname), to_flush=field)

    @api.model
    def _search_governed(self):
        """Return a query of all records of the model as figures see them: whoever looks, and without
        the archived ones, like any search."""
        return self.with_context(active_test=True)._search(Domain.TRUE)


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    @api.model
    def _get_time_and_owner(self, query):
        _made, owner = super()._get_time_and_owner(query)
        return self._field_to_sql(query.table, "start", query), owner


class CrmCall(models.Model):
    _inherit = "crm.call"

    @api.model
    def _get_time_and_owner(self, query):
        _made, owner = super()._get_time_and_owner(query)
        return self._field_to_sql(query.table, "start", query), owner


class ResPartner(models.Model):
    _inherit = "res.partner"

    # what is told of the time of a client, by which reports look clients up
    _subject_time_idx = models.Index("(COALESCE(acquired_on, create_date)) WHERE active IS TRUE")

    @api.model
    def _get_time_and_owner(self, query):
        """A client is of who is in charge of it, else of who brought it, since it was acquired."""

        def column(fname):
            return self._field_to_sql(query.table, fname, query)

        at = SQL("COALESCE(%s, %s)", column("acquired_on"), column("create_date"))
        owner = SQL("COALESCE(%s, %s)", column("discipline_owner_id"), column("acquired_by_id"))
        return at, owner

    @api.model
    def _get_owned_domain(self, user_id):
        brought = Domain("discipline_owner_id", "=", False) & Domain("acquired_by_id", "=", user_id)
        return Domain("discipline_owner_id", "=", user_id) | brought

"""Data requests: what the leaver asked passes, what they worked on as an operator goes back."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_data_request import OPEN
from .crm_handover_kind import KEY_CALL, KEY_EVENT, KEY_LEAD, KEY_OTHER, KEY_SERIES, key_sql


class CrmHandoverRequest(models.AbstractModel):
    """Open requests that the leaver asked: the new client is the receiver's, who is told.

    A rejected one stays the leaver's in the figures; the activity that tells of it passes like the
    others, and whose it is may ask again.
    """

    _name = "crm.handover.kind.request"
    _inherit = "crm.handover.kind"
    _description = "Data requests in a handover"
    _handover_model = "crm.data.request"
    _handover_rank = 60
    _owner = "requested_by_id"

    @api.model
    def _get_label(self):
        return self.env._("Data requests")

    @api.model
    def _get_count_text(self, count):
        if count == 1:
            return self.env._("1 data request")
        return self.env._("%(count)s data requests", count=self._say_number(count))

    @api.model
    def _get_domain(self, user, company):
        return (
            Domain("requested_by_id", "=", user.id)
            & Domain("state", "in", OPEN)
            & self._get_company_domain(company)
        )

    @api.model
    def _get_key_sql(self, query):
        """A request belongs with its client, else with the meeting, the opportunity or the call that
        waits for it."""
        table = query.table
        event = self._join_origin(query, "calendar.event", "calendar_event")
        lead = self._join_origin(query, "crm.lead", "crm_lead")
        call = self._join_origin(query, "crm.call", "crm_call")
        own_lead, team = (
            self._get_client_key(query, "partner_id", lead),
            SQL.identifier(lead, "team_id"),
        )
        of_event, event_team = self._get_lead_key(query, "opportunity_id", event)
        of_call, call_team = self._get_lead_key(query, "lead_id", call)
        key = SQL(
            "COALESCE(%s)",
            SQL(", ").join(
                [
                    self._get_client_key(query, "partner_id"),
                    self._get_client_key(query, "client_id", event),
                    of_event,
                    key_sql(SQL.identifier(event, "recurrence_id"), KEY_SERIES),
                    key_sql(SQL.identifier(event, "id"), KEY_EVENT),
                    own_lead,
                    key_sql(SQL.identifier(lead, "id"), KEY_LEAD),
                    self._get_client_key(query, "partner_id", call),
                    of_call,
                    key_sql(SQL.identifier(call, "id"), KEY_CALL),
                    key_sql(SQL.identifier(table, "id"), KEY_OTHER),
                ]
            ),
        )
        return key, SQL("COALESCE(%s, %s, %s)", event_team, team, call_team)

    def _join_origin(self, query, model_name, table):
        """Join the records of a model from which requests were asked; return the alias."""
        alias = f"origin_{table}"
        query.add_join(
            "LEFT JOIN",
            alias,
            table,
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(query.table, "origin_model"),
                model_name,
                SQL.identifier(alias, "id"),
                SQL.identifier(query.table, "origin_id"),
            ),
        )
        return alias

    @api.model
    def _get_open_sql(self):
        return SQL("thing.state IN %s", OPEN)

    @api.model
    def _after(self, handover, items):
        requests = self._get_records_sudo().browse(self._get_item_records(items)).exists()
        requests._announce()
        handover.from_user_id._bus_send("crm_discipline.requests_changed", {})
        return super()._after(handover, items)


class CrmHandoverRequestWork(models.AbstractModel):
    """Requests that the leaver, as an operator, has taken: they wait again, with what was typed, in
    the place that they had, for whichever operator is free. The receivers need not be operators."""

    _name = "crm.handover.kind.request_work"
    _inherit = "crm.handover.kind"
    _description = "Data requests being worked on in a handover"
    _handover_model = "crm.data.request"
    _handover_rank = 65
    _owner = "operator_id"
    _has_receivers = False
    _has_followers = False

    @api.model
    def _get_label(self):
        return self.env._("Data requests being worked on")

    @api.model
    def _get_count_text(self, count):
        if count == 1:
            return self.env._("1 data request being worked on")
        return self.env._("%(count)s data requests being worked on", count=self._say_number(count))

    @api.model
    def _get_nobody_text(self):
        return self.env._("back to the operators' queue")

    @api.model
    def _get_domain(self, user, company):
        return (
            Domain("operator_id", "=", user.id)
            & Domain("state", "=", "in_progress")
            & self._get_company_domain(company)
        )

    @api.model
    def _get_before_sql(self):
        return SQL("jsonb_build_object('taken_on', thing.taken_on)")

    @api.model
    def _get_open_sql(self):
        return SQL("thing.state IN %s", OPEN)

    @api.model
    def _get_owner_sql(self):
        return SQL("operator_id = NULL")

    @api.model
    def _get_move_sql(self, passage):
        return [SQL("state = 'new'"), SQL("taken_on = NULL")]

    @api.model
    def _get_moved_sql(self):
        """Waiting still; settled ones are told as such."""
        return SQL("(thing.operator_id IS NULL OR thing.state NOT IN %s)", OPEN)

    @api.model
    def _get_return_sql(self):
        return [
            SQL("state = 'in_progress'"),
            SQL("taken_on = (item.before->>'taken_on')::timestamp"),
        ]

    @api.model
    def _after(self, handover, items):
        self._get_records_sudo().browse(self._get_item_records(items)).exists()._announce()
        return super()._after(handover, items)

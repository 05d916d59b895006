"""Whether anything is planned with a client: else it goes cold.

A client is looked at as a whole, a company with its people: an activity on any of them or on one of
their opportunities, a meeting to come or an open data request is a next step.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_data_request import OPEN


# what is planned with a client is a concept of its own, apart from what a contact is
class ResPartner(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.partner"

    has_next_step = fields.Boolean(
        compute="_compute_has_next_step",
        compute_sudo=True,
        search="_search_has_next_step",
        groups="base.group_user",
        help="An activity, a meeting to come or a data request is open with the client, its people or "
        "their opportunities.",
    )

    is_idle_client = fields.Boolean(
        compute="_compute_is_idle_client",
        compute_sudo=True,
        search="_search_is_idle_client",
        groups="base.group_user",
        help="A company, or a person without one, with whom nothing is planned.",
    )

    # the clients of a salesperson that stand for themselves, counted without reading contacts
    _own_clients_idx = models.Index(
        """(discipline_owner_id, id) INCLUDE (company_id, partner_share)
        WHERE active IS TRUE AND partner_share IS TRUE AND (parent_id IS NULL OR is_company IS TRUE)"""
    )

    def _compute_has_next_step(self):
        commercial = self.commercial_partner_id
        planned = {
            partner_id
            for (partner_id,) in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT id FROM (%s) planned (id) WHERE id = ANY(%s)",
                    self._select_next_steps(),
                    commercial.ids,
                )
            )
        }
        for partner in self:
            partner.has_next_step = partner.commercial_partner_id.id in planned

    @api.depends("has_next_step", "parent_id", "is_company")
    def _compute_is_idle_client(self):
        for partner in self:
            is_whole = not partner.parent_id or partner.is_company
            partner.is_idle_client = is_whole and not partner.has_next_step

    def _search_is_idle_client(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = {bool(item) for item in value}
        if len(wanted) > 1:
            return Domain.TRUE
        planned = self._select_next_steps()
        is_whole = Domain("parent_id", "=", False) | Domain("is_company", "=", True)
        # such a client is looked at by its own id: what is asked stands in the index
        is_idle = is_whole & Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "NOT EXISTS (SELECT FROM (%s) planned (id) WHERE planned.id = %s)",
                planned,
                model._field_to_sql(alias, "id", query),
            )
        )
        return is_idle if True in wanted else ~is_idle

    def _search_has_next_step(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = {bool(item) for item in value}
        if len(wanted) > 1:
            return Domain.TRUE
        operator = "in" if True in wanted else "not in"
        planned = self._select_next_steps()
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s %s (%s)",
                model._field_to_sql(alias, "commercial_partner_id", query),
                SQL("IN") if operator == "in" else SQL("NOT IN"),
                planned,
            )
        )

    @api.model
    def _select_next_steps(self):
        """Return the SELECT of the clients (a company rather than its people) with a next step.

        With all rights: whether something is planned does not depend on who asks.
        """
        for model_name, fnames in (
            ("mail.activity", ["active", "res_model", "res_id"]),
            ("calendar.event", ["active", "client_id", "meeting_status", "stop"]),
            ("crm.data.request", ["partner_id", "state"]),
            ("crm.lead", ["partner_id"]),
            ("res.partner", ["commercial_partner_id"]),
        ):
            self.env[model_name].flush_model(fnames)
        return SQL(
            """
            SELECT client.commercial_partner_id
              FROM (
                    SELECT res_id AS id FROM mail_activity
                     WHERE res_model = 'res.partner' AND active IS TRUE
                     UNION
                    SELECT lead.partner_id
                      FROM mail_activity activity
                      JOIN crm_lead lead ON lead.id = activity.res_id
                     WHERE activity.res_model = 'crm.lead' AND activity.active IS TRUE
                     UNION
                    SELECT client_id FROM calendar_event
                     WHERE is_client_meeting IS TRUE AND active IS TRUE AND stop >= %(now)s
                           AND meeting_status = 'planned' AND client_id IS NOT NULL
                     UNION
                    SELECT partner_id FROM crm_data_request
                     WHERE state IN %(open)s AND partner_id IS NOT NULL
                   ) step
              JOIN res_partner client ON client.id = step.id
             WHERE client.commercial_partner_id IS NOT NULL
            """,
            now=fields.Datetime.now(),
            open=OPEN,
        )

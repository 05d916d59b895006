from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_handover_kind import KEY_CALL, key_sql


class CrmHandoverCall(models.AbstractModel):
    """Calls that wait for a status; who was on the phone stays as it was."""

    _name = "crm.handover.kind.call"
    _inherit = "crm.handover.kind"
    _description = "Unprocessed calls in a handover"
    _handover_model = "crm.call"
    _handover_rank = 50
    _has_followers = False
    _settled_fields = frozenset({"crm.call.team_id"})

    @api.model
    def _get_label(self):
        return self.env._("Unprocessed calls")

    @api.model
    def _get_count_text(self, count):
        if count == 1:
            return self.env._("1 unprocessed call")
        return self.env._("%(count)s unprocessed calls", count=self._say_number(count))

    @api.model
    def _get_domain(self, user, company):
        return (
            Domain("user_id", "=", user.id)
            & Domain("is_handled", "=", False)
            & self._get_company_domain(company)
        )

    @api.model
    def _get_key_sql(self, query):
        client = self._get_client_key(query, "partner_id")
        lead, team = self._get_lead_key(query, "lead_id")
        own = key_sql(SQL.identifier(query.table, "id"), KEY_CALL)
        return SQL("COALESCE(%s, %s, %s)", client, lead, own), team

    @api.model
    def _get_open_sql(self):
        return SQL("thing.is_handled IS NOT TRUE")

    @api.model
    def _get_before_sql(self):
        return SQL("jsonb_build_object('team_id', thing.team_id)")

    @api.model
    def _get_move_sql(self, passage):
        return [SQL("team_id = COALESCE(receiver.sale_team_id, thing.team_id)")]

    @api.model
    def _get_return_sql(self):
        return [SQL("team_id = (item.before->>'team_id')::integer")]

    @api.model
    def _after(self, handover, items):
        self.env["crm.call"]._announce(handover.from_user_id | handover._get_receivers())
        return super()._after(handover, items)

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.client_owner import restate_owners, with_all_below
from .crm_handover_kind import KEY_PARTNER, key_sql


class CrmHandoverClient(models.AbstractModel):
    """A company and its people pass together; who acquired them stays as it is."""

    _name = "crm.handover.kind.client"
    _inherit = "crm.handover.kind"
    _description = "Clients in a handover"
    _handover_model = "res.partner"
    _handover_rank = 10
    # (said anew by SQL, for their people, too: see ``_after``)
    _settled_fields = frozenset(
        {
            "res.partner.discipline_owner_id",
            "res.partner.discipline_company_owner_id",
            "crm.audience.member.user_id",
        }
    )

    @api.model
    def _get_label(self):
        return self.env._("Clients")

    @api.model
    def _get_count_text(self, count):
        if count == 1:
            return self.env._("1 client")
        return self.env._("%(count)s clients", count=self._say_number(count))

    @api.model
    def _get_domain(self, user, company):
        return (
            Domain("user_id", "=", user.id)
            & Domain("partner_share", "=", True)
            & self._get_company_domain(company)
        )

    @api.model
    def _get_key_sql(self, query):
        table = query.table
        whole = SQL(
            "COALESCE(%s, %s)",
            SQL.identifier(table, "commercial_partner_id"),
            SQL.identifier(table, "id"),
        )
        return key_sql(whole, KEY_PARTNER), SQL("NULL")

    @api.model
    def _get_move_sql(self, passage):
        # what it nearly always will be, so that what is said anew afterwards writes few rows again
        return [SQL("discipline_owner_id = item.to_user_id")]

    @api.model
    def _get_return_sql(self):
        return [SQL("discipline_owner_id = item.from_user_id")]

    @api.model
    def _after(self, handover, items):
        which = with_all_below(self._get_item_records(items))
        restate_owners(self.env.cr, which)
        # whom something was sent to was whose client they were then
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_audience_member member SET user_id = res_partner.discipline_owner_id
                  FROM res_partner
                 WHERE res_partner.id = member.partner_id AND member.sent_on IS NULL AND %s
                   AND member.user_id IS DISTINCT FROM res_partner.discipline_owner_id
                """,
                which,
            )
        )
        return super()._after(handover, items)

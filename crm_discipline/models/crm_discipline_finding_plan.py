"""Where a company wants it, a record with an open finding does not count in a plan: it is pending, like
one that lacks data. Whose company that is, the finding says, so figures of all plans agree."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmDisciplineMixin(models.AbstractModel):
    _inherit = "crm.discipline.mixin"

    finding_ids = fields.One2many(
        "crm.discipline.finding",
        "res_id",
        "Findings",
        domain=lambda self: [("res_model", "=", self._name), ("is_right", "=", False)],
        groups="sales_team.group_sale_salesman,crm_discipline.group_operator",
    )

    @api.model
    def _get_unblocked_domain(self):
        """Return the domain of the records that no open finding keeps from counting."""
        company_ids = self.env["res.company"]._get_blocking_company_ids()
        if not company_ids:
            return Domain.TRUE
        return Domain.custom(
            to_sql=lambda model, alias, _query: SQL(
                """
                NOT EXISTS (SELECT FROM crm_discipline_finding finding
                             WHERE finding.res_model = %s AND finding.res_id = %s
                               AND finding.is_right IS NOT TRUE AND finding.company_id = ANY(%s))
                """,
                model._name,
                SQL.identifier(alias, "id"),
                list(company_ids),
            )
        )


class CrmPlanMetric(models.Model):
    _inherit = "crm.plan.metric"

    @api.model
    def _get_counting_domain(self, definition):
        """Return the domain of what counts of the records that a definition is about; the others are
        pending."""
        counts = super()._get_counting_domain(definition)
        model = self.env[definition.model_name]
        if definition.model_name in self.env["crm.discipline.rule"]._get_governed_models():
            counts &= model._get_unblocked_domain()
        return counts

"""From a figure to exactly its records, and from a record to the targets for which it counts."""

from odoo import api, fields, models
from odoo.fields import Domain


class CrmDisciplineMixin(models.AbstractModel):
    _inherit = "crm.discipline.mixin"

    counted_target_ids = fields.Many2many(
        "crm.plan.target",
        string="Counts for",
        compute="_compute_counted_target_ids",
        search="_search_counted_target_ids",
        groups="base.group_user",
        help="The targets for which the record counts.",
    )
    pending_target_ids = fields.Many2many(
        "crm.plan.target",
        string="Would Count for",
        compute="_compute_counted_target_ids",
        search="_search_pending_target_ids",
        groups="base.group_user",
        help="The targets for which the record would count if its data were complete.",
    )

    # ------------------------------------------------------------
    # FROM A FIGURE TO ITS RECORDS
    # ------------------------------------------------------------

    def _compute_counted_target_ids(self):
        """Ask of each target of the model that the reader may see which of the records it counts."""
        Target = self.env["crm.plan.target"]
        self.counted_target_ids = self.pending_target_ids = Target
        if not Target.has_access("read"):
            return
        targets = Target.search([("metric_id.model_id.model", "=", self._name)])
        for fname in ("counted_target_ids", "pending_target_ids"):
            for target in targets:
                among = Domain("id", "in", self.ids) & Domain(fname, "in", target.ids)
                for record in self.with_context(active_test=False).search(among):
                    self.browse(record.id)[fname] |= target

    def _search_counted_target_ids(self, operator, value):
        return self._search_targets(operator, value, pending=False)

    def _search_pending_target_ids(self, operator, value):
        return self._search_targets(operator, value, pending=True)

    def _search_targets(self, operator, value, pending):
        """Return the records behind the figures of targets, decided with all rights like the figures.

        Of the targets only those that the searcher may read.
        """
        if operator != "in":
            return NotImplemented
        Target = self.env["crm.plan.target"]
        if not Target.has_access("read"):
            return Domain.FALSE
        targets = Target.search([("id", "in", [one for one in value if one])])
        sharing = targets.grouped(lambda target: (target.metric_id, target._get_measured()))
        return Domain.OR(own._get_seen_by_all(self._name, pending) for own in sharing.values())


class CrmPlanTarget(models.Model):
    _inherit = "crm.plan.target"

    def _get_seen_by_all(self, model_name, pending):
        """Return the domain of what these targets count, which share a metric, a company and a
        period; decided as their figures are, in the search of whoever looks."""
        definition, problem = self._get_definition_or_problem()
        if problem or definition.model_name != model_name:
            return Domain.FALSE
        tz = self.sudo().company_id._get_plan_tz()
        model = self.env["crm.plan.metric"]._get_measuring_model(definition, tz)
        domain = self.sudo()._get_records_domain(definition, pending)
        return self.env["crm.discipline.rule"]._see_all(self._only_active(domain, model), model)

    @api.model
    def _only_active(self, domain, model):
        """Return ``domain`` with what a search adds by itself: archived records are left out,
        unless the domain speaks of them."""
        active = model._active_name
        if active and not any(
            condition.field_expr == active for condition in domain.iter_conditions()
        ):
            domain &= Domain(active, "=", True)
        return domain

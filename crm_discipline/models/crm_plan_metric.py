"""A metric: what a plan counts.

A model, a domain, a user field and a date field say it all. The same definition counts for a
target, for a report and on a click; nothing else decides what a figure is.
"""

import logging
from datetime import date
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain

from ..tools import rule_domain

_logger = logging.getLogger(__name__)


class Measured(NamedTuple):
    """Where and when: what a grouped query is about, the same for all who share it."""

    company_id: int
    tz: str
    date_from: date
    date_to: date


class Definition(NamedTuple):
    """A metric as plain values, which can be cached and shared between transactions."""

    model_name: str
    domain: Domain  # without completeness
    user_field: str
    date_field: str
    is_moment: bool  # the date field is a datetime
    measure: str | None  # the field that is summed; None to count
    requires_complete: bool
    has_company: bool  # the records say which company they belong to


class MetricError(ValueError):
    """A metric that can't be computed.

    :ivar reason: in the user's language
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class CrmPlanMetric(models.Model):
    _name = "crm.plan.metric"
    _description = "Metric"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, copy=False, help="The short technical name, by which others refer to it."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    icon = fields.Char(default="fa-flag-checkered", help="A Font Awesome name, such as fa-phone.")

    # what is counted
    # (not required by the database: a module that is removed takes its models and fields along,
    # and the metric then says that it can't be computed)
    model_id = fields.Many2one(
        "ir.model",
        "Records",
        ondelete="set null",
        domain=[("transient", "=", False), ("abstract", "=", False)],
    )
    model_name = fields.Char(related="model_id.model", string="Model Name")
    filter_domain = fields.Char(
        "Which Count", required=True, default="[]", help="Which of the records count."
    )
    requires_complete = fields.Boolean(
        "Only Complete",
        help="Records that lack what the data rules ask for do not count before it is filled in; "
        "they are shown as pending.",
    )
    user_field_id = fields.Many2one(
        "ir.model.fields",
        "Whose",
        ondelete="set null",
        domain="[('model_id', '=', model_id), ('store', '=', True), ('ttype', '=', 'many2one'), "
        "('relation', '=', 'res.users')]",
        help="The field that says whose record it is.",
    )
    date_field_id = fields.Many2one(
        "ir.model.fields",
        "When",
        ondelete="set null",
        domain="[('model_id', '=', model_id), ('store', '=', True), "
        "('ttype', 'in', ('date', 'datetime'))]",
        help="The field that says in which period a record counts.",
    )
    aggregate = fields.Selection(
        [("count", "Count the records"), ("sum", "Add up a field")],
        "How",
        required=True,
        default="count",
    )
    measure_field_id = fields.Many2one(
        "ir.model.fields",
        "Field to Add Up",
        ondelete="set null",
        domain="[('model_id', '=', model_id), ('store', '=', True), "
        "('ttype', 'in', ('integer', 'float', 'monetary'))]",
    )
    is_monetary = fields.Boolean(compute="_compute_is_monetary", compute_sudo=True)
    is_governed = fields.Boolean(
        compute="_compute_is_governed", help="Data rules can be set for the records."
    )
    problem = fields.Char(
        "Not Computable", compute="_compute_problem", help="Why the metric can't be computed."
    )

    _code_unique = models.UniqueIndex("(code)", "Another metric has this technical name.")

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains(
        "model_id", "filter_domain", "user_field_id", "date_field_id", "aggregate",
        "measure_field_id", "requires_complete",
    )  # fmt: skip
    def _check_definition(self):
        for metric in self:
            try:
                metric._prepare_definition()
            except MetricError as error:
                raise ValidationError(
                    self.env._("“%(metric)s”: %(reason)s", metric=metric.name, reason=error.reason)
                ) from error

    def _check_readable(self):
        """Refuse a metric on what its maker may not read: figures are computed with all rights."""
        if self.env.su:
            return
        for metric in self:
            definition = metric.sudo()._prepare_definition()
            model = self.env[definition.model_name]
            model.check_access("read")
            paths = [definition.user_field, definition.date_field, definition.measure]
            paths += rule_domain.paths(definition.domain)
            for path in filter(None, paths):
                owner = model
                for fname in path.split("."):
                    field = owner._fields[fname]
                    if not owner._has_field_access(field, "read"):
                        raise AccessError(
                            self.env._(
                                "You can't make a metric with the field “%(field)s”, "
                                "which you may not read.",
                                field=path,
                            )
                        )
                    if field.comodel_name:
                        owner = self.env[field.comodel_name]
                        if not owner.has_access("read"):
                            owner.check_access("read")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("aggregate", "measure_field_id")
    def _compute_is_monetary(self):
        for metric in self:
            metric.is_monetary = (
                metric.aggregate == "sum" and metric.measure_field_id.ttype == "monetary"
            )

    @api.depends("model_id")
    def _compute_is_governed(self):
        governed = self.env["crm.discipline.rule"]._get_governed_models()
        for metric in self:
            metric.is_governed = metric.model_name in governed

    @api.depends(
        "model_id", "filter_domain", "user_field_id", "date_field_id", "aggregate",
        "measure_field_id", "requires_complete",
    )  # fmt: skip
    def _compute_problem(self):
        for metric in self:
            try:
                metric.sudo()._prepare_definition()
                metric.problem = False
            except MetricError as error:
                metric.problem = error.reason

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        metrics = super().create(vals_list)
        metrics._check_readable()
        self.env.registry.clear_cache()
        return metrics

    def write(self, vals):
        result = super().write(vals)
        if not {"name", "sequence", "icon", "active"}.issuperset(vals):
            self._check_readable()
            self._definition_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def copy_data(self, default=None):
        number = self.with_context(active_test=False).search_count([]) + 1
        return [
            {
                **vals,
                "name": self.env._("%(name)s (copy)", name=metric.name),
                "code": f"{metric.code}_{number}",
                **(default or {}),
            }
            for metric, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # ------------------------------------------------------------
    # THE DEFINITION
    # ------------------------------------------------------------

    def _definition_changed(self):
        self.env.registry.clear_cache()

    @tools.ormcache("self.id")
    def _get_cached_definition(self):
        """Return the :class:`Definition` in sudo, or None if there is none."""
        try:
            return self.sudo()._prepare_definition()
        except MetricError:
            return None

    def _get_definition(self):
        """Return the :class:`Definition`.

        :raise MetricError: when the model, a field or the domain is gone
        """
        self.ensure_one()
        definition = self._get_cached_definition()
        if definition and self._is_sound(definition):
            return definition
        # in sudo: salespeople do not read which models and fields there are
        return self.sudo()._prepare_definition()

    @api.model
    def _is_sound(self, definition):
        """Tell whether what a cached definition names is still there; a field can go at any time."""
        names = {definition.user_field, definition.date_field, definition.measure}
        for path in (*filter(None, names), *rule_domain.paths(definition.domain)):
            model_name = definition.model_name
            for fname in path.split("."):
                field = self.env[model_name]._fields.get(fname) if model_name in self.env else None
                if field is None:
                    return False
                model_name = field.comodel_name
        return definition.model_name in self.env

    def _prepare_definition(self):
        """Read and check the definition.

        :raise MetricError: naming the first field, operator or value at fault
        """
        self.ensure_one()
        if not self.model_name or self.model_name not in self.env:
            raise MetricError(self.env._("Its records do not exist any more."))
        model = self.env[self.model_name]
        if model._abstract or model._transient or not model._auto:
            raise MetricError(
                self.env._("%(model)s can't be counted.", model=self.model_id.name or model._name)
            )
        user_field = self._get_stored_field(model, "user_field_id", ("many2one",))
        if user_field.comodel_name != "res.users":
            raise MetricError(
                self.env._("“%(field)s” does not hold a user.", field=user_field.name)
            )
        date_field = self._get_stored_field(model, "date_field_id", ("date", "datetime"))
        measure = None
        if self.aggregate == "sum":
            measure = self._get_stored_field(
                model, "measure_field_id", ("integer", "float", "monetary")
            )
            self._check_currency(model, measure)
        if self.requires_complete and not self.is_governed:
            raise MetricError(
                self.env._(
                    "No data rules can be set for %(model)s, so “%(option)s” can't be chosen.",
                    model=self.model_id.name,
                    option=self._fields["requires_complete"]._description_string(self.env),
                )
            )
        company_field = model._fields.get("company_id")
        return Definition(
            model_name=model._name,
            domain=self._get_checked_domain(model),
            user_field=user_field.name,
            date_field=date_field.name,
            is_moment=date_field.type == "datetime",
            measure=measure and measure.name,
            requires_complete=self.requires_complete,
            has_company=bool(company_field and company_field.store and not company_field.translate),
        )

    def _get_stored_field(self, model, fname, types):
        """Return the field of ``model`` that ``fname`` names."""
        label = self._fields[fname]._description_string(self.env)
        chosen = self[fname]
        if not chosen:
            raise MetricError(
                self.env._("“%(label)s” is empty, or its field is gone.", label=label)
            )
        field = model._fields.get(chosen.name)
        if (
            field is None
            or chosen.model != model._name
            or field.type not in types
            or not field.store
            or field.company_dependent
        ):
            raise MetricError(
                self.env._(
                    "“%(label)s” names “%(field)s”, which is no field of %(model)s that it could be.",
                    label=label,
                    field=chosen.name,
                    model=self.model_id.name,
                )
            )
        if field.groups and field.groups != "base.group_user":
            raise MetricError(
                self.env._(
                    "“%(label)s” names “%(field)s”, which not everybody may read.",
                    label=label,
                    field=chosen.name,
                )
            )
        return field

    def _check_currency(self, model, measure):
        """Refuse amounts of any currency: what is added up is the company's."""
        if measure.type != "monetary":
            return
        currency = model._fields.get(measure.get_currency_field(model))
        if currency is not None and currency.store and not currency.related:
            raise MetricError(
                self.env._(
                    "“%(field)s” has amounts in several currencies, which can't be added up; "
                    "choose one in the company's currency.",
                    field=measure.name,
                )
            )

    def _get_checked_domain(self, model):
        try:
            domain = rule_domain.parse(self.filter_domain or "")
            rule_domain.check(domain, model)
        except rule_domain.RuleDomainError as error:
            raise MetricError(
                self.env["crm.discipline.rule"]._explain_domain_error(
                    self._fields["filter_domain"]._description_string(self.env),
                    self.model_id.name,
                    error,
                )
            ) from error
        return domain

    @api.model
    def _get_definitions(self):
        """Return the :class:`Definition` of every metric that can be computed."""
        return [one for one in self._get_cached_definitions() if self._is_sound(one)]

    @api.model
    @tools.ormcache()
    def _get_cached_definitions(self):
        metrics = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        definitions = [metric._get_cached_definition() for metric in metrics]
        return tuple(one for one in definitions if one)

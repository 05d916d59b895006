"""A rule: what data a record must hold, and from which moment, written as two domains.

``filter_domain`` says which records the rule is about, ``required_domain`` what must hold for
them. The pair is the only definition. Everything else reads it: the check on save, what a form says
is missing, the search for incomplete records, the count of violations and the list behind it.
"""

import logging
from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import rule_domain

_logger = logging.getLogger(__name__)


class ActiveRule(NamedTuple):
    """A rule as plain values, which can be cached and shared between transactions."""

    id: int
    blocks: bool
    tz: str  # whose midnight “today” in the domain means
    applies: Domain
    requires: Domain
    violation: Domain  # applies, and what is required does not hold
    fields: frozenset  # of the governed model: what, when changed, can change the outcome
    mending_fields: tuple  # of the governed model: where a person can mend a violation


class CrmDisciplineRule(models.Model):
    _name = "crm.discipline.rule"
    _description = "Data Rule"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(
        "What is missing",
        required=True,
        translate=True,
        tracking=True,
        help="Said to the user when it is missing, so name the data: “Phone or e-mail”.",
    )
    sequence = fields.Integer(default=10, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        tracking=True,
        index=True,
        ondelete="cascade",
        help="Empty: the rule is for every company.",
    )
    model_id = fields.Many2one(
        "ir.model",
        "Records",
        required=True,
        ondelete="cascade",
        tracking=True,
        domain=lambda self: [("model", "in", self._get_governed_models())],
        default=lambda self: self.env["ir.model"]._get_id("calendar.event"),
    )
    model_name = fields.Char(related="model_id.model", string="Model Name")
    filter_domain = fields.Char(
        "Applies to",
        required=True,
        default="[]",
        tracking=True,
        help="Which records the rule is about, and from which moment.",
    )
    required_domain = fields.Char(
        "Must hold",
        required=True,
        tracking=True,
        help="What must be true for them.",
    )
    severity = fields.Selection(
        [("block", "Refuse to save"), ("warn", "Warn")],
        required=True,
        default="block",
        tracking=True,
        help="Either way a record that breaks the rule is incomplete. Only people are refused, "
        "never what reaches the CRM by itself.",
    )
    turned_off_reason = fields.Char(
        readonly=True,
        copy=False,
        tracking=True,
        help="Why the rule was turned off by itself.",
    )
    violation_count = fields.Integer(compute="_compute_violation_count", string="Violations")

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("name")
    def _check_name(self):
        for rule in self:
            if not rule.name.strip() or "\n" in rule.name:
                raise ValidationError(
                    self.env._("Name in one line what is missing; users will read it.")
                )

    @api.constrains("model_id", "filter_domain", "required_domain")
    def _check_domains(self):
        """Refuse a domain that could not be decided when a record is saved."""
        for rule in self:
            if rule.model_name not in self._get_governed_models():
                raise ValidationError(
                    self.env._("Rules can't be set for %(model)s.", model=rule.model_id.name)
                )
            problem = rule._get_problem()
            if problem:
                raise ValidationError(problem)
            if rule_domain.parse(rule.required_domain).is_true():
                raise ValidationError(
                    self.env._(
                        "Say in “%(field)s” what the records need.", field=self.env._("Must hold")
                    )
                )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("model_id", "filter_domain", "required_domain", "company_id")
    def _compute_violation_count(self):
        for rule in self:
            if rule._get_problem():
                rule.violation_count = 0
                continue
            active_rule = rule._prepare_active_rule()
            violations = self._get_violations_domain(rule.model_name, [active_rule])
            rule.violation_count = self.env[rule.model_name].search_count(violations)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self._rules_changed()
        return rules

    def write(self, vals):
        if vals.get("active") and "turned_off_reason" not in vals:
            vals = dict(vals, turned_off_reason=False)
        result = super().write(vals)
        self._rules_changed()
        if vals.get("active"):
            # its fields may have gone while it was off
            self._check_domains()
        return result

    def unlink(self):
        result = super().unlink()
        self._rules_changed()
        return result

    def _update_field_translations(self, *args, **kwargs):
        # the dialog for translations writes past ``write``
        result = super()._update_field_translations(*args, **kwargs)
        self._rules_changed()
        return result

    def copy_data(self, default=None):
        return [
            dict(vals, name=self.env._("%(name)s (copy)", name=rule.name))
            for rule, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_violations(self):
        """Open exactly the records that :attr:`violation_count` counts."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Missing: %(rule)s", rule=self.name),
            "res_model": self.model_name,
            "views": self.env[self.model_name]._get_discipline_views(),
            "mobile_view_mode": "kanban",
            "domain": [("violated_rule_ids", "in", self.ids)],
            "context": {"create": False},
        }

    # ------------------------------------------------------------
    # WHAT THE GOVERNED MODELS ASK
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _get_governed_models(self):
        """Return the names of the models that rules can be set for."""
        return [
            name
            for name in self.env.registry.descendants(["crm.discipline.mixin"], "_inherit")
            if not self.env[name]._abstract
        ]

    @api.model
    @tools.ormcache("model_name")
    def _get_active_rules(self, model_name):
        """Return the :class:`ActiveRule` of a model in their order.

        A rule that can't be decided any more is left out: it must never break saving a record.
        """
        active = []
        rules = self.sudo().with_context(active_test=True)
        for rule in rules.search([("model_name", "=", model_name)]):
            if problem := rule._get_problem():
                _logger.warning("Rule %s (%s) is not applied: %s", rule.id, rule.name, problem)
                continue
            active.append(rule._prepare_active_rule())
        return tuple(active)

    @api.model
    @tools.ormcache("model_name", "lang")
    def _get_rule_names(self, model_name, lang):
        """Return what to call the active rules of a model in a language, by their ids."""
        rules = self.sudo().with_context(lang=lang)
        active = rules.browse(rule.id for rule in self._get_active_rules(model_name))
        return {rule.id: rule.name for rule in active}

    @api.model
    @tools.ormcache("model_name")
    def _get_blocking_rules(self, model_name):
        """Return what a save is checked against.

        :return: (what :meth:`_combine` returns, the fields that can cause a violation)
        """
        blocking = [rule for rule in self._get_active_rules(model_name) if rule.blocks]
        touching = frozenset().union(*(rule.fields for rule in blocking))
        exempt = self.env[model_name]._discipline_exempt_fields
        return self._combine(model_name, blocking), touching - exempt

    @api.model
    def _combine(self, model_name, rules):
        """Return as few domains as possible for the records that break any of ``rules``.

        :param rules: :class:`ActiveRule` values of the model
        :return: ``((time zone to decide in, domain), …)``
        """
        by_records = defaultdict(list)
        for rule in rules:
            # rules about the same records share the cost of finding them
            by_records[rule.tz, repr(rule.applies)].append(rule)
        violations = defaultdict(list)
        for (tz, _records), sharing in by_records.items():
            complete = Domain.AND(rule.requires for rule in sharing)
            violations[tz].append(sharing[0].applies & ~complete)
        model = self.env[model_name]
        return tuple(
            (tz, rule_domain.join(Domain.OR(domains), model._with_discipline_env(tz)))
            for tz, domains in violations.items()
        )

    def _prepare_active_rule(self):
        self.ensure_one()
        model = self._get_judged_model()
        applies, requires = self._get_domains()
        return ActiveRule(
            id=self.id,
            blocks=self.severity == "block",
            tz=self._get_tz(),
            applies=applies.optimize(model),
            requires=requires.optimize(model),
            violation=rule_domain.join(applies & ~requires, model),
            fields=model._get_discipline_fields(applies & requires),
            mending_fields=model._get_mending_fields(requires),
        )

    def _get_tz(self):
        company = self.company_id or self.env["res.company"].sudo().search([], order="id", limit=1)
        return company.discipline_tz

    def _get_domains(self):
        """Return which records this rule is about, and what must hold for them."""
        self.ensure_one()
        applies = rule_domain.parse(self.filter_domain or "")
        if self.company_id:
            model = self.env[self.model_name]
            applies &= model._get_discipline_company_domain(self.company_id.id)
        return applies, rule_domain.parse(self.required_domain or "")

    @api.model
    def _get_violations_domain(self, model_name, rules):
        """Return the domain of the records that break any of ``rules``, whoever looks.

        A rule sees all data, so that the outcome is the same for everybody; what a user may see of
        it is for the search that the domain becomes a part of.

        :param rules: :class:`ActiveRule` values of the model
        """
        return Domain.OR(
            self._see_all(violation, self.env[model_name]._with_discipline_env(tz))
            for tz, violation in self._combine(model_name, rules)
        )

    @staticmethod
    def _see_all(domain, judged):
        """Return ``domain`` so that it is decided in the environment of ``judged``, as a part of
        the search of whoever looks rather than as a list of ids beside it."""
        domain = domain.optimize_full(judged)
        return Domain.custom(
            to_sql=lambda _model, alias, query: domain._to_sql(judged, alias, query)
        )

    def _get_judged_model(self):
        self.ensure_one()
        return self.env[self.model_name]._with_discipline_env(self._get_tz())

    def _get_problem(self):
        """Return in the user's language why this rule can't be decided, or False."""
        self.ensure_one()
        if self.model_name not in self.env:
            return self.env._("The records of this rule do not exist any more.")
        model = self._get_judged_model()
        for fname in ("filter_domain", "required_domain"):
            try:
                rule_domain.check(rule_domain.parse(self[fname] or ""), model)
            except rule_domain.RuleDomainError as error:
                return self._describe_problem(fname, error)
        return False

    def _describe_problem(self, fname, error):
        where = self._fields[fname]._description_string(self.env)
        return self._explain_domain_error(where, self.model_id.name, error)

    @api.model
    def _explain_domain_error(self, where, model, error):
        """Return in the user's language what is wrong with a domain.

        :param where: label of the field that holds it
        :param model: name of the records that it is about
        :param error: a ``RuleDomainError``
        """
        messages = {
            "syntax": self.env._("“%(where)s” is not a valid condition.", where=where),
            "field": self.env._(
                "“%(where)s” uses the field “%(field)s”, which %(model)s does not have.",
                where=where, field=error.subject, model=model,
            ),
            "not_allowed": self.env._(
                "“%(where)s” uses the field “%(field)s”, which a rule can't use: only stored fields "
                "that are the same for every user can be checked when a record is saved.",
                where=where, field=error.subject,
            ),
            "operator": self.env._(
                "“%(where)s” can't compare “%(field)s” in this way.",
                where=where, field=error.subject,
            ),
            "value": self.env._(
                "“%(where)s” compares the field “%(field)s” with a value that it can't have.",
                where=where, field=error.subject,
            ),
        }  # fmt: skip
        return messages[error.reason]

    # ------------------------------------------------------------
    # UPKEEP
    # ------------------------------------------------------------

    def _rules_changed(self):
        # forms know which fields to watch from the rules, so their cached views go, too
        self.env.registry.clear_cache("default", "templates")
        self.env["crm.discipline.mixin"]._invalidate_discipline()

    @api.model
    def _turn_off_broken(self):
        """Turn off, with the reason, the rules that lost a field that they use.

        Called when fields may have gone: after a module was removed, or a field deleted by hand.
        """
        for rule in self.sudo().search([("active", "=", True)]):
            if problem := rule._get_problem():
                rule.write({"active": False, "turned_off_reason": problem})
                rule.message_post(body=self.env._("Turned off. %(reason)s", reason=problem))

    def _register_hook(self):
        super()._register_hook()
        self._turn_off_broken()

    @api.model
    def _select_violations(self, model_name, record_ids):
        """Return which of the records break which of the active rules, in one query.

        :return: iterable of (record id, rule id), the rules in their order
        """
        rules = self._get_active_rules(model_name)
        if not rules or not record_ids:
            return []
        model = self.env[model_name]._with_discipline_env(rules[0].tz)
        query = model._search([("id", "in", record_ids)])
        # a column for each rule: the table is read once, and rules share the joins that they need
        verdicts = []
        for rule in rules:
            judged = model._with_discipline_env(rule.tz)
            verdicts.append(
                rule.violation.optimize_full(judged)._to_sql(judged, query.table, query)
            )
        rows = self.env.execute_query(query.select(SQL.identifier(query.table, "id"), *verdicts))
        return [
            (record_id, rule.id)
            for record_id, *broken in rows
            for rule, is_broken in zip(rules, broken, strict=True)
            if is_broken
        ]

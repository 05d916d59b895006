"""What a governed model does with its rules.

A model joins by inheriting ``crm.discipline.mixin`` and calling, at the end of its ``create`` and
``write``, ``_check_discipline()``. It then has ``is_data_complete`` and ``missing_data`` to show
and to search, forms that can say what is missing before saving, and refuses incomplete saves by
people.

Saved records are judged by the database and drafts by Python, both from the same domain. The
database also judges what is read back, so that what a list shows as incomplete and what a search
for incomplete records finds are the same by construction.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools import automation, domain_filter, rule_domain

_COMPUTED = ("is_data_complete", "missing_data", "missing_items", "violated_rule_ids")
# A refusal of a long import names the first records and counts the others.
_NAMED_RECORDS = 10


class CrmDisciplineMixin(models.AbstractModel):
    _name = "crm.discipline.mixin"
    _description = "Governed by Data Rules"

    # Where a value stands while it is typed: a form that shows ``client_phone`` is about
    # ``client_id.phone``, which changes only when the form is saved.
    _discipline_draft_fields = {}
    # Changing these is never refused for data that were missing before.
    _discipline_exempt_fields = frozenset()

    is_data_complete = fields.Boolean(
        "Data Complete",
        compute="_compute_discipline",
        compute_sudo=True,
        search="_search_is_data_complete",
        groups="base.group_user",
        help="The record holds all that the company's rules ask for.",
    )
    missing_data = fields.Text(
        compute="_compute_discipline",
        compute_sudo=True,
        groups="base.group_user",
        help="What the company's rules ask for and the record lacks, one item a line.",
    )
    missing_items = fields.Json(
        compute="_compute_discipline", compute_sudo=True, groups="base.group_user"
    )
    violated_rule_ids = fields.Many2many(
        "crm.discipline.rule",
        string="Violated Rules",
        compute="_compute_violated_rule_ids",
        compute_sudo=True,
        search="_search_violated_rule_ids",
        groups="base.group_user",
    )

    # ------------------------------------------------------------
    # WHAT IS MISSING
    # ------------------------------------------------------------

    @api.depends_context("lang")
    def _compute_discipline(self):
        Rule = self.env["crm.discipline.rule"]
        rules = {rule.id: rule for rule in Rule._get_active_rules(self._name)}
        names = Rule._get_rule_names(self._name, self.env.lang)
        for rule_ids, records in self._group_by_violated_rules():
            records.is_data_complete = not rule_ids
            records.missing_data = "\n".join(names[rule_id] for rule_id in rule_ids) or False
            records.missing_items = [
                {
                    "id": rule_id,
                    "name": names[rule_id],
                    "blocks": rules[rule_id].blocks,
                    "fields": list(rules[rule_id].mending_fields),
                }
                for rule_id in rule_ids
            ] or False

    def _compute_violated_rule_ids(self):
        for rule_ids, records in self._group_by_violated_rules():
            records.violated_rule_ids = self.env["crm.discipline.rule"].browse(rule_ids)

    def _group_by_violated_rules(self):
        """Return the records by what they lack: ``[(rule ids in the rules' order, records)]``."""
        violated = self._get_violated_rule_ids()
        groups = defaultdict(list)
        for record_id in self._ids:
            groups[tuple(violated.get(record_id, ()))].append(record_id)
        return [(rule_ids, self.browse(ids)) for rule_ids, ids in groups.items()]

    def _get_violated_rule_ids(self):
        """Return the ids of the rules that each record breaks, in the rules' order.

        :return: ``{id of a record or a draft: [rule id]}``
        """
        Rule = self.env["crm.discipline.rule"]
        violated = defaultdict(list)
        saved_ids = [record_id for record_id in self._ids if record_id]
        for record_id, rule_id in Rule._select_violations(self._name, saved_ids):
            violated[record_id].append(rule_id)
        drafts = self.filtered(lambda record: not record.id)
        as_saved = drafts._get_judged_as_saved()
        for rule in Rule._get_active_rules(self._name) if drafts else ():
            typed = rule_domain.substitute(rule.violation, self._discipline_draft_fields)
            for judged, domain in ((drafts - as_saved, typed), (as_saved, rule.violation)):
                judged = judged._with_discipline_env(rule.tz) if judged else judged
                for draft_id in judged.filtered_domain(domain)._ids:
                    violated[draft_id].append(rule.id)
        return violated

    def _get_judged_as_saved(self):
        """Return the drafts in whose form nothing of :attr:`_discipline_draft_fields` is typed."""
        return self.browse()

    def _search_is_data_complete(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = {bool(item) for item in value}
        if len(wanted) > 1:
            return Domain.TRUE
        Rule = self.env["crm.discipline.rule"]
        incomplete = Rule._get_violations_domain(self._name, Rule._get_active_rules(self._name))
        return ~incomplete if True in wanted else incomplete

    def _search_violated_rule_ids(self, operator, value):
        if operator not in ("in", "any", "any!"):
            return NotImplemented
        Rule = self.env["crm.discipline.rule"].with_context(active_test=False).sudo()
        if operator == "in":
            rules = Rule.browse(item for item in value if item)
            empty = False in value
        else:
            rules = Rule.search(value if isinstance(value, Domain) else [("id", "in", value)])
            empty = False
        judged = [
            rule._prepare_active_rule()
            for rule in rules.exists()
            if rule.model_name == self._name and not rule._get_problem()
        ]
        domain = Rule._get_violations_domain(self._name, judged)
        if empty:
            domain |= self._search_is_data_complete("in", [True])
        return domain

    # ------------------------------------------------------------
    # SAVING
    # ------------------------------------------------------------

    def _check_discipline(self, touched=None):
        """Refuse what a person just saved if blocking rules do not hold for it.

        Evaluated in Python from what the save has loaded anyway, once for the whole batch.

        :param touched: names of the fields that were written; None for new records
        :raise ValidationError: naming every missing item of every record at once
        """
        self._invalidate_discipline()
        violations, touching = self.env["crm.discipline.rule"]._get_blocking_rules(self._name)
        if not violations or (touched is not None and touching.isdisjoint(touched)):
            return
        if automation.is_automation(self.env):
            return
        saved = self if all(self._ids) else self.filtered("id")
        for tz, violation in violations:
            if domain_filter.filter_batch(saved._with_discipline_env(tz), violation):
                raise ValidationError(saved._get_refusal())

    def _get_refusal(self):
        """Return in the user's language what is missing before these records can be saved."""
        Rule = self.env["crm.discipline.rule"]
        missing = defaultdict(list)
        blocking = [rule for rule in Rule._get_active_rules(self._name) if rule.blocks]
        names = Rule._get_rule_names(self._name, self.env.lang)
        for rule in blocking:
            judged = self._with_discipline_env(rule.tz)
            for record_id in domain_filter.filter_batch(judged, rule.violation)._ids:
                missing[record_id].append(names[rule.id])
        parts = []
        for record in self.sudo().browse(list(missing)[:_NAMED_RECORDS]):
            items = "\n".join(f"• {name}" for name in missing[record.id])
            title = (record[self._rec_name or "display_name"] or "").strip()
            if title:
                head = self.env._("“%(record)s” can't be saved yet. Missing:", record=title)
            else:
                head = self.env._("This can't be saved yet. Missing:")
            parts.append(f"{head}\n{items}")
        if len(missing) > _NAMED_RECORDS:
            parts.append(
                self.env._("… and %(count)s more records.", count=len(missing) - _NAMED_RECORDS)
            )
        return "\n\n".join(parts)

    @api.model
    def _invalidate_discipline(self):
        """Forget what was found missing: a change anywhere may have completed or broken it."""
        for model_name in self.env["crm.discipline.rule"]._get_governed_models():
            fields_ = self.env[model_name]._fields
            for fname in _COMPUTED:
                fields_[fname]._invalidate_cache(self.env)

    # ------------------------------------------------------------
    # WHAT A MODEL SAYS OF ITSELF
    # ------------------------------------------------------------

    @api.model
    def _get_discipline_company_domain(self, company_id):
        """Return the domain of the records that a company's own rules govern."""
        return Domain("company_id", "=", company_id)

    def _with_discipline_env(self, tz):
        """Return these records as a rule sees them: all data, no language, and the company's time
        zone, so that it makes no difference who looks."""
        return self.with_env(self.env(su=True, context={"active_test": False, "tz": tz}))

    @api.model
    def _get_discipline_fields(self, domain):
        """Return the fields of this model whose change can change the outcome of ``domain``."""
        paths = rule_domain.paths(domain)
        own = {path.split(".")[0] for path in paths}
        own.update(
            self._discipline_draft_fields[path]
            for path in paths
            if path in self._discipline_draft_fields
        )
        todo = list(own)
        while todo:
            # what a field is computed from changes the outcome, too
            for path in self.pool.field_depends[self._fields[todo.pop()]]:
                fname = path.split(".")[0]
                if fname not in own:
                    own.add(fname)
                    todo.append(fname)
        return frozenset(own)

    @api.model
    def _get_discipline_views(self):
        """Return the views, as an action takes them, that show what records lack."""
        return [(False, "list"), (False, "form")]

    @api.model
    def _get_mending_fields(self, domain):
        """Return the fields of this model that a person fills in to make ``domain`` hold.

        What a form shows in place (the client's phone) goes before the relation that leads there.
        """
        paths = rule_domain.paths(domain)
        in_place = [self._discipline_draft_fields.get(path) for path in paths]
        relations = [path.split(".")[0] for path in paths]
        return tuple(dict.fromkeys([fname for fname in in_place if fname] + relations))

    # ------------------------------------------------------------
    # FORMS
    # ------------------------------------------------------------

    def _has_onchange(self, field, other_fields):
        return super()._has_onchange(field, other_fields) or (
            self._fields.get("missing_items") in other_fields and self._is_watched(field.name)
        )

    def _is_watched(self, fname):
        rules = self.env["crm.discipline.rule"]._get_active_rules(self._name)
        return any(fname in rule.fields for rule in rules)

    def _apply_onchange_methods(self, field_name, result):
        applied = super()._apply_onchange_methods(field_name, result)
        for fname in _COMPUTED:
            self._fields[fname]._invalidate_cache(self.env, self._ids)
        return applied

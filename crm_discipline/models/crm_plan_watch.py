"""Open screens are told that figures may have changed, never what they are now.

A change of a governed record is remembered in its transaction, and whom it concerns is found once,
before the commit: however many records an import brings, a salesperson gets one message and the
supervisors get one. Each screen then reads anew, under its own rights. Where no plan runs, nothing is
asked and nothing is sent.
"""

from collections import defaultdict
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ..tools import rule_domain

CHANNEL = "crm_discipline.plan_changed"
# Of more changed records than this nobody asks whom they concern: everybody with a plan is told.
_MANY = 1000
_QUEUE = "crm_discipline.plan_changes"


class Watched(NamedTuple):
    """Which changes of a model may change figures."""

    fields: frozenset  # what, when written, may change one
    user_fields: frozenset  # whose a record is
    ways: tuple  # from a record to whom it concerns: (relation or “id”, model, its user field)


class CrmDisciplineMixin(models.AbstractModel):
    _inherit = "crm.discipline.mixin"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._watch_plans()
        return records

    def write(self, vals):
        watched = self.env["crm.plan.target"]._get_watched(self._name)
        if watched.fields.isdisjoint(vals):
            return super().write(vals)
        # whose it was, and whose it becomes
        self._watch_plans(watched.user_fields.intersection(vals))
        result = super().write(vals)
        self._watch_plans()
        return result

    def unlink(self):
        self._watch_plans(self.env["crm.plan.target"]._get_watched(self._name).user_fields)
        return super().unlink()

    def _watch_plans(self, leaving=()):
        """Remember that figures may change.

        :param leaving: the user fields that are about to lose their values
        """
        Target = self.env["crm.plan.target"]
        if not self or not Target._get_planned_user_ids():
            return
        watched = Target._get_watched(self._name)
        if not watched.fields:
            return
        changes = Target._get_changes()
        # in sudo: whom a change concerns does not depend on who made it
        for fname in leaving:
            changes["users"].update(self.sudo()[fname].ids)
        changes[self._name].update(record_id for record_id in self._ids if record_id)


class CrmPlanTarget(models.Model):
    _inherit = "crm.plan.target"

    @api.model
    def _get_changes(self):
        """Return what has changed in this transaction: ``{model, or “users”: ids}``."""
        precommit = self.env.cr.precommit
        if _QUEUE not in precommit.data:
            precommit.data[_QUEUE] = defaultdict(set)
            precommit.add(self.sudo()._send_changes)
        return precommit.data[_QUEUE]

    def _send_changes(self):
        """Tell those whom the changes of this transaction concern. Called before the commit."""
        changes = self.env.cr.precommit.data.pop(_QUEUE, {})
        planned = self._get_planned_user_ids()
        user_ids = set(changes.pop("users", ()))
        for model_name, record_ids in changes.items():
            if len(record_ids) > _MANY:
                user_ids.update(planned)
                break
            user_ids.update(self._find_concerned(model_name, list(record_ids)))
        self._announce_plans(user_ids & planned)

    @api.model
    def _announce_plans(self, user_ids):
        """Tell the open screens of these users and of all supervisors.

        The message names the users, so that a board reads only what it shows.
        """
        user_ids = sorted(user_ids)
        if not user_ids:
            return
        supervisors = self.env.ref("crm_discipline.group_supervisor", raise_if_not_found=False)
        listening = self._get_plan_listeners(user_ids, supervisors)
        for user in self.env["res.users"].sudo().browse(listening - {None}):
            user._bus_send(CHANNEL, {"user_ids": user.ids})
        if None in listening:
            supervisors.sudo()._bus_send(CHANNEL, {"user_ids": user_ids})

    @api.model
    def _announce_all(self):
        """Tell everybody that any figure may have changed."""
        self._announce_plans(self._get_planned_user_ids())

    @api.model
    def _get_plan_listeners(self, user_ids, supervisors):
        """Return the ids of those of the users who have a screen open, and None among them if a
        supervisor has."""
        group_ids = supervisors.sudo().all_implied_by_ids.ids if supervisors else []
        self.env.cr.execute(
            SQL(
                """
                SELECT user_id FROM mail_presence
                 WHERE user_id = ANY(%(users)s) AND status <> 'offline'
                UNION ALL
                SELECT NULL WHERE EXISTS (
                    SELECT FROM mail_presence presence
                      JOIN res_groups_users_rel member ON member.uid = presence.user_id
                     WHERE member.gid = ANY(%(groups)s) AND presence.status <> 'offline'
                )
                """,
                users=user_ids,
                groups=group_ids,
            )
        )
        return {user_id for (user_id,) in self.env.cr.fetchall()}

    @api.model
    def _find_concerned(self, model_name, record_ids):
        """Return the ids of the users whose figures may depend on these records: those of a user
        field, and those whose records are judged by what they refer to (a meeting by its client).
        """
        concerned = set()
        for relation, other_name, user_field in self._get_watched(model_name).ways:
            model = self.env[other_name].with_context(active_test=False).sudo()
            if relation == "id":
                # most often the save has loaded it anyway
                cached = model._fields[user_field]._get_cache(model.env)
                if all(record_id in cached for record_id in record_ids):
                    concerned.update(filter(None, (cached[one] for one in record_ids)))
                    continue
            groups = model._read_group(
                Domain(relation, "in", record_ids) & Domain(user_field, "!=", False), [user_field]
            )
            concerned.update(user.id for (user,) in groups)
        return concerned

    @api.model
    @ormcache()
    def _get_planned_user_ids(self):
        """Return the ids of the users who have a target in a running plan."""
        targets = self.sudo()._read_group([("plan_id.state", "=", "running")], ["user_id"])
        return frozenset(user.id for (user,) in targets)

    @api.model
    @ormcache("model_name")
    def _get_watched(self, model_name):
        """Return which changes of a model may change figures, and whose: :class:`Watched`."""
        watched_fields, user_fields, ways = set(), set(), set()
        for definition in self.env["crm.plan.metric"]._get_definitions():
            model = self.env[definition.model_name]
            domains = [definition.domain]
            if definition.requires_complete:
                Rule = self.env["crm.discipline.rule"]
                domains += [
                    rule.applies & rule.requires for rule in Rule._get_active_rules(model._name)
                ]
            paths = {path for domain in domains for path in rule_domain.paths(domain)}
            if definition.model_name == model_name:
                own = {"active", definition.user_field, definition.date_field, "company_id"}
                own |= {definition.measure} if definition.measure else set()
                own |= {path.split(".")[0] for path in paths}
                watched_fields |= _with_sources(model, own & set(model._fields))
                user_fields.add(definition.user_field)
                ways.add(("id", model_name, definition.user_field))
            for path in paths:
                relation, _dot, rest = path.partition(".")
                comodel = model._fields[relation].comodel_name
                if rest and comodel == model_name and model._fields[relation].store:
                    watched_fields |= _with_sources(self.env[comodel], {rest.split(".")[0]})
                    ways.add((relation, definition.model_name, definition.user_field))
        return Watched(frozenset(watched_fields), frozenset(user_fields), tuple(sorted(ways)))


class CrmDisciplineRule(models.Model):
    _inherit = "crm.discipline.rule"

    def _rules_changed(self):
        result = super()._rules_changed()
        # another rule, other complete records
        self.env["crm.plan.target"]._announce_all()
        return result


class CrmPlanMetric(models.Model):
    _inherit = "crm.plan.metric"

    def _definition_changed(self):
        result = super()._definition_changed()
        self.env["crm.plan.target"]._announce_all()
        return result


def _with_sources(model, fnames):
    """Return the fields with those of the same model that they are computed from."""
    found, todo = set(fnames), list(fnames)
    while todo:
        for path in model.pool.field_depends[model._fields[todo.pop()]]:
            fname = path.split(".")[0]
            if fname not in found:
                found.add(fname)
                todo.append(fname)
    return found

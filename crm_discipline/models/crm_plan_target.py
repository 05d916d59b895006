"""A target: how many of a metric one salesperson should reach in a plan.

How far it is, is computed when it is read: see ``crm_plan_progress.py``.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools import plan_period

# What changes whom a figure concerns, or what was promised.
_KEPT_WHEN_CLOSED = frozenset({"plan_id", "user_id", "metric_id", "target", "joined_on", "left_on"})


class CrmPlanTarget(models.Model):
    _name = "crm.plan.target"
    _description = "Target"
    _order = "date_from DESC, plan_id DESC, user_id, metric_sequence, id"

    plan_id = fields.Many2one("crm.plan", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    metric_id = fields.Many2one("crm.plan.metric", required=True, index=True, ondelete="restrict")
    # (not summed in lists: meetings and money do not add up; ``crm.plan.report`` sums by metric)
    target = fields.Float(required=True, default=0.0, digits=(16, 2), aggregator=None)
    joined_on = fields.Date(help="The first day of who joined during the period.")
    left_on = fields.Date(help="The last day of who left during the period.")

    # of the plan and the metric
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    team_id = fields.Many2one(related="plan_id.team_id", store=True)
    state = fields.Selection(related="plan_id.state", store=True)
    date_from = fields.Date(related="plan_id.date_from", store=True)
    date_to = fields.Date(related="plan_id.date_to", store=True)
    metric_sequence = fields.Integer(related="metric_id.sequence", store=True)
    metric_code = fields.Char(related="metric_id.code")
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_monetary = fields.Boolean(related="metric_id.is_monetary")
    metric_aggregate = fields.Selection(related="metric_id.aggregate")

    _one_each = models.UniqueIndex(
        "(plan_id, user_id, metric_id)", "A plan has one target for a salesperson and a metric."
    )
    _target_positive = models.Constraint("CHECK (target >= 0)", "A target can't be negative.")
    _running_idx = models.Index("(user_id, metric_id, date_to) WHERE state = 'running'")

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("plan_id", "user_id", "metric_id", "state", "date_from", "date_to")
    def _check_overlap(self):
        """Refuse that two running plans of a company give a user the same metric on one day."""
        running = self.filtered(lambda target: target.plan_id.state == "running")
        if not running:
            return
        # in sudo: the other plan may be one that the user does not see
        rivals = self.sudo().search(
            Domain("user_id", "in", running.user_id.ids)
            & Domain("metric_id", "in", running.metric_id.ids)
            & Domain("company_id", "in", running.plan_id.company_id.ids)
            & Domain("plan_id.state", "=", "running")
            & Domain("plan_id.date_from", "<=", max(running.plan_id.mapped("date_to")))
            & Domain("plan_id.date_to", ">=", min(running.plan_id.mapped("date_from")))
        )
        by_kind = rivals.grouped(_get_kind)
        for target in running.sudo():
            for other in by_kind.get(_get_kind(target), ()):
                plan = other.plan_id
                if (
                    plan != target.plan_id
                    and plan.date_from <= target.plan_id.date_to
                    and plan.date_to >= target.plan_id.date_from
                ):
                    raise ValidationError(
                        self.env._(
                            "%(user)s already has a target for “%(metric)s” on some of these days, "
                            "in the running plan “%(plan)s”.",
                            user=target.user_id.name,
                            metric=target.metric_id.name,
                            plan=plan.name,
                        )
                    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("user_id", "metric_id")
    def _compute_display_name(self):
        for target in self:
            target.display_name = f"{target.user_id.name}: {target.metric_id.name}"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        targets = super().create(vals_list)
        targets._check_open()
        targets._targets_changed(targets.user_id)
        return targets

    def write(self, vals):
        users = self.user_id
        if not _KEPT_WHEN_CLOSED.isdisjoint(vals):
            self._check_open()
        result = super().write(vals)
        self._targets_changed(users | self.user_id)
        return result

    def unlink(self):
        self._check_open()
        self._targets_changed(self.user_id)
        return super().unlink()

    def _check_open(self):
        if not self.env.su:
            self.plan_id.filtered(lambda plan: plan.state == "closed")._refuse_closed()

    def _targets_changed(self, users):
        if any(plan.state == "running" for plan in self.plan_id):
            self.env.registry.clear_cache()
            self._announce_plans(users.ids)

    # ------------------------------------------------------------
    # JOINING AND LEAVING
    # ------------------------------------------------------------

    def _prepare_next_vals(self, share):
        """Return the values of the same target in the next plan.

        :param share: what to multiply the target with
        """
        self.ensure_one()
        target = self._get_full_target() * share
        if not self._is_fractional():
            # half up, as people do
            target = int(target + 0.5)
        return {"user_id": self.user_id.id, "metric_id": self.metric_id.id, "target": target}

    def _is_fractional(self):
        """Tell whether the metric is a sum rather than a count."""
        return self.metric_id.aggregate == "sum"

    def _get_full_target(self):
        """Return what the target would be for who was there all the time."""
        self.ensure_one()
        if not self.joined_on:
            return self.target
        key = (self.company_id.id, self.user_id.id, self.date_from, self.date_to)
        days = self.env["crm.plan"]._get_working_days({key})[key]
        own = [day for day in days if day >= self.joined_on]
        return self.target * len(days) / len(own) if own else self.target

    def _join_by_working_days(self, day):
        """Reduce the targets of who joins on ``day`` to the share of the working days left."""
        days = self._get_plan_days()
        for target in self:
            if not target.date_from < day <= target.date_to:
                continue
            all_days = days[target]
            own = sum(1 for one in all_days if one >= day)
            whole = not target._is_fractional()
            _gone, left = plan_period.split(
                target.target, [len(all_days) - own, own], is_whole=whole
            )
            target.write({"target": left, "joined_on": day})

    def _split_by_working_days(self, day, shares=None):
        """Divide the targets of who leaves: what the days before ``day`` ask for stays with them,
        the rest passes to others.

        Nothing is lost by rounding: the parts add up to what there was. A receiver who has a target
        for the metric in the plan gets the part added, another one gets a target of their own.

        :param day: the first day on which the user is not there any more
        :param shares: ``{user: weight}``, who takes the rest; None lets it lapse
        :return: the targets of the receivers
        """
        received = self.browse()
        days = self._get_plan_days()
        for target in self:
            if not target.date_from <= day <= target.date_to:
                continue
            first = target.joined_on or target.date_from
            last = target.left_on or target.date_to
            all_days = [one for one in days[target] if first <= one <= last]
            worked = sum(1 for one in all_days if one < day)
            whole = not target._is_fractional()
            kept, rest = plan_period.split(
                target.target, [worked, len(all_days) - worked] if all_days else [0, 1], whole
            )
            target.write({"target": kept, "left_on": fields.Date.subtract(day, days=1)})
            users = list(shares or ())
            parts = (
                plan_period.split(rest, [shares[user] for user in users], whole) if users else []
            )
            for user, part in zip(users, parts, strict=True):
                if part:
                    received |= target._pass_to(user, part, day)
        return received

    def _pass_to(self, user, part, day):
        """Give a part of this target to a receiver, and return theirs."""
        self.ensure_one()
        own = self._get_receivers_target(user)
        if own:
            # (who had left the plan is back with it)
            own.write({"target": own.target + part, "left_on": False})
            return own
        return self.create(
            {
                "plan_id": self.plan_id.id,
                "user_id": user.id,
                "metric_id": self.metric_id.id,
                "target": part,
                "joined_on": day if day > self.date_from else False,
            }
        )

    def _get_receivers_target(self, user):
        """Return another user's target for the same: in the plan, or where they have it instead, in
        another running plan of the same days."""
        self.ensure_one()
        same = [("user_id", "=", user.id), ("metric_id", "=", self.metric_id.id)]
        own = self.search([("plan_id", "=", self.plan_id.id), *same])
        if own or self.state != "running":
            return own
        days = [("date_from", "=", self.date_from), ("date_to", "=", self.date_to)]
        running = [("state", "=", "running"), ("company_id", "=", self.company_id.id)]
        return self.search([*same, *running, *days], limit=1)

    def _get_plan_days(self):
        """Return the working days of each target's plan: ``{target: [day]}``."""
        keys = {
            target: (target.company_id.id, target.user_id.id, target.date_from, target.date_to)
            for target in self
        }
        found = self.env["crm.plan"]._get_working_days(set(keys.values()))
        return {target: found[key] for target, key in keys.items()}

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_records(self):
        """Open exactly the records that :attr:`actual` counts; of several targets of one metric those
        that their sum counts."""
        return self._view("counted_target_ids", self._get_title(self.env._("counted")))

    def action_view_pending(self):
        """Open exactly the records that would count if their data were complete."""
        return self._view("pending_target_ids", self._get_title(self.env._("to complete")))

    def _get_title(self, what):
        whose = self.user_id.name if len(self.user_id) == 1 else self.env._("together")
        return f"{self.metric_id.name}, {whose}: {what}"

    def _view(self, fname, name):
        self.check_access("read")
        self.metric_id.ensure_one()
        definition, problem = self._get_definition_or_problem()
        if problem:
            raise UserError(
                self.env._("“%(metric)s” is not computable: %(reason)s",
                           metric=self.metric_id.name, reason=problem)
            )  # fmt: skip
        model = self.env[definition.model_name]
        pending = fname == "pending_target_ids"
        context = {"create": False}
        if fname in model._fields:
            # decided with all rights, so that it is the same whoever looks
            domain = [(fname, "in", self.ids)]
            views = model._get_discipline_views()
            context["active_test"] = False
        else:
            domain = list(
                Domain.OR(
                    own._get_records_domain(definition, pending)
                    for own in self.grouped(lambda target: target._get_measured()).values()
                )
            )
            views = [(False, "list"), (False, "form")]
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": definition.model_name,
            "views": views,
            "mobile_view_mode": "kanban",
            "domain": domain,
            "context": context,
        }


def _get_kind(target):
    return target.plan_id.company_id.id, target.user_id.id, target.metric_id.id

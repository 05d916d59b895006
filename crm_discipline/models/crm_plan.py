"""A plan: a period, and what each salesperson of a team should reach in it."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools.misc import format_date

from ..tools import plan_period

# What a plan promised, which does not change once it is closed.
_KEPT_WHEN_CLOSED = frozenset({"date_from", "date_to", "period", "company_id", "team_id"})


class CrmPlan(models.Model):
    _name = "crm.plan"
    _description = "Sales Plan"
    _order = "date_from DESC, id DESC"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, precompute=True, required=True
    )
    state = fields.Selection(
        [("draft", "Draft"), ("running", "Running"), ("closed", "Closed")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(
        "crm.team", "Sales Team", check_company=True, index="btree_not_null", ondelete="restrict"
    )

    # period
    period = fields.Selection(
        [
            ("week", "Week"),
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("custom", "Other Days"),
        ],
        required=True,
        default="month",
    )
    date_from = fields.Date(
        "From",
        required=True,
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        "To",
        required=True,
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
        help="The last day of the period.",
    )
    utc_from = fields.Datetime(
        compute="_compute_utc_borders", store=True, precompute=True, compute_sudo=True
    )
    utc_to = fields.Datetime(
        compute="_compute_utc_borders",
        store=True,
        precompute=True,
        compute_sudo=True,
        help="When the period is over: the first moment that does not count.",
    )

    # targets
    target_ids = fields.One2many("crm.plan.target", "plan_id", "Targets")
    target_count = fields.Integer(compute="_compute_counts")
    user_count = fields.Integer("Salespeople", compute="_compute_counts")

    # the next plan
    copies_itself = fields.Boolean(
        "Copy to the Next Period by Itself",
        help="When the period ends, the next plan is made with the same targets, and started.",
    )
    copy_percentage = fields.Float(
        "Targets of the Next Period",
        default=100.0,
        help="In percent of the targets of this one.",
    )
    previous_plan_id = fields.Many2one(
        "crm.plan", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )
    next_plan_ids = fields.One2many("crm.plan", "previous_plan_id")

    _dates_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "A period can't end before it starts."
    )
    _copy_percentage_positive = models.Constraint(
        "CHECK (copy_percentage >= 0)", "The percentage can't be negative."
    )
    _running_idx = models.Index("(company_id, date_to) WHERE state = 'running'")

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("state", "company_id", "date_from", "date_to")
    def _check_overlap(self):
        self.filtered(lambda plan: plan.state == "running").target_ids._check_overlap()

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("period", "company_id")
    def _compute_dates(self):
        for plan in self:
            if plan.period == "custom" and plan.date_from and plan.date_to:
                continue
            day = plan.date_from or plan._get_today()
            plan.date_from, plan.date_to = plan_period.get_period(
                plan.period or "month", day, **plan._get_calendar_starts()
            )

    @api.onchange("date_from")
    def _onchange_date_from(self):
        """Move the whole period when its first day is chosen."""
        if self.date_from and self.period and self.period != "custom":
            self.date_from, self.date_to = plan_period.get_period(
                self.period, self.date_from, **self._get_calendar_starts()
            )

    @api.depends("period", "date_from", "date_to", "team_id")
    def _compute_name(self):
        for plan in self:
            if plan.date_from and plan.date_to:
                period = plan._get_period_name()
                team = plan.team_id.name
                plan.name = f"{period}, {team}" if team else period

    @api.depends("date_from", "date_to", "company_id.discipline_tz")
    def _compute_utc_borders(self):
        for plan in self:
            if plan.date_from and plan.date_to:
                plan.utc_from, plan.utc_to = plan_period.get_utc_borders(
                    plan.date_from, plan.date_to, plan.company_id.discipline_tz
                )

    @api.depends("target_ids.user_id")
    def _compute_counts(self):
        for plan in self:
            plan.target_count = len(plan.target_ids)
            plan.user_count = len(plan.target_ids.user_id)

    def _get_period_name(self):
        """Return what to call the period: “November 2026”, “Q4 2026”, or its days."""
        self.ensure_one()
        regular = plan_period.get_period(
            self.period, self.date_from, **self._get_calendar_starts()
        ) == (self.date_from, self.date_to)
        if self.period == "month" and regular:
            name = format_date(self.env, self.date_from, date_format="LLLL y")
            return name[:1].upper() + name[1:]
        if self.period == "year" and regular and self.date_from.month == 1:
            return format_date(self.env, self.date_from, date_format="y")
        if self.period == "quarter" and regular and self.date_from.month in (1, 4, 7, 10):
            return format_date(self.env, self.date_from, date_format="QQQ y")
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, self.date_from),
            last=format_date(self.env, self.date_to),
        )

    def _get_today(self):
        """Return today where the company is."""
        return (self.company_id or self.env.company)._get_plan_today()

    def _get_calendar_starts(self):
        """Return where the company's years begin, as ``plan_period`` takes it."""
        company = self.company_id.sudo() or self.env.company
        return {"year_starts": company._get_plan_year_start()}

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._plans_changed()
        return plans

    def write(self, vals):
        closed = self.filtered(lambda plan: plan.state == "closed")
        if closed and not _KEPT_WHEN_CLOSED.isdisjoint(vals):
            closed._refuse_closed()
        result = super().write(vals)
        self._plans_changed()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_results(self):
        self.filtered(lambda plan: plan.state == "closed")._refuse_closed()

    def _refuse_closed(self):
        """Refuse to change what closed plans promised."""
        for plan in self:
            raise UserError(
                self.env._(
                    "“%(plan)s” is closed and keeps its figures. Reopen it first.", plan=plan.name
                )
            )

    def copy_data(self, default=None):
        return [
            dict(
                vals, target_ids=[Command.create(target) for target in plan.target_ids.copy_data()]
            )
            for plan, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start(self):
        """Let the targets count. Refused without any."""
        for plan in self:
            if not plan.target_ids:
                raise UserError(
                    self.env._("“%(plan)s” has no targets yet. Add them first.", plan=plan.name)
                )
        self.state = "running"
        return True

    def action_close(self):
        """End a plan; its figures stay, as they are defined by their dates and by who earned them."""
        self.filtered(lambda plan: plan.state == "running").state = "closed"
        return True

    def action_reopen(self):
        """Let a plan that was closed too early run on."""
        self.filtered(lambda plan: plan.state == "closed").state = "running"
        return True

    def action_back_to_draft(self):
        """Take back a start."""
        self.filtered(lambda plan: plan.state == "running").state = "draft"
        return True

    def action_view_targets(self):
        """Open the targets with how far they are."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_plan_target_action"
        )
        return dict(action, domain=[("plan_id", "in", self.ids)], context={})

    def action_view_report(self):
        """Open plan and actual of this plan."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_plan_report_action"
        )
        return dict(action, domain=[("plan_id", "in", self.ids)], context={})

    def action_copy_to_next_period(self, percentage=None):
        """Make the next plan with the same salespeople and metrics, and open it.

        :param percentage: of the targets; what the plan says unless given
        """
        plans = self._copy_to_next_period(percentage)
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Plans"),
            "res_model": "crm.plan",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", plans.ids)],
        }
        if len(plans) == 1:
            action.update(views=[(False, "form")], res_id=plans.id)
        return action

    def _copy_to_next_period(self, percentage=None):
        """Return the next plans, in draft. Whom somebody archived meanwhile is left out."""
        vals_list = []
        for plan in self:
            share = (plan.copy_percentage if percentage is None else percentage) / 100.0
            if share < 0:
                raise ValidationError(self.env._("The percentage can't be negative."))
            first, last = plan_period.get_next_period(
                plan.period, plan.date_from, plan.date_to, **plan._get_calendar_starts()
            )
            vals_list.append(
                {
                    "period": plan.period,
                    "date_from": first,
                    "date_to": last,
                    "company_id": plan.company_id.id,
                    "team_id": plan.team_id.id,
                    "copies_itself": plan.copies_itself,
                    "copy_percentage": plan.copy_percentage,
                    "previous_plan_id": plan.id,
                    "target_ids": [
                        Command.create(target._prepare_next_vals(share))
                        for target in plan.target_ids
                        if target.user_id.active and target.metric_id.active and not target.left_on
                    ],
                }
            )
        return self.create(vals_list)

    # ------------------------------------------------------------
    # UPKEEP
    # ------------------------------------------------------------

    @api.model
    def _cron_roll_plans(self):
        """Close the plans whose period is over, and start the next ones where that is wanted.

        One plan after the other, each kept when it is done; one that can't be copied or started is
        closed all the same and its successor left in draft.
        """
        Cron = self.env["ir.cron"]
        plans = self.search([("state", "=", "running")])
        plans = plans.filtered(lambda plan: plan.date_to < plan._get_today())
        Cron._commit_progress(remaining=len(plans))
        for plan in plans:
            plan = plan.try_lock_for_update()
            if plan and plan.state == "running":
                plan._roll()
            if not Cron._commit_progress(1):
                break

    def _roll(self):
        """Close this plan, and carry it on as long as periods are over."""
        self.ensure_one()
        plan = self
        while True:
            plan.action_close()
            if not plan.copies_itself or plan.next_plan_ids:
                return
            following = plan._copy_to_next_period()
            if not following.target_ids:
                return
            try:
                with self.env.cr.savepoint():
                    following.action_start()
            except (UserError, ValidationError):
                # it overlaps with another plan: a person has to decide
                return
            if following.date_to >= following._get_today():
                return
            plan = following

    def _plans_changed(self):
        """Let the other processes know whom figures concern now, and open screens read anew."""
        self.env.registry.clear_cache()
        self.env["crm.plan.target"]._announce_plans(self.target_ids.user_id.ids)

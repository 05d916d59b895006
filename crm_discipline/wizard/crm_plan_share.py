"""Somebody joins a running plan or leaves it: the share of the working days."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmPlanShare(models.TransientModel):
    _name = "crm.plan.share"
    _description = "Join or Leave a Plan"

    plan_id = fields.Many2one(
        "crm.plan",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.context.get("active_id"),
    )
    kind = fields.Selection(
        [("leave", "Leaves"), ("join", "Joins")], "What Happens", required=True, default="leave"
    )
    user_id = fields.Many2one(
        "res.users", "Salesperson", required=True, domain=[("share", "=", False)]
    )
    day = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="The first day with the change: of who joins the first one at work, of who leaves the "
        "first one away.",
    )
    like_user_id = fields.Many2one(
        "res.users",
        "With the Targets of",
        help="Whose targets, in full, the share is of.",
    )
    receiver_ids = fields.Many2many(
        "res.users",
        string="The Rest Passes To",
        domain=[("share", "=", False)],
        help="In equal parts; nobody: the rest lapses.",
    )
    planned_user_ids = fields.Many2many("res.users", compute="_compute_planned_user_ids")

    @api.depends("plan_id")
    def _compute_planned_user_ids(self):
        for share in self:
            share.planned_user_ids = share.plan_id.target_ids.user_id

    def action_confirm(self):
        """Divide the targets by working days."""
        self.ensure_one()
        plan = self.plan_id
        if not plan.date_from <= self.day <= plan.date_to:
            raise UserError(self.env._("Choose a day of the plan's period."))
        own = plan.target_ids.filtered(lambda target: target.user_id == self.user_id)
        if self.kind == "leave":
            if not own:
                raise UserError(
                    self.env._("%(user)s has no targets in this plan.", user=self.user_id.name)
                )
            own._split_by_working_days(
                self.day, dict.fromkeys(self.receiver_ids - self.user_id, 1.0)
            )
        else:
            own = own or self._copy_targets()
            own._join_by_working_days(self.day)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _copy_targets(self):
        """Give who joins the targets of a colleague, as for the whole period."""
        model = self.plan_id.target_ids.filtered(lambda target: target.user_id == self.like_user_id)
        if not model:
            raise UserError(
                self.env._(
                    "Choose whose targets %(user)s gets a share of, or enter them in the plan.",
                    user=self.user_id.name,
                )
            )
        return model.create(
            [
                {
                    "plan_id": self.plan_id.id,
                    "user_id": self.user_id.id,
                    "metric_id": target.metric_id.id,
                    "target": target._get_full_target(),
                }
                for target in model
            ]
        )

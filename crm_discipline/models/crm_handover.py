"""A handover: a salesperson's clients and open work pass to colleagues.

It is prepared, looked at, carried out in one transaction, and kept: who had what before. Within
thirty days it can be undone. What is past (won deals, held meetings, acquired contacts, closed plans)
stays with who earned it.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

UNDO_DAYS = 30
# What the handover itself says of its course; nobody else writes it.
_COURSE = frozenset(
    {"state", "progress", "problem", "confirmed_by_id", "confirmed_on", "done_on"}
    | {"undone_by_id", "undone_on"}
)
_PROGRESSING = frozenset({"running", "undoing"})


class CrmHandover(models.Model):
    _name = "crm.handover"
    _description = "Handover"
    _order = "id DESC"

    # who, and to whom
    from_user_id = fields.Many2one(
        "res.users",
        "From",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        context={"active_test": False},
        help="Whose clients and open work pass.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        help="What belongs to this company passes, and what belongs to none.",
    )
    way = fields.Selection(
        [("people", "Colleagues"), ("team", "By sales team")],
        "Who Takes Over",
        required=True,
        default="people",
        help="Colleagues take turns, client by client. By sales team, each client goes to the "
        "members of the team that its opportunities are in, else of the leaver's team; where a "
        "team has no other member, to its leader.",
    )
    to_user_ids = fields.Many2many(
        "res.users",
        "crm_handover_to_user_rel",
        string="To",
        context={"active_test": False},
        help="One takes over all; several take turns, and each client stays whole.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        help="Whose members take turns. Without one, each client goes to its own team.",
    )
    line_ids = fields.One2many(
        "crm.handover.line",
        "handover_id",
        "What Passes",
        default=lambda self: self._get_default_lines(),
    )

    # its course
    state = fields.Selection(
        [
            ("draft", "Prepared"),
            ("running", "Running"),
            ("done", "Done"),
            ("undoing", "Being Undone"),
            ("undone", "Undone"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
    )
    progress = fields.Integer(readonly=True, copy=False, aggregator=None, help="Percent.")
    problem = fields.Char(readonly=True, copy=False, help="Why it could not be carried out.")
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_on = fields.Datetime(readonly=True, copy=False)
    done_on = fields.Datetime(readonly=True, copy=False)
    undone_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    undone_on = fields.Datetime(readonly=True, copy=False)
    undo_until = fields.Datetime(compute="_compute_undo_until")
    can_undo = fields.Boolean(compute="_compute_undo_until")

    # who gets, or got, how much
    preview = fields.Json(compute="_compute_preview")
    total = fields.Integer("Things", compute="_compute_preview")
    item_ids = fields.One2many("crm.handover.item", "handover_id", "Who Had What", readonly=True)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _get_default_lines(self):
        kinds = self.env["crm.handover.kind"]._get_kinds()
        return [Command.create({"kind": code}) for code in kinds]

    @api.depends("from_user_id", "confirmed_on")
    def _compute_display_name(self):
        for handover in self:
            name = handover.from_user_id.name or self.env._("New handover")
            if handover.confirmed_on:
                day = fields.Datetime.context_timestamp(handover, handover.confirmed_on).date()
                name = f"{name}, {fields.Date.to_string(day)}"
            handover.display_name = name

    @api.depends("done_on", "state")
    def _compute_undo_until(self):
        now = fields.Datetime.now()
        for handover in self:
            until = handover.done_on and handover.done_on + timedelta(days=UNDO_DAYS)
            handover.undo_until = until
            handover.can_undo = handover.state == "done" and bool(until) and now <= until

    @api.depends(
        *("from_user_id", "company_id", "way", "to_user_ids", "team_id", "state"),
        *("line_ids.kind", "line_ids.is_included", "line_ids.to_user_ids"),
    )
    def _compute_preview(self):
        for handover in self:
            handover.preview = handover._get_preview()
            handover.total = handover.preview["total"]

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_course(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_course(vals)
        if not self.env.su:
            self._check_prepared()
        return super().write(vals)

    @api.model
    def _check_course(self, vals):
        if not self.env.su and not _COURSE.isdisjoint(vals):
            raise UserError(
                self.env._("What became of a handover is written by the handover itself.")
            )

    def _check_prepared(self):
        """Refuse to change what is on its way or done: it is the record of who had what."""
        if any(handover.state != "draft" for handover in self):
            raise UserError(
                self.env._("A handover that was confirmed is kept as it is. Make another one.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_prepared(self):
        self._check_prepared()

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    def _check_ready(self):
        """Refuse what can't be carried out, in one clear sentence."""
        self.ensure_one()
        leaver = self.from_user_id
        if leaver.share:
            raise UserError(
                self.env._("%(name)s is not a colleague, so has nothing to hand over.",
                           name=leaver.name)
            )  # fmt: skip
        included = self.line_ids.filtered("is_included")
        if not included:
            raise UserError(self.env._("Choose what passes: nothing is chosen."))
        passing = included.filtered("has_receivers")
        receivers = passing.to_user_ids
        if any(not line.to_user_ids for line in passing):
            if self.way == "people" and not self.to_user_ids:
                raise UserError(self.env._("Choose who takes over."))
            receivers |= self._get_common_receivers()
        self._check_receivers(receivers.sudo())

    def _check_receivers(self, receivers):
        for user in receivers:
            if user == self.from_user_id:
                raise UserError(
                    self.env._("%(name)s can't take over from themselves.", name=user.name)
                )
            if not user.active:
                raise UserError(
                    self.env._("%(name)s is archived, so can't take over. Choose somebody else.",
                               name=user.name)
                )  # fmt: skip
            if user.share:
                raise UserError(
                    self.env._("%(name)s is not a colleague, so can't take over.", name=user.name)
                )
            if self.company_id not in user.company_ids:
                raise UserError(
                    self.env._("%(name)s has no access to %(company)s, so can't take over.",
                               name=user.name, company=self.company_id.name)
                )  # fmt: skip

    def _check_alone(self):
        """Let one handover of a person run at a time."""
        self.ensure_one()
        running = Domain("from_user_id", "=", self.from_user_id.id) & Domain(
            "state", "in", list(_PROGRESSING)
        )
        if self.sudo().search_count(running & Domain("id", "!=", self.id), limit=1):
            raise UserError(
                self.env._("Another handover of %(name)s is running. Wait until it is done.",
                           name=self.from_user_id.name)
            )  # fmt: skip

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_preview(self):
        """Open the handover with the counts of what passes to whom; refuse what can't be done."""
        self.ensure_one()
        self.check_access("read")
        self._check_ready()
        self.invalidate_recordset(["preview", "total"])
        return self._get_form_action()

    def action_confirm(self):
        """Hand over: small ones at once, large ones in the background; all or nothing."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(self.env._("This handover was confirmed already."))
        self._check_ready()
        self._check_alone()
        if not self.total:
            raise UserError(
                self.env._("%(name)s has nothing of what you chose, so nothing would pass.",
                           name=self.from_user_id.name)
            )  # fmt: skip
        self._start_sudo("running", confirmed_by_id=self.env.uid)
        return True

    def action_undo(self):
        """Return what is still as the handover left it; the rest stays and is listed with why."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "done":
            raise UserError(self.env._("Only a handover that is done can be undone."))
        if not self.can_undo:
            raise UserError(
                self.env._("A handover can be undone within %(days)s days.", days=UNDO_DAYS)
            )
        leaver = self.from_user_id
        if not leaver.active:
            raise UserError(
                self.env._("%(name)s is archived, so can't get anything back. Unarchive them first.",
                           name=leaver.name)
            )  # fmt: skip
        self._check_alone()
        self._start_sudo("undoing", undone_by_id=self.env.uid)
        return True

    def action_view_items(self):
        """Open who had what."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_handover_item_action"
        )
        action["domain"] = [("handover_id", "=", self.id)]
        return action

    def action_view_left(self):
        """Open what the undoing left, with the reasons."""
        action = self.action_view_items()
        action["domain"] = [*action["domain"], ("state", "=", "left")]
        return action

    def action_view_records(self, kind, user_id=False):
        """Open the records of one kind that pass, or passed.

        :param kind: code of a kind
        :param user_id: only those of this receiver
        """
        self.ensure_one()
        self.check_access("read")
        chosen = self.env["crm.handover.kind"]._get_kinds().get(kind)
        if chosen is None:
            raise UserError(self.env._("There is no such kind of thing to hand over."))
        model_name = chosen._handover_model
        return {
            "type": "ir.actions.act_window",
            "name": f"{chosen._get_label()}: {self.from_user_id.name}",
            "res_model": model_name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("handover_ref", "=", f"{self.id}/{kind}/{int(user_id or 0)}")],
            "context": {"create": False, "active_test": False},
        }

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

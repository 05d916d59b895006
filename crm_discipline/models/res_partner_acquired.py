"""Who brought a client, and when: said once, when the client is entered, and never moved by a later
reassignment, so that past results stay with who earned them."""

from odoo import api, fields, models
from odoo.tools import sql

from ..tools import automation

_FIELDS = ("acquired_by_id", "acquired_on")
_DEFAULTS = frozenset(f"default_{fname}" for fname in _FIELDS)


class ResPartner(models.Model):
    _inherit = "res.partner"

    # (computed when the client is made, and depending on nothing: later nothing changes them)
    acquired_by_id = fields.Many2one(
        "res.users",
        compute="_compute_acquired_by_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        groups="base.group_user",
        help="Who brought the client: the salesperson whose client it was when it was entered. "
        "Giving the client to somebody else does not change it.",
    )
    acquired_on = fields.Datetime(
        compute="_compute_acquired_on",
        compute_sudo=False,
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        groups="base.group_user",
    )

    _acquired_idx = models.Index("(acquired_by_id, acquired_on) WHERE acquired_by_id IS NOT NULL")

    def _auto_init(self):
        # Who brought the clients that were there before nobody knows: the columns stay empty, and
        # are here before the ORM would compute them for millions of rows.
        for column, kind in zip(_FIELDS, ("int4", "timestamp"), strict=True):
            if not sql.column_exists(self.env.cr, self._table, column):
                sql.create_column(self.env.cr, self._table, column, kind)
        return super()._auto_init()

    def _compute_acquired_by_id(self):
        """Credit a new client to its salesperson, else to the salesperson who enters it.

        A mere address of a client is none. What automation makes for nobody, nobody brought.
        """
        person = self.env.user
        if automation.is_automation(self.env) or not person._works_with_clients():
            person = person.browse()
        for partner in self:
            owner = partner.sudo().user_id or partner.sudo().parent_id.user_id
            is_client = partner.type == "contact"
            partner.acquired_by_id = (owner.sudo(False) or person) if is_client else False

    def _compute_acquired_on(self):
        now = fields.Datetime.now()
        for partner in self:
            partner.acquired_on = now if partner.acquired_by_id else False

    @api.model_create_multi
    def create(self, vals_list):
        context = self.env.context
        if not _DEFAULTS.isdisjoint(context) and not self.env.user._may_correct_acquired():
            # code that creates contacts with all rights must not take these from the user's screen
            context = {key: value for key, value in context.items() if key not in _DEFAULTS}
            self = self.with_env(self.env(context=context))
        return super().create(vals_list)

    def write(self, vals):
        if "acquired_by_id" not in vals:
            return super().write(vals)
        before = {partner.id: {"acquired_by_id": partner.acquired_by_id} for partner in self}
        if not vals["acquired_by_id"]:
            vals = {**vals, "acquired_on": False}
        result = super().write(vals)
        if vals["acquired_by_id"] and "acquired_on" not in vals:
            for partner in self.filtered(lambda partner: not partner.acquired_on):
                partner.acquired_on = partner.create_date
        if not self.env.context.get("tracking_disable"):
            self.sudo()._message_track({"acquired_by_id"}, before)
        return result

    @api.model
    def _has_field_access(self, field, operation):
        if operation == "write" and field.name in _FIELDS and not self.env.su:
            return self.env.user._may_correct_acquired()
        return super()._has_field_access(field, operation)


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        own = self.env["res.partner"].sudo()
        for user, vals in zip(users, vals_list, strict=True):
            if not vals.get("partner_id") and not user.share:
                own |= user.partner_id.sudo()
        if own.acquired_by_id:
            # a colleague's own contact is no client; who became a colleague was one
            own.write({"acquired_by_id": False})
        return users

    def _works_with_clients(self):
        """Tell whether clients whom this user enters without a salesperson are their own.

        Operators and supervisors enter clients for others; as members of a sales team they also sell.
        """
        self.ensure_one()
        if not self.has_group("sales_team.group_sale_salesman"):
            return False
        enters_for_others = self.has_group("crm_discipline.group_operator") or self.has_group(
            "crm_discipline.group_supervisor"
        )
        return not enters_for_others or bool(self.sudo().sale_team_id)

    def _may_correct_acquired(self):
        """Tell whether this user may say by hand who brought a client."""
        return self.has_group("crm_discipline.group_supervisor")

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmHandoverLine(models.Model):
    """Whether one kind passes in a handover, and to whom, where that is chosen apart."""

    _name = "crm.handover.line"
    _description = "What passes in a handover"
    _order = "id"

    handover_id = fields.Many2one("crm.handover", required=True, index=True, ondelete="cascade")
    kind = fields.Selection("_get_kind_selection", "What", required=True, readonly=False)
    is_included = fields.Boolean("Passes", default=True)
    to_user_ids = fields.Many2many(
        "res.users",
        "crm_handover_line_to_user_rel",
        string="To Others",
        context={"active_test": False},
        help="Who takes over this alone; usually all of a client goes to the same colleague.",
    )
    has_receivers = fields.Boolean(compute="_compute_has_receivers")
    count = fields.Integer("How Many", compute="_compute_count", aggregator=None)

    _kind_unique = models.UniqueIndex(
        "(handover_id, kind)", "A handover says once whether something passes."
    )

    @api.model
    def _get_kind_selection(self):
        kinds = self.env["crm.handover.kind"]._get_kinds()
        return [(code, kind._get_label()) for code, kind in kinds.items()]

    @api.depends("kind")
    def _compute_has_receivers(self):
        kinds = self.env["crm.handover.kind"]._get_kinds()
        for line in self:
            line.has_receivers = line.kind in kinds and kinds[line.kind]._has_receivers

    @api.depends("kind", "handover_id.from_user_id", "handover_id.company_id")
    def _compute_count(self):
        kinds = self.env["crm.handover.kind"]._get_kinds()
        for line in self:
            user = line.handover_id.from_user_id._origin
            kind = kinds.get(line.kind)
            company = line.handover_id.company_id._origin
            known = user and kind is not None and line.handover_id._is_readers_company()
            line.count = kind._count(user, company) if known else 0

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_prepared()
        return lines

    def write(self, vals):
        self._check_prepared()
        result = super().write(vals)
        if "handover_id" in vals:
            self._check_prepared()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_prepared(self):
        self._check_prepared()

    def _check_prepared(self):
        if not self.env.su and any(line.handover_id.state != "draft" for line in self):
            raise UserError(
                self.env._("A handover that was confirmed is kept as it is. Make another one.")
            )

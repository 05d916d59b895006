"""A target that is reached is celebrated once, by one screen of its salesperson."""

from odoo import api, fields, models
from odoo.tools import SQL


class CrmPlanTarget(models.Model):
    _inherit = "crm.plan.target"

    celebrated_on = fields.Datetime(
        readonly=True, copy=False, help="When the salesperson was told that it is reached."
    )

    def write(self, vals):
        if "target" in vals:
            # more to reach is reached anew
            raised = self.filtered(
                lambda target: target.celebrated_on and target.target < vals["target"]
            )
            raised.celebrated_on = False
        return super().write(vals)

    @api.model
    def claim_reached(self):
        """Take the caller's targets that were reached and not celebrated yet; whoever asks next, in
        another tab or browser, gets none of them.

        :return: ``[{"id", "metric", "target", "actual", "unit", "currency_id"}]``
        """
        if not self.has_access("read"):
            return []
        targets = self._search_board(self._get_current_domain())._get_to_celebrate()
        claimed = self.browse(targets._claim_sudo())
        return [
            {
                key: value
                for key, value in target._get_counter().items()
                if key in ("id", "metric", "target", "actual", "unit", "currency_id")
            }
            for target in targets & claimed
        ]

    def _get_to_celebrate(self):
        """Return those that are reached, where nobody was told so; nothing to reach is no success."""
        return self.filtered(
            lambda target: (
                target.target > 0
                and not target.celebrated_on
                and not target.problem
                and target.progress >= 100
            )
        )

    def _claim_sudo(self):
        """Note that these are celebrated, and return the ids of those that were not before.

        With all rights, as salespeople do not write targets; they were found under the caller's own.
        """
        if not self:
            return []
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE crm_plan_target SET celebrated_on = now() AT TIME ZONE 'UTC'
                 WHERE id = ANY(%s) AND celebrated_on IS NULL RETURNING id
                """,
                self.ids,
            )
        )
        self.invalidate_recordset(["celebrated_on"])
        return [target_id for (target_id,) in rows]

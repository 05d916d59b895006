"""A colleague who leaves hands over first."""

from odoo import api, models
from odoo.exceptions import RedirectWarning, UserError

from ..tools import automation


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        if vals.get("active") is False:
            self.filtered("active")._check_handed_over()
        return super().write(vals)

    def action_archive(self):
        # before the planned activities of who is archived are deleted
        self.filtered("active")._check_handed_over()
        return super().action_archive()

    @api.ondelete(at_uninstall=False)
    def _unlink_only_handed_over(self):
        self._check_handed_over()

    def _check_handed_over(self):
        """Lead a person who archives a colleague with clients or open work into the handover.

        Never automation, which archives as it must.
        """
        if automation.is_automation(self.env):
            return
        for user in self:
            open_work = user._get_open_work_sudo()
            if not open_work:
                continue
            message = self.env._(
                "%(name)s still has %(what)s. Hand them over first, so that nothing is lost.",
                name=user.name, what=", ".join(open_work),
            )  # fmt: skip
            if not self.env["crm.handover"].has_access("create"):
                raise UserError(message)
            raise RedirectWarning(
                message,
                self.env.ref("crm_discipline.crm_handover_action_new").id,
                self.env._("Hand over"),
                {"default_from_user_id": user.id},
            )

    def _get_open_work_sudo(self):
        """Return what a user still has, in words; what a handover left out on purpose is no more
        asked about.

        In sudo, and of all companies: who archives may not see what is left behind.
        """
        self.ensure_one()
        if self.share:
            return []
        kinds = self.sudo().env["crm.handover.kind"]._get_kinds()
        last = self.env["crm.handover"].sudo().search(
            [("from_user_id", "=", self.id), ("state", "=", "done")], order="done_on DESC", limit=1
        )  # fmt: skip
        left_out = set(kinds) - set(last.line_ids.filtered("is_included").mapped("kind"))
        found = []
        for code, kind in kinds.items():
            if last and code in left_out:
                continue
            count = kind._count(self.sudo(), self.env["res.company"])
            if count:
                found.append(kind.with_env(self.env)._get_count_text(count))
        return found

    def action_hand_over(self):
        """Open a new handover of this user's clients and open work."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_handover_action_new"
        )
        action["context"] = {"default_from_user_id": self.id}
        return action

from odoo import api, models

from ..tools.client_owner import restate_owners, with_all_below


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # Odoo moves what points to the contacts by SQL, and deletes them in sudo
        Partner = self.env["res.partner"]
        if Partner.browse(partner_ids)._filter_locked():
            raise Partner._get_removal_refusal()
        Partner.browse(partner_ids).check_access("read")
        members = self.env["crm.audience.member"]._merge_clients_sudo(partner_ids)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        # whose clients the people are who moved
        self.env.flush_all()
        restate_owners(self.env.cr, with_all_below(partner_ids))
        self.env.invalidate_all(flush=False)
        members._judge_anew()
        return result

    def _action_next_screen(self):
        action = super()._action_next_screen()
        # (the finding that it was opened from is gone; there is nothing more to say)
        if self.state == "finished" and self.env.context.get("discipline_merge_finding"):
            return {"type": "ir.actions.act_window_close"}
        return action

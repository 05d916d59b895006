from odoo import api, models


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        # Odoo moves what points to the contacts by SQL, and deletes them in sudo
        Partner = self.env["res.partner"]
        if Partner.browse(partner_ids)._filter_locked():
            raise Partner._get_removal_refusal()
        return super()._merge(partner_ids, dst_partner, extra_checks)

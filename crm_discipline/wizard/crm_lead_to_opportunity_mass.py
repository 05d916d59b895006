from odoo import models


class CrmLeadToOpportunityMass(models.TransientModel):
    _inherit = "crm.lead2opportunity.partner.mass"

    def _convert_handle_partner(self, lead, action, partner_id):
        if (
            self.action == "each_exist_or_create"
            and not lead.partner_id
            and lead._is_locked_title()
            and not lead._find_matching_partner()
        ):
            # converted without a client, who can be asked for, instead of stopping all the others
            return None
        return super()._convert_handle_partner(lead, action, partner_id)

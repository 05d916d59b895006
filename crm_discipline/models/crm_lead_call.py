"""The calls about an opportunity: its own, and those with its client about nothing else."""

from odoo import models
from odoo.fields import Domain


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.call.subject"]

    _phone_sanitized_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    def _get_calls_domain(self):
        domain = Domain("lead_id", "in", self.ids)
        if self.partner_id:
            domain |= Domain("lead_id", "=", False) & Domain(
                "partner_id", "child_of", self.partner_id.ids
            )
        return domain

    def _prepare_call_vals(self):
        self.ensure_one()
        return {
            "lead_id": self.id,
            "partner_id": self.partner_id.id,
            "user_id": self.env.uid,
            "company_id": (self.company_id or self.env.company).id,
        }

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        # in sudo, like Odoo's own: what is merged stays together, whoever's call it is
        self.env["crm.call"].sudo().search([("lead_id", "in", opportunities.ids)]).write(
            {"lead_id": self.id}
        )
        return result

"""An opportunity of one's own may be of a colleague's client: it works, and tells the client's name."""

from odoo import models


# what others may see is a concept of its own, apart from what an opportunity is
class CrmLead(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.client.guard", "crm.client.read.mixin"]

    _guarded_fields = ("partner_id",)
    _client_data_fields = frozenset(
        {
            "phone",
            "phone_sanitized",
            "email_from",
            "email_normalized",
            "contact_name",
            "partner_name",
            "street",
            "website",
        }
    )

    def _compute_commercial_partner_id(self):
        hidden = self._get_of_hidden_clients("partner_id")
        hidden.commercial_partner_id = False
        return super(CrmLead, self - hidden)._compute_commercial_partner_id()

    def _get_partner_email_update(self, force_void=True):
        if self._get_of_hidden_clients("partner_id"):
            return False
        return super()._get_partner_email_update(force_void=force_void)

    def _get_partner_phone_update(self, force_void=True):
        if self._get_of_hidden_clients("partner_id"):
            return False
        return super()._get_partner_phone_update(force_void=force_void)

    def _compute_potential_lead_duplicates(self):
        """Count no opportunities that the user can't open."""
        super()._compute_potential_lead_duplicates()
        user = self.env.user
        if not user._sees_own_clients_only():
            return
        for lead in self:
            others = (lead.duplicate_lead_ids - lead).with_user(user)
            seen = others._filtered_access("read")
            lead.duplicate_lead_ids = seen.sudo(self.env.su) + lead
            lead.duplicate_lead_count = len(seen)

    def _get_clients_read(self):
        return [lead.partner_id.id or -lead.id for lead in self.sudo()]

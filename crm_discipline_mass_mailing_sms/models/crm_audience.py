from odoo import api, models


class CrmAudience(models.Model):
    _inherit = "crm.audience"

    @api.model
    def _get_mailing_ways(self):
        return {**super()._get_mailing_ways(), "mailing_sms": "phone"}

    @api.model
    def _is_text_way(self, way):
        return way == "mailing_sms" or super()._is_text_way(way)

    def action_text_mailing(self):
        """Open a new mailing by SMS to those who can be reached and were not reached yet."""
        return self._get_mailing_action("sms")

    def action_view_mailings(self):
        action = super().action_view_mailings()
        return {**action, "views": [(False, "list"), (False, "kanban"), (False, "form")]}

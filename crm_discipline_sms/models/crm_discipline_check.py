from odoo import api, models


class CrmDisciplineCheck(models.Model):
    _inherit = "crm.discipline.check"

    @api.model
    def _get_audience_delivery(self):
        """Of a text message nobody knows whether it was answered."""
        told = super()._get_audience_delivery()
        answerable = f"CASE mail.type WHEN 'sms' THEN FALSE ELSE {told['answerable']} END"
        return {**told, "answerable": answerable}

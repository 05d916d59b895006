from odoo import api, models
from odoo.tools import SQL


class CrmAudienceReport(models.Model):
    _inherit = "crm.audience.report"

    @api.model
    def _get_delivery_sql(self):
        """Of a text message nobody knows whether it was answered: it has no way back into Odoo."""
        parts = super()._get_delivery_sql()
        return {
            **parts,
            "answerable": SQL(
                "CASE WHEN mail.type = 'sms' THEN 0 ELSE %s END", parts["answerable"]
            ),
        }

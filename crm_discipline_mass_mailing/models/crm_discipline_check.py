from odoo import api, models


class CrmDisciplineCheck(models.Model):
    _inherit = "crm.discipline.check"

    @api.model
    def _get_audience_delivery(self):
        """Of a mailing its trace tells."""
        told = super()._get_audience_delivery()

        def of_trace(statuses, otherwise):
            return f"CASE WHEN trace.id IS NULL THEN {otherwise} ELSE trace.trace_status IN ({statuses}) END"

        return {
            "joins": f"{told['joins']} LEFT JOIN mailing_trace trace ON trace.id = sent.mailing_trace_id",
            "delivered": of_trace("'sent', 'open', 'reply'", told["delivered"]),
            "bounced": of_trace("'bounce', 'error', 'cancel'", told["bounced"]),
            "answerable": (
                f"CASE WHEN trace.id IS NULL THEN {told['answerable']} ELSE trace.trace_type = 'mail' END"
            ),
            "answered": of_trace("'reply'", told["answered"]),
        }

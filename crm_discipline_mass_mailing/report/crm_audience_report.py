from odoo import api, models
from odoo.tools import SQL


class CrmAudienceReport(models.Model):
    _inherit = "crm.audience.report"
    _depends = {
        "crm.audience.member": ["mailing_trace_id"],
        "mailing.trace": ["trace_status", "trace_type"],
    }

    @api.model
    def _get_delivery_sql(self):
        """Of a mailing, what its trace says."""
        parts = super()._get_delivery_sql()

        def of_trace(statuses, otherwise):
            return SQL(
                """CASE WHEN trace.id IS NOT NULL
                        THEN COALESCE((trace.trace_status IN %s)::int, 0) ELSE %s END""",
                statuses,
                otherwise,
            )

        return {
            "joins": SQL(
                "%s LEFT JOIN mailing_trace trace ON trace.id = member.mailing_trace_id",
                parts["joins"],
            ),
            "delivered": of_trace(("sent", "open", "reply"), parts["delivered"]),
            "bounced": of_trace(("bounce", "error", "cancel"), parts["bounced"]),
            "answerable": SQL(
                "CASE WHEN trace.id IS NOT NULL THEN (trace.trace_type = 'mail')::int ELSE %s END",
                parts["answerable"],
            ),
            "answered": of_trace(("reply",), parts["answered"]),
        }

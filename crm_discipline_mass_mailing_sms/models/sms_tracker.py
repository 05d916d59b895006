from odoo import models
from odoo.addons.crm_discipline_sms.models.sms_tracker import NO_NUMBER


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _update_sms_traces(self, trace_status, failure_type=False, failure_reason=False):
        traces = super()._update_sms_traces(
            trace_status, failure_type=failure_type, failure_reason=failure_reason
        )
        if failure_type in NO_NUMBER:
            for trace in self.sudo().mailing_trace_id:
                if trace.model == "res.partner":
                    client = self.env["res.partner"].browse(trace.res_id).exists()
                    client._note_no_number_sudo(trace.sms_number)
        return traces

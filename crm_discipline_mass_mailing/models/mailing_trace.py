from odoo import api, fields, models

MISSED = {
    "mail_bl": "opted_out",
    "mail_optout": "opted_out",
    "mail_dup": "duplicate",
    "mail_email_invalid": "invalid",
    "mail_email_missing": "missing",
}
"""Why a mailing left somebody out, in the words of audiences."""


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    @api.model_create_multi
    def create(self, vals_list):
        traces = super().create(vals_list)
        traces._mark_members_sudo()
        return traces

    def unlink(self):
        """Odoo removes the traces of what failed to send it once more: it was not sent."""
        failed = self.filtered(lambda trace: trace.trace_status in ("error", "cancel"))
        members = self.env["crm.audience.member"].sudo().search(
            [("mailing_trace_id", "in", failed.ids)]
        )  # fmt: skip
        members.write({"sent_on": False, "mailing_trace_id": False})
        if members:
            self.env.add_to_compute(members._fields["reach_state"], members)
        return super().unlink()

    def _get_missed_reasons(self):
        """Return why somebody was left out: ``{failure type: reason}``."""
        return MISSED

    def _mark_members_sudo(self):
        """Mark those of an audience to whom a mailing goes, in the transaction that makes the mails.

        In sudo: who sends mailings need not see audiences.
        """
        now = fields.Datetime.now()
        reasons = self._get_missed_reasons()
        sent = self.sudo().filtered(lambda trace: trace.mass_mailing_id and not trace.is_test_trace)
        for mailing, traces in sent.grouped("mass_mailing_id").items():
            by_id = {trace.res_id: trace for trace in traces}
            for member, res_id in mailing._get_members_sent_to(traces[:1].model, list(by_id)):
                trace = by_id[res_id]
                if not member.audience_id.sent_on:
                    member.audience_id.sent_on = now
                if member.sent_on:
                    continue
                if trace.trace_status == "cancel":
                    member.missed_reason = reasons.get(trace.failure_type, "invalid")
                else:
                    member.write(
                        {"sent_on": now, "missed_reason": False, "mailing_trace_id": trace.id}
                    )

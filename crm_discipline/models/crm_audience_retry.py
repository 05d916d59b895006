"""What was not taken: a mail server or a provider that refused what an audience was sent.

Nothing was sent then, so its clients were not reached; they are sent to once more when somebody says so.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# As many are taken back in the request, and in a batch of the job.
RETRY_BATCH = 200


# what was not taken is a concept of its own, apart from sending
class CrmAudience(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "crm.audience"

    failed_count = fields.Integer(
        compute="_compute_failed",
        groups="crm_discipline.group_supervisor",
        help="How many could not be handed over to be sent.",
    )
    failed_reason = fields.Char(
        "Not Taken Because",
        compute="_compute_failed",
        groups="crm_discipline.group_supervisor",
        help="What the mail server or the provider said of the last one.",
    )

    is_retrying = fields.Boolean("Being Taken Back", readonly=True, copy=False)

    @api.depends("sent_on")
    def _compute_failed(self):
        for audience in self:
            failed = audience._find_failed_sudo() if audience.sent_on else {}
            audience.failed_count = sum(len(found) for found in failed.values())
            last = next((found[:1] for found in failed.values() if found), None)
            audience.failed_reason = last and audience._get_failed_reason(last)

    def _get_messages_query(self):
        """Return the query of the messages that were made for clients of the audience."""
        members = self.env["crm.audience.member"].sudo()
        sent = Domain("audience_id", "in", self._origin.ids) & Domain(
            "mail_message_id", "!=", False
        )
        return members._search(sent).subselect("mail_message_id")

    def _find_failed_sudo(self):
        """Return what was not taken, the last one first: ``{way: records with a mail_message_id}``.

        In sudo: it lies in Odoo's queues, which are none of a supervisor's business.
        """
        mails = self.env["mail.mail"].sudo().search(
            Domain("state", "=", "exception")
            & Domain("mail_message_id", "in", self._get_messages_query()),
            order="id DESC",
        )  # fmt: skip
        return {"email": mails}

    def _get_failed_reason(self, failed):
        """Return why one thing was not taken, in the words that came back."""
        lines = (failed.failure_reason or "").strip().splitlines()
        return lines[-1][:200] if lines else False

    def action_retry_failed(self):
        """Send once more to those to whom it could not be handed over, if they can still be reached."""
        self.ensure_one()
        self._check_supervisor()
        way = next((way for way, failed in self._find_failed_sudo().items() if failed), None)
        if not way:
            raise UserError(self.env._("Nothing is left that was not taken."))
        self._check_ready_to_send(way)
        self._check_sender(way, self.env.user)
        audience = self.sudo()
        audience.sending_way = way
        audience.is_retrying = audience._retry_next_batch()
        if audience.is_retrying or audience._count_to_send_sudo(way):
            self._start_sending(way)
            return True
        audience._note_missed()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": self.env._("None of them can be reached any more."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _must_wait_to_send(self):
        return super()._must_wait_to_send() or self.is_retrying

    def _retry_next_batch(self):
        """Take some of many that were not taken out of the queue, so that their clients were not
        reached. Return whether there are more.

        Who does the same at the same moment is stopped by the database: a row is deleted once.
        """
        failed = self._find_failed_sudo().get(self.sending_way, self.env["mail.mail"])
        batch = failed[:RETRY_BATCH]
        messages = batch.mail_message_id
        members = self.env["crm.audience.member"].sudo().search(
            [("audience_id", "=", self.id), ("mail_message_id", "in", messages.ids)]
        )  # fmt: skip
        members.write({"sent_on": False, "mail_message_id": False})
        batch.unlink()
        # (what was not sent is no part of what was said to the client)
        messages.exists().unlink()
        self.env.add_to_compute(members._fields["reach_state"], members)
        self.env.flush_all()
        self.is_retrying = len(failed) > len(batch)
        return self.is_retrying

    @api.model
    def _get_steps(self):
        steps = super()._get_steps()
        place = [fname for fname, _method in steps].index("is_sending")
        return [*steps[:place], ("is_retrying", "_retry_next_batch"), *steps[place:]]

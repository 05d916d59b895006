"""The question that a past client meeting asks its owner: what came of it?"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.addons.mail.tools.discuss import Store
from odoo.fields import Domain

# Older meetings are history that the module found, not work that was forgotten.
_ASK_WITHIN = timedelta(days=14)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    # how many questions are asked in one transaction
    _result_batch = 200

    result_meeting_id = fields.Many2one(
        "calendar.event",
        "Meeting Without a Result",
        index="btree_not_null",
        ondelete="cascade",
        help="The activity closes itself when the meeting gets its result.",
    )

    @api.model
    def _cron_ask_for_results(self):
        """Ask the owners of past client meetings what came of them, once each.

        Runs in batches that commit, and goes on where it stopped.
        """
        # the activity itself is the question; an e-mail for each would be a flood at the first run
        quiet = self.with_context(mail_activity_quick_update=True)
        meetings = self._get_meetings_to_ask()
        self.env["ir.cron"]._commit_progress(remaining=len(meetings))
        for start in range(0, len(meetings), self._result_batch):
            batch = meetings[start : start + self._result_batch]
            batch.fetch(["name", "stop", "user_id", "opportunity_id", "client_id", "partner_ids"])
            quiet.create(
                [vals for meeting in batch if (vals := self._prepare_result_activity_vals(meeting))]
            )
            if not self.env["ir.cron"]._commit_progress(len(batch)):
                break

    @api.model
    def _get_meetings_to_ask(self):
        now = fields.Datetime.now()
        due = Domain.OR(
            Domain("user_id.company_id", "=", company.id)
            & Domain("stop", "<=", now - timedelta(hours=company.discipline_result_hours))
            for company in self.env["res.company"].search([])
        )
        asked = self.with_context(active_test=False)._search([("result_meeting_id", "!=", False)])
        return self.env["calendar.event"].search(
            due
            & Domain("stop", ">=", now - _ASK_WITHIN)
            & Domain("is_client_meeting", "=", True)
            & Domain("meeting_status", "=", "planned")
            & Domain("user_id.active", "=", True)
            & Domain("id", "not in", asked.subselect("result_meeting_id")),
            order="stop",
        )

    @api.model
    def _prepare_result_activity_vals(self, meeting):
        """Return the activity that asks for a meeting's result, on what the meeting was about."""
        about = meeting.opportunity_id
        if not about.with_user(meeting.user_id).has_access("read"):
            about = about.browse()
        about = about or meeting.client_id or meeting._get_outside_attendees()[:1]
        if not about:
            return None
        activity_type = self.env.ref("crm_discipline.mail_activity_type_meeting_result")
        owner = self.with_context(lang=meeting.user_id.lang).env
        return {
            "res_model_id": self.env["ir.model"]._get_id(about._name),
            "res_id": about.id,
            "activity_type_id": activity_type.id,
            "summary": owner._("What came of “%(meeting)s”?", meeting=meeting.name),
            "date_deadline": fields.Datetime.context_timestamp(
                self.with_context(tz=meeting.user_id.company_id.discipline_tz), meeting.stop
            ).date(),
            "user_id": meeting.user_id.id,
            "result_meeting_id": meeting.id,
        }

    def _to_store_defaults(self, target):
        # the chatter shows a button to enter the result
        meeting = Store.Attr("result_meeting_id", lambda activity: activity.result_meeting_id.id)
        return [*super()._to_store_defaults(target), meeting]

    def action_enter_result(self):
        """Open the dialog that asks for the result of the meeting."""
        self.ensure_one()
        return self.result_meeting_id.action_meeting_held()

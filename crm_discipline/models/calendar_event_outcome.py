"""What came of a meeting: said with one click, and taken back with one."""

from contextlib import suppress

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools.misc import hmac

from ..tools import automation
from ..tools.proof import is_proof
from .calendar_event import OUTCOME_FIELDS


# what came of a meeting is a concept of its own, apart from what a meeting is
class CalendarEvent(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "calendar.event"

    def action_meeting_held(self, result_id=None):
        """Say that the meetings took place.

        :param result_id: what came of them, where that is known
        :return: the dialog that asks for the result, where one is missing, or for what else is
            missing; else the offer to undo
        """
        # say so now, rather than after the user has answered
        self.check_access("write")
        self._check_calendar_privacy_write_permissions()
        if all(event.meeting_result_id for event in self):
            return self._settle({"meeting_status": "held"})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_meeting_held_action"
        )
        action["context"] = {
            "default_event_ids": [Command.set(self.ids)],
            "dialog_size": "medium",
        }
        result = self.env["crm.meeting.result"].browse(result_id or [])
        if result:
            action["context"]["default_result_id"] = result.id
            if not result.requires_note:
                with suppress(ValidationError), self.env.cr.savepoint():
                    outcome = {"meeting_status": "held", "meeting_result_id": result.id}
                    return self._settle({**self._get_no_result(), **outcome})
        return action

    def action_meeting_no_show(self):
        """Say that the client did not come. Returns the offer to undo."""
        return self._settle({"meeting_status": "no_show", **self._get_no_result()})

    def action_meeting_cancel(self):
        """Say that the meetings will not take place. Returns the offer to undo."""
        return self._settle({"meeting_status": "cancelled", **self._get_no_result()})

    def action_meeting_plan(self):
        """Make the meetings planned again. Returns the offer to undo."""
        # what they lacked when they were planned is not asked for now
        meetings = automation.as_automation(self)
        return meetings._settle({"meeting_status": "planned", **self._get_no_result()})

    def action_meeting_undo(self, outcomes):
        """Restore what came of meetings before the last click.

        What a meeting lacked before is not asked for then: the click, not the meeting, was wrong.

        :param outcomes: ``[{"id", "meeting_status", "meeting_result_id", "meeting_result_note",
            "token"}]``, as the client was given them with the offer to undo. Without the token, which
            proves that the meeting was so, they are written like anything else.
        """
        for outcome in outcomes:
            event = self.browse(outcome["id"])
            vals = {fname: outcome.get(fname) for fname in OUTCOME_FIELDS}
            if is_proof(outcome.get("token"), event._get_outcome_token(vals)):
                event = automation.as_automation(event)
            event.write(vals)
        return True

    def _get_outcome_token(self, vals):
        """Return what proves that this server gave out an outcome of this meeting."""
        message = (self.id, *(vals[fname] or False for fname in OUTCOME_FIELDS))
        return hmac(self.env(su=True), "crm_discipline.meeting_undo", message)

    def _get_no_result(self):
        return {"meeting_result_id": False, "meeting_result_note": False}

    def _settle(self, vals):
        outcomes = [
            {
                "id": event.id,
                "meeting_status": event.meeting_status,
                "meeting_result_id": event.meeting_result_id.id,
                "meeting_result_note": event.meeting_result_note,
            }
            for event in self
        ]
        for event, outcome in zip(self, outcomes, strict=True):
            outcome["token"] = event._get_outcome_token(outcome)
        self.write(vals)
        status = dict(self._fields["meeting_status"]._description_selection(self.env))
        if len(self) == 1:
            message = self.env._(
                "“%(meeting)s”: %(status)s",
                meeting=self.name,
                status=status[vals["meeting_status"]],
            )
        else:
            message = self.env._(
                "%(count)s meetings: %(status)s",
                count=len(self),
                status=status[vals["meeting_status"]],
            )
        return {
            "type": "ir.actions.client",
            "tag": "crm_discipline.undo",
            "params": {
                "message": message,
                "model": self._name,
                "method": "action_meeting_undo",
                "args": [self.ids, outcomes],
            },
        }

    def _update_result_activities(self):
        """Close the question what came of a meeting once it is answered; forget it if it is
        planned again, so that it can be asked again.

        In sudo: the question is its owner's, the answer may be a colleague's.
        """
        questions = self.sudo().with_context(active_test=False).result_activity_ids
        for event, activities in questions.grouped("result_meeting_id").items():
            if event.meeting_status == "planned":
                activities.filtered(lambda activity: not activity.active).unlink()
            else:
                status = dict(self._fields["meeting_status"]._description_selection(self.env))
                activities.filtered("active").action_feedback(
                    feedback=event.meeting_result_id.name or status[event.meeting_status]
                )

    def _close_missed_calls(self):
        """Take the missed calls of clients who were met as returned."""
        for event in self:
            if event.meeting_status == "held" and event.client_id:
                self.env["crm.call"]._close_missed_sudo(event.client_id.ids, None, event.stop)

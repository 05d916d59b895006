"""A missed call of a client: somebody is asked to call back, once, until the client was reached.

It closes itself with the next contact with that client, whoever makes it: a call that was
answered, a call logged with a status that says so, a meeting that was held.
"""

from odoo import api, fields, models
from odoo.fields import Domain

MISSED = ("missed", "voicemail", "busy", "failed")
# Older missed calls are history, not something to hurry for.
_RECENT_DAYS = 14


class CrmCall(models.Model):
    _inherit = "crm.call"

    def _is_missed(self):
        self.ensure_one()
        return self.direction == "in" and self.disposition in MISSED

    def _is_contact(self):
        """Tell whether this call reached the client."""
        self.ensure_one()
        if self.disposition:
            return self.disposition == "answered"
        return self.status_id.is_contact

    @api.model
    def _get_open_missed_domain(self):
        return (
            Domain("direction", "=", "in")
            & Domain("disposition", "in", MISSED)
            & Domain("returned_on", "=", False)
            & Domain("is_handled", "=", False)
        )

    # ------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------

    def _ask_for_callback(self):
        """Ask the owners of missed calls to return them, unless somebody is asked already or the
        client was reached since."""
        for call in self:
            asked = call.callback_activity_id or call.is_handled
            if asked or not call._is_missed() or not (call.partner_id or call.lead_id):
                continue
            reached = call._find_later_contact()
            if reached:
                call.returned_on = reached
                continue
            call.callback_activity_id = (
                call._find_open_callback() or call._create_callback_activity()
            )

    def _find_later_contact(self):
        """Return when the client was reached after this call, or False."""
        self.ensure_one()
        who = Domain.FALSE
        if self.partner_id:
            who |= Domain("partner_id", "=", self.partner_id.id)
        if self.phone_sanitized:
            who |= Domain("phone_sanitized", "=", self.phone_sanitized)
        spoken = Domain("disposition", "=", "answered") | (
            Domain("disposition", "=", False) & Domain("status_id.is_contact", "=", True)
        )
        later = Domain("start", ">", self.start) & Domain("id", "!=", self.id)
        contact = self.sudo().search(who & later & spoken, order="start", limit=1)
        if contact:
            return contact.start
        meeting = (
            self.env["calendar.event"].sudo().search(
                [
                    ("client_id", "=", self.partner_id.id),
                    ("meeting_status", "=", "held"),
                    ("start", ">", self.start),
                ],
                order="start",
                limit=1,
            )
            if self.partner_id
            else self.env["calendar.event"]
        )  # fmt: skip
        return meeting.start

    def _find_open_callback(self):
        """Return the activity that already asks to call this client back."""
        if self.partner_id:
            who = Domain("partner_id", "=", self.partner_id.id)
        else:
            who = Domain("lead_id", "=", self.lead_id.id)
        asked = self.sudo().search(
            self._get_open_missed_domain()
            & who
            & Domain("callback_activity_id", "!=", False)
            & Domain("id", "!=", self.id)
        )
        return asked.callback_activity_id.filtered("active")[:1].sudo(self.env.su)

    def _create_callback_activity(self):
        about = self._get_activity_record()
        owner = self.user_id
        if not about:
            return self.env["mail.activity"]
        return (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id(about._name),
                    "res_id": about.id,
                    "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                    "summary": self.with_context(lang=owner.lang).env._(
                        "Return the missed call %(phone)s", phone=self.phone or ""
                    ),
                    "date_deadline": self._get_callback_deadline(),
                    "user_id": owner.id,
                    "automated": True,
                }
            )
        )

    def _get_callback_deadline(self):
        """Return the day by which a missed call is to be returned: so many working hours after it."""
        company = self.company_id
        calendar = company.resource_calendar_id
        start = fields.Datetime.context_timestamp(
            self.with_context(tz=company.discipline_tz), self.start
        )
        deadline = calendar and calendar.plan_hours(
            company.discipline_callback_hours, start, compute_leaves=True
        )
        return (deadline or start).date()

    def _reopen_callback(self):
        """Ask again after a status was taken back."""
        for call in self.filtered(lambda call: call._is_missed() and not call.is_handled):
            activity = call.callback_activity_id
            if activity and not activity.active:
                activity.sudo().write({"active": True, "feedback": False})
            elif not activity:
                call._ask_for_callback()

    # ------------------------------------------------------------
    # CLOSING
    # ------------------------------------------------------------

    def _contact_answered(self):
        """Close what waits for a contact with the clients of those calls that were answered."""
        self.filtered(lambda call: call.disposition == "answered")._contact_made()

    def _contact_made(self):
        """Close what waits for a contact with the clients of these calls, who were reached."""
        for call in self:
            self._close_missed_sudo(call.partner_id.ids, call.phone_sanitized, call.start, call)

    @api.model
    def _close_missed_sudo(self, partner_ids, phone, when, by=None):
        """Close the missed calls of clients who were reached.

        In sudo: the missed calls and their activities may be colleagues'.

        :param partner_ids: ids of the clients
        :param phone: a number in E.164 that reached them, or None
        :param when: only what was missed before
        :param by: the call that reached them, which stays as it is
        """
        who = Domain("partner_id", "in", partner_ids) if partner_ids else Domain.FALSE
        if phone:
            who |= Domain("phone_sanitized", "=", phone)
        missed = self.sudo().search(
            self._get_open_missed_domain()
            & who
            & Domain("start", "<=", when)
            & Domain("id", "!=", by.id if by else False)
        )
        if missed:
            missed.write({"returned_on": when, "returned_by_id": by.id if by else False})
            missed.callback_activity_id.filtered("active").action_feedback(
                feedback=self.env._("The client was reached.")
            )

    def _get_returned_sudo(self):
        """Return the missed calls whose clients these calls reached.

        In sudo: they may be colleagues'.
        """
        return self.sudo().search([("returned_by_id", "in", self.ids)])

    @api.model
    def _unreturn_sudo(self, call_ids):
        """Let missed calls wait again, after the click that said that the client was reached was
        taken back. In sudo: the signature of the click proves that it closed these calls."""
        missed = self.sudo().browse(call_ids).exists()
        missed.write({"returned_on": False, "returned_by_id": False})
        missed._reopen_callback()

    def _close_callback_sudo(self, status):
        """Mark the call-backs of calls as done when somebody says what came of them.

        Other missed calls of the client that share a call-back are then returned, too. In sudo:
        the call-back may be a colleague's.
        """
        activities = self.sudo().callback_activity_id.filtered("active")
        if not activities:
            return
        activities.action_feedback(feedback=status.name)

    @api.model
    def _callback_done_sudo(self, activities):
        """Close the missed calls whose call-back was marked as done by hand."""
        missed = self.sudo().search(
            self._get_open_missed_domain() & Domain("callback_activity_id", "in", activities.ids)
        )
        if missed:
            missed.write({"returned_on": fields.Datetime.now()})

    def _settle_with_client(self):
        """Do for calls that got their client late what they would have caused at once."""
        for call in self:
            if call._is_missed():
                call._ask_for_callback()
            elif call._is_contact():
                call._contact_made()

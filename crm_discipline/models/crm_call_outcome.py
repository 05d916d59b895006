"""What came of a call: one click sets a status, the status acts, and another click takes it back."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import hmac

from ..tools import automation
from ..tools.proof import is_proof

# What of a status says what it does.
_STATUS_FIELDS = (
    "name", "is_handled", "is_contact", "is_wrong_number", "requires_note",
    "next_activity_type_id", "next_activity_days",
)  # fmt: skip


class CrmCall(models.Model):
    _inherit = "crm.call"

    # ------------------------------------------------------------
    # ONE CLICK
    # ------------------------------------------------------------

    def action_set_status(self, status_id):
        """Say what came of one or many calls.

        :param status_id: id of a ``crm.call.status``
        :return: the offer to undo; or, where the status asks for a note, the dialog for it
        """
        if offer := self._set_status_quickly(status_id):
            return offer
        status = self._get_status(status_id)
        self.check_access("write")
        if status.requires_note and any(not call.note for call in self):
            return self._ask_for_note(status)
        return self._set_status(status)

    def _set_status(self, status, note=None):
        """Set a status, with its note, and return the offer to undo it."""
        returned = self._get_returned_sudo() if status.is_contact else self.browse().sudo()
        changes = [call._prepare_change() for call in self]
        values = {"status_id": status.id}
        if note:
            values["note"] = note
        self.write(values)
        return self._offer_undo(status, changes, returned)

    @api.model
    def _get_status(self, status_id):
        # one query for all that a status does
        status = (
            self.env["crm.call.status"]
            .with_context(active_test=False)
            .search_fetch([("id", "=", status_id)], _STATUS_FIELDS)
        )
        if not status:
            raise UserError(self.env._("This status does not exist any more. Reload the page."))
        return status

    def _ask_for_note(self, status, activities=None, made=None):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_call_note_action"
        )
        action["context"] = {
            "default_call_ids": [Command.set(self.ids)],
            "default_activity_ids": [Command.set(activities.ids if activities else [])],
            "default_status_id": status.id,
            "default_call_values": made or False,
            "dialog_size": "small",
        }
        return action

    # ------------------------------------------------------------
    # UNDO
    # ------------------------------------------------------------

    def _prepare_change(self, **made):
        """Return what the call was like, for the offer to undo.

        :param made: what the click made besides: ``created``, ``activity_id``, ``message_ids``
        """
        return {
            "id": self.id,
            "status_id": self.status_id.id,
            "user_id": self.user_id.id,
            "note": self.note,
            **made,
        }

    @api.model
    def _sign_change(self, change):
        return dict(change, token=self._get_change_token(change))

    @api.model
    def _get_change_token(self, change):
        """Return what proves that this server gave out a change."""
        keys = (
            "id", "status_id", "user_id", "note", "created", "activity_id", "message_ids",
            "returned_ids",
        )  # fmt: skip
        message = tuple(change.get(key) or False for key in keys)
        return hmac(self.env(su=True), "crm_discipline.call_undo", message)

    def _offer_undo(self, status, changes, returned=None):
        """Return the offer to undo what a status did.

        :param changes: what :meth:`_prepare_change` returned before, one for each call
        :param returned: the missed calls that these calls had returned before
        """
        if status.is_contact:
            missed = self._get_returned_sudo() - (returned or self.browse().sudo())
            by_call = missed.grouped("returned_by_id")
            for call, change in zip(self, changes, strict=True):
                if closed := by_call.get(call.sudo()):
                    change["returned_ids"] = closed.ids
        changes = [self._sign_change(change) for change in changes]
        if len(changes) == 1:
            said = self._get_said_of_one(status.name, self._get_said_name())
        else:
            said = self._get_said_of_many(status.name, len(changes))
        return self._prepare_undo_action(said, changes)

    def _get_said_name(self):
        """Return what to call this call, as far as the user may read who it was with."""
        partner = self.partner_id._filtered_access("read")
        lead = self.lead_id._filtered_access("read")
        return partner.display_name or lead.name or self.phone or self.env._("Call")

    @api.model
    def _get_said_of_one(self, status_name, name):
        return self.env._("%(call)s: %(status)s", call=name, status=status_name)

    @api.model
    def _get_said_of_many(self, status_name, count):
        return self.env._("%(count)s calls: %(status)s", count=count, status=status_name)

    @api.model
    def _prepare_undo_action(self, message, changes):
        return {
            "type": "ir.actions.client",
            "tag": "crm_discipline.undo",
            "params": {
                "message": message,
                "model": "crm.call",
                "method": "action_undo_status",
                "args": [[change["id"] for change in changes], changes],
            },
        }

    def action_undo_status(self, changes):
        """Take back the last click: the status, what it planned, and the call that it made.

        :param changes: as they were given with the offer to undo; others are refused
        """
        self.check_access("write")
        for change in changes:
            if not is_proof(change.get("token"), self._get_change_token(change)):
                raise UserError(self.env._("This can't be undone any more."))
            call = automation.as_automation(self.browse(change["id"])).exists()
            if not call or call.id not in self.ids:
                continue
            call.write({key: change[key] for key in ("status_id", "user_id", "note")})
            if change.get("returned_ids"):
                self._unreturn_sudo(change["returned_ids"])
            if change.get("activity_id"):
                call._reopen_activity_sudo(change)
            if change.get("created"):
                # in sudo: what a click made by mistake may go, though people don't delete calls
                call.sudo().unlink()
        return True

    def _reopen_activity_sudo(self, change):
        """Make the activity that a click marked as done planned again, and forget that it was.

        In sudo: the signature proves that this very click did it.
        """
        activity = self.env["mail.activity"].sudo().browse(change["activity_id"]).exists()
        activity.write({"active": True, "feedback": False})
        self.env["mail.message"].sudo().browse(change.get("message_ids") or []).exists().unlink()

    # ------------------------------------------------------------
    # A STATUS ACTS
    # ------------------------------------------------------------

    def _get_status_before(self, vals):
        """Return the statuses before a write that changes them: ``{call id: status}``."""
        if "status_id" not in vals:
            return {}
        return {call.id: call.status_id for call in self}

    def _apply_status(self, before):
        """Do what the new statuses of these calls say.

        :param before: ``{call id: the status it had}``; a new call had none
        """
        changed = self.filtered(
            lambda call: call.status_id != before.get(call.id, call.status_id.browse())
        )
        for status, calls in changed.grouped("status_id").items():
            calls._take_over(status)
            calls._mark_number_sudo(status)
            calls._plan_next(status)
            if status.is_handled:
                calls._close_callback_sudo(status)
            if status.is_contact:
                # (of the others the telephone system has said it)
                calls.filtered(lambda call: not call.disposition)._contact_made()
            if not status:
                calls._reopen_callback()

    def _take_over(self, status):
        """Make calls mine: those that I accepted, and those that were nobody's."""
        user = self.env.user
        if not status or not user._is_internal() or self.env.su:
            return
        mine = self.filtered(
            lambda call: call.user_id != user and (not status.is_handled or not call.user_id)
        )
        if mine:
            mine.write({"user_id": user.id})

    def _mark_number_sudo(self, status):
        """Mark the number of the client as wrong, or no longer so if this call had said it.

        In sudo: a salesperson who may not write the client's data says what the call showed.
        """
        for call in self:
            partner = call.partner_id.sudo()
            if not partner or not call.phone_sanitized:
                continue
            if status.is_wrong_number:
                if partner.phone_sanitized == call.phone_sanitized:
                    partner.write(
                        {"wrong_number": call.phone_sanitized, "wrong_number_call_id": call.id}
                    )
            elif partner.wrong_number_call_id == call:
                partner.write({"wrong_number": False, "wrong_number_call_id": False})

    def _plan_next(self, status):
        """Plan what the status plans, in place of what an earlier status of the call planned."""
        obsolete = self.next_activity_id.filtered("active")
        if obsolete:
            obsolete.sudo().unlink()
        activity_type = status.next_activity_type_id
        if not activity_type:
            return
        today = fields.Date.context_today(self)
        Activity = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        for call in self:
            about = call._get_activity_record()
            user = call.user_id or self.env.user
            if not about and not user:
                continue
            values = {
                "activity_type_id": activity_type.id,
                "summary": call._get_next_summary(status),
                "date_deadline": today + timedelta(days=status.next_activity_days),
                "user_id": user.id,
            }
            if about:
                values |= {
                    "res_model_id": self.env["ir.model"]._get_id(about._name),
                    "res_id": about.id,
                }
            call.next_activity_id = Activity.create(values)

    def _get_activity_record(self):
        """Return the opportunity or the client to plan an activity on; nothing for an unknown
        number and for a client whom the user may not see, whose activity stands for itself."""
        self.ensure_one()
        user = self.user_id or self.env.user
        lead, client = self.lead_id, self.partner_id
        if lead and lead.with_user(user).has_access("read"):
            return lead
        if user._sees_own_clients_only():
            return client.with_user(user)._filtered_access("read").with_env(client.env)
        return client

    def _get_next_summary(self, status):
        who = "" if self.partner_id or self.lead_id else self.phone
        return f"{status.name}: {who}" if who else status.name

    # ------------------------------------------------------------
    # A PLANNED CALL
    # ------------------------------------------------------------

    @api.model
    def _log_planned(self, activities, status, note=None):
        """Make a call of each planned call activity, with a status, and mark the activity done.

        :return: the offer to undo
        """
        if status.requires_note and not note:
            return self._ask_for_note(status, activities)
        changes = []
        calls = self.browse()
        for activity in activities:
            # marked first, so that what the status plans is not taken for it
            messages, _next = activity._action_done(feedback=note or status.name)
            call = self.create(
                {
                    **activity._prepare_call_vals(),
                    "status_id": status.id,
                    "note": note,
                    "planned_activity_id": activity.id,
                }
            )
            calls += call
            changes.append(
                {
                    "id": call.id,
                    "status_id": False,
                    "user_id": call.user_id.id,
                    "note": False,
                    "created": True,
                    "activity_id": activity.id,
                    "message_ids": messages.ids,
                }
            )
        return calls._offer_undo(status, changes)

    @api.model
    def _log_made(self, vals, status):
        """Log a call that was just made, with its status.

        :return: the offer to undo, or the dialog for the note that the status asks for
        """
        if status.requires_note and not vals.get("note"):
            return self._ask_for_note(status, made=vals)
        call = self.create({**vals, "status_id": status.id})
        change = {"id": call.id, "user_id": call.user_id.id, "status_id": False, "created": True}
        return call._offer_undo(status, [{**change, "note": False}])

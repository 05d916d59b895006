"""Where requests are asked, and what waits there for the client."""

from odoo import api, models
from odoo.fields import Domain

from ..tools import automation
from .crm_data_request import PROPOSED

# What other models call the same.
_ALIASES = {"email_from": "email", "contact_name": "name", "partner_name": "company_name"}


class CrmDataRequest(models.Model):
    _inherit = "crm.data.request"

    @api.model
    def _request_correction_sudo(self, partner, values, origin=None):
        """Ask the operators for what the user may not write to a client; return the open request.

        What the same user has asked of the same client and nobody has taken yet is completed
        instead of asked twice. In sudo: who may not write the client may still ask.

        :param partner: the ``res.partner`` that ``values`` were meant for
        :param values: values as for ``write``, of the client or named as on an opportunity; what a
            request has no field for is said in its note
        :param origin: the record on which they were typed
        """
        partner.ensure_one()
        proposed, notes = self._split_values(partner, values)
        waiting = self.sudo().search(
            [
                ("kind", "=", "correct"),
                ("partner_id", "=", partner.id),
                ("requested_by_id", "=", self.env.uid),
                ("state", "=", "new"),
            ],
            limit=1,
        )
        changed = {
            fname: value
            for fname, value in proposed.items()
            if value != self._get_value(partner.sudo(), fname)
        }
        if waiting:
            names = set(waiting.proposed_fields or ()) | changed.keys()
            waiting.write({**changed, "proposed_fields": sorted(names, key=PROPOSED.index)})
            if notes:
                waiting.note = "\n".join(filter(None, [waiting.note, *notes]))
            return waiting.sudo(self.env.su)
        if not changed and not notes:
            return self
        request = self.sudo().create(
            {
                **changed,
                "kind": "correct",
                "partner_id": partner.id,
                "requested_by_id": self.env.uid,
                "note": "\n".join(notes) or False,
                "company_id": (partner.sudo().company_id or self.env.company).id,
                "origin_model": origin._name if origin else partner._name,
                "origin_id": origin.id if origin else partner.id,
            }
        )
        return request.sudo(self.env.su)

    @api.model
    def _split_values(self, partner, values):
        """Return what a request has fields for, and lines that say the rest in words."""
        proposed, notes = {}, []
        for key, value in self._strip(values).items():
            fname = _ALIASES.get(key, key)
            if fname in PROPOSED:
                proposed[fname] = (value.strip() if isinstance(value, str) else value) or False
            elif isinstance(value, (str, int, float)) and key in partner._fields:
                field = partner._fields[key]
                said = value
                if field.type == "many2one" and value:
                    said = self.env[field.comodel_name].sudo().browse(value).display_name
                notes.append(f"{field._description_string(self.env)}: {said or '–'}")
        return proposed, notes

    def _follow_origin_sudo(self):
        """Let what a request was asked from wait for it, in place of an earlier rejected one.

        In sudo: that the asker may, ``create`` has checked.
        """
        for request in self.sudo():
            meetings = self.env["calendar.event"].sudo()
            calls = self.env["crm.call"].sudo()
            if request.previous_id:
                again = Domain("data_request_id", "=", request.previous_id.id)
                calls.search(again).data_request_id = request
                meetings.search(
                    Domain("client_request_id", "=", request.previous_id.id)
                    & Domain("client_id", "=", False)
                ).client_request_id = request
                request.previous_id._close_rejection_sudo()
            if request.origin_model == "crm.call" and request.origin_id:
                calls.browse(request.origin_id).exists().data_request_id = request

    def _close_rejection_sudo(self):
        """The asker has answered a rejection: what told of it is done."""
        activity_type = "crm_discipline.mail_activity_type_data_request"
        self.sudo().activity_feedback([activity_type], feedback=self.env._("Asked again"))

    def _give_client_sudo(self, partner):
        """Give the client to the meetings, the calls and the opportunity that wait for it.

        In sudo and as automation: they are the asker's, and what else they lack is not the
        operator's to say.
        """
        for request in self.sudo():
            meetings = self.env["calendar.event"].sudo().search(
                Domain("client_request_id", "=", request.id) & Domain("client_id", "=", False)
            )  # fmt: skip
            automation.as_automation(meetings).write({"client_id": partner.id})
            request._give_client_to_calls_sudo(partner)
            if request.origin_model == "crm.lead" and request.kind == "create":
                lead = self.env["crm.lead"].sudo().browse(request.origin_id).exists()
                if lead and not lead.partner_id:
                    automation.as_automation(lead).partner_id = partner

    def _give_client_to_calls_sudo(self, partner):
        """Say whose the calls are that wait for this request, or came from the number it names."""
        numbers = [number for number in (self.caller_number, self.phone_sanitized) if number]
        waiting = Domain("data_request_id", "=", self.id)
        if numbers:
            waiting |= Domain("phone_sanitized", "in", numbers) & Domain(
                "company_id", "=", self.company_id.id
            )
        calls = self.env["crm.call"].sudo().search(
            waiting & Domain("partner_id", "=", False) & Domain("match_state", "=", "unknown")
        )  # fmt: skip
        if calls:
            automation.as_automation(calls).action_choose_client(partner.id)

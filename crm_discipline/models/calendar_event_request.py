"""A meeting with a client whom the operators are to enter or to correct: saved at once, counted then.

The shipped rules about the client hold for a meeting whose open request carries the data. One more
rule, which only warns, keeps such a meeting from counting until the request is applied.
"""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class CalendarEvent(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "calendar.event"

    client_request_id = fields.Many2one(
        "crm.data.request",
        "Requested Client",
        copy=True,
        index="btree_not_null",
        ondelete="set null",
        help="The client, or what the client lacks, is not entered yet: the operators were asked to.",
    )
    client_request_kind = fields.Selection(
        related="client_request_id.kind", string="Kind of the Request"
    )
    client_request_state = fields.Selection(
        related="client_request_id.state", string="State of the Request"
    )
    client_request_name = fields.Char(
        related="client_request_id.display_name", string="Name in the Request"
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_requests(vals_list)
        events = super().create(vals_list)
        if any(vals.get("client_request_id") for vals in vals_list):
            events._check_correction_is_of_client()
            events._tell_requests_sudo()
        return events

    def write(self, vals):
        if "client_id" in vals and "client_request_id" not in vals:
            # what was asked of another client says nothing of this one
            stale = self._filter_other_corrections_sudo(vals["client_id"])
            if stale:
                super(CalendarEvent, self - stale).write(vals)
                return super(CalendarEvent, stale).write({**vals, "client_request_id": False})
        if not vals.get("client_request_id"):
            return super().write(vals)
        self._check_requests([vals])
        result = super().write(vals)
        self._check_correction_is_of_client()
        self._tell_requests_sudo()
        return result

    @api.onchange("client_id")
    def _onchange_client_drops_correction(self):
        if self._filter_other_corrections_sudo(self.client_id._origin.id):
            self.client_request_id = False

    def _filter_other_corrections_sudo(self, client_id):
        """Return the meetings that wait for a correction of somebody else than a client.

        In sudo: whose request it is, the meeting's reader may not see.
        """
        return self.filtered(
            lambda event: (
                (request := event.sudo().client_request_id).kind == "correct"
                and request.partner_id.id != client_id
            )
        )

    def _check_correction_is_of_client(self):
        if any(event._filter_other_corrections_sudo(event.client_id.id) for event in self):
            raise ValidationError(self.env._("The correction is asked for another client."))

    @api.model
    def _check_requests(self, vals_list):
        """Refuse somebody else's request as the client: it would give away who that is."""
        ids = {vals["client_request_id"] for vals in vals_list if vals.get("client_request_id")}
        if ids and not self.env.su:
            self.env["crm.data.request"].browse(ids).check_access("read")

    def _tell_requests_sudo(self):
        """Say on requests that were made in a new meeting's form where they came from.

        In sudo: an asker does not write what is taken.
        """
        for event in self.sudo():
            request = event.client_request_id
            if not request:
                continue
            if not request.origin_id and request.origin_model in (False, event._name):
                self.env.cr.execute(
                    SQL(
                        "UPDATE crm_data_request SET origin_model = %s, origin_id = %s WHERE id = %s",
                        event._name,
                        event.id,
                        request.id,
                    )
                )
                request.invalidate_recordset(["origin_model", "origin_id"])

    @api.model
    def _prepare_meeting_vals(self, vals):
        vals = super()._prepare_meeting_vals(vals)
        if vals.get("client_request_id"):
            vals["is_client_meeting"] = True
            if not vals.get("client_id"):
                # the operator may have been faster than the one who saves; in sudo like a related
                # field: that the request may be read is checked
                request = self.env["crm.data.request"].sudo().browse(vals["client_request_id"])
                if request.state == "done" and request.partner_id:
                    vals["client_id"] = request.partner_id.id
        return vals

    @api.model
    def _get_mending_fields(self, domain):
        # what is missing is the client; that one may also be asked for is said beside it
        names = super()._get_mending_fields(domain)
        return tuple(fname for fname in names if fname != "client_request_id")

    def action_ask_client(self):
        """Open the dialog that asks for this meeting's client, or for a correction of the client."""
        self.ensure_one()
        if self.client_id:
            action = self.client_id.action_ask_correction()
            action["context"].update(default_origin_model=self._name, default_origin_id=self.id)
            return action
        return self.env["crm.data.request"]._get_ask_action(
            {"default_origin_model": self._name, "default_origin_id": self.id}
        )

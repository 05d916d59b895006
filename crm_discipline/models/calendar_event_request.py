"""A meeting with a client whom the operators are to enter: saved at once, counted once entered.

The shipped rules about the client hold for a meeting whose open request carries the data. One more
rule, which only warns, keeps such a meeting from counting until the request is applied.
"""

from odoo import api, fields, models
from odoo.tools import SQL


class CalendarEvent(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "calendar.event"

    client_request_id = fields.Many2one(
        "crm.data.request",
        "Requested Client",
        copy=True,
        index="btree_not_null",
        ondelete="set null",
        help="The client is not entered yet: the operators were asked to.",
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
            events._tell_requests_sudo()
        return events

    def write(self, vals):
        if not vals.get("client_request_id"):
            return super().write(vals)
        self._check_requests([vals])
        result = super().write(vals)
        self._tell_requests_sudo()
        return result

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
        """Open the dialog that asks for this meeting's client."""
        self.ensure_one()
        return self.env["crm.data.request"]._get_ask_action(
            {"default_origin_model": self._name, "default_origin_id": self.id}
        )

"""A call of an unknown number asks the operators who it was: by hand, or by the company's setting."""

from odoo import api, fields, models
from odoo.tools import SQL


class CrmCall(models.Model):
    _inherit = "crm.call"

    data_request_id = fields.Many2one(
        "crm.data.request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Asks the operators who called.",
    )
    data_request_state = fields.Selection(
        related="data_request_id.state", string="State of the Request"
    )

    def action_ask_client(self):
        """Open the dialog that asks the operators who called."""
        self.ensure_one()
        self.check_access("read")
        request = self.data_request_id.filtered(lambda request: request.state != "done")
        if request and request.has_access("read"):
            return request._get_form_action()
        return self.env["crm.data.request"]._get_ask_action(
            {
                "default_phone": self.phone_sanitized or self.phone,
                "default_origin_model": self._name,
                "default_origin_id": self.id,
            }
        )

    @api.model
    def _follow_unknown(self, source, written, followed):
        if source.unknown_caller == "request":
            self.env.invalidate_all()
            for row in written:
                if row.inserted and row.match_state == "unknown" and row.direction == "in":
                    call = self.browse(row.id)
                    if call.phone_sanitized:
                        call._request_client_sudo()
        return super()._follow_unknown(source, written, followed)

    def _request_client_sudo(self):
        """Ask once who has this number, however often it calls before somebody says.

        In sudo: nobody in particular asks. Calls of one number that arrive at once wait for each
        other, so that the second one finds what the first one asked.
        """
        self.ensure_one()
        Request = self.env["crm.data.request"].sudo()
        number = self.phone_sanitized
        self.env.cr.execute(
            SQL(
                "SELECT pg_advisory_xact_lock(hashtext(%s), %s)",
                f"crm_discipline.caller {number}",
                self.company_id.id,
            ),
            log_exceptions=False,  # the statement holds a number
        )
        request = Request.search(
            Request._get_open_domain()
            & fields.Domain("caller_number", "=", number)
            & fields.Domain("company_id", "=", self.company_id.id),
            limit=1,
        )
        if not request:
            request = Request.create(
                {
                    "phone": number,
                    "caller_number": number,
                    "requested_by_id": self.user_id.id,
                    "company_id": self.company_id.id,
                    "origin_model": self._name,
                    "origin_id": self.id,
                }
            )
        self.data_request_id = request

from odoo import http
from odoo.addons.crm_discipline.controllers.opt_out import OptOutController


class TextOptOutController(OptOutController):
    @http.route(
        "/sms/out/<int:member_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        # the link itself is the proof
        csrf=False,
        readonly=False,
        sitemap=False,
        max_content_length=1 << 12,
    )
    def opt_out_of_texts(self, member_id, token, **_params):
        """Ask whether the client wants no more messages; with POST, do it."""
        return self._answer("phone", member_id, token)

"""The door for clients who want no more mails: a page that asks once, for whoever has the link."""

from odoo import http
from odoo.http import request


class OptOutController(http.Controller):
    @http.route(
        "/crm_discipline/opt_out/<int:member_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        # a mail program posts without having seen the page; the link itself is the proof
        csrf=False,
        readonly=False,
        sitemap=False,
        max_content_length=1 << 12,
    )
    def opt_out(self, member_id, token, **_params):
        """Ask whether the client wants no more mails; with POST, do it.

        Opening the link alone changes nothing: mail filters open links, too.
        """
        return self._answer("email", member_id, token)

    def _answer(self, channel, member_id, token):
        """Answer with the page of one channel, and do what was asked; 404 without the right token."""
        member = request.env["crm.audience.member"]._find_by_opt_out_sudo(channel, member_id, token)
        if not member:
            raise request.not_found()
        is_done = request.httprequest.method == "POST"
        if is_done:
            member._opt_out_sudo(channel)
        partner = member.partner_id
        return request.render(
            "crm_discipline.opt_out_page",
            {
                "is_done": is_done,
                "channel": channel,
                "address": partner.email_normalized
                if channel == "email"
                else partner.phone_sanitized,
                "company": member.company_id,
            },
            headers={"X-Robots-Tag": "noindex"},
        )

"""Opting out of campaigns: by the client with a link, or by whoever the client told so."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import hmac

from ..tools.proof import is_proof

_SCOPE = "crm_discipline.opt_out"
_SHORT_TOKEN = 16


class CrmAudienceMember(models.Model):
    _inherit = "crm.audience.member"

    def _get_opt_out_token_sudo(self, channel="email"):
        """Return what proves that a link was sent to this client; in sudo, to reach the secret."""
        self.ensure_one()
        partner = self.sudo().partner_id
        token = hmac(self.env(su=True), f"{_SCOPE}.{channel}", (self.id, partner.id))
        # a text message has no room for more
        return token if channel == "email" else token[:_SHORT_TOKEN]

    def _get_opt_out_url(self):
        self.ensure_one()
        base = self.sudo().company_id.get_base_url()
        return f"{base}/crm_discipline/opt_out/{self.id}/{self._get_opt_out_token_sudo()}"

    def _add_opt_out(self, mail_values):
        """Add the link to a mail, also where mail programs show it beside the sender."""
        self.ensure_one()
        url = self._get_opt_out_url()
        words = self.with_context(lang=self.sudo().partner_id.lang).env
        link = Markup(
            '<p style="font-size:12px;color:#777;margin-top:24px"><a href="{}">{}</a></p>'
        ).format(url, words._("I do not want any more of these e-mails"))
        for key in ("body", "body_html"):
            if key == "body_html" or not mail_values.get("body_html"):
                mail_values[key] = Markup(mail_values.get(key) or "") + link
        mail_values["headers"] = repr(
            {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
        )

    @api.model
    def _find_by_opt_out_sudo(self, channel, member_id, token):
        """Return the member whom a link was sent to, or none; in sudo: whoever has the link may."""
        member = self.sudo().browse(member_id).exists()
        if member and is_proof(token, member._get_opt_out_token_sudo(channel)):
            return member
        return member.browse()

    def _opt_out_sudo(self, channel):
        """Let the client get no more by a channel; in sudo, as the client's own wish."""
        self.ensure_one()
        member = self.sudo()
        member.partner_id._opt_out_sudo(
            (channel,),
            self.env._(
                "The client, by the link in “%(audience)s”", audience=member.audience_id.name
            ),
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    opt_out_text = fields.Text(
        "Left Alone",
        compute="_compute_opt_out_text",
        help="Since when the client wants no more calls or e-mails, and who says so.",
    )

    @api.depends("phone_state", "email_state")
    def _compute_opt_out_text(self):
        labels = dict(self.env["crm.consent"]._fields["channel"]._description_selection(self.env))
        for partner in self:
            addresses = [
                address
                for address, state in (
                    (partner.phone_sanitized, partner.phone_state),
                    (partner.email_normalized, partner.email_state),
                )
                if address and state == "opted_out"
            ]
            lines = []
            for address in addresses:
                # in sudo: whoever sees the client may know what the client wants
                last = self.env["crm.consent"].sudo().search(
                    [("address", "=", address), ("decision", "=", "out")], limit=1
                )  # fmt: skip
                if last:
                    when = fields.Datetime.context_timestamp(self, last.date).date()
                    lines.append(
                        self.env._(
                            "%(channel)s: since %(date)s. %(said)s",
                            channel=labels[last.channel],
                            date=when.strftime(
                                self.env["res.lang"]._get_data(code=self.env.user.lang).date_format
                                or "%Y-%m-%d"
                            ),
                            said=last.source or "",
                        ).strip()
                    )
            partner.opt_out_text = "\n".join(lines) or False

    def action_opt_out(self):
        """Leave clients alone who said so: no more calls or mails of any campaign."""
        self.check_access("read")
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                self.env._("Only salespeople say that a client wants to be left alone.")
            )
        for partner in self:
            partner._opt_out_sudo(
                ("phone", "email"), self.env._("Said to %(user)s", user=self.env.user.name)
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("No campaign reaches the client any more."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _opt_out_sudo(self, channels, source):
        """Put the client's addresses on Odoo's blacklists, with where the wish comes from.

        In sudo: whoever the client told so need not manage the blacklists.
        """
        self.ensure_one()
        partner = self.sudo()
        if "email" in channels and partner.email_normalized:
            self.env["mail.blacklist"].sudo()._add(partner.email_normalized, message=source)
        if "phone" in channels and partner.phone_sanitized:
            self.env["phone.blacklist"].sudo()._add([partner.phone_sanitized], message=source)

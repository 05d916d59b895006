from odoo import api, fields, models
from odoo.tools import sql

from ..tools.phone_line import get_line


class CrmAudienceMember(models.Model):
    _inherit = "crm.audience.member"

    phone_line = fields.Selection(
        [("mobile", "Mobile"), ("landline", "Landline")],
        compute="_compute_phone_line",
        store=True,
        help="A landline gets no text messages. Said when messages are sent, not before.",
    )

    def _auto_init(self):
        # what nobody has looked at yet is empty, also of lists from before the installation
        if not sql.column_exists(self.env.cr, self._table, "phone_line"):
            sql.create_column(self.env.cr, self._table, "phone_line", "varchar")
        return super()._auto_init()

    @api.depends("partner_id.phone_sanitized")
    def _compute_phone_line(self):
        """Forget what was said of another number."""
        self.phone_line = False

    def _judge_lines(self):
        """Say of members whose numbers nobody has looked at yet whether they can get messages."""
        unknown = self.filtered(lambda member: not member.phone_line)
        by_line = unknown.grouped(lambda member: get_line(member.partner_id.phone_sanitized))
        for line, members in by_line.items():
            members.phone_line = line

    def _get_text_opt_out_url(self):
        """Return a link to opt out that is short enough for a message."""
        self.ensure_one()
        base = self.sudo().company_id.get_base_url()
        return f"{base}/sms/out/{self.id}/{self._get_opt_out_token_sudo('phone')}"

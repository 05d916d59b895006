"""The demo's audiences: one that was sent twelve days ago, and one that is being prepared."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

_DAYS_AGO = 12
# How long before it takes place a meeting is arranged.
_ARRANGED_DAYS = 9


class CrmAudience(models.Model):
    _inherit = "crm.audience"

    @api.model
    def _load_demo_audiences(self):
        """Let an audience have been sent, with what came of it, and prepare another; once."""
        if self.search_count([], limit=1):
            return
        supervisor = self.env.ref("crm_discipline.user_supervisor")
        self._load_demo_opt_outs()
        self._let_demo_meetings_be_arranged()
        audiences = self.with_user(supervisor).with_context(mail_notrack=True).sudo()
        sellers = self.env["res.users"]
        for xml_id in ("", "_2", "_3", "_4"):
            sellers |= self.env.ref(f"crm_discipline.user_salesperson{xml_id}")
        sent = audiences.create(
            {
                "name": "News of the autumn",
                "domain": f"[('user_id', 'in', {sellers.ids})]",
                "channel": "email",
                "user_id": supervisor.id,
            }
        )
        sent._let_demo_be_sent(fields.Datetime.now() - timedelta(days=_DAYS_AGO))
        fixed = sent.member_ids.filtered(lambda one: one.reach_state == "missing")[:9]
        sent._ask_for_fixes(fixed)
        audiences.create(
            {
                "name": "Invitation to the open day",
                "domain": "[('met_lately', '=', True)]",
                "channel": "phone",
                "user_id": supervisor.id,
            }
        )

    @api.model
    def _load_demo_opt_outs(self):
        """Some clients do not want to hear from the company, and a mail came back from one."""
        clients = self.env["res.partner"].search(
            [("user_id", "!=", False), ("email_state", "=", "ok")], order="id", limit=40
        )
        for client, source in zip(
            clients[5::12],
            ("By the link in an e-mail", "Said at a meeting", "By phone"),
            strict=False,
        ):
            client._opt_out_sudo(("email",), source)
        clients[9:10].message_bounce = 1
        clients[17:18].email = "info(at)example.com"

    @api.model
    def _let_demo_meetings_be_arranged(self):
        """Let the meetings have been arranged some days before, not all at once today."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                UPDATE calendar_event SET create_date = LEAST(create_date, start - %s)
                 WHERE is_client_meeting
                """,
                timedelta(days=_ARRANGED_DAYS),
            )
        )
        self.env.invalidate_all()

    def _let_demo_be_sent(self, when):
        """Let it have been sent at a time, as messages without a mail: nothing leaves the demo."""
        self.ensure_one()
        self._make_campaign()
        members = self.member_ids.filtered("is_reachable")
        author = self.user_id.partner_id
        body = "<p>See what is new this autumn.</p>"
        messages = self.env["mail.message"].create(
            [
                {
                    "model": "res.partner",
                    "res_id": member.partner_id.id,
                    "subject": self.name,
                    "body": body,
                    "message_type": "email_outgoing",
                    "author_id": author.id,
                    "email_from": author.email_formatted,
                    "date": when,
                }
                for member in members
            ]
        )
        back = members[11::17]
        self.env["mail.notification"].create(
            [
                {
                    "mail_message_id": message.id,
                    "res_partner_id": member.partner_id.id,
                    "notification_type": "email",
                    "notification_status": "bounce" if member in back else "sent",
                    "is_read": True,
                }
                for member, message in zip(members, messages, strict=True)
            ]
        )
        for member, message in zip(members, messages, strict=True):
            member.write({"sent_on": when, "mail_message_id": message.id})
        for member in back:
            member.partner_id._message_receive_bounce(member.partner_id.email, member.partner_id)
        answer = "Thank you, I am interested. When can we meet?"
        for member in members[3::9]:
            member.partner_id.with_context(mail_create_nosubscribe=True).message_post(
                body=answer,
                message_type="email",
                author_id=member.partner_id.id,
                parent_id=member.mail_message_id.id,
            )
        self.write({"sent_on": when, "mail_subject": self.name, "mail_body": body})
        self._note_missed()

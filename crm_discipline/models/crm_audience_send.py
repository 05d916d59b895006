"""Sending to an audience: mails by Odoo's mail composer, calls as activities of the salespeople.

In batches: the mails or calls of a batch and the marks that its clients were reached are one
transaction, so whatever stops it, nobody is sent anything twice. Who was reached stays so; sending
again reaches those who came or became reachable since.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# Which channel a way to send uses.
_CHANNELS = {"email": "email", "call": "phone"}
# As many clients are sent to in the request; more of them by the scheduled job.
SEND_AT_ONCE = 50
SEND_BATCH = 200


class CrmAudienceMember(models.Model):
    _inherit = "crm.audience.member"

    mail_message_id = fields.Many2one(
        "mail.message", "Mail", readonly=True, ondelete="set null", index="btree_not_null"
    )
    activity_id = fields.Many2one(
        "mail.activity", "Planned Call", readonly=True, ondelete="set null", index="btree_not_null"
    )
    kept_outcome = fields.Selection(
        [("delivered", "Delivered"), ("bounced", "Came Back"), ("answered", "Have Answered")],
        "What Came of It",
        readonly=True,
        help="As it was said by a module that is gone.",
    )

    def _keep_outcomes(self):
        """Keep what is known of delivery, before the module that knows it goes."""
        figures = ("delivered", "bounced", "answered")
        rows = (
            self.env["crm.audience.report"]
            .sudo()
            .search_fetch([("id", "in", self.ids), ("sent_on", "!=", False)], figures)
        )
        # (who answered got it, too)
        for figure in figures:
            self.browse(rows.filtered(figure).ids).kept_outcome = figure


class MailActivity(models.Model):
    _inherit = "mail.activity"

    audience_id = fields.Many2one(
        "crm.audience",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The audience in whose list of calls it is.",
    )


# sending is a concept of its own, apart from what an audience is
class CrmAudience(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "crm.audience"

    sent_on = fields.Datetime("First Sent On", readonly=True, copy=False)
    is_sending = fields.Boolean("Being Sent", readonly=True, copy=False)
    sending_way = fields.Selection(
        [("email", "E-mail"), ("call", "Calls")], readonly=True, copy=False
    )
    sender_id = fields.Many2one("res.users", readonly=True, copy=False)
    send_from = fields.Integer(readonly=True, copy=False, help="The client who was reached last.")
    mail_subject = fields.Char("Subject", readonly=True)
    mail_body = fields.Html(
        "Message", readonly=True, sanitize_style=True, sanitize_overridable=False
    )
    call_deadline = fields.Date("Call Until", readonly=True, copy=False)
    call_note = fields.Char("What to Say", readonly=True)
    caller_ids = fields.Many2many(
        "res.users",
        string="Callers",
        readonly=True,
        copy=False,
        help="Who calls the clients of nobody, in turn.",
    )

    # ------------------------------------------------------------
    # WHOM
    # ------------------------------------------------------------

    @api.model
    def _get_way_channel(self, way):
        """Return by which channel a way to send reaches its clients.

        :raise UserError: where the module that knew the way is gone
        """
        if way not in _CHANNELS:
            raise UserError(
                self.env._(
                    "What it was being sent with is not installed any more. "
                    "Send the rest another way."
                )
            )
        return _CHANNELS[way]

    def _get_to_send_domain(self, way):
        """Return who is reached next in a way: who can be, and was not yet.

        By any channel whoever has a good address gets the mail, the others are called.
        """
        channel = self._get_way_channel(way)
        domain = (
            Domain("audience_id", "=", self.id)
            & Domain("is_reachable", "=", True)
            & Domain("sent_on", "=", False)
            & Domain(f"{channel}_state", "=", "ok")
        )
        if channel == "phone" and self.channel == "any":
            domain &= Domain("email_state", "!=", "ok")
        return domain

    def _count_to_send_sudo(self, way):
        members = self.env["crm.audience.member"].sudo()
        return members.search_count(self._get_to_send_domain(way))

    def _get_nobody_text(self, way):
        """Say that nobody is left to whom a way to send would send."""
        return self.env._("Nobody is left who can be reached and was not reached yet.")

    def action_send(self):
        """Open the dialog that writes the mail."""
        return self._get_send_action("email", self.env._("Send an E-mail"))

    def action_call(self):
        """Open the dialog that makes the list of calls."""
        return self._get_send_action("call", self.env._("Make a List of Calls"))

    def _get_send_action(self, way, name):
        self.ensure_one()
        self._check_supervisor()
        self._check_ready_to_send(way)
        self._check_sender(way, self.env.user)
        # (a long list is brought up to date when it is sent, not while the message is written)
        is_fresh = self._start_filling(at_once_only=True)
        self._prepare_to_send(way)
        if is_fresh and not self._count_to_send_sudo(way):
            raise UserError(self._get_nobody_text(way))
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.audience.send",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_audience_id": self.id,
                "default_way": way,
                "dialog_size": "large" if way == "email" else "medium",
                **self._prepare_send_context(way),
            },
        }

    def _prepare_send_context(self, way):
        """Return what the dialog begins with."""
        if way != "email":
            return {}
        return {"default_subject": self.mail_subject or self.name, "default_body": self.mail_body}

    def _prepare_to_send(self, way):
        """Say of those on the list what a way to send must know; the list itself is up to date."""

    def _check_sender(self, way, user):
        """Refuse a mail that nobody could answer, and that no mail server takes.

        :raise UserError: where the sender has no e-mail
        """
        if way == "email" and not user.sudo().partner_id.email_normalized:
            raise UserError(
                self.env._(
                    "%(user)s has no e-mail to send from. Enter it in the preferences first.",
                    user=user.sudo().name,
                )
            )

    def _check_ready_to_send(self, way):
        if self.channel not in ("any", self._get_way_channel(way)):
            raise UserError(
                self.env._("“%(name)s” reaches its clients another way.", name=self.name)
            )
        if self.is_filling:
            raise UserError(self.env._("The list is still being filled. Wait until it is done."))
        if self.is_sending:
            raise UserError(self.env._("“%(name)s” is just being sent.", name=self.name))

    # ------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------

    def _start_sending(self, way, **values):
        """Bring the list up to date, and begin to send: at once, or by the job.

        :param values: of the audience: what to send
        :raise UserError: where nobody is left to be reached
        """
        self.ensure_one()
        self._check_supervisor()
        self._check_ready_to_send(way)
        self._check_sender(way, self.env.user)
        self._start_filling()
        self._prepare_to_send(way)
        audience = self.sudo()
        if not audience._must_wait_to_send() and not audience._count_to_send_sudo(way):
            raise UserError(self._get_nobody_text(way))
        audience._make_campaign()
        audience.write(
            {
                **values,
                "is_sending": True,
                "sending_way": way,
                "sender_id": self.env.uid,
                "send_from": 0,
                "progress": 0,
                "problem": False,
                "sent_on": audience.sent_on or fields.Datetime.now(),
            }
        )
        if not audience._must_wait_to_send() and (
            audience._count_to_send_sudo(way) <= SEND_AT_ONCE
        ):
            while audience._send_next_batch():
                pass
        else:
            self.env.ref("crm_discipline.ir_cron_audience").sudo()._trigger()

    def _must_wait_to_send(self):
        """Tell whether something is to be done by the job before anything is sent."""
        return self.is_filling

    def _make_campaign(self):
        """Give the audience a campaign of Odoo's, under which results are found everywhere."""
        self.ensure_one()
        if not self.campaign_id:
            self.campaign_id = self.env["utm.campaign"].create(
                {"title": self.name, "user_id": self.user_id.id}
            )

    def _send_next_batch(self):
        """Send to some of many, in the order of the clients. Return whether there is more to do now.

        At the end it is begun anew, with those who became reachable meanwhile or whom somebody was just
        changing, until nobody is left.
        """
        self.ensure_one()
        self._check_sender(self.sending_way, self.sender_id)
        begun_at = self.send_from
        found = self._find_to_send(begun_at)
        # nobody else may send to them meanwhile
        batch = found.try_lock_for_update()
        if batch:
            self._get_sender(self.sending_way)(batch)
            self.env.flush_all()
        if len(found) == SEND_BATCH:
            last = found[-1:].partner_id.id
            self.write({"send_from": last, "progress": self._get_sending_progress(last)})
            return True
        self.send_from = 0
        if begun_at:
            return True
        if found - batch:
            # somebody is just changing the last of them: they are looked at again in a moment
            self.env.ref("crm_discipline.ir_cron_audience").sudo()._trigger(
                fields.Datetime.add(fields.Datetime.now(), minutes=1)
            )
            return False
        self.write({"is_sending": False, "progress": 0})
        self._note_missed()
        return False

    def _find_to_send(self, after):
        """Return some of those who are reached next, in the order of the clients.

        :param after: the id of a client; only who comes later
        """
        members = self.env["crm.audience.member"]
        query = members._search(
            self._get_to_send_domain(self.sending_way) & Domain("partner_id.id", ">", after)
        )
        query.order = SQL.identifier(members._table, "partner_id")
        query.limit = SEND_BATCH
        return members.browse(query.get_result_ids())

    def _get_sending_progress(self, reached):
        """Return how many percent of the clients there are up to one of them, by their ids."""
        [(first, last)] = self.env.execute_query(
            SQL(
                """
                SELECT min(partner_id), max(partner_id) FROM crm_audience_member
                 WHERE audience_id = %s
                """,
                self.id,
            )
        )
        return min(99, 100 * (reached - first) // ((last - first) or 1))

    def _get_sender(self, way):
        """Return what sends to some members in a way, and marks them."""
        return {"email": self._send_mails, "call": self._plan_calls}[way]

    def _send_mails(self, members):
        """Let the mail composer write a mail to each; Odoo's mail queue sends them.

        As who pressed the button, so that they are the author, and rights are theirs.
        """
        partners = members.partner_id
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.sender_id)
            .with_context(allowed_company_ids=self.company_id.ids, active_test=False)
            .create(
                {
                    "composition_mode": "mass_mail",
                    "model": "res.partner",
                    "res_ids": repr(partners.ids),
                    "subject": self.mail_subject,
                    "body": self.mail_body,
                    "use_exclusion_list": True,
                    "auto_delete": True,
                    "auto_delete_keep_log": True,
                    # the marks are committed with the mails, which the queue sends afterwards
                    "force_send": False,
                    "audience_id": self.id,
                }
            )
        )
        mails, _messages = composer._action_send_mail()
        messages = {mail.res_id: mail.mail_message_id.id for mail in mails}
        now = fields.Datetime.now()
        for member in members:
            member.write(
                {
                    "sent_on": now,
                    "missed_reason": False,
                    "mail_message_id": messages.get(member.partner_id.id),
                }
            )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _plan_calls(self, members):
        """Plan a call of each client's salesperson; those of nobody go round among the callers."""
        callers = self.caller_ids.filtered("active") or self.user_id
        activity_type = self.env.ref("mail.mail_activity_data_call")
        model_id = self.env["ir.model"]._get_id("res.partner")
        vals_list = []
        turn = members.search_count(
            [("audience_id", "=", self.id), ("activity_id", "!=", False), ("user_id", "=", False)]
        )
        for member in members:
            caller = member.user_id
            if not caller.active:
                caller = callers[turn % len(callers)]
                turn += 1
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": member.partner_id.id,
                    "activity_type_id": activity_type.id,
                    "summary": self.name,
                    "note": self.call_note,
                    "date_deadline": self.call_deadline,
                    "user_id": caller.id,
                    "audience_id": self.id,
                }
            )
        # the list itself tells; a mail for each call would be a flood
        quiet = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        now = fields.Datetime.now()
        for member, activity in zip(members, quiet.create(vals_list), strict=True):
            member.write({"sent_on": now, "missed_reason": False, "activity_id": activity.id})

    def _note_missed(self):
        """Remember who was not reached now, and why."""
        self.env["crm.audience.member"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_audience_member SET missed_reason = reach_state
                 WHERE audience_id = %s AND sent_on IS NULL AND reach_state <> 'ok'
                """,
                self.id,
            )
        )
        self.env["crm.audience.member"].invalidate_model(["missed_reason"])

    @api.model
    def _get_steps(self):
        return [*super()._get_steps(), ("is_sending", "_send_next_batch")]

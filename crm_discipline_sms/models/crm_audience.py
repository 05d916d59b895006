"""Sending to an audience by text message.

Like every way to send: the messages of a batch and the marks that its clients were reached are one
transaction, and Odoo's queue of messages sends them afterwards.
"""

from odoo import api, fields, models
from odoo.fields import Domain

# Of as many clients the dialog says exactly how many can get a message; of more, at most how many.
JUDGE_AT_ONCE = 20_000
NOT_TAKEN = {"sms_credit", "sms_server", "sms_acc", "sms_registration_needed"}
"""Why a provider took no message, whatever the number."""


class CrmAudience(models.Model):
    _inherit = "crm.audience"

    sending_way = fields.Selection(
        selection_add=[("sms", "SMS")],
        ondelete={"sms": lambda audiences: audiences._stop_texts()},
    )
    text_body = fields.Text("Text Message", readonly=True)
    text_template_id = fields.Many2one(
        "sms.template", "SMS Template", readonly=True, ondelete="set null", index="btree_not_null"
    )
    text_has_link = fields.Boolean("Link to Opt Out", readonly=True, default=True)

    @api.model
    def _is_text_way(self, way):
        """Tell whether a way to send is a text message, which a landline does not get."""
        return way == "sms"

    @api.model
    def _get_way_channel(self, way):
        return "phone" if way == "sms" else super()._get_way_channel(way)

    def _get_to_send_domain(self, way):
        domain = super()._get_to_send_domain(way)
        if self._is_text_way(way):
            domain &= Domain("phone_line", "!=", "landline")
        return domain

    def _get_nobody_text(self, way):
        if self._is_text_way(way) and self._count_to_send_sudo("call"):
            return self.env._(
                "Whoever is left has a landline, which gets no SMS. Make a list of calls instead."
            )
        return super()._get_nobody_text(way)

    def action_text(self):
        """Open the dialog that writes the text message."""
        return self._get_send_action("sms", self.env._("Send an SMS"))

    def _prepare_to_send(self, way):
        result = super()._prepare_to_send(way)
        if self._is_text_way(way) and not self.is_filling:
            audience = self.sudo()
            members = audience.env["crm.audience.member"].search(
                audience._get_to_send_domain(way) & Domain("phone_line", "=", False),
                limit=JUDGE_AT_ONCE,
            )
            members._judge_lines()
        return result

    def _prepare_send_context(self, way):
        context = super()._prepare_send_context(way)
        if way == "sms":
            context.update(
                default_text_body=self.text_body, default_text_has_link=self.text_has_link
            )
        return context

    def _get_sender(self, way):
        return self._send_texts if way == "sms" else super()._get_sender(way)

    def _send_texts(self, members):
        """Let the SMS composer write a message to each; Odoo's queue sends them.

        As who pressed the button, so that they are the author, and rights are theirs.
        """
        members._judge_lines()
        members = members.filtered(lambda member: member.phone_line == "mobile")
        if not members:
            return
        composer = (
            self.env["sms.composer"]
            .with_user(self.sender_id)
            .with_context(allowed_company_ids=self.company_id.ids, active_test=False)
            .create(
                {
                    "composition_mode": "mass",
                    "res_model": "res.partner",
                    "res_ids": repr(members.partner_id.ids),
                    "template_id": self.text_template_id.id,
                    "body": self.text_body,
                    "mass_keep_log": True,
                    # the marks are committed with the messages, which the queue sends afterwards
                    "mass_force_send": False,
                    "use_exclusion_list": True,
                    "audience_id": self.id,
                }
            )
        )
        texts = composer._action_send_sms()
        messages = {text.partner_id.id: text.mail_message_id.id for text in texts}
        now = fields.Datetime.now()
        for member in members:
            member.write(
                {
                    "sent_on": now,
                    "missed_reason": False,
                    "mail_message_id": messages.get(member.partner_id.id),
                }
            )

    # ------------------------------------------------------------
    # WHAT WAS NOT TAKEN
    # ------------------------------------------------------------

    def _find_failed_sudo(self):
        texts = self.env["sms.sms"].sudo().search(
            Domain("state", "=", "error")
            & Domain("to_delete", "!=", True)
            & Domain("failure_type", "in", sorted(NOT_TAKEN))
            & Domain("mail_message_id", "in", self._get_messages_query()),
            order="id DESC",
        )  # fmt: skip
        return {**super()._find_failed_sudo(), "sms": texts}

    def _get_failed_reason(self, failed):
        if failed._name != "sms.sms":
            return super()._get_failed_reason(failed)
        labels = dict(failed._fields["failure_type"]._description_selection(self.env))
        return labels.get(failed.failure_type)

    # ------------------------------------------------------------
    # WITHOUT THE MODULE
    # ------------------------------------------------------------

    def _stop_texts(self):
        """Stop what was being sent by SMS, and say why."""
        for audience in self.filtered("is_sending"):
            audience.write(
                {
                    "is_sending": False,
                    "is_retrying": False,
                    "progress": 0,
                    "problem": self.env._(
                        "SMS was uninstalled. Who got no message can be reached another way."
                    ),
                }
            )
        self.write({"sending_way": False})

    @api.model
    def _take_back_texts_sudo(self):
        """Take messages that still wait out of the queue; their clients were not reached.

        In sudo: whoever uninstalls need not see the audiences.
        """
        audiences = self.sudo().with_context(active_test=False)
        waiting = self.env["sms.sms"].sudo().search(
            [("state", "=", "outgoing"), ("mail_message_id", "!=", False)]
        )  # fmt: skip
        members = audiences.env["crm.audience.member"].search(
            [("mail_message_id", "in", waiting.mail_message_id.ids)]
        )
        texts = waiting.filtered(lambda text: text.mail_message_id in members.mail_message_id)
        texts._update_sms_state_and_trackers("canceled")
        others = self.env["mail.notification"].sudo().search([("notification_type", "=", "sms")])
        sent = members.search([("mail_message_id", "in", others.mail_message_id.ids)]) - members
        sent._keep_outcomes()
        affected = members.audience_id
        members.write({"sent_on": False, "mail_message_id": False})
        self.env.add_to_compute(members._fields["reach_state"], members)
        for audience in affected:
            audience.problem = self.env._(
                "SMS was uninstalled. Who got no message can be reached another way."
            )
        audiences.search([("sending_way", "=", "sms")])._stop_texts()

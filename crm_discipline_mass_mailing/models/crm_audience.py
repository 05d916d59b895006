"""Sending to an audience by mailings of Odoo's Email Marketing."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmAudience(models.Model):
    _inherit = "crm.audience"

    mailing_ids = fields.One2many(
        "mailing.mailing",
        "audience_id",
        readonly=True,
        groups="mass_mailing.group_mass_mailing_user",
    )
    mailing_count = fields.Integer(
        compute="_compute_mailing_count", groups="mass_mailing.group_mass_mailing_user"
    )

    def _compute_mailing_count(self):
        counts = dict(
            self.env["mailing.mailing"]._read_group(
                [("audience_id", "in", self.ids)], ["audience_id"], ["__count"]
            )
        )
        for audience in self:
            audience.mailing_count = counts.get(audience._origin, 0)

    @api.model
    def _get_mailing_ways(self):
        """Return the ways to send that are mailings, by channel: ``{"mailing_" + type: channel}``."""
        return {"mailing_mail": "email"}

    @api.model
    def _get_way_channel(self, way):
        return self._get_mailing_ways().get(way) or super()._get_way_channel(way)

    def action_mailing(self):
        """Open a new mailing to those who can be reached and were not reached yet."""
        return self._get_mailing_action("mail")

    def action_view_mailings(self):
        """Open the mailings to the audience."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mass_mailing.mailing_mailing_action_mail"
        )
        return {**action, "domain": [("audience_id", "=", self.id)], "context": {"create": False}}

    def _get_mailing_action(self, mailing_type):
        self.ensure_one()
        # (Odoo's own dialog is opened in the place of ours)
        self._get_send_action(f"mailing_{mailing_type}", self.name)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mailing to “%(name)s”", name=self.name),
            "res_model": "mailing.mailing",
            "views": [(False, "form")],
            "context": {
                "default_audience_id": self.id,
                "default_mailing_type": mailing_type,
                "default_mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "default_subject": self.mail_subject or self.name,
            },
        }

    def _check_ready_to_send(self, way):
        result = super()._check_ready_to_send(way)
        if way not in self._get_mailing_ways():
            # in sudo: also where a colleague without rights for mailings sends
            busy = self.env["mailing.mailing"].sudo().search(
                [("audience_id", "=", self.id), ("state", "in", ("in_queue", "sending"))], limit=1
            )  # fmt: skip
            if busy:
                raise UserError(
                    self.env._(
                        "The mailing “%(mailing)s” is about to be sent to “%(name)s”. "
                        "Wait until it is done, or cancel it.",
                        mailing=busy.subject,
                        name=self.name,
                    )
                )
        return result

    def _refresh_for_mailing(self, way):
        """Bring the list up to date at once, however long it is: a mailing is about to leave.

        :raise UserError: where it can't be
        """
        self.ensure_one()
        self._check_ready_to_send(way)
        self._start_filling()
        while self.is_filling:
            self._fill_next_batch()
        self._prepare_to_send(way)

    def _get_mailing_clients_domain(self, way):
        """Return the clients whom a mailing goes to next, in a domain that anybody may use.

        In sudo: who sends mailings need not see audiences. Whom they see of the clients stays theirs.
        """
        members = self.env["crm.audience.member"].sudo()
        found = members._search(self.sudo()._get_to_send_domain(way))
        return Domain("id", "in", found.subselect("partner_id"))

    def _lock_for_mailing_sudo(self, way, clients):
        """Keep everybody else from sending to these clients, until the transaction ends.

        :return: those of them to whom nobody has sent yet
        """
        members = self.env["crm.audience.member"].sudo()
        domain = self.sudo()._get_to_send_domain(way)
        found = members.search(domain & Domain("partner_id", "in", clients.ids))
        locked = found.try_lock_for_update().partner_id
        return clients.filtered(lambda client: client in locked)

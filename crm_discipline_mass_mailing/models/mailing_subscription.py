from odoo import api, models


class MailingSubscription(models.Model):
    _inherit = "mailing.subscription"

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        subscriptions.filtered("opt_out")._opt_out_clients_sudo()
        return subscriptions

    def write(self, vals):
        before = self.filtered("opt_out")
        result = super().write(vals)
        (self.filtered("opt_out") - before)._opt_out_clients_sudo()
        return result

    def _opt_out_clients_sudo(self):
        """Leave clients alone everywhere who opted out of an audience's list; in sudo, as their wish."""
        audiences = self.env["crm.audience"].sudo().with_context(active_test=False)
        audiences = audiences.search([("mailing_list_id", "in", self.list_id.ids)])
        if not audiences:
            return
        for subscription in self.sudo():
            of_list = audiences.filtered(
                lambda audience, on=subscription.list_id: audience.mailing_list_id == on
            )
            members = of_list.env["crm.audience.member"].search(
                [
                    ("audience_id", "in", of_list.ids),
                    ("mailing_contact_id", "=", subscription.contact_id.id),
                ]
            )
            for client in members.partner_id:
                client._opt_out_sudo(
                    ("email",),
                    self.env._(
                        "Unsubscribed from the list “%(list)s”", list=subscription.list_id.name
                    ),
                )

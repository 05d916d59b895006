"""Setting up a call source: what it is, and then, once, what to enter in the telephone system."""

from odoo import api, fields, models

from ..models.crm_call_source import PROVIDERS


class CrmCallSourceSetup(models.TransientModel):
    _name = "crm.call.source.setup"
    _description = "Set Up a Call Source"

    name = fields.Char(default=lambda self: self.env._("Telephone system"))
    provider = fields.Selection(PROVIDERS, default="generic")
    country_id = fields.Many2one(
        "res.country", default=lambda self: self.env.company.country_id, required=False
    )
    default_user_id = fields.Many2one("res.users", domain=[("share", "=", False)])
    team_id = fields.Many2one("crm.team")
    auth_token = fields.Char(
        help="Twilio signs with the token of your account, which you find there."
    )
    source_id = fields.Many2one("crm.call.source", readonly=True)
    address = fields.Char(related="source_id.address")
    secret = fields.Char(readonly=True)

    def action_create(self):
        """Make the source, and show its address and its secret."""
        self.ensure_one()
        values = {
            "name": self.name,
            "provider": self.provider,
            "country_id": self.country_id.id,
            "default_user_id": self.default_user_id.id,
            "team_id": self.team_id.id,
        }
        source = self.env["crm.call.source"].create(values)
        if self.provider == "twilio" and self.auth_token:
            # in sudo: who sets up a source writes its secret and can't read it back
            source.sudo().secret = self.auth_token.strip()
            self.auth_token = False
        return self._show(source)

    @api.model
    def _show(self, source):
        """Return the dialog that shows the address and the secret, which no screen shows again."""
        wizard = self.create({"source_id": source.id, "secret": source.sudo().secret})
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_call_source_setup_action"
        )
        return dict(action, res_id=wizard.id, name=source.name)

    def action_test(self):
        """Send a test call to the source."""
        return self.source_id.action_send_test_call()

    def action_close(self):
        """Forget the secret and open the source."""
        source = self.source_id
        self.sudo().unlink()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.call.source",
            "res_id": source.id,
            "views": [(False, "form")],
            "target": "main",
        }

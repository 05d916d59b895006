"""An unknown caller, where only operators may make the caller a client."""

from odoo import models


# who makes a client of a caller is a concept of its own
class CrmCall(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "crm.call"

    def action_new_client(self):
        """Open a new client, or, for who may create none, the question to the operators."""
        if self.env["res.partner"].has_access("create"):
            return super().action_new_client()
        return self.action_ask_client()

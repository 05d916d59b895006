from odoo import models

from ..tools.phone_line import get_line


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _note_no_number_sudo(self, number):
        """Remember that the provider of messages says that a number is none.

        In sudo: the provider says so. Of a landline it only means that it gets no messages.
        """
        if get_line(number) == "mobile":
            clients = self.sudo().filtered(lambda client: client.phone_sanitized == number)
            clients.write({"wrong_number": number, "wrong_number_call_id": False})

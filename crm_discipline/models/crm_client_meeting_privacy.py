"""Meetings, calls and data requests refer to visible clients only; reading many of them is reading
clients."""

from odoo import api, models


# what others may see is a concept of its own, apart from what a meeting is
class CalendarEvent(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _name = "calendar.event"
    _inherit = ["calendar.event", "crm.client.guard", "crm.client.read.mixin"]

    _guarded_fields = ("client_id", "partner_ids", "opportunity_id")
    _client_data_fields = frozenset({"client_name", "client_phone", "client_email"})

    def _compute_client_data(self):
        """Tell nothing of a client whom the user may not see, though a rule asks for it in sudo:
        the values stay in the cache, for whoever reads them next."""
        hidden = self._get_of_hidden_clients("client_id", in_sudo=True)
        hidden.update({"client_name": False, "client_phone": False, "client_email": False})
        return super(CalendarEvent, self - hidden)._compute_client_data()

    def _compute_client_has_full_name(self):
        hidden = self._get_of_hidden_clients("client_id", in_sudo=True)
        for event in hidden:
            event.client_has_full_name = event.client_id.has_full_name
        return super(CalendarEvent, self - hidden)._compute_client_has_full_name()

    def _get_judged_as_saved(self):
        return self._get_of_hidden_clients("client_id", in_sudo=True)

    @api.readonly
    def read(self, fields=None, load="_classic_read"):
        if not self.env.su and self.env.user._sees_own_clients_only():
            # what code in sudo has left in the cache holds attendees whom the user may not see
            self.invalidate_recordset(["partner_ids", "attendee_ids"])
        return super().read(fields, load=load)

    def _get_clients_read(self):
        return self.sudo().client_id.ids


class CrmCall(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _name = "crm.call"
    _inherit = ["crm.call", "crm.client.guard", "crm.client.read.mixin"]

    _guarded_fields = ("partner_id", "lead_id")
    _client_data_fields = frozenset({"phone", "phone_sanitized", "display_name"})

    def _get_clients_read(self):
        return self.sudo().partner_id.ids


class CrmDataRequest(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _name = "crm.data.request"
    _inherit = ["crm.data.request", "crm.client.guard", "crm.client.read.mixin"]

    _guarded_fields = ("partner_id", "other_partner_ids", "parent_id")
    _client_data_fields = frozenset({"name", "surname", "phone", "email"})

    def _find_duplicates(self):
        """Find none for whoever asked about a client who is a colleague's by now."""
        hidden = self._get_of_hidden_clients("partner_id")
        return {} if hidden else super()._find_duplicates()

    def _get_clients_read(self):
        return self.sudo().partner_id.ids

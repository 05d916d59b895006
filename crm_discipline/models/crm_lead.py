from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import automation


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.discipline.mixin"]

    client_meeting_count = fields.Integer(compute="_compute_client_meeting_count")

    _won_idx = models.Index("(user_id, date_closed) WHERE won_status = 'won'")

    @api.depends("calendar_event_ids")
    def _compute_client_meeting_count(self):
        meetings = self.env["calendar.event"].search([("opportunity_id", "in", self.ids)])
        counts = Counter(meeting.opportunity_id.id for meeting in meetings.sudo())
        for lead in self:
            lead.client_meeting_count = counts[lead._origin.id]

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._check_discipline()
        return leads

    def write(self, vals):
        touched = frozenset(vals)
        contacts = {lead.id: lead.partner_id for lead in self} if vals.get("partner_id") else {}
        result = super().write(vals)
        if contacts:
            self._give_client_to_meetings_sudo(contacts)
        self._check_discipline(touched)
        return result

    def _give_client_to_meetings_sudo(self, contacts):
        """Make the contact that an opportunity got the client of its meetings without one, and of
        those planned with the contact whom it had.

        In sudo, because the meetings may be colleagues'; nothing is read back to the user.

        :param contacts: ``{lead id: the contact it had}``
        """
        meetings = (
            self.env["calendar.event"]
            .sudo()
            .search([("opportunity_id", "in", self.ids), ("is_client_meeting", "=", True)])
        )
        for meeting in meetings:
            lead = meeting.opportunity_id
            had = meeting.meeting_status == "planned" and meeting.client_id == contacts[lead.id]
            if not meeting.client_id or had:
                meeting.client_id = lead.partner_id

    def _merge_dependences_calendar_events(self, opportunities):
        # the meetings only change hands; what they lacked before must not stop a merge
        lead = automation.as_automation(self)
        return super(CrmLead, lead)._merge_dependences_calendar_events(opportunities)

    @api.model
    def _get_discipline_company_domain(self, company_id):
        own = Domain("company_id", "=", company_id)
        return own | Domain("company_id", "=", False) & Domain(
            "user_id.company_id", "=", company_id
        )

    def action_view_client_meetings(self):
        """Open the meetings that :attr:`client_meeting_count` counts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.calendar_event_action_client_meetings"
        )
        action["domain"] = [("opportunity_id", "=", self.id)]
        action["context"] = {
            "default_opportunity_id": self.id,
            "default_partner_ids": (self.env.user.partner_id | self.partner_id).ids,
            "search_default_client_meetings": 0,
        }
        return action

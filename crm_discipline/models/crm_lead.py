from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import automation


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.discipline.mixin"]

    client_meeting_count = fields.Integer(compute="_compute_client_meeting_count")

    @api.depends("calendar_event_ids")
    def _compute_client_meeting_count(self):
        counts = dict(
            self.env["calendar.event"]._read_group(
                [("opportunity_id", "in", self.ids)], ["opportunity_id"], ["__count"]
            )
        )
        for lead in self:
            lead.client_meeting_count = counts.get(lead._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._check_discipline()
        return leads

    def write(self, vals):
        touched = frozenset(vals)
        result = super().write(vals)
        if vals.get("partner_id"):
            self._give_client_to_meetings_sudo()
        self._check_discipline(touched)
        return result

    def _give_client_to_meetings_sudo(self):
        """Make the contact that an opportunity got the client of its meetings without one.

        In sudo, because the meetings may be colleagues'; nothing is read back to the user.
        """
        meetings = (
            self.env["calendar.event"]
            .sudo()
            .search(
                [
                    ("opportunity_id", "in", self.ids),
                    ("client_id", "=", False),
                    ("is_client_meeting", "=", True),
                ]
            )
        )
        for lead, events in meetings.grouped("opportunity_id").items():
            events.client_id = lead.partner_id

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

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import person_name


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.discipline.mixin"]

    has_full_name = fields.Boolean(
        compute="_compute_has_full_name",
        store=True,
        help="A person whose surname and first name are both known.",
    )
    client_meeting_ids = fields.One2many("calendar.event", "client_id", "Client Meetings")
    client_meeting_count = fields.Integer(compute="_compute_client_meeting_count")

    @api.depends("name", "is_company")
    def _compute_has_full_name(self):
        for partner in self:
            partner.has_full_name = not partner.is_company and person_name.has_full_name(
                partner.name
            )

    def _compute_client_meeting_count(self):
        """Count the meetings with a client; of a company also those with its people.

        By a search, like the list that opens: grouping would leave private meetings out.
        """
        counts = dict.fromkeys(self.ids, 0)
        meetings = self.env["calendar.event"].search([("client_id", "child_of", self.ids)])
        for meeting in meetings.sudo():
            client = meeting.client_id
            while client:
                if client.id in counts:
                    counts[client.id] += 1
                client = client.parent_id
        for partner in self:
            partner.client_meeting_count = counts.get(partner.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._check_discipline()
        return partners

    def write(self, vals):
        touched = frozenset(vals)
        result = super().write(vals)
        self._check_discipline(touched)
        return result

    @api.model
    def _get_discipline_views(self):
        return [(False, "list"), (False, "kanban"), (False, "form")]

    @api.model
    def _get_discipline_company_domain(self, company_id):
        # most companies share their contacts: then the salesperson's company governs
        own = Domain("company_id", "=", company_id)
        return own | Domain("company_id", "=", False) & Domain(
            "user_id.company_id", "=", company_id
        )

    @api.model
    def _get_mending_fields(self, domain):
        # whether a name is whole is computed; what a person types is the name
        return tuple(
            "name" if fname == "has_full_name" else fname
            for fname in super()._get_mending_fields(domain)
        )

    def action_view_client_meetings(self):
        """Open the meetings that :attr:`client_meeting_count` counts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.calendar_event_action_client_meetings"
        )
        action["domain"] = [("client_id", "child_of", self.ids)]
        action["context"] = {"default_client_id": self.id, "search_default_client_meetings": 0}
        return action

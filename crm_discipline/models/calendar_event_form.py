"""What the screens of client meetings show and ask besides the meeting's own data."""

from odoo import api, fields, models
from odoo.fields import Domain


# what screens need is a concept of its own, apart from what a meeting is
class CalendarEvent(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "calendar.event"

    needs_result = fields.Boolean(
        compute="_compute_needs_result",
        search="_search_needs_result",
        help="The client meeting is over, and nobody has said what came of it.",
    )
    person_met_id = fields.Many2one(
        "res.partner",
        string="Whom You Met",
        store=False,
        help="Who of the company was met: the client, when chosen, in the company's place.",
    )
    asks_client_name = fields.Boolean(
        compute="_compute_asks_client_name",
        compute_sudo=True,
        help="The client's name was not whole when the form opened, so it can be completed there.",
    )

    @api.depends("is_client_meeting", "meeting_status", "stop")
    def _compute_needs_result(self):
        now = fields.Datetime.now()
        for event in self:
            event.needs_result = bool(
                event.is_client_meeting
                and event.meeting_status == "planned"
                and event.stop
                and event.stop < now
            )

    def _search_needs_result(self, operator, value):
        if operator != "in":
            return NotImplemented
        return (
            Domain("is_client_meeting", "=", True)
            & Domain("meeting_status", "=", "planned")
            & Domain("stop", "<", fields.Datetime.now())
        )

    @api.depends("client_id")
    def _compute_asks_client_name(self):
        # of the saved client: the field must not vanish while the name is typed
        for event in self:
            client = event.client_id
            event.asks_client_name = bool(
                client and not client.is_company and not client.has_full_name
            )

    @api.onchange("person_met_id")
    def _onchange_person_met_id(self):
        if self.person_met_id:
            self.client_id = self.person_met_id
            self.person_met_id = False

    @api.model
    def _get_mending_fields(self, domain):
        names = super()._get_mending_fields(domain)
        if "client_name" not in names:
            return names
        # a company has no first name: there the question is who was met
        return ("person_met_id", *names)

    @api.model
    def _get_discipline_views(self):
        view = self.env.ref("crm_discipline.calendar_event_view_list_client_meetings")
        cards = self.env.ref("crm_discipline.calendar_event_view_kanban_cards")
        return [(view.id, "list"), (cards.id, "kanban"), (False, "form")]

"""Whether a meeting's opportunity was won, for figures that lead from meetings to deals."""

from odoo import api, fields, models
from odoo.fields import Domain


# what came of the opportunity is a concept of its own, apart from what a meeting is
class CalendarEvent(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "calendar.event"

    is_opportunity_won = fields.Boolean(
        compute="_compute_is_opportunity_won",
        compute_sudo=True,
        search="_search_is_opportunity_won",
        groups="base.group_user",
        help="The opportunity that the meeting was about is won.",
    )

    @api.depends("opportunity_id.won_status")
    def _compute_is_opportunity_won(self):
        for event in self:
            event.is_opportunity_won = event.opportunity_id.won_status == "won"

    def _search_is_opportunity_won(self, operator, value):
        if operator != "in":
            return NotImplemented
        # past the rules of opportunities: a figure is the same whoever looks
        won = Domain("opportunity_id", "any!", [("won_status", "=", "won")])
        wanted = {bool(item) for item in value}
        if len(wanted) > 1:
            return Domain.TRUE
        return won if True in wanted else ~won

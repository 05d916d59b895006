"""What campaigns choose clients by most often, and which campaigns reached a client."""

from odoo import api, fields, models
from odoo.fields import Domain


# a client in campaigns is a concept of its own
class ResPartner(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.partner"

    has_bought = fields.Boolean(
        "Bought Before",
        compute="_compute_has_bought",
        search="_search_has_bought",
        help="A deal with the client was won.",
    )
    met_lately = fields.Boolean(
        "Met in the Last Half Year",
        compute="_compute_met_lately",
        search="_search_met_lately",
        help="A meeting with the client was held in the last six months.",
    )
    audience_member_ids = fields.One2many(
        "crm.audience.member",
        "partner_id",
        "Campaigns",
        groups="sales_team.group_sale_salesman",
    )
    campaign_count = fields.Integer(
        compute="_compute_campaign_count", groups="sales_team.group_sale_salesman"
    )

    def _compute_has_bought(self):
        bought = self.search([("id", "in", self.ids), ("has_bought", "=", True)])
        for partner in self:
            partner.has_bought = partner in bought

    @api.model
    def _search_has_bought(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("opportunity_ids", "any", [("won_status", "=", "won")])

    def _compute_met_lately(self):
        met = self.search([("id", "in", self.ids), ("met_lately", "=", True)])
        for partner in self:
            partner.met_lately = partner in met

    @api.model
    def _search_met_lately(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain(
            "client_meeting_ids", "any", [("meeting_status", "=", "held"), ("start", ">=", "-6m")]
        )

    @api.depends_context("uid")
    def _compute_campaign_count(self):
        counts = dict(
            self.env["crm.audience.member"]._read_group(
                self._get_campaigns_domain(self.ids), ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.campaign_count = counts.get(partner._origin, 0)

    @api.model
    def _get_campaigns_domain(self, ids):
        """Return who was reached by a campaign, or was to be and was not."""
        return Domain("partner_id", "in", ids) & (
            Domain("sent_on", "!=", False) | Domain("missed_reason", "!=", False)
        )

    def action_view_campaigns(self):
        """Open which campaigns reached a client, and which did not, and why."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_audience_member_action_campaigns"
        )
        return {**action, "domain": list(self._get_campaigns_domain(self.ids)), "context": {}}

    def unlink(self):
        held_back = (
            self.env["crm.audience.member"]
            .sudo()
            .search(
                [("duplicate_of_id.partner_id", "in", self.ids), ("partner_id", "not in", self.ids)]
            )
        )
        result = super().unlink()
        if held_back:
            held_back.invalidate_recordset(["duplicate_of_id"], flush=False)
            self.env.add_to_compute(held_back._fields["reach_state"], held_back)
            held_back.modified(["reach_state"])
        return result

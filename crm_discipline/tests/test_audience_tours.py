"""An audience, as a supervisor makes and sends it."""

from odoo.tests import HttpCase, tagged

from .audience_common import AudienceCase


@tagged("post_install", "-at_install")
class TestAudienceTours(HttpCase, AudienceCase):
    def test_choose_see_send_and_ask(self):
        self.env["crm.audience"].search([]).active = False
        lead = self.env["crm.lead"].create(
            [
                {"name": "Chairs", "type": "opportunity", "partner_id": client.id}
                for client in self.good | self.missing | self.blocked
            ]
        )
        lead.action_set_won()
        others = self.env["res.partner"].search([("has_bought", "=", True)])
        (others - self.clients).with_context(active_test=False).opportunity_ids.unlink()
        self.start_tour("/odoo/audiences", "discipline_audience_tour", login=self.supervisor.login)
        audience = self.env["crm.audience"].search([("name", "=", "Spring sale")])
        self.assertEqual(audience.member_ids.filtered("sent_on").partner_id, self.good)
        self.assertEqual(self.missing._get_fix_activities_sudo().user_id, self.salesperson)

"""The handover, as a supervisor makes it, and as a manager is led into it."""

from odoo.tests import HttpCase, tagged

from .test_crm_handover import HandoverCase


@tagged("post_install", "-at_install")
class TestHandoverTours(HttpCase, HandoverCase):
    def test_two_kinds_and_back(self):
        self.start_tour("/odoo/handovers", "discipline_handover_tour", login=self.supervisor.login)
        handover = self.env["crm.handover"].search([("from_user_id", "=", self.leaver.id)])
        self.assertEqual(handover.state, "undone")
        self.assertEqual(set(handover.item_ids.mapped("kind")), {"client", "lead"})
        for thing in self.things:
            self.assertEqual(thing.user_id, self.leaver)

    def test_archiving_leads_into_it(self):
        self.manager.group_ids |= self.env.ref("base.group_system")
        self.start_tour(
            f"/odoo/action-base.action_res_users/{self.leaver.id}",
            "discipline_archive_tour",
            login=self.manager.login,
        )
        self.assertTrue(self.leaver.active)

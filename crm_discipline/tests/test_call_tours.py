"""The screens of calls, as the salesperson uses them."""

from odoo.tests import HttpCase, tagged

from .common import CallCase


@tagged("post_install", "-at_install")
class TestCallTours(HttpCase, CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        owner = {"user_id": cls.salesperson.id}
        cls.first, cls.third, *_others = cls.env["res.partner"].create(
            [
                {"name": "First Caller", "phone": "+420777100100", **owner},
                {"name": "Third Caller", "phone": "+420777300300", **owner},
                {"name": "Shared One", "phone": "+420777200200", **owner},
                {"name": "Shared Two", "phone": "+420777200200", **owner},
            ]
        )
        cls.env["crm.call"].search([("user_id", "=", cls.salesperson.id)]).unlink()

    def arrive(self):
        """Let three calls arrive, the second of a number that two clients share."""
        return self.receive(
            self.prepare_message("1", 2, caller="+420777100100"),
            self.prepare_message("2", 1, caller="+420777200200"),
            self.prepare_message("3", 0, caller="+420777300300"),
        ).sorted("external_id")

    def start_as_seller(self, path, tour):
        self.start_tour(f"/odoo/{path}", tour, login=self.salesperson.login)

    def test_list(self):
        first, second, third = self.arrive()
        self.start_as_seller("calls", "discipline_call_list_tour")
        self.assertEqual(first.status_id, self.status("completed"))
        self.assertEqual(second.partner_id.name, "Shared Two")
        self.assertEqual((second | third).status_id, self.status("callback"))
        self.assertTrue(self.open_activities(third.partner_id))

    def test_one_press_processes_a_call(self):
        for way in ("click", "key"):
            with self.subTest(way=way):
                first, *_others = self.arrive()
                self.start_as_seller("calls", f"discipline_call_one_{way}_tour")
                first.invalidate_recordset()
                self.assertEqual(first.status_id, self.status("completed"))
                first.sudo().write({"status_id": False, "user_id": self.salesperson.id})

    def test_kanban(self):
        first, _second, third = self.arrive()
        self.start_as_seller("calls", "discipline_call_kanban_tour")
        self.assertEqual(first.status_id, self.status("accepted"))
        self.assertEqual(third.status_id, self.status("completed"))

    def test_menu(self):
        first, *_others = self.arrive()
        self.start_as_seller("action-crm.crm_lead_action_pipeline", "discipline_call_menu_tour")
        self.assertEqual(first.status_id, self.status("completed"))

    def test_by_hand(self):
        self.arrive()
        by_hand = [("user_id", "=", self.salesperson.id), ("source_id", "=", False)]
        self.start_as_seller("calls", "discipline_call_by_hand_tour")
        call = self.env["crm.call"].search(by_hand)
        self.assertEqual(call.partner_id, self.first)
        self.assertEqual(call.status_id, self.status("completed"))
        self.assertEqual(call.user_id, self.salesperson)

    def test_contact(self):
        first, *_others = self.arrive()
        self.start_as_seller(f"res.partner/{self.first.id}", "discipline_call_contact_tour")
        self.assertEqual(first.status_id, self.status("completed"))
        self.assertEqual(self.first.call_count, 3)
        self.assertFalse(self.open_activities(self.first))

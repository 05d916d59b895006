import logging

from odoo.addons.crm_discipline import hooks
from odoo.addons.crm_discipline.models.crm_call_function import FIND, WRITE
from odoo.addons.crm_discipline.tools.person_name import has_full_name
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestHooks(TransactionCase):
    """What is filled at installation is what the ORM would compute."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.clients = partners.create(
            [{"name": name} for name in ("Jana Nováková", "Dvořák", "王小明")]
            + [{"name": "Jana Nováková s.r.o.", "is_company": True}]
        )
        colleague = cls.env.ref("base.user_admin").partner_id
        lead = cls.env["crm.lead"].create(
            {"name": "Chairs", "type": "opportunity", "partner_id": cls.clients[0].id}
        )
        times = {"start": "2025-03-03 09:00:00", "stop": "2025-03-03 10:00:00"}
        attendees = (
            colleague,
            colleague | cls.clients[1],
            colleague | cls.clients[1] | cls.clients[2],
            colleague,
            cls.clients[2],
        )
        cls.events = cls.env["calendar.event"].create(
            [
                {
                    **times,
                    "name": f"Meeting {position}",
                    "partner_ids": [(6, 0, partners_.ids)],
                    "opportunity_id": lead.id if position == 3 else False,
                }
                for position, partners_ in enumerate(attendees)
            ]
        )
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        self.patch(self.env.cr, "commit", lambda: None)
        self.patch(hooks, "_BATCH", 2)

    def test_contacts(self):
        expected = {client: client.has_full_name for client in self.clients}
        self.assertEqual(list(expected.values()), [True, False, True, False])
        self.assertTrue(has_full_name("王小明"))
        self.env.cr.execute("UPDATE res_partner SET has_full_name = NULL")
        with self.assertLogs(hooks.__name__, logging.INFO) as logs:
            hooks._fill_full_names(self.env.cr)
        self.assertIn("(100 %)", logs.output[-1])
        self.assertGreater(len(logs.output), 1)
        self.env.invalidate_all()
        self.assertEqual({client: client.has_full_name for client in self.clients}, expected)
        self.env.cr.execute("SELECT count(*) FROM res_partner WHERE has_full_name IS NULL")
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_phones(self):
        for client, phone in zip(self.clients, ("601234567", "12", " ", False), strict=True):
            client.write({"phone": phone, "country_id": self.env.ref("base.cz").id})
        self.env["phone.blacklist"].create({"number": "+420601234567"})
        expected = {client: client.phone_state for client in self.clients}
        self.assertEqual(list(expected.values()), ["opted_out", "invalid", "missing", "missing"])
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET phone_state = NULL")
        hooks.fill_reach_states(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual({client: client.phone_state for client in self.clients}, expected)

    def test_emails(self):
        addresses = ("out@example.com", "nothing", "back@example.com", "good@example.com")
        for client, address in zip(self.clients, addresses, strict=True):
            client.email = address
        self.env["mail.blacklist"].create({"email": "Out@example.com"})
        self.clients[2].message_bounce = 1

        def state():
            return [(client.email_state, client.bounced_email) for client in self.clients]

        expected = state()
        self.assertEqual(
            expected,
            [("opted_out", False), ("invalid", False), ("invalid", "back@example.com")]
            + [("ok", False)],
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET email_state = NULL, bounced_email = NULL")
        hooks.fill_reach_states(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(state(), expected)

    def test_known_opt_outs(self):
        self.env["mail.blacklist"].create({"email": "out@example.com"})
        self.env["phone.blacklist"].create({"number": "+420601234567"})
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crm_consent")
        hooks._keep_known_opt_outs(self.env.cr)
        # whoever is kept already, by demo data or by being asked again, is not kept twice
        hooks._keep_known_opt_outs(self.env.cr)
        self.env.invalidate_all()
        kept = self.env["crm.consent"].search(
            [("address", "in", ["out@example.com", "+420601234567"])]
        )
        self.assertEqual(set(kept.mapped("decision")), {"out"})
        self.assertEqual(sorted(kept.mapped("channel")), ["email", "phone"])

    def test_owners(self):
        seller, other = self.env["res.users"].create(
            [{"name": f"Seller {n}", "login": f"owner_{n}"} for n in (1, 2)]
        )
        whole, surname, chinese, company = self.clients
        company.user_id = seller
        whole.write({"parent_id": company.id, "user_id": other.id})
        surname.write({"parent_id": company.id, "type": "delivery", "user_id": False})
        chinese.user_id = other
        (self.env.company.partner_id | seller.partner_id).user_id = other
        partners = self.clients | self.env.company.partner_id | seller.partner_id

        def state():
            return [(p.discipline_owner_id, p.discipline_company_owner_id) for p in partners]

        nobody = seller.browse()
        expected = [(other, seller), (seller, nobody), (other, nobody), (seller, nobody)]
        expected += [(nobody, nobody)] * 2
        self.assertEqual(state(), expected)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET discipline_owner_id = %s, discipline_company_owner_id = NULL",
            (self.env.uid,),
        )
        hooks._fill_client_owners(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(state(), expected)

    def test_events(self):
        def state():
            return [(e.client_id, e.is_client_meeting, e.meeting_status) for e in self.events]

        expected = state()
        self.assertEqual(
            [client_meeting for _client, client_meeting, _status in expected],
            [False, True, True, True, True],
        )
        self.env.cr.execute("UPDATE calendar_event SET client_id = NULL, is_client_meeting = NULL")
        self.env.cr.execute(
            "UPDATE calendar_event SET name = '   ' WHERE id = %s", (self.events[0].id,)
        )
        hooks._fill_client_meetings(self.env.cr)
        self.env.invalidate_all()
        self.assertEqual(state(), expected)
        self.assertEqual(self.events[0].name, "")

    def test_interrupted_installation_goes_on(self):
        expected = [(event.client_id, event.is_client_meeting) for event in self.events]
        self.env.cr.execute(
            "UPDATE calendar_event SET is_client_meeting = FALSE, client_id = NULL"
            " WHERE id = ANY(%s)",
            (self.events[3:].ids,),
        )
        self.env.cr.execute("SELECT ctid FROM calendar_event WHERE id = %s", (self.events[1].id,))
        untouched = self.env.cr.fetchone()
        hooks._fill_client_meetings(self.env.cr)
        self.env.invalidate_all()
        filled = [(event.client_id, event.is_client_meeting) for event in self.events]
        self.assertEqual(filled, expected)
        self.env.cr.execute("SELECT ctid FROM calendar_event WHERE id = %s", (self.events[1].id,))
        self.assertEqual(self.env.cr.fetchone(), untouched, "What is right is not written again.")

    def test_uninstall_removes_the_functions_of_calls(self):
        def functions():
            self.env.cr.execute(
                "SELECT count(*) FROM pg_proc WHERE proname = ANY(%s)", [[FIND, WRITE]]
            )
            return self.env.cr.fetchone()[0]

        self.assertEqual(functions(), 2)
        self.env["crm.call.event"].init()  # as an upgrade does
        self.assertEqual(functions(), 2)
        hooks.uninstall_hook(self.env)
        self.assertEqual(functions(), 0)

    def test_uninstall_removes_open_questions(self):
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.clients[0].id,
                "activity_type_id": self.env.ref(
                    "crm_discipline.mail_activity_type_meeting_result"
                ).id,
            }
        )
        hooks.uninstall_hook(self.env)
        self.assertFalse(activity.exists())

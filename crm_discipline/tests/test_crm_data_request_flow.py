"""Taking, applying, rejecting, giving back and asking again."""

from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged
from odoo.tests.common import get_db_name
from odoo.tools import mute_logger

from .common import RequestCase


class TestDataRequestFlow(RequestCase):
    def test_take_and_give_back(self):
        request = self.ask()
        taken = self.work(request)
        self.assertTrue(taken.can_work)
        taken.action_take()
        self.assertEqual((taken.state, taken.operator_id), ("in_progress", self.operator))
        self.assertTrue(taken.taken_on)
        late = self.work(request, self.other_operator)
        self.assertFalse(late.can_work)
        for action in (late.action_take, late.action_apply, lambda: late.action_reject("No")):
            with self.assertRaisesRegex(UserError, self.operator.name):
                action()
        taken.action_give_back()
        self.assertEqual((taken.state, bool(taken.operator_id)), ("new", False))
        late.action_take()
        self.assertEqual(late.operator_id, self.other_operator)

    def test_where_it_was_asked_opens_for_who_may_see_it(self):
        lead = self.env["crm.lead"].create(
            {"name": "Chairs", "type": "opportunity", "user_id": self.salesperson.id}
        )
        request = self.ask(origin_model="crm.lead", origin_id=lead.id)
        self.assertTrue(request.can_open_origin)
        self.assertFalse(self.work(request).can_open_origin, "Operators see no opportunities.")
        lead.unlink()
        request.invalidate_recordset(["can_open_origin"])
        self.assertFalse(request.can_open_origin)
        self.assertFalse(self.ask().can_open_origin)

    def test_of_several_all_or_none(self):
        first, second = self.ask(), self.ask()
        self.work(second, self.other_operator).action_take()
        with self.assertRaises(UserError):
            self.work(first | second).action_take()
        self.assertEqual(first.state, "new")

    def test_next_is_what_waits_longest(self):
        Request = self.env["crm.data.request"].with_user(self.operator)
        Request.search([("state", "in", ("new", "in_progress"))]).sudo().unlink()
        older, newer = self.ask(), self.ask()
        older.sudo().requested_on = "2024-01-01 08:00:00"
        self.assertEqual(Request.action_take_next()["res_id"], older.id)
        # what I have taken already goes first
        self.assertEqual(Request.action_take_next()["res_id"], older.id)
        other = Request.with_user(self.other_operator)
        self.assertEqual(other.action_take_next()["res_id"], newer.id)
        self.work(older).action_reject("No")
        self.assertEqual(Request.action_take_next()["tag"], "display_notification")

    def test_a_new_client_counts_for_who_asked(self):
        request = self.ask(email="eva@example.com", city="Brno", note="Met at the fair")
        self.work(request).action_apply()
        partner = request.partner_id
        self.assertEqual(partner.name, "Eva Malá")
        self.assertEqual((partner.phone, partner.city), ("+420602111222", "Brno"))
        self.assertEqual(partner.create_uid, self.operator)
        self.assertEqual(partner.acquired_by_id, self.salesperson)
        self.assertEqual(partner.user_id, self.salesperson)
        self.assertEqual((request.state, request.operator_id), ("done", self.operator))
        with self.assertRaises(UserError):
            self.work(request).action_apply()

    def test_a_client_needs_a_name(self):
        request = self.ask(surname=False, first_name=False)
        with self.assertRaises(UserError):
            self.work(request).action_apply()
        self.work(request).name = "Eva Malá"
        self.work(request).action_apply()
        self.assertTrue(request.partner_id.has_full_name)

    def test_a_correction_writes_what_is_taken(self):
        request = self.ask_correction(
            name="Jana Dvořáková", phone="+420602777888", email=False, city="Brno"
        )
        work = self.work(request)
        work.left_fields = ["city"]
        work.action_apply()
        self.assertEqual(self.client.name, "Jana Dvořáková")
        self.assertEqual(self.client.phone, "+420602777888")
        self.assertFalse(self.client.email)
        self.assertFalse(self.client.city)

    def test_it_is_this_one(self):
        self.client.email = False
        request = self.ask(
            surname="Novakova", first_name="Jana", phone="+420601234567", email="new@example.com"
        )
        work = self.work(request)
        before = self.env["res.partner"].search_count([])
        work.action_link(self.client.id)
        taken = {row["name"] for row in work.comparison if row["is_taken"]}
        self.assertEqual(taken, {"email"})
        work.action_unlink_client()
        self.assertFalse(work.partner_id)
        work.action_link(self.client.id)
        work.action_apply()
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertEqual(self.client.name, "Jana Nováková")
        self.assertEqual(self.client.email, "new@example.com")
        # whom we had before nobody acquires
        self.assertFalse(self.client.acquired_by_id)

    def test_merge(self):
        twin = self.client.copy({"name": "J. Nováková", "email": "other@example.com"})
        meeting = self.create_meeting(client=self.client)
        call = self.env["crm.call"].create({"partner_id": twin.id})
        request = self.ask_correction(kind="merge", other_partner_ids=[(6, 0, twin.ids)])
        self.work(request).action_apply()
        self.assertFalse(twin.exists())
        self.assertEqual(call.partner_id, self.client)
        self.assertEqual(meeting.client_id, self.client)
        self.assertEqual(request.state, "done")

    def test_merge_a_duplicate_found_on_the_way(self):
        twin = self.client.copy({"name": "J. Nováková"})
        request = self.ask_correction(city="Brno")
        work = self.work(request)
        work.action_merge_duplicate(twin.id)
        self.assertFalse(twin.exists())
        work.action_apply()
        self.assertEqual(self.client.city, "Brno")

    def test_a_rejection_says_why_and_is_asked_again(self):
        request = self.ask(note="Tall")
        work = self.work(request)
        self.assertEqual(work.action_reject()["res_model"], "crm.data.request.reject")
        self.assertEqual(work.action_reject("  ")["res_model"], "crm.data.request.reject")
        wizard = self.env["crm.data.request.reject"].with_user(self.operator)
        wizard.create({"request_ids": request.ids, "reason": "No such number"}).action_confirm()
        self.assertEqual((request.state, request.reject_reason), ("rejected", "No such number"))
        activity = self.open_activities(request)
        self.assertEqual(activity.user_id, self.salesperson)
        self.assertIn("No such number", activity.summary)
        mine = request.with_user(self.salesperson)
        self.assertEqual(mine.get_counts()["rejected"], 1)
        self.assertTrue(mine.can_ask_again)
        context = mine.action_ask_again()["context"]
        self.assertEqual(context["default_previous_id"], request.id)
        again = (
            self.env["crm.data.request"]
            .with_user(self.salesperson)
            .with_context(**context)
            .create({"phone": "+420602111223"})
        )
        self.assertEqual((again.name, again.note, again.state), ("Eva Malá", "Tall", "new"))
        self.assertEqual(request.state, "rejected")
        self.assertFalse(self.open_activities(request))
        self.assertEqual(mine.get_counts()["rejected"], 0)

    def test_counts(self):
        Request = self.env["crm.data.request"]
        before = Request.with_user(self.operator).get_counts()["waiting"]
        self.ask()
        self.assertEqual(Request.with_user(self.operator).get_counts()["waiting"], before + 1)
        self.assertEqual(Request.with_user(self.salesperson).get_counts()["waiting"], 0)
        self.assertEqual(Request.with_user(self.employee).get_counts()["waiting"], 0)

    def test_a_correction_is_asked_instead_of_refused(self):
        Request = self.env["crm.data.request"].with_user(self.employee)
        request = Request._request_correction_sudo(
            self.client, {"phone": "+420602000111", "email_from": "jana@example.com"}
        )
        self.assertEqual(request.sudo().proposed_fields, ["phone"])
        self.assertEqual(request.sudo().requested_by_id, self.employee)
        more = Request._request_correction_sudo(
            self.client, {"email_from": "j@example.com", "lang": "en_US"}, origin=self.client
        )
        self.assertEqual(more, request)
        self.assertEqual(more.sudo().proposed_fields, ["phone", "email"])
        self.assertIn("en_US", more.sudo().note)
        self.assertFalse(
            Request.with_user(self.colleague)._request_correction_sudo(
                self.client, {"phone": self.client.phone}
            )
        )
        self.work(request).action_apply()
        self.assertEqual(self.client.phone, "+420602000111")


@tagged("post_install", "-at_install")
class TestTwoOperators(BaseCase):
    """Two real transactions, as two operators have them."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            users = env["res.users"].with_context(no_reset_password=True)
            group = env.ref("crm_discipline.group_operator")
            self.user_ids = users.create(
                [
                    {"name": f"Keeper {n}", "login": f"two_keepers_{n}", "group_ids": group.ids}
                    for n in (1, 2)
                ]
            ).ids
            self.request_ids = (
                env["crm.data.request"].create([{"name": "Eva Malá"}, {"name": "Petr Malý"}]).ids
            )
        self.addCleanup(self.remove)

    def environment(self, cr, uid=1):
        return Environment(cr, uid, {})

    def remove(self):
        with self.registry.cursor() as cr:
            env = self.environment(cr)
            env["crm.data.request"].browse(self.request_ids).unlink()
            users = env["res.users"].browse(self.user_ids)
            partners = users.partner_id
            users.unlink()
            partners.unlink()

    @mute_logger("odoo.sql_db")
    def test_one_takes_it(self):
        for is_saved in (False, True):
            with (
                self.subTest(is_saved=is_saved),
                self.registry.cursor() as one,
                self.registry.cursor() as two,
            ):
                request_id = self.request_ids[is_saved]
                requests = [
                    self.environment(cr, uid)["crm.data.request"].browse(request_id)
                    for cr, uid in zip((one, two), self.user_ids, strict=True)
                ]
                # both have it on the screen
                self.assertEqual([request.state for request in requests], ["new", "new"])
                requests[0].action_take()
                if is_saved:
                    one.commit()
                with self.assertRaises(UserError):
                    requests[1].action_take()
                two.rollback()
                one.commit()
                two.rollback()
                self.assertEqual(requests[1].operator_id.id, self.user_ids[0])

    def test_next_gives_each_another(self):
        with self.registry.cursor() as one, self.registry.cursor() as two:
            taken = []
            for cr, uid in zip((one, two), self.user_ids, strict=True):
                Request = self.environment(cr, uid)["crm.data.request"]
                self.patch(type(Request), "_order", "id DESC")
                taken.append(Request.action_take_next()["res_id"])
            self.assertEqual(taken, self.request_ids[::-1])
            one.rollback()
            two.rollback()

"""What keeps clients from being reached goes to those who can find it out, once."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from ..models import crm_audience_fix
from .audience_common import AudienceCase


class TestAudienceFix(AudienceCase):
    def fixes(self, client):
        return client._get_fix_activities_sudo()

    def test_one_task_each_for_the_salesperson(self):
        audience = self.create_audience()
        audience.fix_days = 3
        audience.action_request_fixes()
        task = self.fixes(self.missing)
        self.assertEqual(task.user_id, self.salesperson)
        self.assertEqual(
            task.date_deadline, fields.Date.add(audience.company_id._get_plan_today(), days=3)
        )
        self.assertEqual(self.fixes(self.invalid).user_id, self.colleague)
        for client in self.good | self.blocked | self.twin | self.archived:
            self.assertFalse(self.fixes(client), "Nobody can mend that.")
        self.assertTrue(self.missing.is_data_wanted)

    def test_a_client_of_nobody_is_asked_of_the_responsible_person(self):
        self.missing.user_id = False
        self.create_audience().action_request_fixes()
        self.assertEqual(self.fixes(self.missing).user_id, self.supervisor)

    def test_it_closes_itself_when_the_datum_is_good(self):
        self.create_audience().action_request_fixes()
        task = self.fixes(self.missing)
        self.missing.with_user(self.salesperson).email = "still no address"
        self.assertTrue(task.active)
        self.missing.with_user(self.salesperson).email = "jan@example.com"
        self.assertFalse(task.active)
        self.assertFalse(self.missing.is_data_wanted)
        self.assertTrue(self.fixes(self.invalid).active)

    def test_it_closes_itself_when_the_client_wants_to_be_left_alone(self):
        self.second.message_bounce = 1
        self.create_audience().action_request_fixes()
        task = self.fixes(self.second)
        self.assertTrue(task)
        self.second.message_bounce = 0
        self.assertFalse(task.active)
        self.second.message_bounce = 1
        self.create_audience().action_request_fixes()
        task = self.fixes(self.second)
        self.second.email = "out@example.com"
        self.env["mail.blacklist"].create({"email": "out@example.com"})
        self.assertFalse(task.active)

    def test_a_second_audience_makes_no_second_task(self):
        self.create_audience().action_request_fixes()
        self.create_audience(name="Another").action_request_fixes()
        task = self.fixes(self.missing)
        self.assertEqual(len(task), 1)
        self.missing.phone = False
        sooner = self.create_audience(channel="phone", fix_days=1)
        sooner.action_request_fixes()
        self.assertEqual(
            task.date_deadline, fields.Date.add(sooner.company_id._get_plan_today(), days=1)
        )
        self.assertEqual(self.fixes(self.missing), task)
        self.missing.email = "jan@example.com"
        self.assertTrue(task.active, "The phone is wanted, too.")
        self.missing.phone = "+420601000003"
        self.assertFalse(task.active)

    def test_either_is_enough_for_either(self):
        self.missing.phone = False
        self.create_audience(channel="any").action_request_fixes()
        task = self.fixes(self.missing)
        self.missing.phone = "+420601000003"
        self.assertFalse(task.active)

    def test_operators_are_asked_where_they_keep_the_data(self):
        self.env.company.discipline_operator_split = True
        audience = self.create_audience()
        audience.action_request_fixes()
        audience.action_request_fixes()
        self.create_audience(name="Another").action_request_fixes()
        self.assertFalse(self.fixes(self.missing))
        request = self.missing._get_fix_requests_sudo()
        self.assertEqual(len(request), 1)
        self.assertEqual((request.kind, request.state), ("correct", "new"))
        self.assertEqual(request.requested_by_id, self.supervisor)
        self.assertIn("Spring sale", request.note)
        today = audience.company_id._get_plan_today()
        self.assertEqual(request.wanted_for, "Spring sale")
        self.assertEqual(request.wanted_until, fields.Date.add(today, days=audience.fix_days))
        # who needs it sooner gets it sooner; who needs it later changes nothing
        for days, until in ((2, 2), (9, 2)):
            self.create_audience(name="Soon", fix_days=days).action_request_fixes()
            self.assertEqual(request.wanted_until, fields.Date.add(today, days=until))
        desk = self.env["crm.data.request"].with_user(self.operator)
        [group] = desk.formatted_read_group(
            [("partner_id", "=", self.missing.id)], ["wanted_for"], ["__count"]
        )
        self.assertEqual(group["wanted_for"], "Spring sale")
        self.missing.with_user(self.operator).email = "jan@example.com"
        self.assertEqual(request.state, "done")

    def test_an_operator_applies_the_request(self):
        self.env.company.discipline_operator_split = True
        self.create_audience().action_request_fixes()
        request = self.missing._get_fix_requests_sudo().with_user(self.operator)
        request.action_take()
        request.write({"email": "jan@example.com", "proposed_fields": ["email"]})
        request.action_apply()
        self.assertEqual(request.state, "done")
        self.assertEqual(self.missing.email_state, "ok")

    def test_a_request_that_brings_nothing_stays_open(self):
        self.env.company.discipline_operator_split = True
        self.missing.phone = False
        self.create_audience(channel="phone").action_request_fixes()
        self.create_audience(channel="email").action_request_fixes()
        request = self.missing._get_fix_requests_sudo().with_user(self.operator)
        request.action_take()
        for values in (
            {},
            {"phone": "no number", "proposed_fields": ["phone"]},
            {"email": "no address", "proposed_fields": ["phone", "email"]},
        ):
            request.write(values)
            with self.assertRaisesRegex(UserError, "Spring sale"), self.cr.savepoint():
                request.action_apply()
            self.assertEqual(request.state, "in_progress")
            self.assertFalse(self.missing.phone or self.missing.email)
        # one of two things is something
        request.email = "jan@example.com"
        request.action_apply()
        self.assertEqual((request.state, self.missing.email_state), ("done", "ok"))

    def test_many_are_asked_for_in_batches(self):
        with (
            patch.object(crm_audience_fix, "FIX_AT_ONCE", 1),
            patch.object(crm_audience_fix, "FIX_BATCH", 1),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
        ):
            audience = self.create_audience()
            audience.action_request_fixes()
            self.assertTrue(audience.is_fixing)
            self.assertFalse(self.fixes(self.missing))
            self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_fixing)
        self.assertEqual(len(self.fixes(self.missing)), 1)
        self.assertEqual(len(self.fixes(self.invalid)), 1)

    def test_each_salesperson_is_told_once(self):
        before = self.env["mail.message"].search([], limit=1, order="id DESC").id or 0
        self.create_audience().action_request_fixes()
        told = self.env["mail.message"].search(
            [("id", ">", before), ("message_type", "=", "user_notification")]
        )
        self.assertEqual(told.mapped("partner_ids"), (self.salesperson | self.colleague).partner_id)
        self.assertEqual(len(told), 2)

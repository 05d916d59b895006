"""What looks odd is found, may be right, and goes when it is mended."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from ..findings import finder as finder_module
from ..models import crm_discipline_finding_kind as kind_module
from .common import CallCase
from .plan_common import PlanCase


class FindingCase(CallCase):
    def find(self, *codes):
        """Let the job look for kinds, for all unless named; return what is open of them."""
        self.env.flush_all()
        kinds = self.env["crm.discipline.finding.kind"].search([])
        if codes:
            kinds = kinds.filtered(lambda kind: kind.code in codes)
        for kind in kinds:
            # what was written a moment ago is within the overlap of passes
            while not kind._go_on():
                pass
        self.env.invalidate_all()
        return self.findings(*codes)

    def findings(self, *codes):
        findings = self.env["crm.discipline.finding"].search([("is_right", "=", False)])
        return findings.filtered(lambda one: not codes or one.kind_id.code in codes)

    def assertFound(self, code, *records):
        found = self.find(code)
        self.assertEqual(
            {(one.res_model, one.res_id) for one in found} - self.there_before,
            {(record._name, record.id) for record in records},
        )
        return found

    def setUp(self):
        super().setUp()
        # the database of tests may have contacts of its own
        found = self.env["crm.discipline.finding"].search([])
        self.there_before = {(one.res_model, one.res_id) for one in found}

    def partner(self, name="Eva Malá", **values):
        values = {"name": name, "user_id": self.salesperson.id, **values}
        return self.env["res.partner"].create(values)

    def held(self, client=None, days=1, **values):
        start = fields.Datetime.now() - timedelta(days=days)
        return self.env["calendar.event"].create(
            self.prepare_meeting(
                client=client or self.client,
                user_id=self.salesperson.id,
                start=start,
                stop=start + timedelta(hours=1),
                **{"meeting_status": "held", "meeting_result_id": self.agreed.id, **values},
            )
        )


class TestFinders(FindingCase):
    """Each kind finds what it is for, and nothing besides."""

    def test_placeholders(self):
        odd = [self.partner(name) for name in ("xxx", "Test Test", ".", "aaaa bbbb", "123")]
        self.partner("Xaver Testa")
        self.assertFound("placeholder", *odd)

    def test_placeholders_are_the_company_s(self):
        self.env.company.discipline_placeholders = "Nobody"
        odd = self.partner("nobody")
        self.partner("test")
        self.assertFound("placeholder", odd)

    def test_placeholder_subject_and_lead(self):
        odd = self.held(name="...")
        self.held(name="Offer")
        self.assertFound("placeholder_subject", odd)
        lead = self.env["crm.lead"].create({"name": "test"})
        self.assertFound("placeholder_lead", lead)

    def test_phones(self):
        repeated = self.partner(phone="+420 777 777 777")
        sequence = self.partner(phone="+420 123 456 789")
        self.partner(phone="+420 602 718 393")
        self.client.phone = "+420601718393"
        self.assertFound("phone_digits", repeated, sequence)
        invalid = self.partner(phone="12")
        self.assertFound("invalid_phone", sequence, invalid)

    def test_wrong_number_that_a_call_told(self):
        self.create_call(status_id=self.status("wrong_number").id)
        self.assertFound("wrong_number", self.client)
        self.client.phone = "+420602718393"
        self.assertFound("wrong_number")

    def test_email_form(self):
        odd = [self.partner(email=email) for email in ("jana", "jana@", "jana@example", "a@b..cz")]
        self.partner(email="Jana <jana@example.com>")
        self.assertFound("email_form", *odd)

    def test_same_phone_and_email(self):
        one = self.partner(phone="+420602718393", email="a@example.com")
        two = self.partner("Ema Malá", phone="602 718 393", email="A@example.com")
        self.assertFound("same_phone", one, two)
        found = self.assertFound("same_email", one, two)
        self.assertEqual(found[0].others, (two if found[0].res_id == one.id else one).display_name)

    def test_a_company_shares_its_phone_with_its_people(self):
        company = self.partner("Firma s.r.o.", is_company=True, phone="+420602718393")
        self.partner(parent_id=company.id, phone="+420602718393")
        self.assertFound("same_phone")

    def test_one_phone_on_many_clients(self):
        many = [self.partner(f"Eva Malá{n}", phone="+420602718393") for n in range(4)]
        self.assertFound("shared_phone", *many)
        self.assertFound("same_phone")
        many[0].phone = "+420602718394"
        self.assertFound("shared_phone")
        self.assertFound("same_phone", *many[1:])

    def test_nearly_the_same_name_in_one_company(self):
        company = self.partner("Firma s.r.o.", is_company=True)
        one = self.partner("Jana Nováková", parent_id=company.id)
        two = self.partner("novakova jana", parent_id=company.id)
        self.partner("Petr Dvořák", parent_id=company.id)
        self.partner("Jana Nováková")
        self.assertFound("near_name", one, two)
        two.name = "Karel Holub"
        self.assertFound("near_name")

    def test_copied_results_and_subjects(self):
        clients = [self.partner(f"Eva Malá{n}") for n in range(5)]
        said = "We talked about the offer and agreed."
        copied = [self.held(client, meeting_result_note=said) for client in clients[:3]]
        self.held(clients[3], meeting_result_note="We talked about the new hall at length.")
        self.assertFound("copied_result", *copied)
        copied[0].meeting_result_note = "They want the blue one, by the end of May."
        self.assertFound("copied_result")
        alike = [self.held(client, name="Introduction of our company") for client in clients]
        self.assertFound("copied_subject", *alike)

    def test_results_in_bulk_long_after(self):
        meetings = [self.held(days=10 + n) for n in range(5)]
        self.held(days=1)
        self.assertFound("late_results", *meetings)

    def test_clients_without_contact(self):
        company = self.partner("Firma s.r.o.", is_company=True)
        person = self.partner(parent_id=company.id)
        cold = self.partner()
        called = self.partner("Ema Malá")
        met = self.partner("Ota Malý")
        past = fields.Datetime.now() - timedelta(days=400)
        self.env.flush_all()
        everybody = company | person | cold | called | met
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = ANY(%s)", (past, everybody.ids)
        )
        self.create_call(partner_id=called.id)
        self.create_call(partner_id=person.id)
        self.held(met)
        self.assertFound("no_contact", cold)
        self.env.company.discipline_cold_days = 0
        self.assertFound("no_contact")

    def test_every_kind_has_a_finder_and_every_finder_a_kind(self):
        codes = set(self.env["crm.discipline.finding.kind"].search([]).mapped("code"))
        finders = {
            name.removeprefix(finder_module._PREFIX)
            for name in self.env.registry
            if name.startswith(finder_module._PREFIX)
        }
        # what they have in common finds nothing by itself
        self.assertEqual(codes, finders - {"same", "copied"})


class TestFindings(FindingCase):
    def setUp(self):
        super().setUp()
        self.one = self.partner("Eva Malá", phone="+420602718393")
        self.two = self.partner("Ema Malá", phone="+420602718393")
        self.found = self.find("same_phone").filtered(
            lambda one: one.res_id in (self.one | self.two).ids
        )

    def test_what_is_right_stays_right(self):
        finding = self.found[0].with_user(self.salesperson)
        finding.action_mark_right()
        self.assertEqual(finding.right_by_id, self.salesperson)
        self.env["crm.discipline.finding.kind"].search([])._begin_anew()
        self.assertNotIn(finding.res_id, self.find("same_phone").mapped("res_id"))
        finding.action_mark_open()
        self.assertIn(finding.res_id, self.find("same_phone").mapped("res_id"))

    def test_what_is_right_of_one_value_is_not_of_another(self):
        self.found[0].action_mark_right()
        (self.one | self.two).write({"phone": "+420602718399"})
        self.assertEqual(
            set(self.find("same_phone").mapped("res_id")) & set((self.one | self.two).ids),
            set((self.one | self.two).ids),
        )

    def test_mended_at_once_on_asking(self):
        self.two.phone = "+420602718391"
        self.env.flush_all()
        self.found.with_user(self.salesperson).action_check_again()
        self.env.invalidate_all()
        self.assertFalse(self.found.exists())

    def test_gone_with_the_record(self):
        self.two.unlink()
        self.env.invalidate_all()
        self.assertFalse(self.found.exists())

    def test_merge(self):
        action = self.found[0].with_user(self.manager).action_merge()
        if action["res_model"] == "crm.data.request":
            self.assertEqual(action["context"]["default_kind"], "merge")
        self.manager.group_ids += self.env.ref("base.group_partner_manager")
        action = self.found[0].with_user(self.manager).action_merge()
        self.assertEqual(action["res_model"], "base.partner.merge.automatic.wizard")
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({})
        )
        wizard.action_merge()
        self.env.invalidate_all()
        self.assertEqual(len((self.one | self.two).exists()), 1)
        self.assertFalse(self.found.exists())

    def test_who_may_not_merge_asks_for_it(self):
        self.env.company.discipline_operator_split = True
        action = self.found[0].with_user(self.salesperson).action_merge()
        self.assertEqual(action["res_model"], "crm.data.request")
        self.assertEqual(action["context"]["default_kind"], "merge")

    def test_a_correction_is_asked_for_with_what_was_found(self):
        self.env.company.discipline_operator_split = True
        finding = self.found.filtered(lambda one: one.res_id == self.one.id)
        finding = finding.with_user(self.salesperson)
        self.assertTrue(finding.can_ask)
        action = finding.action_ask_correction()
        request = (
            self.env["crm.data.request"]
            .with_user(self.salesperson)
            .with_context(**action["context"])
            .create({"phone": "+420602718397"})
        )
        self.assertEqual((request.kind, request.partner_id), ("correct", self.one))
        self.assertEqual(request.note, f"{finding.kind_id.name}: +420602718393")
        work = request.with_user(self.operator)
        work.action_take()
        work.action_apply()
        self.assertEqual(self.one.phone_sanitized, "+420602718397")
        self.assertFalse(self.find("same_phone") & self.found)

    def test_of_a_meeting_nobody_else_knows_better(self):
        self.held(name="...")
        finding = self.find("placeholder_subject")[:1].with_user(self.salesperson)
        self.assertFalse(finding.can_ask)
        with self.assertRaises(UserError):
            finding.action_ask_correction()

    def test_nothing_to_merge(self):
        self.two.active = False
        self.env.flush_all()
        (self.found - self.found[0]).sudo().unlink()
        with self.assertRaises(UserError):
            self.found[0].action_merge()

    def test_kinds_that_a_company_turned_off(self):
        kind = self.found.kind_id
        self.env.company.discipline_finding_kind_ids -= kind
        self.env.flush_all()
        self.assertFalse(self.find("same_phone").filtered("company_id"))
        self.assertEqual(self.env.company.discipline_finding_off_ids, kind)
        self.env.company.discipline_finding_kind_ids += kind
        self.assertTrue(self.find("same_phone").filtered("company_id"))

    def test_in_batches_that_go_on(self):
        kind = self.found.kind_id
        kind._begin_anew()
        found = self.findings("same_phone")
        found.unlink()
        self.patch(kind_module, "_BATCH", 3)
        self.assertFalse(kind._go_on())
        self.assertGreater(kind.pass_id, 0)
        while not kind._go_on():
            pass
        self.assertFalse(kind.pass_id)
        self.assertTrue(kind.pass_since)
        self.env.invalidate_all()
        self.assertEqual(len(self.findings("same_phone")), len(found))

    def test_the_job(self):
        with self.closed_commits():
            self.env["crm.discipline.finding.kind"]._cron_find()
        kinds = self.env["crm.discipline.finding.kind"].search([])
        self.assertTrue(all(kinds.mapped("pass_since")))

    def test_only_what_changed_is_looked_at(self):
        kind = self.found.kind_id
        later = fields.Datetime.now() + timedelta(hours=2)
        kind.pass_since = later
        self.assertFalse(kind._select_changed(kind._get_finder()))

    def test_as_many_queries_for_many(self):
        kind = self.found.kind_id
        counts = []
        for number in (2, 60):
            some = self.env["res.partner"].create(
                [
                    {
                        "name": f"Jan Malý{n}",
                        "phone": f"+4206027{n // 2:05d}",
                        "user_id": self.salesperson.id,
                    }
                    for n in range(number)
                ]
            )
            self.env.flush_all()
            kind._look_at(some.ids)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            kind._look_at(some.ids)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_who_sees_what(self):
        Finding = self.env["crm.discipline.finding"]
        ours = [("id", "in", self.found.ids)]
        self.assertEqual(len(Finding.with_user(self.salesperson).search(ours)), 2)
        self.assertFalse(Finding.with_user(self.colleague).search(ours))
        self.assertEqual(len(Finding.with_user(self.supervisor).search(ours)), 2)
        self.assertEqual(len(Finding.with_user(self.operator).search(ours)), 2)
        for user in (self.employee, self.portal_user):
            with self.assertRaises(AccessError):
                Finding.with_user(user).search(ours)
        for action in (
            "action_mark_right",
            "action_mark_open",
            "action_check_again",
            "action_ask_correction",
            "action_merge",
        ):
            with (
                self.subTest(action=action),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError),
            ):
                getattr(self.found[0].with_user(self.colleague), action)()

    def test_operators_see_contacts_only(self):
        self.held(name="...")
        meetings = self.find("placeholder_subject")
        self.assertTrue(meetings)
        seen = self.env["crm.discipline.finding"].with_user(self.operator)
        self.assertFalse(seen.search([("id", "in", meetings.ids)]))

    def test_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.salesperson.write({"company_ids": [Command.link(other.id)]})
        (self.one | self.two).company_id = other
        self.env["crm.discipline.finding.kind"].search([])._begin_anew()
        self.find("same_phone")
        seen = self.env["crm.discipline.finding"].with_user(self.supervisor)
        self.assertFalse(seen.search([("id", "in", self.found.ids)]))


class TestFindingsHttp(HttpCase, FindingCase):
    def test_over_http_nobody_writes_a_finding(self):
        self.partner("Eva Malá", phone="12")
        finding = self.find("invalid_phone")[:1]
        self.env.flush_all()
        self.salesperson.password = "long enough 1"
        self.authenticate(self.salesperson.login, "long enough 1")
        for method, args in (
            ("write", [finding.ids, {"is_right": True}]),
            ("unlink", [finding.ids]),
            ("create", [{"kind_id": finding.kind_id.id, "res_model": "res.partner", "res_id": 1}]),
        ):
            with self.subTest(method=method), mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/dataset/call_kw/crm.discipline.finding/{method}",
                    json={
                        "params": {
                            "model": "crm.discipline.finding",
                            "method": method,
                            "args": args,
                            "kwargs": {},
                        }
                    },
                ).json()
                self.assertEqual(answer["error"]["data"]["name"], "odoo.exceptions.AccessError")
        self.assertFalse(finding.is_right)


class TestFindingTours(HttpCase, FindingCase):
    def test_merged_in_two_clicks(self):
        one = self.partner("Eva Malá", phone="+420602718393")
        two = self.partner("Ema Malá", phone="+420602718393")
        self.find("same_phone")
        self.supervisor.group_ids += self.env.ref("base.group_partner_manager")
        self.start_tour(
            "/odoo/action-crm_discipline.crm_discipline_finding_action",
            "discipline_finding_merge_tour",
            login=self.supervisor.login,
        )
        self.env.invalidate_all()
        self.assertEqual(len((one | two).exists()), 1)
        self.assertFalse(self.findings("same_phone").filtered(lambda found: found.res_id == one.id))


class TestFindingsAndPlans(FindingCase, PlanCase):
    def test_whether_a_finding_keeps_a_record_from_counting(self):
        target = self.make_target("meetings", 3)
        held = self.make_held()
        self.make_held()
        self.assertFigure(target, 2)
        held.name = "xxx"
        (finding,) = self.find("placeholder_subject").filtered(lambda one: one.res_id == held.id)
        self.assertFigure(target, 2)
        self.env.company.discipline_findings_block_count = True
        self.assertFigure(target, 1, pending=1)
        finding.with_user(self.salesperson).action_mark_right()
        self.assertFigure(target, 2)
        finding.is_right = False
        self.assertFigure(target, 1, pending=1)
        self.env.company.discipline_findings_block_count = False
        self.assertFigure(target, 2)

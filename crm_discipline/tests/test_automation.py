"""People are held to the rules; automation never is."""

from odoo.addons.crm_discipline.tools.automation import as_automation, is_automation
from odoo.tools import mute_logger

from .common import DisciplineCase

MAIL = """Return-Path: <client@example.com>
To: {alias}
From: Client <client@example.com>
Subject: {subject}
Message-Id: <discipline-1@example.com>
Date: Mon, 02 Mar 2026 09:00:00 +0000
Content-Type: text/plain; charset=utf-8

Please call me.
"""


class TestAutomation(DisciplineCase):
    def test_who_is_automation(self):
        for user, expected in (
            (self.salesperson, False),
            (self.supervisor, False),
            (self.env.ref("base.user_admin"), False),
            (self.portal_user, True),
            (self.env.ref("base.user_root"), True),
        ):
            self.assertEqual(is_automation(self.env(user=user)), expected, user.login)
        self.assertTrue(is_automation(self.salesperson.with_user(self.salesperson).sudo().env))

    def test_mark_can_not_be_sent_by_a_client(self):
        marked = as_automation(self.meetings_as(self.salesperson))
        self.assertTrue(is_automation(marked.env))
        for value in (True, 1, "object", {}, []):
            context = {"discipline_automation": value}
            self.assertFalse(is_automation(marked.with_context(**context).env))

    def test_superuser_is_marked_not_stopped(self):
        meeting = self.create_incomplete_meeting()
        self.assertMissing(meeting, "rule_meeting_client_name", "rule_meeting_contact")

    def test_scheduled_job_of_a_person(self):
        model = self.env["ir.model"]._get("calendar.event")
        values = self.prepare_meeting(client=self.surname_only, name="By a job")
        values.update(
            start=str(values["start"]),
            stop=str(values["stop"]),
            partner_ids=[(6, 0, self.surname_only.ids)],
        )
        job = self.env["ir.cron"].create(
            {
                "name": "Makes a meeting",
                "model_id": model.id,
                "state": "code",
                "code": f"model.create({values!r})",
                "user_id": self.salesperson.id,
            }
        )
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        meeting = self.env["calendar.event"].search([("name", "=", "By a job")])
        self.assertMissing(meeting, "rule_meeting_client_name", "rule_meeting_contact")

    def test_mail_gateway(self):
        self.env["crm.discipline.rule"].create(
            {
                "name": "City",
                "model_id": self.env["ir.model"]._get_id("crm.lead"),
                "required_domain": "[('city', '!=', False)]",
            }
        )
        domain = self.env["mail.alias.domain"].create({"name": "discipline.example.com"})
        team = self.env["crm.team"].create(
            {
                "name": "By mail",
                "alias_name": "discipline-sales",
                "alias_domain_id": domain.id,
                "alias_contact": "everyone",
                "use_opportunities": True,
            }
        )
        team.alias_id.alias_domain_id = domain
        mail = MAIL.format(alias=team.alias_id.alias_full_name, subject="From the gateway")
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].with_user(self.salesperson).sudo().message_process(None, mail)
        lead = self.env["crm.lead"].search([("name", "=", "From the gateway")])
        self.assertEqual(lead.missing_data, "City")

    def test_merging_opportunities_moves_incomplete_meetings(self):
        values = {"type": "opportunity", "user_id": self.salesperson.id}
        leads = self.env["crm.lead"].create(
            [
                {**values, "name": "Chairs", "partner_id": self.surname_only.id},
                {**values, "name": "Tables", "partner_id": self.surname_only.id},
            ]
        )
        meetings = self.env["calendar.event"]
        for lead in leads:
            meetings |= self.create_incomplete_meeting(opportunity_id=lead.id)
        merged = leads.with_user(self.salesperson).merge_opportunity(auto_unlink=False)
        self.assertEqual(meetings.opportunity_id, merged)

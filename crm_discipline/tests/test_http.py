"""The ways in that a person has, over real HTTP: the web client, JSON-2 and import."""

import json

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import DisciplineCase


@tagged("post_install", "-at_install")
class TestHttp(HttpCase, DisciplineCase):
    def call_web(self, model, method, *args, **kwargs):
        """Call as the web client of whoever is logged in does; return the answer's JSON."""
        response = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "params": {"model": model, "method": method, "args": args, "kwargs": kwargs},
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    def call_json2(self, user, model, method, **arguments):
        """Call JSON-2 as ``user``; return the status and the answer's JSON."""
        key = self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "Test", None)
        response = self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(arguments),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
        )
        return response.status_code, response.json()

    def values(self, client, **more):
        values = self.prepare_meeting(client=client, **more)
        return {
            **values,
            "start": values["start"].strftime("%Y-%m-%d %H:%M:%S"),
            "stop": values["stop"].strftime("%Y-%m-%d %H:%M:%S"),
        }

    def assertNamesWhatIsMissing(self, text):
        for name in ("rule_meeting_client_name", "rule_meeting_contact"):
            self.assertIn(self.rule(name).name, text)

    @mute_logger("odoo.http")
    def test_web_client(self):
        self.authenticate("seller", "seller")
        before = self.env["calendar.event"].search_count([])
        answer = self.call_web(
            "calendar.event", "web_save", [], self.values(self.surname_only), specification={}
        )
        self.assertNamesWhatIsMissing(answer["error"]["data"]["message"])
        self.assertEqual(self.env["calendar.event"].search_count([]), before)
        answer = self.call_web(
            "calendar.event",
            "web_save",
            [],
            self.values(
                self.surname_only,
                client_name="Petr Dvořák",
                client_phone="+420603456789",
                client_id=self.surname_only.id,
            ),
            specification={"client_phone": {}, "is_data_complete": {}},
        )
        saved = answer["result"][0]
        self.assertEqual(saved["client_phone"], "+420603456789")
        self.assertTrue(saved["is_data_complete"])

    @mute_logger("odoo.http")
    def test_context_exempts_nobody(self):
        self.authenticate("seller", "seller")
        for context in (
            {"discipline_automation": True},
            {"cron_id": 1},
            {"dont_notify": True},
            {"import_file": True},
            {"install_mode": True},
            {"su": True},
        ):
            with self.subTest(context=context):
                answer = self.call_web(
                    "calendar.event", "create", [self.values(self.surname_only)], context=context
                )
                self.assertNamesWhatIsMissing(answer["error"]["data"]["message"])

    @mute_logger("odoo.http")
    def test_drag_and_write(self):
        meeting = self.create_incomplete_meeting()
        self.authenticate("seller", "seller")
        move = {"start": "2030-05-06 08:00:00", "stop": "2030-05-06 09:00:00"}
        self.assertTrue(self.call_web("calendar.event", "write", meeting.ids, move)["result"])
        answer = self.call_web("calendar.event", "write", meeting.ids, {"name": "Contract"})
        self.assertNamesWhatIsMissing(answer["error"]["data"]["message"])
        # a card dropped on another column
        meeting = self.create_meeting()
        answer = self.call_web(
            "calendar.event", "web_save", meeting.ids, {"meeting_status": "held"}, specification={}
        )
        self.assertIn(self.rule("rule_meeting_result").name, answer["error"]["data"]["message"])

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_json2(self):
        status, answer = self.call_json2(
            self.salesperson,
            "calendar.event",
            "create",
            vals_list=[self.values(self.surname_only)],
        )
        self.assertEqual(status, 422)
        self.assertNamesWhatIsMissing(answer["message"])
        status, ids = self.call_json2(
            self.salesperson, "calendar.event", "create", vals_list=[self.values(self.client)]
        )
        self.assertEqual(status, 200)
        status, rows = self.call_json2(
            self.salesperson,
            "calendar.event",
            "search_read",
            domain=[("id", "in", ids), ("is_data_complete", "=", True)],
            fields=["client_id", "missing_data"],
        )
        self.assertEqual(rows[0]["client_id"][0], self.client.id)

    @mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2")
    def test_rules_over_json2(self):
        rule = self.rule("rule_meeting_contact")
        for user, expected in (
            (self.salesperson, 403),
            (self.employee, 403),
            (self.supervisor, 200),
        ):
            with self.subTest(user=user.login):
                status, _answer = self.call_json2(
                    user, "crm.discipline.rule", "write", ids=rule.ids, vals={"severity": "warn"}
                )
                self.assertEqual(status, expected)
        status, answer = self.call_json2(
            self.supervisor,
            "crm.discipline.rule",
            "write",
            ids=rule.ids,
            vals={"required_domain": "[('no_such_field', '=', 1)]"},
        )
        self.assertEqual(status, 422)
        self.assertIn("no_such_field", answer["message"])

    @mute_logger("odoo.http")
    def test_private_methods_stay_private(self):
        self.authenticate("seller", "seller")
        for model, method in (
            ("calendar.event", "_settle"),
            ("crm.discipline.rule", "_turn_off_broken"),
            ("crm.discipline.rule", "_get_active_rules"),
            ("mail.activity", "_cron_ask_for_results"),
        ):
            self.assertIn("error", self.call_web(model, method, []))

    @mute_logger("odoo.http")
    def test_nested_commands(self):
        """Meetings made through another record's form are people's, too."""
        lead = self.env["crm.lead"].create(
            {
                "name": "Chairs",
                "type": "opportunity",
                "user_id": self.salesperson.id,
                "partner_id": self.surname_only.id,
            }
        )
        self.authenticate("seller", "seller")
        values = self.values(self.surname_only)
        answer = self.call_web(
            "crm.lead", "write", lead.ids, {"calendar_event_ids": [Command.create(values)]}
        )
        self.assertNamesWhatIsMissing(answer["error"]["data"]["message"])

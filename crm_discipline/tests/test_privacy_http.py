"""Nothing that a salesperson can ask over HTTP tells of a colleague's clients, however it is asked."""

import json
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .test_privacy import OPEN, SECRETS, PrivacyCase

# model: fields that tell who a client is, or how to reach them
MODELS = {
    "res.partner": ["name", "phone", "email", "complete_name", "parent_name"],
    "res.partner.bank": ["acc_holder_name", "acc_number", "partner_id"],
    "crm.lead": ["name", "phone", "email_from", "contact_name", "partner_id"],
    "crm.call": ["phone", "note", "partner_id"],
    "calendar.event": ["name", "client_id", "client_phone", "description"],
    "calendar.attendee": ["common_name", "email", "phone", "partner_id"],
    "mail.message": ["body", "subject", "record_name"],
    "mail.activity": ["summary", "res_name", "note"],
    "mail.followers": ["name", "email", "partner_id"],
    "crm.activity.report": ["lead_id", "body", "partner_id"],
}


@tagged("post_install", "-at_install")
class TestPrivacyHttp(HttpCase, PrivacyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = {"hidden": {}, "own": {}}
        cls.make_records("hidden", cls.hidden, cls.colleague)
        cls.make_records("own", cls.own, cls.exporter)
        # a colleague's client of whom nobody's opportunity, call and meeting are
        cls.make_records("hidden", cls.hidden, cls.env["res.users"])
        cls.env.flush_all()

    @classmethod
    def make_records(cls, kind, client, user):
        env, found = cls.env, cls.records[kind]
        follower = cls.env["mail.followers"]
        start = fields.Datetime.now() + timedelta(days=1)
        lead = env["crm.lead"].create(
            {
                "name": f"{client.name} lead",
                "type": "opportunity",
                "user_id": user.id,
                "partner_id": client.id,
            }
        )
        call = env["crm.call"].create(
            {
                "user_id": user.id,
                "partner_id": client.id,
                "note": f"{client.name} called",
                "team_id": cls.exporter.sale_team_id.id,
            }
        )
        event = env["calendar.event"].create(
            {
                "name": f"{client.name} meeting",
                "description": client.name,
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": user.id,
                "partner_ids": [Command.set((user.partner_id | client).ids)],
            }
        )
        messages = client.message_post(body=client.name, subject=client.name)
        messages |= lead.message_post(
            body=client.name,
            subject=client.name,
            mail_activity_type_id=cls.env.ref("mail.mail_activity_data_call").id,
        )
        activity = env["mail.activity"].create(
            [
                {
                    "summary": client.name,
                    "note": client.name,
                    "res_model_id": env["ir.model"]._get_id(record._name),
                    "res_id": record.id,
                    "user_id": (user or cls.colleague).id,
                }
                for record in (client, lead)
            ]
        )
        bank = env["res.partner.bank"].create(
            {"partner_id": client.id, "acc_number": f"{client.name} {user.id}"}
        )
        lead.message_subscribe(partner_ids=client.ids)
        follower = env["mail.followers"].search([("partner_id", "=", client.id)])
        for record in (client, bank, lead, call, event, event.attendee_ids, messages, activity):
            found[record._name] = found.get(record._name, record.browse()) | record
        found["mail.followers"] = follower
        env.flush_all()
        report = env["crm.activity.report"].search([("lead_id", "=", lead.id)])
        found["crm.activity.report"] = found.get("crm.activity.report", report.browse()) | report
        # (attendees of the client only: the colleague's own row is no secret)
        found["calendar.attendee"] = found["calendar.attendee"].filtered(
            lambda attendee: attendee.partner_id == client
        )

    def ask(self, way, model, method, *args, **kwargs):
        """Ask over ``way``; return the text of the answer."""
        if way == "call_kw":
            return self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps(
                    {
                        "jsonrpc": "2.0",
                        "params": {
                            "model": model,
                            "method": method,
                            "args": args,
                            "kwargs": kwargs,
                        },
                    }
                ),
                headers={"Content-Type": "application/json"},
            ).text
        if args:
            kwargs["ids"] = args[0]
        return self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(kwargs),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"},
        ).text

    def get_ways(self, model, ids):
        """Yield ``(name, method, args, kwargs)`` of all ways of reading a model's records."""
        names = MODELS[model]
        spec = {name: {} for name in names}
        name = names[0]
        domain = [("id", "in", ids)]
        yield "search", "search", (), {"domain": domain}
        yield "search_count", "search_count", (), {"domain": domain}
        yield "search_read", "search_read", (), {"domain": domain, "fields": names}
        yield "web_search_read", "web_search_read", (), {"domain": domain, "specification": spec}
        yield "read", "read", (ids,), {"fields": names}
        yield "web_read", "web_read", (ids,), {"specification": spec}
        yield "name_search", "name_search", (), {"domain": domain}
        yield "display_name", "read", (ids,), {"fields": ["display_name"]}
        if model != "mail.message":
            # (messages are exported by administrators only)
            yield "export", "export_data", (ids,), {"fields_to_export": names}
        field = self.env[model]._fields[name]
        if field.store:
            group = {"domain": domain, "groupby": [name], "aggregates": ["__count"]}
            yield "group", "formatted_read_group", (), group
            yield (
                "web_group",
                "web_read_group",
                (),
                {
                    "domain": domain,
                    "groupby": [name],
                    "auto_unfold": True,
                    "unfold_read_specification": spec,
                },
            )
            group = {"domain": domain, "groupby": [], "aggregates": [f"{name}:array_agg"]}
            yield "array_agg", "formatted_read_group", (), group

    def is_told(self, name, answer):
        """Tell whether an answer tells of the records: by a secret, or by saying that they are there."""
        text = json.dumps(answer, ensure_ascii=False)
        if any(secret in text for secret in (*SECRETS, OPEN)):
            return True
        if isinstance(answer, dict) and "jsonrpc" in answer:
            answer = answer.get("result", {"name": "error"})
        if isinstance(answer, dict):
            if "debug" in answer or answer.get("name"):
                return False
            answer = answer.get("records") or answer.get("groups") or answer.get("datas")
        if name == "array_agg":
            return any(value for key, value in answer[0].items() if key.endswith(":array_agg"))
        return bool(answer)

    @mute_logger(
        "odoo.http", "odoo.addons.rpc.controllers.json2", "odoo.addons.base.models.ir_rule"
    )
    def test_every_way_of_reading(self):
        key = self.env["res.users.apikeys"].with_user(self.exporter).sudo()
        self.key = key._generate("rpc", "Test", fields.Datetime.now() + timedelta(days=1))
        self.env.flush_all()
        self.authenticate("exporter", "exporter")
        leaks, missing = [], []
        for model in MODELS:
            for kind, expected in (("hidden", False), ("own", True)):
                ids = self.records[kind][model].ids
                self.assertTrue(ids, model)
                for transport in ("call_kw", "json2"):
                    for name, method, args, kwargs in self.get_ways(model, ids):
                        answer = json.loads(self.ask(transport, model, method, *args, **kwargs))
                        told = self.is_told(name, answer)
                        if told and not expected:
                            leaks.append((model, transport, name, answer))
                        elif expected and not told:
                            missing.append((model, transport, name, answer))
        self.assertFalse(leaks)
        # what may be read is read, so that the refusals above say something
        self.assertFalse(missing)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_screens(self):
        """Chatter, suggestions, pictures and searches through other records."""
        hidden = self.hidden
        self.authenticate("exporter", "exporter")
        answers = []
        for route, params in (
            ("/mail/thread/messages", {"thread_model": "res.partner", "thread_id": hidden.id}),
            (
                "/mail/data",
                {
                    "fetch_params": [
                        [
                            "mail.thread",
                            {
                                "thread_model": "res.partner",
                                "thread_id": hidden.id,
                                "request_list": ["followers", "activities", "attachments"],
                            },
                        ]
                    ]
                },
            ),
        ):
            answers.append(json.dumps(self.post(route, params)))
        for model, method, args in (
            ("res.partner", "get_mention_suggestions", ["Skry"]),
            ("res.partner", "name_search", ["Skry"]),
            ("res.partner", "web_name_search", ["Skry", {"display_name": {}}]),
            ("crm.lead", "search_read", [[("partner_id.phone", "like", "777000")], ["name"]]),
            ("calendar.event", "search_read", [[("client_id.name", "like", "Skry")], ["name"]]),
            (
                "calendar.event",
                "search_read",
                [[("attendee_ids.email", "like", "tajna")], ["name"]],
            ),
            ("res.users", "search_read", [[("partner_id.child_ids.name", "like", "Skry")], []]),
        ):
            answers.append(self.ask("call_kw", model, method, *args))
        for answer in answers:
            text = json.dumps(json.loads(answer), ensure_ascii=False)
            self.assertFalse(any(secret in text.replace('Skry"', "") for secret in SECRETS), text)

    @mute_logger("odoo.http")
    def test_chatter_with_a_hidden_author(self):
        """What a colleague's client wrote into an own opportunity is read there."""
        lead = self.records["own"]["crm.lead"][:1]
        lead.message_subscribe(partner_ids=self.hidden.ids)
        lead.message_post(body="My question", author_id=self.hidden.id, message_type="email")
        self.env.flush_all()
        self.authenticate("exporter", "exporter")
        thread = {"thread_model": "crm.lead", "thread_id": lead.id}
        answer = self.post("/mail/thread/messages", thread)
        self.assertIn("My question", json.dumps(answer["result"]))
        self.assertNotIn(SECRETS[1], json.dumps(answer))
        wanted = {**thread, "request_list": ["followers", "activities", "suggestedRecipients"]}
        answer = self.post("/mail/data", {"fetch_params": [["mail.thread", wanted]]})
        self.assertIn("result", answer)
        self.assertNotIn(SECRETS[1], json.dumps(answer))

    def post(self, route, params):
        return self.url_open(
            route,
            data=json.dumps({"jsonrpc": "2.0", "params": params}),
            headers={"Content-Type": "application/json"},
        ).json()

    def test_counts_on_buttons(self):
        """A button counts what opens on a click, no more."""
        partner = self.own.with_user(self.exporter)
        self.hidden.sudo().parent_id = False
        for fname in ("client_meeting_count", "meeting_count", "opportunity_count", "call_count"):
            self.assertTrue(partner[fname], fname)
        self.free.with_user(self.exporter).mapped("client_meeting_count")

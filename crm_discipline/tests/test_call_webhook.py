"""The door for calls over real HTTP: who gets in, what is answered, what is kept."""

import json
import logging
import time
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..tools.call_providers import generic
from .common import CallCase


@tagged("post_install", "-at_install")
class TestCallWebhook(HttpCase, CallCase):
    def call(self, call_id="c1", **values):
        return {
            "id": call_id,
            "direction": "in",
            "from": "+420601234567",
            "to": "+420222333444",
            "agent": None,
            "start": "2026-02-03T04:00:00Z",
            "answer": "2026-02-03T04:00:05Z",
            "end": "2026-02-03T04:01:05Z",
            "disposition": "answered",
            "recording_url": None,
            **values,
        }

    def post(self, body, key=None, secret=None, stamp=None, message_id="m1", **headers):
        """Post bytes or a value, signed; return the status and the JSON of the answer."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        stamp = str(int(time.time())) if stamp is None else stamp
        signature = generic.sign(
            secret or self.source.secret, f"{message_id}.{stamp}.".encode() + body
        )
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.send("POST", body, key, headers)

    def send(self, method, body=b"", key=None, headers=None):
        url = f"{self.base_url()}/crm_discipline/calls/{key or self.source.key}"
        answer = self.opener.request(
            method,
            url,
            data=body,
            timeout=30,
            headers={name: value for name, value in (headers or {}).items() if value is not None},
        )
        self.assertEqual(answer.headers["Content-Type"], "application/json; charset=utf-8")
        self.env.invalidate_all()
        return answer.status_code, answer.json() if method != "HEAD" else None

    def assertError(self, answer, status, code):
        self.assertEqual(answer[0], status, answer[1])
        self.assertEqual(set(answer[1]), {"error", "message"})
        self.assertEqual(answer[1]["error"], code)
        self.assertNotIn("Traceback", answer[1]["message"])

    def kept(self):
        return self.env["crm.call.event"].search_count([("source_id", "=", self.source.id)])

    def test_accepted(self):
        self.assertEqual(self.post(self.call()), (200, {"accepted": 1, "duplicates": 0}))
        call = self.env["crm.call"].search([("source_id", "=", self.source.id)])
        self.assertEqual(call.partner_id, self.client)
        self.assertEqual(call.user_id, self.salesperson)
        self.assertEqual(self.post(self.call()), (200, {"accepted": 0, "duplicates": 1}))
        batch = [self.call(str(number)) for number in range(1000)]
        self.assertEqual(self.post(batch), (200, {"accepted": 1000, "duplicates": 0}))

    def test_second_message_completes_the_call(self):
        rings = self.call(answer=None, end=None, disposition=None)
        self.assertEqual(self.post(rings)[1], {"accepted": 1, "duplicates": 0})
        self.assertEqual(self.post(self.call())[1], {"accepted": 1, "duplicates": 0})
        call = self.env["crm.call"].search([("source_id", "=", self.source.id)])
        self.assertEqual((len(call), call.disposition, call.duration), (1, "answered", 60))

    def test_refused(self):
        now = int(time.time())
        good = self.call()
        cases = [
            ("unknown key", self.post(good, key="nobody"), 404, "not_found"),
            ("wrong secret", self.post(good, secret="whsec_" + "A" * 32), 401, "unauthorized"),
            ("old", self.post(good, stamp=str(now - 301)), 401, "unauthorized"),
            ("of tomorrow", self.post(good, stamp=str(now + 301)), 401, "unauthorized"),
            ("no signature", self.post(good, webhook_signature=None), 401, "unauthorized"),
            ("no time", self.post(good, webhook_timestamp=None), 401, "unauthorized"),
            ("no id", self.post(good, webhook_id=None), 401, "unauthorized"),
            ("not JSON", self.post(b"{"), 400, "bad_request"),
            ("not UTF-8", self.post(b"\xff\xfe"), 400, "bad_request"),
            ("form", self.post(good, Content_Type="application/x-www-form-urlencoded"), 400,
             "bad_request"),
            ("text", self.post(good, Content_Type="text/plain"), 400, "bad_request"),
            ("multipart", self.post(good, Content_Type="multipart/form-data"), 400, "bad_request"),
            ("no content type", self.post(good, Content_Type=None), 400, "bad_request"),
            ("500 digits", self.post(self.call(**{"from": "1" * 500})), 400, "bad_request"),
            ("control", self.post(self.call("a\x01")), 400, "bad_request"),
            ("empty id", self.post(self.call("")), 400, "bad_request"),
            ("no date", self.post(self.call(start="2026-02-30T00:00:00Z")), 400, "bad_request"),
            ("one bad of two", self.post([good, self.call(end="x")]), 400, "bad_request"),
            ("1001", self.post([self.call(str(n)) for n in range(1001)]), 400, "bad_request"),
            ("1 MiB", self.post(b" " * ((1 << 20) + 1)), 413, "too_large"),
            ("GET", self.send("GET"), 405, "method_not_allowed"),
            ("PUT", self.send("PUT", b"{}"), 405, "method_not_allowed"),
        ]  # fmt: skip
        for name, answer, status, code in cases:
            with self.subTest(name):
                self.assertError(answer, status, code)
        self.source.active = False
        self.assertError(self.post(good), 404, "not_found")
        self.assertEqual(self.kept(), 0)
        self.assertFalse(self.env["crm.call"].search([("source_id", "=", self.source.id)]))

    def test_chunked_body_that_is_too_large(self):
        def chunks():
            for _number in range(20):
                yield b" " * (1 << 16)

        answer = self.send("POST", chunks(), headers={"Content-Type": "application/json"})
        self.assertError(answer, 413, "too_large")

    def test_emoji(self):
        answer = self.post(self.call(agent="☎️"))
        self.assertEqual(answer[0], 200)

    def test_burst(self):
        self.source.rate_limit = 3
        statuses = [self.post(self.call(str(number)))[0] for number in range(6)]
        self.assertEqual(statuses[:3], [200, 200, 200])
        self.assertEqual(set(statuses[3:]), {429})
        self.assertEqual(self.kept(), 3)

    @mute_logger("odoo.addons.crm_discipline.models.crm_call_event")
    def test_processing_that_fails_is_answered_200_and_waits(self):
        def fail(*_args):
            raise RuntimeError("told to")

        with patch.object(self.env.registry["crm.call"], "_ingest", fail):
            answer = self.post(self.call())
        self.assertEqual(answer, (200, {"accepted": 1, "duplicates": 0}))
        event = self.env["crm.call.event"].search([("source_id", "=", self.source.id)])
        self.assertEqual(event.state, "failed")
        event.with_user(self.manager).action_replay()
        self.assertEqual(event.state, "processed")
        self.assertEqual(event.call_id.partner_id, self.client)

    @mute_logger("odoo.http")
    def test_server_error_tells_nothing(self):
        def fail(*_args):
            raise RuntimeError("secret detail")

        with patch.object(self.env.registry["crm.call.event"], "_receive", fail):
            status, body = self.post(self.call())
        self.assertEqual(status, 500)
        self.assertEqual(body["error"], "internal")
        self.assertNotIn("detail", body["message"])

    def test_no_number_and_no_secret_in_the_log(self):
        with self.assertLogs(level=logging.DEBUG) as logs:
            logging.getLogger(__name__).info("at least one line")
            self.post(self.call())
            self.post(self.call(start="x"))
            with patch.object(
                self.env.registry["crm.call"], "_upsert", side_effect=ValueError("+420601234567")
            ):
                self.post(self.call("c2"))
        text = "\n".join(
            line for line in logs.output if "odoo.sql_db" not in line and "test_call" not in line
        )
        self.assertNotIn("601234567", text)
        self.assertNotIn(self.source.secret, text)

    def test_twilio(self):
        from urllib.parse import urlencode

        from ..tools.call_providers import twilio

        self.source.write({"provider": "twilio", "secret": "0123456789abcdef0123456789abcdef"})
        fields = {"CallSid": "CA1", "CallStatus": "completed", "CallDuration": "5",
                  "From": "+420601234567", "To": "+420222333444", "Direction": "inbound",
                  "self": "x", "key": "y"}  # fmt: skip
        url = f"{self.base_url()}/crm_discipline/calls/{self.source.key}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": twilio.sign(self.source.secret, url, sorted(fields.items())),
        }
        answer = self.send("POST", urlencode(fields).encode(), headers=headers)
        self.assertEqual(answer, (200, {"accepted": 1, "duplicates": 0}))
        headers["X-Twilio-Signature"] = "x"
        answer = self.send("POST", urlencode(fields).encode(), headers=headers)
        self.assertError(answer, 401, "unauthorized")

    @settings(max_examples=60, deadline=None)
    @given(
        st.sampled_from(["generic", "twilio", "asterisk", "threecx", "freeswitch"]),
        st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
        st.binary(max_size=300),
        st.sampled_from([None, "application/json", "application/x-www-form-urlencoded", "x/y;;="]),
    )
    def test_fuzz(self, provider, method, body, content_type):
        self.source.provider = provider
        self.env.flush_all()
        status, answer = self.send(method, body, headers={"Content-Type": content_type})
        self.assertIn(status, (400, 401, 405))
        self.assertEqual(set(answer), {"error", "message"})
        self.assertEqual(self.kept(), 0)

"""The door for calls over real HTTP: who gets in, what is answered, what is kept."""

import base64
import json
import logging
import time
from unittest.mock import patch
from urllib.parse import urlencode

import psycopg2
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo import http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..controllers import call_shortcut
from ..tools.call_providers import PROVIDERS, generic, twilio
from .common import CallCase


def _not_at_once(_request):
    """What the short way says to what goes Odoo's own."""


@tagged("post_install", "-at_install")
class TestCallWebhook(HttpCase, CallCase):
    def setUp(self):
        super().setUp()
        # what other tests signalled, and was undone with them, is nothing that changed
        registry = self.env.registry
        _registry, sequences = registry.get_sequences(self.env.cr)
        self.startPatcher(patch.dict(registry.cache_sequences, sequences))

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

    def test_an_unknown_caller_asks_the_operators(self):
        """A signed message of an unknown number makes one request; applied, its calls have a client."""
        self.env.company.discipline_unknown_caller = "request"
        unknown = {"from": "+420603999777"}
        for number in ("c1", "c2"):
            answer = self.post(self.call(number, **unknown), message_id=f"m{number}")
            self.assertEqual(answer, (200, {"accepted": 1, "duplicates": 0}))
        calls = self.env["crm.call"].search([("source_id", "=", self.source.id)])
        self.assertEqual(calls.mapped("match_state"), ["unknown"] * 2)
        request = calls.data_request_id
        self.assertEqual(len(request), 1)
        self.assertEqual((request.state, request.kind), ("new", "create"))
        self.assertEqual((request.phone, request.company_id), ("+420603999777", self.env.company))
        self.assertFalse(request.requested_by_id)
        self.authenticate("keeper", "keeper")
        for method, args in (
            ("action_take", [request.ids]),
            ("write", [request.ids, {"surname": "Malá", "first_name": "Eva"}]),
            ("action_apply", [request.ids]),
        ):
            params = {"model": request._name, "method": method, "args": args, "kwargs": {}}
            answer = self.url_open(
                f"/web/dataset/call_kw/{request._name}/{method}",
                json={"jsonrpc": "2.0", "params": params},
            )
            self.assertNotIn("error", answer.json())
        self.env.invalidate_all()
        client = request.partner_id
        self.assertEqual((request.state, client.name), ("done", "Eva Malá"))
        self.assertEqual(client.phone_sanitized, "+420603999777")
        self.assertEqual(calls.partner_id, client)
        self.assertEqual(calls.mapped("match_state"), ["matched"] * 2)
        # known from now on
        self.post(self.call("c3", **unknown), message_id="m3")
        third = self.env["crm.call"].search([("external_id", "=", "c3")])
        self.assertEqual((third.partner_id, third.match_state), (client, "matched"))
        self.assertFalse(third.data_request_id)

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
            ("of tomorrow", self.post(good, stamp=str(int(time.time()) + 302)), 401, "unauthorized"),
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
            ("OPTIONS", self.send("OPTIONS"), 405, "method_not_allowed"),
            ("PROPFIND", self.send("PROPFIND"), 405, "method_not_allowed"),
            ("key of a NUL", self.send("POST", key="%00"), 404, "not_found"),
            ("key of a surrogate", self.send("POST", key="%ED%A0%80"), 404, "not_found"),
            ("long key", self.send("POST", key="a" * 5000), 404, "not_found"),
            ("wrong key, wrong method", self.send("GET", key="x"), 405, "method_not_allowed"),
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

    def assertAtOnce(self, answer):
        """Post what ``answer`` is to, and demand that it goes the short way."""
        lost = AssertionError("it went the long way")
        with patch.object(call_shortcut, "_serve_db_of_odoo", side_effect=lost):
            self.assertEqual(self.post(self.call(answer)), (200, {"accepted": 1, "duplicates": 0}))

    def test_the_short_way(self):
        self.assertAtOnce("first")
        # what is refused goes the other way, and nothing is lost of the connection
        self.assertError(self.post(self.call("x"), secret="whsec_" + "A" * 32), 401, "unauthorized")
        self.assertAtOnce("second")
        self.assertEqual(self.kept(), 2)

    def test_both_ways_end_in_the_same_call(self):
        seen = []
        for name, patched in (("short", call_shortcut.serve_at_once), ("long", _not_at_once)):
            with patch.object(call_shortcut, "serve_at_once", patched):
                self.assertEqual(self.post(self.call(name))[1]["accepted"], 1)
                missed = self.call(f"{name} missed", disposition="missed", answer=None)
                self.assertEqual(self.post(missed)[1]["accepted"], 1)
            call = self.env["crm.call"].search([("external_id", "=like", f"{name}%")], order="id")
            values = call.read(["partner_id", "user_id", "disposition", "duration", "match_state"])
            seen.append([{**row, "id": 0} for row in values])
            states = self.env["crm.call.event"].search([("external_id", "=like", f"{name}%")])
            self.assertEqual(states.mapped("state"), ["processed", "processed"])
        self.assertEqual(*seen)

    def test_the_short_way_is_left_when_something_changed_elsewhere(self):
        """On another server the source was archived: what this one knows is no more true."""
        self.assertAtOnce("first")
        self.env.cr.execute(
            "UPDATE crm_call_source SET active = FALSE WHERE id = %s", [self.source.id]
        )
        self.env.cr.execute("INSERT INTO orm_signaling_default DEFAULT VALUES")
        serve = call_shortcut._serve_db_of_odoo

        def check_and_serve(request):
            # (what Odoo does first, and not in tests)
            self.env.registry.clear_cache()
            return serve(request)

        with patch.object(call_shortcut, "_serve_db_of_odoo", check_and_serve):
            self.assertError(self.post(self.call("second")), 404, "not_found")
        self.assertEqual(self.kept(), 1)

    @mute_logger("odoo.addons.crm_discipline.controllers.call_shortcut")
    def test_what_remains_and_fails_is_no_error_of_the_sender(self):
        missed = self.call(disposition="missed", answer=None)
        with patch.object(
            self.env.registry["crm.call.event"], "_follow", side_effect=RuntimeError("told to")
        ):
            self.assertEqual(self.post(missed), (200, {"accepted": 1, "duplicates": 0}))
        event = self.env["crm.call.event"].search([("source_id", "=", self.source.id)])
        self.assertEqual(event.state, "pending")
        event.with_user(self.manager).action_replay()
        self.assertEqual(event.state, "processed")
        self.assertTrue(event.call_id.callback_activity_id)

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

        with patch.object(self.env.registry["crm.call"], "_prepare_rows", fail):
            answer = self.post(self.call())
        self.assertEqual(answer, (200, {"accepted": 1, "duplicates": 0}))
        event = self.env["crm.call.event"].search([("source_id", "=", self.source.id)])
        self.assertEqual(event.state, "failed")
        event.with_user(self.manager).action_replay()
        self.assertEqual(event.state, "processed")
        self.assertEqual(event.call_id.partner_id, self.client)

    @mute_logger("odoo.http")
    @patch.object(call_shortcut, "serve_at_once", _not_at_once)
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

    def test_twilio_behind_a_proxy(self):
        """The address that Twilio signs is the one it was given, not the one that reaches Odoo."""
        self.source.write({"provider": "twilio", "secret": "0123456789abcdef0123456789abcdef"})
        self.env["ir.config_parameter"].set_param("web.base.url", "https://crm.example.com")
        fields = {"CallSid": "CA1", "CallStatus": "ringing", "From": "+420601234567",
                  "To": "+420222333444", "Direction": "inbound"}  # fmt: skip
        url = f"https://crm.example.com/crm_discipline/calls/{self.source.key}?agent=a%40b"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": twilio.sign(self.source.secret, url, sorted(fields.items())),
        }
        answer = self.send(
            "POST", urlencode(fields).encode(), f"{self.source.key}?agent=a%40b", headers
        )
        self.assertEqual(answer, (200, {"accepted": 1, "duplicates": 0}))

    def test_bearer_and_basic(self):
        record = {"src": "+420601234567", "dst": "22", "start": "2026-02-03 04:05:06",
                  "end": "2026-02-03 04:05:26", "disposition": "NO ANSWER", "uniqueid": "1.1"}  # fmt: skip
        report = {"CallType": "Missed", "Number": "+420601234567",
                  "CallStartTimeUTC": "2026-02-03T04:05:06Z"}  # fmt: skip
        leg = {"variables": {"uuid": "a", "start_uepoch": "1770091506000000",
                             "end_uepoch": "1770091526000000", "hangup_cause": "NO_ANSWER",
                             "caller_id_number": "%2B420601234567"}}  # fmt: skip
        password = base64.b64encode(f"crm:{self.source.secret}".encode()).decode()
        for provider, body, good in (
            ("asterisk", record, f"Bearer {self.source.secret}"),
            ("threecx", report, f"Bearer {self.source.secret}"),
            ("freeswitch", leg, f"Basic {password}"),
        ):
            with self.subTest(provider=provider):
                self.source.provider = provider
                self.env["crm.call"].search([("source_id", "=", self.source.id)]).unlink()
                self.source.event_ids.unlink()
                body = json.dumps(body).encode()
                headers = {"Content-Type": "application/json"}
                for authorization in (None, "Bearer", "Bearer x", "Basic eDp4", good[:-1]):
                    refused = {**headers, "Authorization": authorization}
                    self.assertError(self.send("POST", body, headers=refused), 401, "unauthorized")
                self.assertEqual(self.kept(), 0)
                headers["Authorization"] = good
                self.assertError(self.send("POST", b"{", headers=headers), 400, "bad_request")
                for expected in (
                    {"accepted": 1, "duplicates": 0},
                    {"accepted": 0, "duplicates": 1},
                ):
                    answer = self.send("POST", body, headers=headers)
                    self.assertEqual(answer, (200, expected))
                call = self.env["crm.call"].search([("source_id", "=", self.source.id)])
                self.assertEqual((call.partner_id, call.disposition), (self.client, "missed"))

    @mute_logger("odoo.http", "odoo.sql_db")
    @patch.object(call_shortcut, "serve_at_once", _not_at_once)
    def test_database_that_goes_away(self):
        for error in (psycopg2.OperationalError, psycopg2.InterfaceError, psycopg2.pool.PoolError):
            with (
                self.subTest(error=error),
                patch.object(
                    self.env.registry["crm.call.event"], "_receive", side_effect=error("gone")
                ),
            ):
                self.assertError(self.post(self.call()), 503, "unavailable")

    @mute_logger("odoo.http")
    @patch.object(call_shortcut, "serve_at_once", _not_at_once)
    def test_database_that_is_away(self):
        lost = psycopg2.OperationalError("no connection")
        with patch.object(http, "Registry", side_effect=lost):
            answer = self.post(self.call())
        self.assertError(answer, 503, "unavailable")

    @mute_logger("odoo.http")
    def test_database_that_goes_away_before_the_route_is_known(self):

        def fail(_request):
            # (a new one each time, for Odoo remembers the answer on it)
            raise lost("connection already closed")

        for lost in (psycopg2.InterfaceError, psycopg2.DatabaseError):
            with self.subTest(lost=lost), patch.object(http.Request, "_serve_db", fail):
                self.assertError(self.post(self.call()), 503, "unavailable")
                # other routes are answered as ever
                self.assertIn("text/html", self.url_open("/web/health").headers["Content-Type"])
        wrong = psycopg2.ProgrammingError("no such column")
        with patch.object(http.Request, "_serve_db", side_effect=wrong):
            answer = self.opener.post(f"{self.base_url()}/crm_discipline/calls/x", timeout=30)
        self.assertEqual(answer.status_code, 500)

    @settings(max_examples=120, deadline=None)
    @given(st.data())
    def test_fuzz(self, data):
        """Whatever is sent, signed or not: an answer of the contract, and nothing kept but by 200."""
        self.source.provider = data.draw(st.sampled_from(sorted(PROVIDERS)))
        self.env.flush_all()
        body = data.draw(
            st.binary(max_size=300)
            | st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
                lambda inner: (
                    st.lists(inner, max_size=3)
                    | st.dictionaries(
                        st.sampled_from([*self.call(), "variables"]), inner, max_size=9
                    )
                ),
                max_leaves=9,
            ).map(lambda value: json.dumps(value).encode())
        )
        password = base64.b64encode(f"x:{self.source.secret}".encode()).decode()
        texts = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40).map(
            str.strip
        )
        headers = data.draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "Content-Type": texts
                    | st.sampled_from(
                        ["application/json", "application/x-www-form-urlencoded", "x/y;;=", ";",
                         "application/json; charset=utf-16", "multipart/form-data; boundary=x"]
                    ),
                    "Authorization": texts
                    | st.sampled_from([f"Bearer {self.source.secret}", f"Basic {password}"]),
                    "X-Twilio-Signature": texts,
                    "Webhook-Id": texts,
                    "Webhook-Timestamp": texts | st.just(str(int(time.time()))),
                    "Webhook-Signature": texts,
                    "Content-Encoding": st.sampled_from(["gzip", "x"]),
                    "X-Forwarded-Host": texts,
                },
            )
        )  # fmt: skip
        if self.source.provider == "generic" and data.draw(st.booleans()):
            status, answer = self.post(body)
        else:
            method = data.draw(st.sampled_from(["POST", "POST", "POST", "GET", "PUT", "DELETE"]))
            status, answer = self.send(method, body, headers=headers)
        self.assertIn(status, (400, 401, 405))
        self.assertEqual(set(answer), {"error", "message"})
        self.assertEqual(self.kept(), 0)

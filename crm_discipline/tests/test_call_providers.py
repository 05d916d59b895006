"""What each telephone system sends, as published, and that nothing else gets through."""

import base64
import json
from contextlib import suppress
from datetime import datetime, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.call_message import CallMessage
from ..tools.call_providers import (
    PROVIDERS,
    BadMessage,
    ProviderRequest,
    Unauthorized,
    freeswitch,
    generic,
    threecx,
    twilio,
)
from ..tools.call_providers.values import parse_iso

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=timezone.utc)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CALL = {
    "id": "c1",
    "direction": "in",
    "from": "+420601234567",
    "to": "+420222333444",
    "agent": "22",
    "start": "2026-02-03T04:00:00+01:00",
    "answer": "2026-02-03T03:00:05Z",
    "end": "2026-02-03T03:01:05Z",
    "disposition": "answered",
    "recording_url": None,
}


def as_json(value, **headers):
    return ProviderRequest(
        json.dumps(value).encode(), headers=headers, content_type="application/json"
    )


@tagged("post_install", "-at_install")
class TestGeneric(BaseCase):
    def parse(self, value):
        return [message for _raw, message in generic.parse(as_json(value))]

    def problems(self, value):
        with self.assertRaises(BadMessage) as caught:
            self.parse(value)
        return caught.exception.problems

    def test_call(self):
        start = datetime(2026, 2, 3, 3)
        expected = CallMessage(
            "c1", "in", "+420601234567", "+420222333444", start, "22",
            start.replace(second=5), start.replace(minute=1, second=5), "answered", None,
        )  # fmt: skip
        self.assertEqual(self.parse(CALL), [expected])
        self.assertEqual(self.parse([CALL, CALL]), [expected, expected])

    def test_call_that_rings(self):
        rings = {**CALL, "answer": None, "end": None, "disposition": None}
        self.assertEqual(self.parse(rings)[0].disposition, None)

    def test_all_wrong_fields_are_named(self):
        bad = {**CALL, "id": "", "direction": "up", "from": 5, "start": "2026-02-30T00:00:00Z"}
        bad |= {"disposition": None, "recording_url": "ftp://x"}
        text = "\n".join(self.problems([CALL, bad]))
        for name in ("id", "direction", "from", "start", "disposition", "recording_url"):
            self.assertIn(f"call 2: {name} ", text)
        self.assertNotIn("call 1", text)

    def test_bad_values(self):
        for name, value in (
            ("id", ""), ("id", "  "), ("id", "a\x00b"), ("id", "a\nb"), ("id", "x" * 256), ("id", 1),
            ("id", None), ("id", "\ud800"), ("from", "1" * 500), ("from", True), ("from", None),
            ("from", "a\x1bb"), ("to", []), ("start", None), ("start", "yesterday"),
            ("start", "2026-13-01T00:00:00Z"), ("start", "0001-01-01T00:00:00Z"), ("start", 1.5),
            ("start", "2026-02-03T25:00:00Z"), ("answer", "x"), ("end", "2026-02-03"),
            ("end", "2020-01-01T00:00:00Z"), ("disposition", "great"), ("disposition", ["missed"]),
            ("agent", 22), ("agent", "a\x7f"), ("recording_url", "javascript:alert(1)"),
            ("direction", "internal"),
        ):  # fmt: skip
            with self.subTest(name=name, value=value):
                self.problems({**CALL, name: value})
        for name in ("id", "direction", "from", "to", "start", "disposition"):
            with self.subTest(missing=name):
                self.assertIn(
                    f"{name} is missing",
                    self.problems({k: v for k, v in CALL.items() if k != name}),
                )

    def test_bad_bodies(self):
        for body in (
            b"", b"{", b"[]", b"null", b"1", b'"x"', b"[1]", b"\xff", b"NaN", b"[" * 100_000,
            b'{"id": "a", "id": "b"}', b'{"id": ' + b"9" * 5000 + b"}", b"[" + b"{}," * 1000 + b"{}]",
        ):  # fmt: skip
            with self.subTest(body=body[:20]), self.assertRaises(BadMessage):
                generic.parse(ProviderRequest(body, content_type="application/json"))
        body = json.dumps(CALL).encode()
        for content_type in ("", "text/plain", "application/x-www-form-urlencoded"):
            with self.subTest(content_type=content_type), self.assertRaises(BadMessage):
                generic.parse(ProviderRequest(body, content_type=content_type))

    def test_emoji_are_text(self):
        self.assertEqual(self.parse({**CALL, "agent": "☎️ Jana"})[0].agent, "☎️ Jana")

    def signed(self, body=b"{}", stamp=None, secret=SECRET, message_id="msg_1"):
        stamp = str(int(NOW.timestamp())) if stamp is None else stamp
        signature = generic.sign(secret, f"{message_id}.{stamp}.".encode() + body)
        headers = {
            "Webhook-Id": message_id,
            "Webhook-Timestamp": stamp,
            "Webhook-Signature": signature,
        }
        return ProviderRequest(body, headers=headers, content_type="application/json")

    def test_signature(self):
        """With the secret and the message of the specification's own libraries' tests."""
        body = b'{"test": 2432232314}'
        headers = {
            "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "webhook-timestamp": "1614265330",
            "webhook-signature": "v1,Zm9v v1a,xx v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        }
        then = datetime.fromtimestamp(1614265330, timezone.utc)
        request = ProviderRequest(body, headers=headers)
        generic.verify(request, ["whsec_" + "A" * 32, SECRET], then)
        for changed in (
            ProviderRequest(body + b" ", headers=headers),
            ProviderRequest(body, headers={**headers, "webhook-id": "msg_x"}),
            ProviderRequest(body, headers={**headers, "webhook-signature": "v1,ž"}),
            ProviderRequest(body, headers={**headers, "webhook-timestamp": "１６１４２６５３３０"}),
            ProviderRequest(body),
        ):
            with self.assertRaises(Unauthorized):
                generic.verify(changed, [SECRET], then)

    def test_five_minutes(self):
        now = int(NOW.timestamp())
        generic.verify(self.signed(stamp=str(now - 299)), [SECRET], NOW)
        generic.verify(self.signed(stamp=str(now + 299)), [SECRET], NOW)
        for stamp in (str(now - 301), str(now + 301), "", "x", "9" * 30, "-1"):
            with self.subTest(stamp=stamp), self.assertRaises(Unauthorized):
                generic.verify(self.signed(stamp=stamp), [SECRET], NOW)

    @settings(max_examples=200, deadline=None)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(
                st.sampled_from([*CALL, "x"]) | st.text(), inner
            ),
            max_leaves=20,
        )
    )  # fmt: skip
    def test_whatever_comes_is_a_call_or_a_named_problem(self, value):
        try:
            items = generic.parse(as_json(value))
        except BadMessage as error:
            self.assertTrue(error.problems)
        else:
            self.assertTrue(all(message.external_id for _raw, message in items))

    @settings(max_examples=200, deadline=None)
    @given(st.datetimes(datetime(1990, 1, 2), datetime(2099, 12, 30)), st.integers(-720, 720))
    def test_times_with_a_zone(self, moment, minutes):
        from datetime import timedelta

        zone = timezone(timedelta(minutes=minutes))
        text = moment.replace(tzinfo=timezone.utc).astimezone(zone).isoformat()
        self.assertEqual(parse_iso(text), moment.replace(microsecond=0))


@tagged("post_install", "-at_install")
class TestTwilio(BaseCase):
    def request(self, fields, url="https://crm.example.com/crm_discipline/calls/k", **more):
        from urllib.parse import urlencode

        return ProviderRequest(
            urlencode(fields).encode(),
            content_type="application/x-www-form-urlencoded",
            urls=(url,),
            **more,
        )

    def test_signatures_of_twilios_documentation_and_libraries(self):
        url = "https://mycompany.com/myapp.php?foo=1&bar=2"
        for caller, signature in (
            ("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="),
            ("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ):
            fields = {
                "To": "+18005551212", "Digits": "1234", "From": caller, "Caller": caller,
                "CallSid": "CA1234567890ABCDE",
            }  # fmt: skip
            headers = {"X-Twilio-Signature": signature}
            twilio.verify(self.request(fields, url, headers=headers), ["other", "12345"], NOW)
            with_port = "https://mycompany.com:443/myapp.php?foo=1&bar=2"
            twilio.verify(self.request(fields, with_port, headers=headers), ["12345"], NOW)
            for changed in (
                self.request({**fields, "Digits": "1235"}, url, headers=headers),
                self.request(fields, url + "&x=1", headers=headers),
                self.request(fields, url),
            ):
                with self.assertRaises(Unauthorized):
                    twilio.verify(changed, ["12345"], NOW)

    def parse(self, **fields):
        fields = {"CallSid": "CA1", "From": "+420601234567", "To": "+420222333444",
                  "Direction": "inbound", "Timestamp": "Tue, 03 Feb 2026 04:05:06 +0000",
                  **fields}  # fmt: skip
        [(_raw, message)] = twilio.parse(self.request(fields, "https://x.example.com/k?agent=jana"))
        return message

    def test_life_of_a_call(self):
        rings = self.parse(CallStatus="ringing")
        self.assertEqual((rings.disposition, rings.end, rings.direction), (None, None, "in"))
        self.assertEqual(rings.agent, "jana")
        over = self.parse(CallStatus="completed", CallDuration="65")
        self.assertEqual(over.disposition, "answered")
        self.assertEqual(str(over.start), "2026-02-03 04:04:01")
        self.assertEqual((over.end - over.answer).seconds, 65)
        for status, disposition in (
            ("busy", "busy"), ("no-answer", "missed"), ("canceled", "missed"), ("failed", "failed"),
        ):  # fmt: skip
            message = self.parse(CallStatus=status, Direction="outbound-api")
            self.assertEqual((message.disposition, message.direction), (disposition, "out"))
            self.assertFalse(message.answer)

    def test_bad_fields(self):
        for bad in (
            {"CallStatus": "x"}, {"CallStatus": "busy", "CallSid": ""},
            {"CallStatus": "busy", "Timestamp": "x"}, {"CallStatus": "busy", "CallDuration": "x"},
            {"CallStatus": "busy", "From": "\x00"},
        ):  # fmt: skip
            with self.subTest(bad=bad), self.assertRaises(BadMessage):
                self.parse(**bad)


@tagged("post_install", "-at_install")
class TestBearerProviders(BaseCase):
    def test_secret(self):
        for name in ("asterisk", "threecx"):
            verify = PROVIDERS[name].verify
            verify(as_json({}, authorization="Bearer abc"), ["x", "abc"], NOW)
            verify(as_json({}, AUTHORIZATION="bearer abc"), ["abc"], NOW)
            for header in ("", "Bearer", "Bearer ", "Bearer abd", "Basic abc", "abc", "Bearer ž"):
                with self.subTest(name=name, header=header), self.assertRaises(Unauthorized):
                    verify(as_json({}, authorization=header), ["abc"], NOW)

    def asterisk(self, **fields):
        record = {
            "src": "+420601234567", "dst": "22", "start": "2026-02-03 04:05:06",
            "answer": "2026-02-03 04:05:10", "end": "2026-02-03 04:06:06", "duration": 60,
            "billsec": 56, "disposition": "ANSWERED", "uniqueid": "1770091506.12",
            "linkedid": "1770091506.12", "channel": "PJSIP/trunk-00000001",
            "dstchannel": "PJSIP/22-00000002", **fields,
        }  # fmt: skip
        [(_raw, message)] = PROVIDERS["asterisk"].parse(as_json(record))
        return message

    def test_asterisk(self):
        message = self.asterisk()
        self.assertEqual(
            message,
            CallMessage(
                "1770091506.12", "in", "+420601234567", "22", datetime(2026, 2, 3, 4, 5, 6), "22",
                datetime(2026, 2, 3, 4, 5, 10), datetime(2026, 2, 3, 4, 6, 6), "answered",
            ),
        )  # fmt: skip
        for word, disposition in (("NO ANSWER", "missed"), ("BUSY", "busy"), ("FAILED", "failed")):
            self.assertEqual(self.asterisk(disposition=word).disposition, disposition)
            self.assertFalse(self.asterisk(disposition=word).answer)
        out = self.asterisk(src="22", dst="601234567", channel="PJSIP/22-00000001")
        self.assertEqual((out.direction, out.agent), ("out", "22"))
        self.assertEqual(str(self.asterisk(tz="+01:00").start), "2026-02-03 03:05:06")
        self.assertEqual(str(self.asterisk(start="1770091506.5").start), "2026-02-03 04:05:06")
        rings = self.asterisk(end="", answer="", disposition="")
        self.assertEqual((rings.end, rings.disposition), (None, None))

    def test_managers_event(self):
        record = {
            "Event": "Cdr", "Source": "22", "Destination": "601234567",
            "StartTime": "2026-02-03 04:05:06", "AnswerTime": "", "EndTime": "2026-02-03 04:06:06",
            "Disposition": "NO ANSWER", "UniqueID": "1.2", "Channel": "SIP/22-00000001",
            "DestinationChannel": "SIP/trunk-00000002",
        }  # fmt: skip
        [(_raw, message)] = PROVIDERS["asterisk"].parse(as_json(record))
        self.assertEqual((message.direction, message.disposition), ("out", "missed"))
        self.assertEqual(message.agent, "22")

    def test_asterisk_bad(self):
        for bad in ({"start": "x"}, {"disposition": "?"}, {"uniqueid": "", "linkedid": ""},
                    {"src": None}, {"src": "1" * 500}, {"end": "2020-01-01 00:00:00"},
                    {"disposition": ""}):  # fmt: skip
            with self.subTest(bad=bad), self.assertRaises(BadMessage):
                self.asterisk(**bad)

    def test_threecx(self):
        report = {
            "CallType": "Inbound", "Number": "+420601234567", "Agent": "22",
            "AgentEmail": "jana@example.com", "StartTimeUTC": "2026-02-03T04:05:06Z",
            "DurationSeconds": "65", "DID": "222333444",
        }  # fmt: skip
        [(_raw, message)] = threecx.parse(as_json(report))
        self.assertEqual((message.disposition, message.direction), ("answered", "in"))
        self.assertEqual((message.end - message.answer).seconds, 65)
        [(_raw, again)] = threecx.parse(as_json({**report, "EntityId": "5"}))
        self.assertEqual(again.external_id, message.external_id)
        [(_raw, other)] = threecx.parse(as_json({**report, "Number": "+420601234568"}))
        self.assertNotEqual(other.external_id, message.external_id)
        [(_raw, missed)] = threecx.parse(
            as_json({**report, "CallType": "Missed", "StartTimeUTC": "03/02/2026 04:05:06"})
        )
        self.assertEqual((missed.disposition, missed.answer), ("missed", None))
        self.assertEqual(missed.start, message.start)
        for bad in ({"CallType": "x"}, {"StartTimeUTC": ""}, {"DurationSeconds": "-1"}):
            with self.subTest(bad=bad), self.assertRaises(BadMessage):
                threecx.parse(as_json({**report, **bad}))


@tagged("post_install", "-at_install")
class TestFreeSwitch(BaseCase):
    RECORD = {
        "variables": {
            "uuid": "a-leg", "direction": "inbound", "start_uepoch": "1770091506000000",
            "answer_uepoch": "1770091510000000", "end_uepoch": "1770091566000000",
            "hangup_cause": "NORMAL_CLEARING", "dialed_user": "22",
        },
        "callflow": [
            {"caller_profile": {
                "caller_id_number": "+420601234567", "destination_number": "222333444"}}
        ],
    }  # fmt: skip

    def parse(self, body, content_type):
        [(_raw, message)] = freeswitch.parse(ProviderRequest(body, content_type=content_type))
        return message

    def test_three_spellings(self):
        from urllib.parse import urlencode

        raw = json.dumps(self.RECORD).encode()
        encoded = base64.b64encode(raw)
        plain = self.parse(raw, "application/json")
        self.assertEqual(plain.external_id, "a-leg")
        self.assertEqual((plain.direction, plain.disposition), ("in", "answered"))
        self.assertEqual(str(plain.answer), "2026-02-03 04:05:10")
        form = "application/x-www-form-urlencoded"
        self.assertEqual(self.parse(urlencode({"cdr": raw}).encode(), form), plain)
        self.assertEqual(self.parse(urlencode({"cdr": encoded}).encode(), form), plain)
        self.assertEqual(self.parse(b"cdr=" + encoded, form), plain)
        self.assertEqual(
            self.parse(encoded, "application/x-www-form-urlencoded-base64; x"[:0]), plain
        )

    def test_second_leg_is_the_same_call(self):
        variables = {**self.RECORD["variables"], "uuid": "b-leg", "direction": "outbound"}
        leg = {**self.RECORD, "variables": {**variables, "originating_leg_uuid": "a-leg"}}
        message = self.parse(json.dumps(leg).encode(), "application/json")
        self.assertEqual((message.external_id, message.direction), ("a-leg", "in"))

    def test_dispositions(self):
        for cause, disposition in (
            ("USER_BUSY", "busy"), ("NO_ANSWER", "missed"), ("ORIGINATOR_CANCEL", "missed"),
            ("NORMAL_TEMPORARY_FAILURE", "failed"),
        ):  # fmt: skip
            variables = {**self.RECORD["variables"], "hangup_cause": cause, "answer_uepoch": "0"}
            body = json.dumps({**self.RECORD, "variables": variables}).encode()
            self.assertEqual(self.parse(body, "application/json").disposition, disposition)

    def test_password(self):
        good = base64.b64encode(b"crm:abc").decode()
        freeswitch.verify(ProviderRequest(headers={"Authorization": f"Basic {good}"}), ["abc"], NOW)
        for header in ("", "Basic", f"Bearer {good}", "Basic !", "Basic " + "w" * 5, "Basic YTpi"):
            with self.subTest(header=header), self.assertRaises(Unauthorized):
                request = ProviderRequest(headers={"Authorization": header})
                freeswitch.verify(request, ["abc"], NOW)


@tagged("post_install", "-at_install")
class TestEveryProvider(BaseCase):
    @settings(max_examples=150, deadline=None)
    @given(
        st.sampled_from(sorted(PROVIDERS)),
        st.binary(max_size=200) | st.text(max_size=50).map(lambda text: json.dumps(text).encode()),
        st.sampled_from(["", "application/json", "application/x-www-form-urlencoded", "text/html"]),
        st.dictionaries(
            st.sampled_from(["authorization", "webhook-id", "webhook-timestamp",
                             "webhook-signature", "x-twilio-signature"]), st.text(max_size=30),
        ),
    )  # fmt: skip
    def test_no_other_error(self, name, body, content_type, headers):
        request = ProviderRequest(body, headers, content_type, ("https://crm.example.com/k",))
        with self.assertRaises((BadMessage, Unauthorized)):
            PROVIDERS[name].verify(request, [SECRET], NOW)
        with suppress(BadMessage):
            PROVIDERS[name].parse(request)

"""What each telephone system sends, as published, and that nothing else gets through."""

import base64
import json
import re
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

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
from ..tools.call_providers.generic import DISPOSITIONS
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


FORM = "application/x-www-form-urlencoded"


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

    def test_secret_of_another_system_is_passed_over(self):
        """After a source was another system's, its old secret need not be base64."""
        generic.verify(self.signed(), ["auth-token", SECRET], NOW)
        with self.assertRaises(Unauthorized):
            generic.verify(self.signed(), ["auth-token"], NOW)

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
        zone = timezone(timedelta(minutes=minutes))
        text = moment.replace(tzinfo=timezone.utc).astimezone(zone).isoformat()
        self.assertEqual(parse_iso(text), moment.replace(microsecond=0))


@tagged("post_install", "-at_install")
class TestTwilio(BaseCase):
    def request(self, fields, url="https://crm.example.com/crm_discipline/calls/k", **more):
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

    def test_more_signatures_of_twilios_libraries(self):
        """From the tests of its Python library: fields that stand twice, ports, a JSON body."""
        fields = [("Sid", "CA123"), ("SidAccount", "AC123"), ("Digits", "5678"),
                  ("Digits", "1234"), ("Digits", "1234")]  # fmt: skip
        url = "https://mycompany.com/myapp.php?foo=1&bar=2"
        headers = {"X-Twilio-Signature": "IK+Dwps556ElfBT0I3Rgjkr1wJU="}
        twilio.verify(self.request(fields, url, headers=headers), ["12345"], NOW)
        fields = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "From": "+14158675309",
                  "To": "+18005551212", "Caller": "+14158675309"}  # fmt: skip
        for scheme, port, signature in (
            ("https", ":1234", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
            ("http", ":1234", "Zmvh+3yNM1Phv2jhDCwEM3q5ebU="),
            ("https", "", "kvajT1Ptam85bY51eRf/AJRuM3w="),
            ("http", "", "0ZXoZLH/DfblKGATFgpif+LLRf4="),
        ):
            with self.subTest(scheme=scheme, port=port):
                url = f"{scheme}://mycompany.com{port}/myapp.php?foo=1&bar=2"
                headers = {"X-Twilio-Signature": signature}
                twilio.verify(self.request(fields, url, headers=headers), ["12345"], NOW)
        body = b'{"property": "value", "boolean": true}'
        url = (
            "https://mycompany.com/myapp.php?foo=1&bar=2&bodySHA256="
            "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
        )
        headers = {"X-Twilio-Signature": "a9nBmqA0ju/hNViExpshrM61xv4="}
        asked = ProviderRequest(body, headers, "application/json", (url,))
        twilio.verify(asked, ["12345"], NOW)
        with self.assertRaises(Unauthorized):
            asked = ProviderRequest(body + b" ", headers, "application/json", (url,))
            twilio.verify(asked, ["12345"], NOW)

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

    def test_legs_that_ring_ours_are_the_callers_call(self):
        rings = self.parse(
            CallSid="CA2", ParentCallSid="CA1", Direction="outbound-dial", To="client:petr",
            CallStatus="no-answer",
        )  # fmt: skip
        self.assertEqual((rings.external_id, rings.direction), ("CA1", "in"))
        self.assertEqual(rings.disposition, "missed")
        for fields, direction, agent in (
            ({"To": "sip:22@office.sip.twilio.com"}, "in", "22"),
            ({"From": "client:petr", "To": "+420601234567"}, "out", "petr"),
            ({"From": "client:petr", "To": "client:eva"}, "internal", "eva"),
            ({"From": "sip:+420601234567@carrier.example.com"}, "in", None),
        ):
            with self.subTest(fields=fields):
                fields = {"CallStatus": "busy", "CallSid": "CA3", **fields}
                asked = self.request(
                    {"Direction": "inbound", "From": "+420601234567", "To": "+4201", **fields}
                )
                [(_raw, message)] = twilio.parse(asked)
                self.assertEqual((message.direction, message.agent), (direction, agent))
        forwarded = self.parse(
            CallSid="CA2", ParentCallSid="CA1", Direction="outbound-dial", CallStatus="busy"
        )
        self.assertEqual((forwarded.external_id, forwarded.direction), ("CA2", "out"))

    def test_anonymous_caller(self):
        message = self.parse(CallStatus="ringing", From="anonymous")
        self.assertEqual((message.caller, message.direction), ("anonymous", "in"))
        self.assertEqual(self.parse(CallStatus="ringing", From="").caller, "")

    def test_bad_fields(self):
        with self.assertRaises(BadMessage):
            twilio.parse(ProviderRequest(b"a=\x00", {}, FORM, ("/k",)))
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
        self.assertEqual(str(self.asterisk(tz="Europe/Prague").start), "2026-02-03 03:05:06")
        summer = self.asterisk(start="2026-07-03 04:05:06", answer="", end="2026-07-03 04:05:07",
                               disposition="BUSY", tz="Europe/Prague")  # fmt: skip
        self.assertEqual(str(summer.start), "2026-07-03 02:05:06")
        talks = self.asterisk(end=None, disposition=None)
        self.assertEqual((str(talks.answer), talks.end), ("2026-02-03 04:05:10", None))
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
                    {"disposition": ""}, {"tz": "Nowhere/Else"}, {"tz": "../passwd"},
                    {"tz": ["+01:00"]}, {"direction": "up"}):  # fmt: skip
            with self.subTest(bad=bad), self.assertRaises(BadMessage):
                self.asterisk(**bad)

    REPORT = {
        "CallType": "Inbound", "Number": "+420601234567", "Agent": "22",
        "AgentEmail": "jana@example.com", "CallStartTimeUTC": "2026-02-03T04:05:06Z",
        "CallEndTimeUTC": "2026-02-03T04:06:21Z", "Duration": "00:01:05",
    }  # fmt: skip

    def threecx(self, **values):
        [(_raw, message)] = threecx.parse(as_json({**self.REPORT, **values}))
        return message

    def test_threecx(self):
        message = self.threecx()
        self.assertEqual((message.disposition, message.direction), ("answered", "in"))
        self.assertEqual(str(message.answer), "2026-02-03 04:05:16")
        self.assertEqual((message.caller, message.agent), ("+420601234567", "22"))
        self.assertEqual(self.threecx(Duration=65, CallEndTimeUTC=None).end - message.start,
                         timedelta(seconds=65))  # fmt: skip
        missed = self.threecx(CallType="Missed", Duration="00:00:00")
        self.assertEqual((missed.disposition, missed.answer), ("missed", None))
        out = self.threecx(CallType="Notanswered", Duration="")
        self.assertEqual((out.direction, out.disposition), ("out", "missed"))
        self.assertEqual((out.caller, out.callee), ("22", "+420601234567"))
        self.assertEqual(self.threecx(Agent="").agent, "jana@example.com")
        for bad in ({"CallType": "x"}, {"CallStartTimeUTC": ""}, {"Duration": "-1"},
                    {"CallStartTimeUTC": "03/02/2026 04:05:06"}, {"Duration": "00:61:00"},
                    {"CallStartTimeUTC": "0001-01-01T00:00:00Z"}, {"Number": None},
                    {"CallEndTimeUTC": "2026-02-03T04:05:05Z"}):  # fmt: skip
            with self.subTest(bad=bad), self.assertRaises(BadMessage):
                self.threecx(**bad)

    def test_threecx_tells_calls_apart_without_an_id(self):
        first = self.threecx().external_id
        same = ({"EntityId": "5"}, {"Duration": "00:02:00"}, {"Agent": "23"},
                {"CallType": "Missed", "Agent": "23"})  # fmt: skip
        others = ({"Number": "+420601234568"}, {"CallStartTimeUTC": "2026-02-03T04:05:07Z"},
                  {"CallType": "Outbound"}, {"Number": "anonymous"})  # fmt: skip
        self.assertEqual({self.threecx(**values).external_id for values in same}, {first})
        self.assertNotIn(first, [self.threecx(**values).external_id for values in others])
        for hidden in ({"Number": "anonymous"}, {"CallType": "Outbound"}):
            ids = {self.threecx(**hidden, Agent=agent).external_id for agent in ("22", "23")}
            self.assertEqual(len(ids), 2)

    def test_threecx_template_sends_what_is_read(self):
        path = Path(__file__).parents[2] / "docs/telephony/3cx-template.xml"
        if not path.exists():
            self.skipTest("the documentation is not installed beside the add-on")
        request = ElementTree.parse(path).find("Scenarios/Scenario[@Id='ReportCall']/Request")
        sent = {value.get("Key"): value.text for value in request.find("PostValues")}
        self.assertEqual(sent.keys(), self.REPORT.keys())
        for name, value in sent.items():
            self.assertTrue(re.search(rf"\[{name}\]", value), name)
        self.assertEqual(request.find("Headers/Value").text, "Bearer [Secret]")


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
        base64_form = "application/x-www-form-base64-encoded"
        self.assertEqual(self.parse(b"cdr=" + encoded, base64_form), plain)
        # as the module itself escapes, and what it sends as a form without 100-continue
        self.assertEqual(self.parse(b"cdr=" + quote(raw, safe="(),'*/").encode(), form), plain)
        self.assertEqual(self.parse(raw, form), plain)
        for body, content_type in (
            (b"cdr=", form), (b"", form), (b"x=1", form), (b"cdr=%7B", form), (raw, "text/plain"),
            (raw[:-1], "application/json"), (b"[]", "application/json"), (b"", "application/json"),
        ):  # fmt: skip
            with self.subTest(body=body[:9]), self.assertRaises(BadMessage):
                self.parse(body, content_type)

    def test_name_in_another_encoding(self):
        """What is not read is no reason to lose a call."""
        raw = json.dumps({**self.RECORD, "name": "NAME"}).encode().replace(b"NAME", b"Nov\xe1k")
        self.assertEqual(self.parse(raw, "application/json").external_id, "a-leg")

    def record(self, variables, profile):
        body = json.dumps({"variables": variables, "callflow": [{"caller_profile": profile}]})
        return self.parse(body.encode(), "application/json")

    def test_legs_as_recorded(self):
        """Two legs of one call as a switch recorded them (variables encoded, profiles not)."""
        first, second = (
            "51156b0b-f91b-4fd3-9c8f-15226f6098be",
            "ab0aa08a-ead3-42c6-a365-99553a001fba",
        )
        times = {"answer_uepoch": "0", "bridge_uepoch": "0", "end_uepoch": "1762923116247748",
                 "end_stamp": "2025-11-12%2010%3A21%3A56", "hangup_cause": "ORIGINATOR_CANCEL"}  # fmt: skip
        profile = {"caller_id_name": "1001", "caller_id_number": "1001", "uuid": first,
                   "destination_number": "1003", "chan_name": "sofia/internal/1001@10.30.40.77"}  # fmt: skip
        one = self.record(
            {"direction": "inbound", "uuid": first, "sip_auth_username": "1001",
             "channel_name": "sofia/internal/1001%4010.30.40.77", "dialed_user": "1003",
             "start_uepoch": "1762923102707743", **times},
            profile,
        )  # fmt: skip
        two = self.record(
            {"direction": "outbound", "uuid": second, "originating_leg_uuid": first,
             "originator": first, "dialed_user": "1003", "call_uuid": first,
             "channel_name": "sofia/internal/1003%4010.30.40.77%3A5070",
             "start_uepoch": "1762923112727744", **times},
            {**profile, "uuid": second, "caller_id_name": "Extension 1001",
             "originator": {"originator_caller_profiles": [profile]}},
        )  # fmt: skip
        self.assertEqual(one, two._replace(start=one.start))
        self.assertEqual((one.external_id, one.direction, one.agent), (first, "internal", "1001"))
        self.assertEqual((one.disposition, str(one.end)), ("missed", "2025-11-12 04:51:56"))

    def test_call_that_the_switch_placed(self):
        """As recorded: it then shows the callee as the caller."""
        message = self.record(
            {"direction": "outbound", "uuid": "c", "origination_caller_id_number": "9111110001",
             "start_uepoch": "1762932838915872", "answer_uepoch": "1762932838915872",
             "end_uepoch": "1762932845655895", "hangup_cause": "NORMAL_CLEARING"},
            {"caller_id_number": "3868158407", "destination_number": "3868158407"},
        )  # fmt: skip
        self.assertEqual((message.direction, message.disposition), ("out", "answered"))
        self.assertEqual((message.caller, message.callee), ("9111110001", "3868158407"))

    def test_both_legs_of_a_call_out(self):
        """The second leg shows the company's number: the first's parties count."""
        times = {"start_uepoch": "1770091506000000", "end_uepoch": "1770091566000000",
                 "answer_uepoch": "1770091510000000", "hangup_cause": "NORMAL_CLEARING"}  # fmt: skip
        profile = {"caller_id_number": "22", "destination_number": "601234567", "uuid": "a"}
        one = self.record(
            {"uuid": "a", "direction": "inbound", "sip_auth_username": "22", **times}, profile
        )
        two = self.record(
            {"uuid": "b", "direction": "outbound", "originating_leg_uuid": "a", **times},
            {"caller_id_number": "+420222333444", "destination_number": "601234567", "uuid": "b",
             "originator": {"originator_caller_profiles": [profile]}},
        )  # fmt: skip
        self.assertEqual(one, two)
        self.assertEqual((one.direction, one.agent, one.caller), ("out", "22", "22"))

    def test_encoded_and_plain_variables(self):
        variables = {**self.RECORD["variables"], "recording_url": "https://x.example.com/a%20b"}
        for sent, expected in (
            ({**variables, "start_stamp": "2026-02-03 04:05:06"}, "https://x.example.com/a%20b"),
            ({**{key: quote(value) for key, value in variables.items()},
              "start_stamp": "2026-02-03%2004%3A05%3A06"}, "https://x.example.com/a%20b"),
        ):  # fmt: skip
            message = self.record(sent, {"caller_id_number": "+420601234567"})
            self.assertEqual(message.recording_url, expected)

    def test_who_answered(self):
        variables = {**self.RECORD["variables"], "bridge_uuid": "b", "dialed_user": "21"}
        message = self.record(
            {**variables, "bridge_channel": "sofia/internal/22@10.0.0.1:5060"},
            {"caller_id_number": "+420601234567"},
        )
        self.assertEqual(message.agent, "22")
        alone = {**self.RECORD["variables"], "bridge_uepoch": "0"}
        for app, disposition in (("voicemail", "voicemail"), ("playback", "missed")):
            message = self.record({**alone, "last_app": app}, {"caller_id_number": "+420601234567"})
            self.assertEqual((message.disposition, message.answer), (disposition, None))

    def test_second_leg_is_the_same_call(self):
        variables = {**self.RECORD["variables"], "uuid": "b-leg", "direction": "outbound"}
        leg = {**self.RECORD, "variables": {**variables, "originating_leg_uuid": "a-leg"}}
        message = self.parse(json.dumps(leg).encode(), "application/json")
        self.assertEqual((message.external_id, message.direction), ("a-leg", "in"))

    def test_dispositions(self):
        for cause, disposition in (
            ("USER_BUSY", "busy"), ("NO_ANSWER", "missed"), ("ORIGINATOR_CANCEL", "missed"),
            ("NORMAL_TEMPORARY_FAILURE", "failed"), ("CALL_REJECTED", "busy"),
            ("NORMAL_CLEARING", "missed"),
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

    # a whole message of each, of which some fields are replaced or left out
    FIELDS = {
        "generic": CALL,
        "twilio": {
            "CallSid": "CA2", "ParentCallSid": "CA1", "CallStatus": "completed", "To": "client:jana",
            "CallDuration": "65", "From": "+420601234567", "Direction": "outbound-dial",
            "Timestamp": "Tue, 03 Feb 2026 04:05:06 +0000", "RecordingUrl": "https://x.example.com/a",
        },
        "asterisk": {
            "src": "+420601234567", "dst": "22", "start": "2026-02-03 04:05:06", "tz": "+01:00",
            "answer": "2026-02-03 04:05:10", "end": "2026-02-03 04:06:06", "direction": "in",
            "disposition": "ANSWERED", "uniqueid": "1.2", "linkedid": "1.1", "agent": "22",
            "channel": "PJSIP/trunk-00000001", "dstchannel": "PJSIP/22-00000002",
            "recordingfile": "https://x.example.com/a",
        },
        "threecx": TestBearerProviders.REPORT | {"RecordingUrl": "https://x.example.com/a"},
        "freeswitch": TestFreeSwitch.RECORD["variables"] | {
            "originating_leg_uuid": "a", "originator": "a", "bridge_uepoch": "0", "agent": "22",
            "bridge_channel": "sofia/internal/22@x", "caller_id_number": "+420601234567",
            "destination_number": "22", "recording_url": "https://x.example.com/a",
            "call_direction": "inbound", "sip_auth_username": "22", "start_epoch": "1770091506",
        },
    }  # fmt: skip
    VALUES = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=70),
        st.lists(st.text(max_size=2), max_size=2), st.dictionaries(st.text(), st.none(), max_size=1),
        st.sampled_from([
            "1770091506", "1770091506.5", "1770091506000000", "2026-02-03T04:05:06Z", "0", "65",
            "2026-02-03 04:05:06", "Tue, 03 Feb 2026 04:05:06 +0000", "-1", "1e999", "9" * 500,
            "+420601234567", "22", "anonymous", "client:jana", "sip:22@x", "in", "out", "inbound",
            "answered", "ANSWERED", "BUSY", "completed", "ringing", "Inbound", "Missed", "id-1",
            "https://x.example.com/a", "javascript:x", "a\x00b", "a%00b", "\ud800", "\u202e", "☎️",
            "Europe/Prague", "+01:00", "NORMAL_CLEARING", "PJSIP/22-1", "sofia/internal/22@x",
        ]),
    )  # fmt: skip

    @settings(max_examples=400, deadline=None)
    @given(st.data())
    def test_whatever_the_fields_hold_the_message_is_sound(self, data):
        name = data.draw(st.sampled_from(sorted(self.FIELDS)))
        whole = self.FIELDS[name]
        names = st.sampled_from(sorted(whole))
        left_out = data.draw(st.sets(names, max_size=3))
        changed = data.draw(st.dictionaries(names, self.VALUES, max_size=3))
        values = {key: value for key, value in whole.items() if key not in left_out} | changed
        request = as_json(values)
        if name == "freeswitch":
            flow = data.draw(self.VALUES | st.just([{"caller_profile": {}}]))
            request = as_json({"variables": values, "callflow": flow})
        elif name == "twilio":
            form = {key: str(value).replace("\ud800", "") for key, value in values.items()}
            url = data.draw(st.sampled_from(["https://x/k", "https://x/k?agent=eva%2B", "["]))
            request = data.draw(
                st.sampled_from(
                    [
                        ProviderRequest(urlencode(form).encode(), {}, FORM, (url,)),
                        ProviderRequest(request.body, {}, "application/json", (url,)),
                    ]
                )
            )
        try:
            items = PROVIDERS[name].parse(request)
        except BadMessage:
            # (what is whole is not refused, else this would show nothing)
            self.assertTrue(left_out or changed)
        else:
            for raw, message in items:
                self.assertSound(raw, message)

    def assertSound(self, raw, message):
        self.assertNotIn("\x00", raw)
        for text, longest in (
            (message.external_id, 255), (message.caller, 64), (message.callee, 64),
            (message.agent or "", 255), (message.recording_url or "", 2048),
        ):  # fmt: skip
            self.assertLessEqual(len(text), longest)
            self.assertFalse(re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", text))
        self.assertTrue(message.external_id)
        self.assertIn(message.direction, ("in", "out", "internal"))
        self.assertIn(message.disposition, (None, *DISPOSITIONS))
        times = [time for time in (message.start, message.answer, message.end) if time]
        self.assertEqual(times, sorted(times))
        self.assertFalse(any(time.tzinfo for time in times))
        if message.recording_url:
            self.assertTrue(message.recording_url.lower().startswith(("http://", "https://")))

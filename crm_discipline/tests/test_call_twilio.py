"""What Twilio sends, as published, and that nothing else gets through."""

from urllib.parse import urlencode

from odoo.tests import BaseCase, tagged

from ..tools.call_providers import BadMessage, ProviderRequest, Unauthorized, twilio
from .call_provider_common import FORM, NOW


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

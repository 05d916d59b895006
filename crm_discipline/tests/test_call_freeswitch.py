"""The records that FreeSWITCH writes of a call, in its three spellings."""

import base64
import json
from urllib.parse import quote, urlencode

from odoo.tests import BaseCase, tagged

from ..tools.call_providers import BadMessage, ProviderRequest, Unauthorized, freeswitch
from .call_provider_common import FREESWITCH_RECORD, NOW


@tagged("post_install", "-at_install")
class TestFreeSwitch(BaseCase):
    def parse(self, body, content_type):
        [(_raw, message)] = freeswitch.parse(ProviderRequest(body, content_type=content_type))
        return message

    def test_three_spellings(self):
        raw = json.dumps(FREESWITCH_RECORD).encode()
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
        raw = (
            json.dumps({**FREESWITCH_RECORD, "name": "NAME"}).encode().replace(b"NAME", b"Nov\xe1k")
        )
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
        variables = {
            **FREESWITCH_RECORD["variables"],
            "recording_url": "https://x.example.com/a%20b",
        }
        for sent, expected in (
            ({**variables, "start_stamp": "2026-02-03 04:05:06"}, "https://x.example.com/a%20b"),
            ({**{key: quote(value) for key, value in variables.items()},
              "start_stamp": "2026-02-03%2004%3A05%3A06"}, "https://x.example.com/a%20b"),
        ):  # fmt: skip
            message = self.record(sent, {"caller_id_number": "+420601234567"})
            self.assertEqual(message.recording_url, expected)

    def test_who_answered(self):
        variables = {**FREESWITCH_RECORD["variables"], "bridge_uuid": "b", "dialed_user": "21"}
        message = self.record(
            {**variables, "bridge_channel": "sofia/internal/22@10.0.0.1:5060"},
            {"caller_id_number": "+420601234567"},
        )
        self.assertEqual(message.agent, "22")
        alone = {**FREESWITCH_RECORD["variables"], "bridge_uepoch": "0"}
        for app, disposition in (("voicemail", "voicemail"), ("playback", "missed")):
            message = self.record({**alone, "last_app": app}, {"caller_id_number": "+420601234567"})
            self.assertEqual((message.disposition, message.answer), (disposition, None))

    def test_second_leg_is_the_same_call(self):
        variables = {**FREESWITCH_RECORD["variables"], "uuid": "b-leg", "direction": "outbound"}
        leg = {**FREESWITCH_RECORD, "variables": {**variables, "originating_leg_uuid": "a-leg"}}
        message = self.parse(json.dumps(leg).encode(), "application/json")
        self.assertEqual((message.external_id, message.direction), ("a-leg", "in"))

    def test_dispositions(self):
        for cause, disposition in (
            ("USER_BUSY", "busy"), ("NO_ANSWER", "missed"), ("ORIGINATOR_CANCEL", "missed"),
            ("NORMAL_TEMPORARY_FAILURE", "failed"), ("CALL_REJECTED", "busy"),
            ("NORMAL_CLEARING", "missed"),
        ):  # fmt: skip
            variables = {
                **FREESWITCH_RECORD["variables"],
                "hangup_cause": cause,
                "answer_uepoch": "0",
            }
            body = json.dumps({**FREESWITCH_RECORD, "variables": variables}).encode()
            self.assertEqual(self.parse(body, "application/json").disposition, disposition)

    def test_password(self):
        good = base64.b64encode(b"crm:abc").decode()
        freeswitch.verify(ProviderRequest(headers={"Authorization": f"Basic {good}"}), ["abc"], NOW)
        for header in ("", "Basic", f"Bearer {good}", "Basic !", "Basic " + "w" * 5, "Basic YTpi"):
            with self.subTest(header=header), self.assertRaises(Unauthorized):
                request = ProviderRequest(headers={"Authorization": header})
                freeswitch.verify(request, ["abc"], NOW)

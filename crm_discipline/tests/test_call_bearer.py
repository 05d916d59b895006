"""What Asterisk and 3CX send, with the secret in a header."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

from odoo.tests import BaseCase, tagged

from ..tools.call_message import CallMessage
from ..tools.call_providers import PROVIDERS, BadMessage, Unauthorized, threecx
from .call_provider_common import NOW, THREECX_REPORT, as_json


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

    def threecx(self, **values):
        [(_raw, message)] = threecx.parse(as_json({**THREECX_REPORT, **values}))
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
        self.assertEqual(sent.keys(), THREECX_REPORT.keys())
        for name, value in sent.items():
            self.assertTrue(re.search(rf"\[{name}\]", value), name)
        self.assertEqual(request.find("Headers/Value").text, "Bearer [Secret]")

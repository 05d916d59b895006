"""Whatever is sent, to any telephone system's door, is a call or a named problem."""

import json
import re
from contextlib import suppress
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.call_providers import PROVIDERS, BadMessage, ProviderRequest, Unauthorized
from ..tools.call_providers.generic import DISPOSITIONS
from .call_provider_common import (
    CALL,
    FORM,
    FREESWITCH_RECORD,
    NOW,
    SECRET,
    THREECX_REPORT,
    as_json,
)


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
        "threecx": THREECX_REPORT | {"RecordingUrl": "https://x.example.com/a"},
        "freeswitch": FREESWITCH_RECORD["variables"] | {
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

"""A signed message of the documented form, and that nothing else gets through."""

import json
from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools.call_message import CallMessage
from ..tools.call_providers import BadMessage, ProviderRequest, Unauthorized, generic
from ..tools.call_providers.values import parse_iso
from .call_provider_common import CALL, NOW, SECRET, as_json


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

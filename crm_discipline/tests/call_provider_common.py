"""What the tests of telephone systems share: a moment, a secret, and a call as it is sent."""

import json
from datetime import datetime, timezone

from ..tools.call_providers import ProviderRequest

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
THREECX_REPORT = {
    "CallType": "Inbound", "Number": "+420601234567", "Agent": "22",
    "AgentEmail": "jana@example.com", "CallStartTimeUTC": "2026-02-03T04:05:06Z",
    "CallEndTimeUTC": "2026-02-03T04:06:21Z", "Duration": "00:01:05",
}  # fmt: skip

FREESWITCH_RECORD = {
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


def as_json(value, **headers):
    return ProviderRequest(
        json.dumps(value).encode(), headers=headers, content_type="application/json"
    )

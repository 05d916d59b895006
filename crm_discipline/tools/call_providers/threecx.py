"""3CX: what its CRM template reports of a call, as JSON with ``Authorization: Bearer <secret>``.

The template (``docs/telephony/3cx-template.xml``) sends ``CallType`` (Inbound, Outbound, Missed,
Notanswered), ``Number``, ``Agent`` (the extension), ``AgentEmail``, ``StartTimeUTC``,
``EndTimeUTC`` or ``DurationSeconds``, and ``DID``. It knows no id of the call, so the call is told
by what can't be the same of two: who, with whom, when.
"""

import hashlib
from datetime import datetime

from ..call_message import CallMessage
from .generic import load_json
from .request import BadMessage, verify_bearer
from .values import LONGEST_NUMBER, Reader, parse_iso, seconds, to_utc

_TYPES = {
    "inbound": ("in", "answered"),
    "outbound": ("out", "answered"),
    "missed": ("in", "missed"),
    "notanswered": ("out", "missed"),
}
_FORMATS = ("%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p")


def verify(request, secrets, _now):
    """Demand the secret as a bearer token."""
    verify_bearer(request, secrets)


def parse(request):
    """Return the one call of a report."""
    if request.mimetype != "application/json":
        raise BadMessage("The content type must be application/json.")
    values = load_json(request.text)
    if not isinstance(values, dict):
        raise BadMessage("The body is not an object.")
    reader = Reader(values)
    kind = reader.text("CallType")
    direction, disposition = _TYPES.get((kind or "").lower(), (None, None))
    if kind and not direction:
        reader.say("CallType is none of Inbound, Outbound, Missed, Notanswered")
    number = reader.text("Number", LONGEST_NUMBER, blank=True)
    agent = reader.text("Agent", required=False) or reader.text("AgentEmail", required=False)
    did = reader.text("DID", LONGEST_NUMBER, required=False)
    start = _read_time(reader, "StartTimeUTC")
    end = _read_time(reader, "EndTimeUTC", required=False)
    lasted = None
    if values.get("DurationSeconds") not in (None, ""):
        lasted = seconds(values["DurationSeconds"])
        if lasted is None:
            reader.say("DurationSeconds is not a number of seconds")
    recording_url = reader.url("RecordingUrl")
    reader.check_order(start, None, end)
    reader.check()
    if end is None:
        end = start + lasted if lasted else start
    answer = None
    if disposition == "answered":
        answer = max(start, end - lasted) if lasted is not None else start
    ours = did or agent or ""
    identity = "\n".join((direction, number, agent or "", start.isoformat()))
    message = CallMessage(
        external_id=hashlib.sha256(identity.encode()).hexdigest()[:32],
        direction=direction,
        caller=number if direction == "in" else ours,
        callee=ours if direction == "in" else number,
        agent=agent,
        start=start,
        answer=answer,
        end=end,
        disposition=disposition,
        recording_url=recording_url,
    )
    return [(request.text, message)]


def _read_time(reader, name, required=True):
    value = reader.text(name, required=required)
    if not value:
        return None
    moment = parse_iso(value)
    for pattern in _FORMATS if moment is None else ():
        try:
            moment = to_utc(datetime.strptime(value, pattern))
            break
        except ValueError:
            continue
    if moment is None:
        reader.say(f"{name} is not a time")
    return moment

"""3CX: what its CRM template reports of a call, as JSON with ``Authorization: Bearer <secret>``.

The template (``docs/telephony/3cx-template.xml``) sends 3CX's own variables under their names:
``CallType`` (Inbound, Outbound, Missed, Notanswered), ``Number``, ``Agent`` (the extension),
``AgentEmail``, ``CallStartTimeUTC``, ``CallEndTimeUTC``, ``Duration`` (of the talk: seconds, or
``hh:mm:ss``) and ``RecordingUrl``; what else it sends is not read. 3CX reports a call when it is
over, and tells no id: a call is told by what two can't share. The reports of a call that several
phones rang for, or that was passed on, name different agents and are one call.
"""

import hashlib

from ..call_message import CallMessage
from .generic import load_json
from .request import BadMessage, verify_bearer
from .values import LONGEST_NUMBER, Reader, parse_iso, seconds

_TYPES = {
    "inbound": ("in", "answered"),
    "outbound": ("out", "answered"),
    "missed": ("in", "missed"),
    "notanswered": ("out", "missed"),
    "unanswered": ("out", "missed"),
}


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
    start = _read_time(reader, "CallStartTimeUTC")
    end = _read_time(reader, "CallEndTimeUTC", required=False)
    lasted = None
    if values.get("Duration") not in (None, ""):
        lasted = seconds(values["Duration"])
        if lasted is None:
            reader.say("Duration is neither a number of seconds nor hh:mm:ss")
    recording_url = reader.url("RecordingUrl")
    reader.check_order(start, None, end)
    reader.check()
    if end is None:
        end = start + lasted if lasted else start
    answer = None
    if disposition == "answered":
        answer = max(start, end - lasted) if lasted is not None else start
    message = CallMessage(
        external_id=_get_id(direction, number, agent, start),
        direction=direction,
        caller=number if direction == "in" else agent or "",
        callee=agent or "" if direction == "in" else number,
        agent=agent,
        start=start,
        answer=answer,
        end=end,
        disposition=disposition,
        recording_url=recording_url,
    )
    return [(request.text, message)]


def _get_id(direction, number, agent, start):
    """Return the digest of what tells a call from others.

    The caller and the second, for a call that came in; a caller who hides may be two at once, and
    who calls out has the number of whom is called in common with colleagues.
    """
    known = direction == "in" and any(char.isdecimal() for char in number)
    identity = "\n".join((direction, number, "" if known else agent or "", start.isoformat()))
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def _read_time(reader, name, required=True):
    value = reader.text(name, required=required)
    # (year 1 is what .NET has where there is no time)
    if not value or (value.startswith("0001-") and not required):
        return None
    moment = parse_iso(value)
    if moment is None:
        reader.say(f"{name} is not an ISO 8601 time")
    return moment

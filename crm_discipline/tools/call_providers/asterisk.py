"""Asterisk: the fields of a call detail record as JSON, with ``Authorization: Bearer <secret>``.

One record or a list of them, with the names of the CDR (``src``, ``dst``, ``start``, ``answer``,
``end``, ``disposition``, ``uniqueid``, ``linkedid``, ``recordingfile``) or of the manager's ``Cdr``
event (``Source``, ``Destination``, ``StartTime``, ``AnswerTime``, ``EndTime``, ``Disposition``,
``UniqueID``). Besides, what only the sender can know:

- ``direction``: ``in`` or ``out``; without it, who has a short number is one of us;
- ``agent``: the extension or login of our person; without it, the extension that took part;
- ``tz``: of what zone times without one are, as an offset (``+01:00``) or a name
  (``Europe/Prague``); without it they are UTC. Asterisk writes local time, unless told otherwise.

Times are seconds since 1970 or ``2026-02-03 04:05:06``. A call that rings is a record without
``end``, ``answer`` and ``disposition``. Records of one call have the same ``linkedid`` (without it,
``uniqueid`` is the call's id): a transfer, or each phone of a queue that rang.
"""

import json
import re
from zoneinfo import ZoneInfo

from ..call_message import CallMessage
from .generic import load_json
from .request import BadMessage, verify_bearer
from .values import LONGEST_NUMBER, Reader, get_direction, parse_epoch, parse_iso, to_utc

# The manager's names for the fields of a record.
_NAMES = {
    "source": "src",
    "destination": "dst",
    "starttime": "start",
    "answertime": "answer",
    "endtime": "end",
    "destinationchannel": "dstchannel",
    "recordingurl": "recording_url",
    "recordingfile": "recording_url",
}
_DISPOSITIONS = {
    "ANSWERED": "answered",
    "ANSWER": "answered",
    "NO ANSWER": "missed",
    "NOANSWER": "missed",
    "CANCEL": "missed",
    "BUSY": "busy",
    "FAILED": "failed",
    "CONGESTION": "failed",
    "CHANUNAVAIL": "failed",
    "VOICEMAIL": "voicemail",
}
_MOST_CALLS = 1000
_ZONE = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.ASCII)
_EXTENSION_IN_CHANNEL = re.compile(r"^[A-Za-z0-9]+/(\d{2,5})(?:-|@|$)")


def verify(request, secrets, _now):
    """Demand the secret as a bearer token."""
    verify_bearer(request, secrets)


def parse(request):
    """Return the calls of a record or a list of records; see the module."""
    if request.mimetype != "application/json":
        raise BadMessage("The content type must be application/json.")
    body = load_json(request.text)
    records = body if isinstance(body, list) else [body]
    if not 0 < len(records) <= _MOST_CALLS:
        raise BadMessage(f"The list must have 1 to {_MOST_CALLS} records.")
    problems = []
    items = []
    for number, record in enumerate(records, 1):
        where = f"record {number}: " if isinstance(body, list) else ""
        if not isinstance(record, dict):
            problems.append(f"{where}not an object")
            continue
        raw = request.text if body is record else json.dumps(record)
        items.append((raw, _read(record, where, problems)))
    if problems:
        raise BadMessage(*problems[:100])
    return items


def _read(record, where, problems):
    values = {}
    for name, value in record.items():
        name = name.lower()
        number = isinstance(value, int | float) and not isinstance(value, bool)
        values[_NAMES.get(name, name)] = str(value) if number else value
    reader = Reader(values, where)
    caller = reader.text("src", LONGEST_NUMBER, blank=True)
    callee = reader.text("dst", LONGEST_NUMBER, blank=True)
    unique_id = reader.text("linkedid", required=False) or reader.text("uniqueid")
    times = {
        name: _read_time(reader, values, name, required=name == "start")
        for name in ("start", "answer", "end")
    }
    word = reader.text("disposition", required=False)
    disposition = _DISPOSITIONS.get((word or "").upper())
    if word and not disposition:
        reader.say(f"disposition is none of {', '.join(_DISPOSITIONS)}")
    if times["end"] and not disposition:
        reader.say("disposition is missing")
    direction = reader.choice("direction", ("in", "out", "internal"), required=False)
    agent = reader.text("agent", required=False)
    recording_url = None
    if str(values.get("recording_url") or "").startswith("http"):
        recording_url = reader.url("recording_url")
    if word and disposition != "answered":
        # the record of a call that nobody took may still say when a recording began
        times["answer"] = None
    reader.check_order(times["start"], times["answer"], times["end"])
    problems += reader.problems
    if reader.problems:
        return None
    direction = direction or get_direction(caller, callee)
    return CallMessage(
        external_id=unique_id,
        direction=direction,
        caller=caller,
        callee=callee,
        agent=agent or _get_extension(values, direction),
        disposition=disposition,
        recording_url=recording_url,
        **times,
    )


def _read_time(reader, values, name, required):
    value = reader.text(name, required=required)
    if not value or value.startswith("0000"):
        return None
    if re.fullmatch(r"\d+(\.\d+)?", value, re.ASCII):
        moment = parse_epoch(value)
        if moment is None and float(value) == 0:
            return None
    elif _ZONE.search(value):
        moment = parse_iso(value)
    else:
        moment = _localize(value, values.get("tz"))
    if moment is None:
        reader.say(f"{name} is not a time")
    return moment


def _localize(text, zone):
    """Return a time without a zone, which is of ``zone``, as naive UTC; None where either is none.

    >>> _localize("2026-07-03 04:05:06", "Europe/Prague"), _localize("2026-07-03 04:05:06", "x")
    (datetime.datetime(2026, 7, 3, 2, 5, 6), None)
    """
    if not zone or not isinstance(zone, str) or _ZONE.fullmatch(zone):
        return parse_iso(f"{text}{zone or 'Z'}")
    moment = parse_iso(text)
    try:
        return moment and to_utc(moment.replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, KeyError, OSError):
        return None


def _get_extension(values, direction):
    """Return the extension that took part, from the channel's name: ``PJSIP/22-00000001``."""
    channel = values.get("channel" if direction == "out" else "dstchannel")
    found = _EXTENSION_IN_CHANNEL.match(channel) if isinstance(channel, str) else None
    return found and found.group(1)

"""FreeSWITCH: the records of mod_json_cdr, with Basic authentication, the secret as the password.

The module posts a record as JSON (``encode`` is false), as the field ``cdr`` of a form (true), or as
base64 in that field (base64); with ``disable-100-continue`` it calls each of them a form. Unless
``encode-values`` is false the variables are percent-encoded, the caller profiles never.

It posts one record a leg. The second leg names the first and tells its caller profile: id, parties
and direction are the first leg's, so that both make the same call. Who of us has the call is the
user who was dialled (in), or who is logged in at the first leg (out); ``agent``, a variable of the
dialplan's own, wins. ``call_direction`` (inbound, outbound, local) wins over who is an extension.
"""

import base64
import binascii
import re
from urllib.parse import unquote

from ..call_message import CallMessage
from .generic import load_json
from .request import BadMessage, verify_basic
from .values import LONGEST_ID, LONGEST_NUMBER, Reader, get_direction, is_extension, parse_epoch

_FORM = "application/x-www-form-urlencoded"
_CONTENT_TYPES = (_FORM, "application/x-www-form-base64-encoded", "application/json")
_DIRECTIONS = {"inbound": "in", "outbound": "out", "local": "internal"}
_BUSY = {"USER_BUSY", "CALL_REJECTED"}
_MISSED = {
    "NO_ANSWER", "NO_USER_RESPONSE", "ORIGINATOR_CANCEL", "ALLOTTED_TIMEOUT", "LOSE_RACE",
    "PICKED_OFF", "NORMAL_CLEARING",
}  # fmt: skip
# What an encoded value never has.
_NOT_ENCODED = re.compile(r"[ :@<>\"]")
_EXTENSION_IN_CHANNEL = re.compile(r"^\w+/(?:[\w.-]+/)?(?:sip:)?(\d{2,5})(?:@|$)", re.ASCII)


def verify(request, secrets, _now):
    """Demand the secret as the password of Basic authentication."""
    verify_basic(request, secrets)


def parse(request):
    """Return the call that a leg tells of."""
    if request.mimetype not in _CONTENT_TYPES:
        raise BadMessage(f"The content type must be one of {', '.join(_CONTENT_TYPES)}.")
    raw = _decode(request)
    record = load_json(raw, strict=False)
    variables = record.get("variables") if isinstance(record, dict) else None
    if not isinstance(variables, dict):
        raise BadMessage("The record has no variables.")
    values = _read_variables(variables)
    own = _get_profile(record)
    first = _get_first_profile(own)
    is_second = bool(first or values.get("originating_leg_uuid"))
    profile = first or own
    for name in ("caller_id_number", "destination_number"):
        values[name] = profile.get(name) or values.get(name) or ""
    if not is_second and values.get("direction") == "outbound":
        # the switch itself placed it, and then shows the callee as the caller
        values["caller_id_number"] = values.get("origination_caller_id_number") or ""
    reader = Reader(values)
    external_id = None
    if is_second:
        external_id = reader.text("originating_leg_uuid", required=False)
        external_id = external_id or reader.text("originator", required=False)
        if not external_id:
            external_id = Reader(first).text("uuid", required=False) if first else None
    external_id = external_id or reader.text("uuid")
    caller = reader.text("caller_id_number", LONGEST_NUMBER, blank=True)
    callee = reader.text("destination_number", LONGEST_NUMBER, blank=True)
    start, answer, end = (_read_time(reader, values, name) for name in ("start", "answer", "end"))
    if start is None:
        reader.say("start_uepoch is missing")
    direction = _get_direction(values, is_second, caller, callee)
    agent = reader.text("agent", required=False) or _get_agent(reader, own, is_second, direction)
    cause = reader.text("hangup_cause", required=False)
    recording_url = None
    if str(values.get("recording_url") or "").startswith("http"):
        recording_url = reader.url("recording_url")
    reader.check_order(start, answer, end)
    reader.check()
    disposition = _get_disposition(values, is_second, direction, cause, answer, end)
    message = CallMessage(
        external_id=external_id,
        direction=direction,
        caller=caller,
        callee=callee,
        agent=agent,
        start=start,
        answer=answer if disposition == "answered" else None,
        end=end,
        disposition=disposition,
        recording_url=recording_url,
    )
    return [(raw, message)]


def _decode(request):
    """Return the JSON of a body in any of the module's spellings."""
    # (a caller's name may come in any encoding: it is not read, and no reason to lose a call)
    text = request.body.decode("utf-8", "replace").strip()
    if text.startswith("cdr="):
        text = text.removeprefix("cdr=")
        if text.startswith(("%7B", "%7b")):
            text = unquote(text.replace("+", " "), errors="replace")
        elif "%" in text:
            text = unquote(text)
    if text.startswith("{"):
        return text
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise BadMessage("The body is neither a record in JSON nor its base64.") from error


def _read_variables(variables):
    """Return the variables as texts, without the percent-encoding if they have it."""
    values = {
        name: str(value) if isinstance(value, int | float) and value is not True else value
        for name, value in variables.items()
    }
    texts = [value for value in values.values() if isinstance(value, str)]
    if any(_NOT_ENCODED.search(value) for value in texts):
        return values
    return {
        name: unquote(value, errors="replace") if isinstance(value, str) else value
        for name, value in values.items()
    }


def _get_profile(record):
    """Return the caller profile of the leg itself."""
    flows = record.get("callflow")
    flow = flows[0] if isinstance(flows, list) and flows else flows
    profile = flow.get("caller_profile") if isinstance(flow, dict) else None
    return profile if isinstance(profile, dict) else {}


def _get_first_profile(profile):
    """Return the caller profile of the leg that made this one, or an empty one."""
    originator = profile.get("originator")
    profiles = (
        originator.get("originator_caller_profiles") if isinstance(originator, dict) else None
    )
    first = profiles[0] if isinstance(profiles, list) and profiles else None
    return first if isinstance(first, dict) else {}


def _get_direction(values, is_second, caller, callee):
    said = _DIRECTIONS.get(str(values.get("call_direction")))
    if said:
        return said
    if not is_second and values.get("direction") == "outbound":
        return "out"
    if not is_second and values.get("sip_auth_username"):
        return "internal" if is_extension(callee) else "out"
    return get_direction(caller, callee)


def _get_agent(reader, own, is_second, direction):
    if direction == "in":
        # (a ring group dials many: who was bridged is surer than who was dialled)
        channel = None if is_second else reader.text("bridge_channel", required=False)
        found = _EXTENSION_IN_CHANNEL.match(channel or "")
        if found:
            return found[1]
        return reader.text("dialed_user", LONGEST_ID, required=False)
    if not is_second:
        for name in ("sip_auth_username", "user_name"):
            agent = reader.text(name, LONGEST_ID, required=False)
            if agent:
                return agent
    caller = _get_first_profile(own).get("caller_id_number") or own.get("caller_id_number")
    return caller if is_extension(caller) else None


def _get_disposition(values, is_second, direction, cause, answer, end):
    if answer:
        alone = values.get("bridge_uepoch") == "0" and not values.get("bridge_uuid")
        if direction == "in" and not is_second and alone:
            # the switch answered (a menu, a queue, a mailbox), and none of us
            return "voicemail" if values.get("last_app") == "voicemail" else "missed"
        return "answered"
    if end is None:
        return None
    if cause in _BUSY:
        return "busy"
    return "missed" if cause in _MISSED else "failed"


def _read_time(reader, values, name):
    for suffix, unit in (("uepoch", 1_000_000), ("epoch", 1)):
        value = values.get(f"{name}_{suffix}")
        if value not in (None, "", "0"):
            moment = parse_epoch(value, unit)
            if moment is None:
                reader.say(f"{name}_{suffix} is not a time")
            return moment
    return None

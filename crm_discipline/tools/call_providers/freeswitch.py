"""FreeSWITCH: the records of mod_json_cdr, with Basic authentication, the secret as the password.

The module posts a record as JSON (``encode`` off), as the field ``cdr`` of a form (``encode`` on),
or as the base64 of the JSON. It posts one record a leg. The legs of a call name each other, and the
id of the first is the call's: the ``b`` leg says it in ``originating_leg_uuid`` or ``bridge_uuid``.
"""

import base64
import binascii

from ..call_message import CallMessage
from .generic import load_json
from .request import BadMessage, verify_basic
from .values import LONGEST_ID, LONGEST_NUMBER, Reader, parse_epoch

_MISSED = {"NO_ANSWER", "NO_USER_RESPONSE", "ORIGINATOR_CANCEL", "ALLOTTED_TIMEOUT", "LOSE_RACE"}


def verify(request, secrets, _now):
    """Demand the secret as the password of Basic authentication."""
    verify_basic(request, secrets)


def parse(request):
    """Return the call that a leg tells of."""
    raw = _decode(request)
    record = load_json(raw)
    variables = record.get("variables") if isinstance(record, dict) else None
    if not isinstance(variables, dict):
        raise BadMessage("The record has no variables.")
    values = {
        name: str(value) if isinstance(value, int | float) and value is not True else value
        for name, value in variables.items()
    }
    profile = _get_caller_profile(record)
    values.setdefault("caller_id_number", profile.get("caller_id_number") or "")
    values.setdefault("destination_number", profile.get("destination_number") or "")
    reader = Reader(values)
    own_id = reader.text("uuid")
    first_id = None
    if _is_second_leg(values):
        first_id = reader.text("originating_leg_uuid", required=False)
        first_id = first_id or reader.text("originator", required=False)
        first_id = first_id or reader.text("bridge_uuid", required=False)
    caller = reader.text("caller_id_number", LONGEST_NUMBER, blank=True)
    callee = reader.text("destination_number", LONGEST_NUMBER, blank=True)
    start = _read_time(reader, values, "start")
    answer = _read_time(reader, values, "answer")
    end = _read_time(reader, values, "end")
    if start is None:
        reader.say("start_uepoch is missing")
    direction = _get_direction(values)
    agent = None
    for name in ("dialed_user", "sip_auth_username", "user_name", "agent"):
        agent = agent or reader.text(name, LONGEST_ID, required=False)
    recording_url = None
    if str(values.get("recording_url") or "").startswith("http"):
        recording_url = reader.url("recording_url")
    cause = reader.text("hangup_cause", required=False)
    reader.check_order(start, answer, end)
    reader.check()
    message = CallMessage(
        external_id=first_id or own_id,
        direction=direction,
        caller=caller,
        callee=callee,
        agent=agent,
        start=start,
        answer=answer,
        end=end,
        disposition=_get_disposition(cause, answer, end),
        recording_url=recording_url,
    )
    return [(raw, message)]


def _decode(request):
    """Return the JSON of a body in any of the module's three spellings."""
    if request.mimetype == "application/x-www-form-urlencoded":
        fields = dict(request.form)
        if "cdr" in fields:
            return _from_base64(fields["cdr"])
        raise BadMessage("The form has no field cdr.")
    if request.mimetype not in ("application/json", "application/octet-stream", "text/plain", ""):
        raise BadMessage("The content type is none of those of mod_json_cdr.")
    return _from_base64(request.text)


def _from_base64(text):
    text = text.strip()
    if text.startswith("{"):
        return text
    try:
        # (a plus that was not escaped arrives as a blank)
        return base64.b64decode(text.replace(" ", "+"), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadMessage("The body is neither JSON nor its base64.") from error


def _get_caller_profile(record):
    flows = record.get("callflow")
    flow = flows[0] if isinstance(flows, list) and flows else flows
    profile = flow.get("caller_profile") if isinstance(flow, dict) else None
    return profile if isinstance(profile, dict) else {}


def _is_second_leg(values):
    return values.get("call_direction", values.get("direction")) == "outbound" and bool(
        values.get("originating_leg_uuid") or values.get("originator")
    )


def _get_direction(values):
    """Return whether a call came in: what the dialplan says, else what the leg's caller is.

    The switch calls each leg that reaches it inbound, also a colleague's who dials out.
    """
    said = values.get("call_direction")
    if said in ("inbound", "outbound", "local"):
        return {"inbound": "in", "outbound": "out", "local": "internal"}[said]
    if _is_second_leg(values):
        number = values.get("caller_id_number") or ""
        return "out" if number.isdigit() and len(number) <= 5 else "in"
    return "out" if values.get("sip_auth_username") else "in"


def _get_disposition(cause, answer, end):
    if answer:
        return "answered"
    if end is None:
        return None
    if cause == "USER_BUSY":
        return "busy"
    return "missed" if cause in _MISSED else "failed" if cause != "NORMAL_CLEARING" else "missed"


def _read_time(reader, values, name):
    if values.get(f"{name}_uepoch") not in (None, "", "0"):
        moment = parse_epoch(values[f"{name}_uepoch"], 1_000_000)
    elif values.get(f"{name}_epoch") not in (None, "", "0"):
        moment = parse_epoch(values[f"{name}_epoch"])
    else:
        return None
    if moment is None:
        reader.say(f"{name}_uepoch is not a time")
    return moment

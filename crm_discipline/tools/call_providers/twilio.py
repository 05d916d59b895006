"""Twilio: the status callbacks of its voice calls, signed with the account's auth token.

``X-Twilio-Signature`` is the base64 of HMAC-SHA1 over the address and the sorted fields of the form.
(Of a JSON body the address is signed alone, and says its SHA-256 as ``bodySHA256``.) Callbacks say
``CallSid``, ``ParentCallSid``, ``Direction``, ``From``, ``To``, ``CallStatus``, ``CallDuration`` and
``Timestamp``.

Ours are a ``client:`` and a ``sip:``, whose name is the agent; another may be given in the address,
as ``?agent=``. The legs that ring several of them for one caller are that caller's one call. A call
that Twilio itself takes (to play, to queue) counts as answered: let the callbacks be those of the
``<Client>`` or ``<Number>`` that is dialled where a missed call shall be one.
"""

import base64
import hashlib
import hmac
import re
from datetime import datetime, timezone
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from ..call_message import CallMessage
from .generic import load_json
from .request import BadMessage, Unauthorized
from .values import LONGEST_NUMBER, Reader, parse_rfc2822, seconds

_DISPOSITIONS = {
    "queued": None,
    "initiated": None,
    "ringing": None,
    "in-progress": "answered",
    "completed": "answered",
    "busy": "busy",
    "failed": "failed",
    "no-answer": "missed",
    "canceled": "missed",
}
_ENDED = {"completed", "busy", "failed", "no-answer", "canceled"}
# (a sip: with a subscriber's number is a stranger's)
_OURS = re.compile(r"(?:client|sip):(?!\+?\d{6,}[@;])([^@;]+)", re.IGNORECASE)


def verify(request, secrets, _now):
    """Demand a signature over the address, as Twilio may have been given it, and the fields."""
    given = request.header("x-twilio-signature").encode()
    try:
        fields = [] if _is_json(request) else sorted(set(request.form))
    except BadMessage as error:
        raise Unauthorized from error
    found = False
    for url in request.urls:
        if _is_json(request) and not _has_digest(url, request.body):
            continue
        for spelling in spellings(url):
            for secret in secrets:
                found |= hmac.compare_digest(given, sign(secret, spelling, fields).encode())
    if not found:
        raise Unauthorized


def sign(secret, url, fields):
    """Return the signature of an address and sorted fields.

    The example of Twilio's own documentation and of its libraries' tests.

    >>> fields = [("CallSid", "CA1234567890ABCDE"), ("Caller", "+12349013030"), ("Digits", "1234"),
    ...           ("From", "+12349013030"), ("To", "+18005551212")]
    >>> sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", fields)
    '0/KCTR6DLpKmkAf8muzZqo1nDgQ='
    """
    signed = url + "".join(name + value for name, value in fields)
    digest = hmac.digest(secret.encode(), signed.encode(), hashlib.sha1)
    return base64.b64encode(digest).decode()


def spellings(url):
    """Return an address with and without its port: Twilio signs either.

    >>> spellings("https://crm.example.com/x")
    ('https://crm.example.com/x', 'https://crm.example.com:443/x')
    >>> spellings("http://crm.example.com:8069/x")
    ('http://crm.example.com/x', 'http://crm.example.com:8069/x')
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return (url,)
    host = parts.netloc.rpartition(":")[0] if parts.port else parts.netloc.rstrip(":")
    return (
        urlunsplit(parts._replace(netloc=host)),
        urlunsplit(parts._replace(netloc=f"{host}:{port}")),
    )


def parse(request):
    """Return the one call of a callback."""
    values = _read_fields(request)
    # the address is signed, too, and may name who has the call
    values["agent"] = _read_query(request.urls[0]).get("agent")
    reader = Reader(values)
    status = reader.choice("CallStatus", tuple(_DISPOSITIONS))
    lasted = seconds(values.get("CallDuration") or 0)
    if lasted is None:
        reader.say("CallDuration is not a number of seconds")
    # (the callbacks of a number that is called may come without a time)
    moment = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
    stamp = reader.text("Timestamp", required=False)
    if stamp:
        moment = parse_rfc2822(stamp)
        if moment is None:
            reader.say("Timestamp is not a time")
    own_id = reader.text("CallSid")
    parent_id = reader.text("ParentCallSid", required=False)
    caller = reader.text("From", LONGEST_NUMBER, blank=True)
    callee = reader.text("To", LONGEST_NUMBER, blank=True)
    said = reader.text("Direction")
    agent = reader.text("agent", required=False)
    recording_url = reader.url("RecordingUrl")
    reader.check()
    calls_us, we_call = _get_name(callee), _get_name(caller)
    direction = "in" if said == "inbound" else "out"
    if calls_us or we_call:
        direction = "internal" if calls_us and we_call else "in" if calls_us else "out"
    ended = status in _ENDED
    answer = None
    if _DISPOSITIONS[status] == "answered":
        answer = moment - lasted if ended else moment
    message = CallMessage(
        external_id=parent_id if parent_id and calls_us else own_id,
        direction=direction,
        caller=caller,
        callee=callee,
        agent=agent or calls_us or we_call,
        start=moment - lasted if ended else moment,
        answer=answer,
        end=moment if ended else None,
        disposition=_DISPOSITIONS[status],
        recording_url=recording_url,
    )
    return [(request.text, message)]


def _is_json(request):
    return request.mimetype == "application/json"


def _has_digest(url, body):
    """Tell whether a signed address says the digest of the body."""
    said = _read_query(url).get("bodySHA256", "")
    return hmac.compare_digest(said.encode(), hashlib.sha256(body).hexdigest().encode())


def _read_query(url):
    return dict(parse_qsl(url.partition("?")[2]))


def _read_fields(request):
    if not _is_json(request):
        return dict(request.form)
    values = load_json(request.text)
    if not isinstance(values, dict):
        raise BadMessage("The body is not an object.")
    return values


def _get_name(party):
    """Return whose of us a party is.

    >>> _get_name("client:jana"), _get_name("sip:22@office.sip.twilio.com"), _get_name("+42060")
    ('jana', '22', None)
    """
    found = _OURS.match(party)
    return found[1] if found else None

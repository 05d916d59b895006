"""Twilio: the status callbacks of its voice calls, as a form signed with the account's auth token.

``X-Twilio-Signature`` is the base64 of HMAC-SHA1 over the address and the sorted fields. Status
callbacks say ``CallSid``, ``Direction``, ``From``, ``To``, ``CallStatus``, ``CallDuration`` and
``Timestamp``; the agent may be given in the address as ``?agent=``.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timezone
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from ..call_message import CallMessage
from .request import Unauthorized
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


def verify(request, secrets, _now):
    """Demand a signature over the address, as Twilio may have been given it, and the fields."""
    given = request.header("x-twilio-signature").encode()
    fields = sorted(set(request.form))
    found = False
    for secret in secrets:
        for url in request.urls:
            for spelling in spellings(url):
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
    """Return an address with and without its standard port: Twilio signs either.

    >>> spellings("https://crm.example.com/x")
    ('https://crm.example.com/x', 'https://crm.example.com:443/x')
    """
    parts = urlsplit(url)
    port = {"https": 443, "http": 80}.get(parts.scheme)
    host = parts.hostname or ""
    if parts.port not in (None, port):
        return (url,)
    return (
        urlunsplit(parts._replace(netloc=host)),
        urlunsplit(parts._replace(netloc=f"{host}:{port}")),
    )


def parse(request):
    """Return the one call of a callback."""
    values = dict(request.form)
    # the address is signed, too, and may name who has the call
    values["agent"] = dict(parse_qsl(urlsplit(request.urls[0]).query)).get("agent")
    reader = Reader(values)
    agent = reader.text("agent", required=False)
    status = reader.choice("CallStatus", tuple(_DISPOSITIONS))
    direction = reader.text("Direction")
    lasted = seconds(values.get("CallDuration") or values.get("Duration") or 0)
    if lasted is None:
        reader.say("CallDuration is not a number of seconds")
    moment = datetime.now(timezone.utc).replace(tzinfo=None, microsecond=0)
    if values.get("Timestamp"):
        moment = parse_rfc2822(values["Timestamp"])
        if moment is None:
            reader.say("Timestamp is not a time")
    external_id = reader.text("CallSid")
    caller = reader.text("From", LONGEST_NUMBER, blank=True)
    callee = reader.text("To", LONGEST_NUMBER, blank=True)
    recording_url = reader.url("RecordingUrl")
    reader.check()
    ended = status in _ENDED
    message = CallMessage(
        external_id=external_id,
        direction="in" if direction == "inbound" else "out",
        caller=caller,
        callee=callee,
        agent=agent,
        start=moment - lasted if ended else moment,
        answer=_get_answer(status, moment, lasted),
        end=moment if ended else None,
        disposition=_DISPOSITIONS[status],
        recording_url=recording_url,
    )
    return [(request.text, message)]


def _get_answer(status, moment, lasted):
    if status == "in-progress":
        return moment
    return moment - lasted if status == "completed" else None

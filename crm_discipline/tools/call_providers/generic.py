"""Any telephone system that can send signed JSON, by the Standard Webhooks specification.

The headers ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature`` (one or several
``v1,<base64>``, divided by blanks) sign ``id.timestamp.body`` by HMAC-SHA256 with the bytes of the
secret ``whsec_<base64>``. The body is one call or a list of up to 1,000.
"""

import base64
import hashlib
import hmac
import json

from ..call_message import CallMessage
from .request import BadMessage, Unauthorized
from .values import LONGEST_NUMBER, Reader

_TOLERANCE = 5 * 60
_MOST_CALLS = 1000
DISPOSITIONS = ("answered", "missed", "busy", "failed", "voicemail")
_SHOWN_PROBLEMS = 100


def verify(request, secrets, now):
    """Demand a signature of one of the secrets that is not older or newer than five minutes."""
    message_id = request.header("webhook-id")
    stamp = request.header("webhook-timestamp")
    given = request.header("webhook-signature")
    if not (message_id and given and stamp.isascii() and stamp.isdigit() and len(stamp) < 12):
        raise Unauthorized
    if abs(now.timestamp() - int(stamp)) > _TOLERANCE:
        raise Unauthorized
    signed = b".".join((message_id.encode(), stamp.encode(), request.body))
    found = False
    for secret in secrets:
        try:
            expected = sign(secret, signed).encode()
        except ValueError:
            # an old secret of the time when the source was another system's
            continue
        for signature in given.split(" ")[:10]:
            found |= hmac.compare_digest(signature.encode(), expected)
    if not found:
        raise Unauthorized


def sign(secret, signed):
    """Return the signature of bytes.

    >>> sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ...      b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def parse(request):
    """Return the calls of a body; see the module."""
    if request.mimetype != "application/json":
        raise BadMessage("The content type must be application/json.")
    body = load_json(request.text)
    calls = body if isinstance(body, list) else [body]
    if not calls:
        raise BadMessage("The list of calls is empty.")
    if len(calls) > _MOST_CALLS:
        raise BadMessage(f"The list has more than {_MOST_CALLS} calls.")
    items = []
    problems = []
    for number, call in enumerate(calls, 1):
        where = f"call {number}: " if isinstance(body, list) else ""
        if not isinstance(call, dict):
            problems.append(f"{where}not an object")
            continue
        message = _read(call, where, problems)
        raw = request.text if body is call else json.dumps(call)
        items.append((raw, message))
    if problems:
        raise BadMessage(*problems[:_SHOWN_PROBLEMS])
    return items


def load_json(text, strict=True):
    """Return the value of a JSON text.

    :param strict: whether a key that stands twice, and a number that is none, are wrong
    :raise BadMessage: if it is not JSON
    """
    hooks = {"object_pairs_hook": _no_twins, "parse_constant": _no_constant} if strict else {}
    try:
        return json.loads(text, **hooks)
    except (ValueError, RecursionError) as error:
        raise BadMessage("The body is not JSON.") from error


def _no_twins(pairs):
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key stands twice")
    return values


def _no_constant(name):
    raise ValueError(name)


def _read(call, where, problems):
    reader = Reader(call, where)
    end = reader.time("end", required=False) if "end" in call else None
    message = CallMessage(
        external_id=reader.text("id"),
        direction=reader.choice("direction", ("in", "out")),
        caller=reader.text("from", LONGEST_NUMBER, blank=True),
        callee=reader.text("to", LONGEST_NUMBER, blank=True),
        agent=reader.text("agent", required=False),
        start=reader.time("start"),
        answer=reader.time("answer", required=False) if "answer" in call else None,
        end=end,
        # a call that still rings has none yet
        disposition=reader.choice(
            "disposition", DISPOSITIONS, required=call.get("end") is not None or "end" not in call
        ),
        recording_url=reader.url("recording_url"),
    )
    reader.check_order(message.start, message.answer, message.end)
    problems += reader.problems
    return message

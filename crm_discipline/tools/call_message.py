"""What a telephone system says of one call, whichever system it is."""

from datetime import datetime
from typing import NamedTuple


class CallMessage(NamedTuple):
    """What a telephone system says of one call: all of it, or as much as it knows by now."""

    external_id: str  # the system's id of the call; the same for every message about it
    direction: str  # "in" | "out" | "internal"
    caller: str  # as received: who called
    callee: str  # as received: who was called
    start: datetime  # naive UTC
    agent: str | None = None  # login, extension or e-mail of our person
    answer: datetime | None = None
    end: datetime | None = None  # None: it still rings, or they are talking
    disposition: str | None = None  # answered | missed | busy | failed | voicemail; None: not known
    recording_url: str | None = None


class TooManyRequests(Exception):
    """A source sends more requests than it may; nothing of this one was kept."""

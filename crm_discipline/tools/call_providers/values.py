"""The words and numbers of telephone systems, read strictly: what is wrong is named, not guessed."""

import re
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from .request import BadMessage

LONGEST_ID = 255
LONGEST_NUMBER = 64
LONGEST_URL = 2048
# Control characters, and the halves of characters that JSON can spell and no database can hold.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PARTS = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[Tt ](?P<clock>\d{2}:\d{2}(:\d{2})?)([.,]\d{1,9})?"
    r"(?P<zone>Z|z|[+-]\d{2}(:?\d{2})?)?",
    re.ASCII,
)
# Our own phones' numbers are shorter than any subscriber's.
_EXTENSION = re.compile(r"\d{2,5}", re.ASCII)
_CLOCK = re.compile(r"(\d{1,3}):([0-5]?\d):([0-5]?\d)", re.ASCII)
_EARLIEST = datetime(1990, 1, 1)
_LATEST = datetime(2100, 1, 1)


class Reader:
    """Reads the fields of one call and collects what is wrong with them.

    >>> reader = Reader({"id": "", "start": "tomorrow"}, where="call 2: ")
    >>> reader.text("id"), reader.time("start"), reader.text("to")
    (None, None, None)
    >>> reader.problems
    ['call 2: id is empty', 'call 2: start is not an ISO 8601 time', 'call 2: to is missing']
    """

    def __init__(self, values, where=""):
        self._values = values
        self._where = where
        self.problems = []

    def say(self, problem):
        """Add something that is wrong."""
        self.problems.append(f"{self._where}{problem}")

    def text(self, name, longest=LONGEST_ID, required=True, blank=False):
        """Return a text without blanks around it, or None.

        :param required: whether it must be there and be a text
        :param blank: whether it may be empty
        """
        if name not in self._values:
            if required:
                self.say(f"{name} is missing")
            return None
        value = self._values[name]
        if value is None and not required:
            return None
        if not isinstance(value, str):
            self.say(f"{name} is not a text")
            return None
        if _FORBIDDEN.search(value):
            self.say(f"{name} has control characters")
            return None
        if len(value) > longest:
            self.say(f"{name} is longer than {longest} characters")
            return None
        value = value.strip()
        if not value and not blank:
            if required:
                self.say(f"{name} is empty")
            return None
        return value

    def choice(self, name, choices, required=True):
        """Return one of ``choices``, or None."""
        value = self._values.get(name)
        if value is None and not required:
            return None
        if name not in self._values:
            self.say(f"{name} is missing")
        elif not isinstance(value, str) or value not in choices:
            self.say(f"{name} is none of {', '.join(choices)}")
        else:
            return value
        return None

    def time(self, name, required=True):
        """Return an ISO 8601 time as naive UTC (without a zone it is UTC), or None."""
        value = self._values.get(name)
        if value is None:
            if required or name not in self._values:
                self.say(f"{name} is missing" if name not in self._values else f"{name} is null")
            return None
        moment = parse_iso(value) if isinstance(value, str) else None
        if moment is None:
            self.say(f"{name} is not an ISO 8601 time")
        return moment

    def url(self, name):
        """Return an address of the web, or None."""
        value = self.text(name, LONGEST_URL, required=False)
        if value and not re.match(r"https?://[^\s/]+", value, re.IGNORECASE):
            self.say(f"{name} is not an http address")
            return None
        return value

    def check_order(self, start, answer, end):
        """Add a problem if a call is answered or ends before it begins."""
        for name, earlier, later in (
            ("answer is before start", start, answer),
            ("end is before start", start, end),
            ("end is before answer", answer, end),
        ):
            if earlier and later and later < earlier:
                self.say(name)

    def check(self):
        """Raise BadMessage with all that is wrong, if anything is."""
        if self.problems:
            raise BadMessage(*self.problems)


def parse_iso(text):
    """Return an ISO 8601 time as naive UTC to the second, or None.

    >>> parse_iso("2026-02-03T04:05:06+01:00"), parse_iso("2026-02-30T00:00:00Z")
    (datetime.datetime(2026, 2, 3, 3, 5, 6), None)
    """
    if not _PARTS.fullmatch(text):
        return None
    try:
        return to_utc(datetime.fromisoformat(_respell(text)))
    except (ValueError, OverflowError):
        return None


def parse_rfc2822(text):
    """Return the time of an e-mail's or HTTP's header as naive UTC, or None.

    >>> parse_rfc2822("Tue, 03 Feb 2026 04:05:06 +0000")
    datetime.datetime(2026, 2, 3, 4, 5, 6)
    """
    try:
        return to_utc(parsedate_to_datetime(text))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def parse_epoch(value, unit=1):
    """Return seconds since 1970 (or ``unit``-ths of them) as naive UTC; None for zero and nonsense.

    >>> parse_epoch("1770091506"), parse_epoch("0"), parse_epoch("1770091506000000", 1_000_000)
    (datetime.datetime(2026, 2, 3, 4, 5, 6), None, datetime.datetime(2026, 2, 3, 4, 5, 6))
    """
    try:
        seconds = float(value) / unit
        if not seconds > 0:
            return None
        return to_utc(datetime.fromtimestamp(seconds, timezone.utc))
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def to_utc(moment):
    """Return a time as naive UTC to the second, or None where it is out of all reason."""
    if moment.tzinfo:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    moment = moment.replace(microsecond=0)
    return moment if _EARLIEST <= moment < _LATEST else None


def seconds(value, longest=30 * 86400):
    """Return a number of seconds, or ``hours:minutes:seconds``, as a timedelta, or None.

    >>> seconds("65"), seconds("0:01:05"), seconds("x"), seconds(-1), seconds(float("nan"))
    (datetime.timedelta(seconds=65), datetime.timedelta(seconds=65), None, None, None)
    """
    clock = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    try:
        number = float(value)
    except (TypeError, ValueError):
        if not clock:
            return None
        hours, minutes, rest = map(int, clock.groups())
        number = hours * 3600 + minutes * 60 + rest
    return timedelta(seconds=int(number)) if 0 <= number <= longest else None


def is_extension(number):
    """Tell whether a number is one of our own phones'.

    >>> is_extension("22"), is_extension("601234567"), is_extension(None)
    (True, False, False)
    """
    return isinstance(number, str) and bool(_EXTENSION.fullmatch(number))


def get_direction(caller, callee):
    """Tell from who has a short number whether a call came in.

    >>> get_direction("+420601234567", "22"), get_direction("22", "601234567")
    ('in', 'out')
    >>> get_direction("22", "23"), get_direction("", "23")
    ('internal', 'in')
    """
    if is_extension(caller):
        return "internal" if is_extension(callee) else "out"
    return "in"


def _respell(text):
    """Spell a time as every Python reads it: without fractions, with a zone like +00:00."""
    found = _PARTS.fullmatch(text)
    zone = found["zone"] or ""
    if zone in ("Z", "z"):
        zone = "+00:00"
    elif zone:
        digits = zone[1:].replace(":", "").ljust(4, "0")
        zone = f"{zone[0]}{digits[:2]}:{digits[2:]}"
    return f"{found['day']}T{found['clock']}{zone}"

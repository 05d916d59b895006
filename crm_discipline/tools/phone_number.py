"""Telephone numbers as telephone systems say them: whose they can be, and in which form we compare
them.

Numbers are compared in E.164, as Odoo keeps them in ``phone_sanitized``, and read by the same
function that fills it, so that what is stored is found.
"""

import re
from typing import NamedTuple

from odoo.addons.phone_validation.tools.phone_validation import phone_format
from odoo.exceptions import UserError

# What systems send instead of a number that the caller hides.
_ANONYMOUS = frozenset(
    {"anonymous", "unknown", "restricted", "private", "unavailable", "withheld", "blocked"}
    | {"asserted", "invalid", "none", "null", "+266696687", "266696687", "+86282452253"}
)
_URI = re.compile(r"^(?:sips?|tel|callto):", re.IGNORECASE)
_NOISE = re.compile(r"[\s./()\-\u00a0\u2010-\u2015]+")
# Extensions are shorter than any subscriber's number.
_LONGEST_EXTENSION = 5


class Party(NamedTuple):
    """One side of a call."""

    kind: str  # number | anonymous | internal | unreadable
    e164: str | None = None


def read_party(number, country_code=None):
    """Tell what a telephone system's word for a caller or a callee is.

    :param number: as received
    :param country_code: ISO code of the country whose national formats are meant

    >>> read_party("601 234 567", "CZ")
    Party(kind='number', e164='+420601234567')
    >>> read_party("sip:+420601234567@voip.example.com").e164
    '+420601234567'
    >>> read_party("anonymous").kind, read_party("").kind, read_party("204").kind
    ('anonymous', 'anonymous', 'internal')
    >>> read_party("alice").kind, read_party("+99912345").kind
    ('internal', 'unreadable')
    """
    text, bare = _strip(number)
    if not bare or bare.lower() in _ANONYMOUS:
        return Party("anonymous")
    if _is_internal(bare):
        return Party("internal")
    e164 = to_e164(text, country_code)
    return Party("number", e164) if e164 else Party("unreadable")


def _strip(number):
    """Return a number without what surrounds it in an address, and without blanks and the like."""
    text = _URI.sub("", (number or "").strip())
    text = text.split("@")[0].split(";")[0].strip()
    return text, _NOISE.sub("", text)


def _is_internal(bare):
    digits = bare.lstrip("+")
    if not digits.isdecimal():
        # a name of the telephone system's own, unless it holds enough digits for a number
        return sum(char.isdecimal() for char in digits) <= _LONGEST_EXTENSION
    return len(digits) <= _LONGEST_EXTENSION and not bare.startswith("+")


def to_e164(number, country_code=None):
    """Return a number in E.164, or None where it can't be read.

    >>> to_e164("0228 12345", "DE"), to_e164("00 49 228 12345", "CZ"), to_e164("12")
    ('+4922812345', '+4922812345', None)
    """
    try:
        return phone_format(number, country_code, None, force_format="E164")
    except UserError:
        return None


def is_extension(number):
    """Tell whether a number can be one of our own extensions.

    >>> is_extension("204"), is_extension("+420601234567"), is_extension(None)
    (True, False, False)
    """
    _text, bare = _strip(number)
    return bool(bare) and bare.lower() not in _ANONYMOUS and _is_internal(bare)

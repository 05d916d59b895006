"""Which telephone numbers can be sent a text message."""

import phonenumbers
from phonenumbers import PhoneNumberType

_TEXTLESS = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}


def get_line(number):
    """Return ``landline`` for a number that gets no text messages, else ``mobile``.

    Where a country's numbers do not tell, such as in North America, it may be a mobile.

    >>> get_line("+420601234567")
    'mobile'
    >>> get_line("+420221234567")
    'landline'
    >>> get_line("+12125550123")
    'mobile'
    >>> get_line("nonsense")
    'landline'
    """
    try:
        parsed = phonenumbers.parse(number or "", None)
    except phonenumbers.NumberParseException:
        return "landline"
    return "landline" if phonenumbers.number_type(parsed) in _TEXTLESS else "mobile"

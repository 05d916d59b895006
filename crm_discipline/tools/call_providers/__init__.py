"""Telephone systems: each is one file that turns its request into what a call's message is.

A provider is a module with two functions:

``verify(request, secrets, now)``
    raises :class:`Unauthorized` unless one of the secrets proves who sent the request;
``parse(request)``
    returns ``[(as received, CallMessage)]``, or raises :class:`BadMessage` with all that is wrong.

A new provider is one more file, named in ``PROVIDERS``. Nothing here knows of Odoo.
"""

from . import asterisk, freeswitch, generic, threecx, twilio
from .request import BadMessage, ProviderRequest, Unauthorized

PROVIDERS = {
    "generic": generic,
    "twilio": twilio,
    "asterisk": asterisk,
    "threecx": threecx,
    "freeswitch": freeswitch,
}

"""A request as a provider sees it, and how it says that it is not as it should be."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl


class Unauthorized(Exception):
    """The request does not prove that it comes from the telephone system."""


class BadMessage(Exception):
    """The request can't be understood; its arguments are all that is wrong, in words."""

    @property
    def problems(self):
        return list(self.args)


@dataclass(frozen=True)
class ProviderRequest:
    """One HTTP request."""

    body: bytes = b""
    headers: Mapping = field(default_factory=dict)
    content_type: str = ""
    urls: tuple = ()
    """The address as the sender may have written it, likeliest first."""

    def header(self, name):
        """Return a header, whatever the case of its name, or an empty text."""
        return self._headers.get(name.lower(), "")

    @cached_property
    def _headers(self):
        return {name.lower(): value for name, value in self.headers.items()}

    @cached_property
    def mimetype(self):
        """The content type without its parameters, in lower case."""
        return self.content_type.split(";")[0].strip().lower()

    @cached_property
    def text(self):
        """The body as text.

        :raise BadMessage: if it is not UTF-8
        """
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadMessage("The body is not UTF-8.") from error

    @cached_property
    def form(self):
        """The fields of a form, in their order.

        :raise BadMessage: if the body is no form
        """
        if self.mimetype != "application/x-www-form-urlencoded":
            raise BadMessage("The content type must be application/x-www-form-urlencoded.")
        text = self.text
        if "\x00" in text:
            raise BadMessage("The body has control characters.")
        try:
            return parse_qsl(
                text, keep_blank_values=True, strict_parsing=bool(text), errors="strict"
            )
        except ValueError as error:
            raise BadMessage("The body is not a form.") from error


def verify_bearer(request, secrets):
    """Demand ``Authorization: Bearer <secret>``.

    >>> verify_bearer(ProviderRequest(headers={"authorization": "Bearer abc"}), ["abc"])
    """
    kind, _space, given = request.header("authorization").partition(" ")
    if kind.lower() != "bearer" or not is_one_of(given.strip(), secrets):
        raise Unauthorized


def verify_basic(request, secrets):
    """Demand ``Authorization: Basic``, with the secret as the password of any user."""
    kind, _space, given = request.header("authorization").partition(" ")
    try:
        login = base64.b64decode(given.strip(), validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise Unauthorized from error
    if kind.lower() != "basic" or not is_one_of(login.partition(":")[2], secrets):
        raise Unauthorized


def is_one_of(given, secrets):
    """Tell whether a text is one of the secrets, in a time that does not tell which letters agree.

    >>> is_one_of("b", ["a", "b"]), is_one_of("", ["a"]), is_one_of("ž", ["a"])
    (True, False, False)
    """
    found = False
    for secret in secrets:
        found |= hmac.compare_digest(given.encode(), secret.encode())
    return found

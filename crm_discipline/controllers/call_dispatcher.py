"""How requests of telephone systems are dispatched: nothing is read before it is known from whom,
and whatever happens is answered in JSON."""

import json
import logging

from werkzeug.exceptions import HTTPException

from odoo import http

_logger = logging.getLogger(__name__)

# The codes of the errors that a telephone system may get.
_CODES = {
    400: "bad_request",
    401: "unauthorized",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    429: "too_many_requests",
    503: "unavailable",
}


class CallDispatcher(http.Dispatcher):
    routing_type = "crm_discipline_calls"
    mimetypes = ("*/*",)

    @classmethod
    def is_compatible_with(cls, request):
        return True

    def dispatch(self, endpoint, args):
        # (fields of a form are the provider's to read, not arguments)
        self.request.params = dict(args)
        return self.request.registry["ir.http"]._dispatch(endpoint)

    def handle_error(self, exc):
        """Answer an error that nobody expected without telling anything of the server."""
        status = exc.code if isinstance(exc, HTTPException) and exc.code in _CODES else 500
        return error_response(status, "The request could not be handled.")


def error_response(status, message, **headers):
    """Return an error as JSON: ``{"error": code, "message": text}``."""
    body = json.dumps({"error": _CODES.get(status, "internal"), "message": message})
    response = http.Response(body, status=status, content_type="application/json; charset=utf-8")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response

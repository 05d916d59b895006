"""How requests of telephone systems are dispatched: nothing is read before it is known from whom,
and whatever happens is answered in JSON."""

import json

import psycopg2
from psycopg2.pool import PoolError
from werkzeug.exceptions import HTTPException

from odoo import http

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
_NO_DATABASE = (psycopg2.OperationalError, psycopg2.InterfaceError, PoolError)


class CallDispatcher(http.Dispatcher):
    routing_type = "crm_discipline_calls"
    mimetypes = ("*/*",)

    @classmethod
    def is_compatible_with(cls, request):
        return True

    def dispatch(self, endpoint, args):
        # (fields of a form are the provider's to read, not arguments)
        self.request.params = dict(args)
        if not self.request.db:
            # (only where the add-on is among the server-wide modules; else Odoo has no route here)
            return _unavailable()
        return self.request.registry["ir.http"]._dispatch(endpoint)

    def handle_error(self, exc):
        """Answer an error that nobody expected without telling anything of the server."""
        if isinstance(exc, _NO_DATABASE):
            return _unavailable()
        status = exc.code if isinstance(exc, HTTPException) and exc.code in _CODES else 500
        return error_response(status, "The request could not be handled.")


def _unavailable():
    return error_response(503, "The database is unavailable; send it again.", Retry_After="10")


def error_response(status, message, **headers):
    """Return an error as JSON: ``{"error": code, "message": text}``."""
    body = json.dumps({"error": _CODES.get(status, "internal"), "message": message})
    response = http.Response(body, status=status, content_type="application/json; charset=utf-8")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response

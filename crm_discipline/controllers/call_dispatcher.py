"""How requests of telephone systems are dispatched: nothing is read before it is known from whom,
and whatever happens is answered in JSON."""

import json

import psycopg2
import werkzeug.routing
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
PATH = "/crm_discipline/calls/"


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
            return _unavailable()
        return self.request.registry["ir.http"]._dispatch(endpoint)

    def handle_error(self, exc):
        """Answer an error that nobody expected without telling anything of the server."""
        if _is_outage(exc):
            return _unavailable()
        status = exc.code if isinstance(exc, HTTPException) and exc.code in _CODES else 500
        return error_response(status, "The request could not be handled.")


def _is_outage(exc):
    """Tell whether an error means that the database can't be reached now."""
    # (the error of no kind is what a connection raises that was cut while it was idle)
    return (
        isinstance(exc, psycopg2.OperationalError | psycopg2.InterfaceError | PoolError)
        or type(exc) is psycopg2.DatabaseError
    )


def _unavailable():
    return error_response(503, "The database is unavailable; send it again.", Retry_After="10")


def error_response(status, message, **headers):
    """Return an error as JSON: ``{"error": code, "message": text}``."""
    body = json.dumps({"error": _CODES.get(status, "internal"), "message": message})
    response = http.Response(body, status=status, content_type="application/json; charset=utf-8")
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    return response


class HttpDispatcher(http._dispatchers["http"]):
    """What speaks for Odoo until it is known which route is asked for; another answer than JSON must
    not leave the door then either, when it is the database that is lost."""

    routing_type = "http"

    def handle_error(self, exc):
        if _is_outage(exc) and self.request.httprequest.path.startswith(PATH):
            return _unavailable()
        return super().handle_error(exc)


def serve_without_database():
    """Let requests for the door be answered, too, while no database can be reached.

    Odoo then knows only the routes of server-wide modules, and says 404, which a telephone system takes
    for its last word.
    """
    known = http.root.nodb_routing_map
    if any(rule.rule.startswith(PATH) for rule in known.iter_rules()):
        return
    for url, endpoint in http._generate_routing_rules(["crm_discipline"], nodb_only=True):
        if url.startswith(PATH):
            known.add(werkzeug.routing.Rule(url, endpoint=endpoint))

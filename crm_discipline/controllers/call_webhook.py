"""The door for calls: telephone systems post what happened, and are answered once it is kept."""

import json
import re
from datetime import datetime, timezone

from werkzeug.exceptions import RequestEntityTooLarge

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..tools.call_message import TooManyRequests
from ..tools.call_providers import PROVIDERS, BadMessage, ProviderRequest, Unauthorized
from .call_dispatcher import PATH, CallDispatcher, error_response

MOST_BYTES = 1 << 20
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)


class CallWebhook(http.Controller):
    @http.route(
        f"{PATH}<string:key>",
        type=CallDispatcher.routing_type,
        auth="none",
        # (all methods, so that the answer to the others is JSON, too)
        methods=None,
        csrf=False,
        save_session=False,
        readonly=False,
        # (one more, to tell a body that is too large from one that is cut there)
        max_content_length=MOST_BYTES + 1,
    )
    def receive_calls(self, key):
        """Keep and process the calls of one request of a telephone system.

        :param key: of the ``crm.call.source``
        :return: ``{"accepted": n, "duplicates": n}``, or an error as JSON
        """
        if request.httprequest.method != "POST":
            return error_response(405, "Calls are posted.", Allow="POST")
        source = KEY.fullmatch(key) and request.env["crm.call.source"]._get_active_source(key)
        if not source:
            return error_response(404, "There is no active call source with this key.")
        if (request.httprequest.content_length or 0) > MOST_BYTES:
            return error_response(413, "The body is larger than 1 MiB.")
        try:
            provider = PROVIDERS[source.provider]
            asked = read_request(request.httprequest, request.env, source)
            if len(asked.body) > MOST_BYTES:
                raise RequestEntityTooLarge
            now = datetime.now(timezone.utc)
            provider.verify(asked, source.secrets_at(now.replace(tzinfo=None)), now)
            items = provider.parse(asked)
        except RequestEntityTooLarge:
            return error_response(413, "The body is larger than 1 MiB.")
        except Unauthorized:
            return error_response(401, "The signature or the secret is missing, wrong or too old.")
        except BadMessage as error:
            return error_response(400, "; ".join(error.problems))
        # what is verified is the telephone system's word, for which no user of ours signs
        events = request.env(user=SUPERUSER_ID, su=True)["crm.call.event"]
        try:
            accepted, duplicates = events._receive(source, items)
        except TooManyRequests:
            return error_response(429, "More requests than agreed; send it again.", Retry_After="1")
        return accepted_response(accepted, duplicates)


def read_request(asked, env, source):
    """Return what the provider of a source reads.

    :param asked: the HTTP request
    """
    urls = ()
    if source.provider == "twilio":
        parameters = env["ir.config_parameter"].sudo()
        query = f"?{asked.query_string.decode('latin-1')}" if asked.query_string else ""
        base = parameters.get_param("web.base.url", "").rstrip("/")
        # (as it was written: werkzeug's own address has some escapes undone)
        urls = tuple(
            f"{origin}{asked.path}{query}" for origin in (f"{asked.scheme}://{asked.host}", base)
        )
    return ProviderRequest(
        body=asked.get_data(),
        headers=asked.headers,
        content_type=asked.content_type or "",
        urls=urls,
    )


def accepted_response(accepted, duplicates):
    """Return the answer to a request that was kept."""
    body = json.dumps({"accepted": accepted, "duplicates": duplicates})
    return http.Response(body, content_type="application/json; charset=utf-8")

"""The short way to the door for calls.

Of what a request costs in Odoo, most is what leads to its route: a connection that forgets what it
knew, what changed elsewhere, the session, what is done before and after. A telephone system that posts a
call needs none of it. So a request that is as it should be (of a known source, signed, and of calls
that one statement writes) is answered here. Any other goes Odoo's way to
:class:`~.call_webhook.CallWebhook`, untouched, which says what is wrong or does what takes longer:
nothing is refused here.
"""

import logging
import threading
from datetime import datetime, timezone

from odoo import SUPERUSER_ID, http
from odoo.api import Environment
from odoo.orm.registry import Registry

from ..models.crm_call_event import prepare_received
from ..tools.call_providers import PROVIDERS, BadMessage, Unauthorized
from ..tools.warm_cursor import warm_cursor
from .call_dispatcher import PATH
from .call_webhook import KEY, MOST_BYTES, accepted_response, read_request

_logger = logging.getLogger(__name__)


def serve_at_once(request):
    """Return the answer to a request whose calls were written, or None if nothing was."""
    asked = request.httprequest
    key = asked.path.removeprefix(PATH)
    if asked.method != "POST" or not KEY.fullmatch(key):
        return None
    # (without one it is sent in pieces, and only the route counts them)
    if asked.content_length is None or asked.content_length > MOST_BYTES:
        return None
    registry = Registry.registries.get(request.db)
    if registry is None or not registry.ready or "crm.call.source" not in registry:
        return None
    # (by it the log names the database)
    threading.current_thread().dbname = registry.db_name
    try:
        with warm_cursor(registry) as cr:
            env = Environment(cr, SUPERUSER_ID, {})
            source, items = _read_items(env, asked, key)
            if not items:
                return None
            signals = [registry.registry_sequence]
            # those of which the source, and an address behind a proxy, are read
            signals += [registry.cache_sequences[name] for name in ("default", "stable")]
            received = prepare_received(items)
            written = env["crm.call"]._ingest_at_once(source, received, signals)
    except Exception as error:
        _logger.debug("A call was not taken at once: %s", type(error).__name__)
        return None
    if written is None or (written and written[0].refused):
        return None
    if any(row.needs_more or row.is_told for row in written):
        _follow(registry, source, written)
    accepted = written[0].messages_kept if written else 0
    return accepted_response(accepted, len(items) - accepted)


def _read_items(env, asked, key):
    """Return the source of a request and its verified messages, or None and None."""
    source = env["crm.call.source"]._get_active_source(key)
    if source:
        provider = PROVIDERS[source.provider]
        given = read_request(asked, env, source)
        now = datetime.now(timezone.utc)
        try:
            provider.verify(given, source.secrets_at(now.replace(tzinfo=None)), now)
            return source, provider.parse(given)
        except (Unauthorized, BadMessage) as error:
            _logger.debug("A request is not as it should be: %s", type(error).__name__)
    return None, None


def _follow(registry, source, written):
    """Do what remains; the messages are kept, so whatever happens here is no error of the sender."""
    try:
        with registry.cursor() as cr:
            events = Environment(cr, SUPERUSER_ID, {})["crm.call.event"]
            events._follow(source, written)
    except Exception as error:
        # (its text may hold a number)
        _logger.warning("Calls of source %s wait: %s", source.id, type(error).__name__)


def _serve_db(self):
    if self.httprequest.path.startswith(PATH):
        response = serve_at_once(self)
        if response is not None:
            return response
    return _serve_db_of_odoo(self)


def install():
    """Put the short way before Odoo's own."""
    if http.Request._serve_db is not _serve_db:
        http.Request._serve_db = _serve_db


_serve_db_of_odoo = http.Request._serve_db

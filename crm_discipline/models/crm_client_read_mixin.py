"""Where reading clients is noticed: the public methods through which people read."""

import logging
from functools import partial

import psycopg2

from odoo import api, models
from odoo.http import request

_logger = logging.getLogger(__name__)

_PENDING = "crm_discipline.clients_read"
# A screen that shows so few at once (a form, a suggestion of names, attendees) is not counted.
_FEW = 10
_SCREEN_PATHS = ("/web/", "/mail/", "/odoo")


class CrmClientReadMixin(models.AbstractModel):
    """Counts how many clients a person reads through a model's public methods.

    By what a person calls, not deeper: what code reads on its way to an answer is not what the person
    gets. A form reads one, and is not counted.
    """

    _name = "crm.client.read.mixin"
    _description = "Counts Clients Read"

    # fields that tell who a client is, or how to reach them
    _client_data_fields = frozenset()
    # whether a record without those tells of a client, too
    _is_client = False

    def _get_clients_read(self):
        """Return the keys of the clients that reading these records tells of."""
        raise NotImplementedError

    def _log_clients_read(self, way=None, fnames=None):
        """Remember that the person who asks has read these records.

        :param way: of :attr:`CrmClientReadLog.way`; by default told by the request
        :param fnames: names of the fields that were read; None for all
        """
        if not request or self.env.su or not self or not self.env.user._is_internal():
            return
        if fnames is not None and not self._is_client:
            if self._client_data_fields.isdisjoint(fnames):
                return
        way = way or self._get_way_of_reading()
        if way == "screen" and len(self) <= _FEW:
            return
        postcommit = self.env.cr.postcommit
        if _PENDING not in postcommit.data:
            postcommit.data[_PENDING] = {}
            postcommit.add(partial(_write_pending, self.env.registry, self.env.uid, postcommit))
        reads = postcommit.data[_PENDING]
        reads.setdefault(way, set()).update(self.browse(filter(None, self.ids))._get_clients_read())

    @api.model
    def _get_way_of_reading(self):
        path = request.httprequest.path
        if path.startswith("/report/"):
            return "print"
        return "screen" if path.startswith(_SCREEN_PATHS) else "api"

    # ------------------------------------------------------------
    # WAYS OF READING
    # ------------------------------------------------------------

    @api.readonly
    def read(self, fields=None, load="_classic_read"):
        rows = super().read(fields, load=load)
        self._log_clients_read(fnames=fields or None)
        return rows

    @api.model
    @api.readonly
    def search_read(
        self, domain=None, fields=None, offset=0, limit=None, order=None, **read_kwargs
    ):
        rows = super().search_read(domain, fields, offset, limit, order, **read_kwargs)
        self.browse(row["id"] for row in rows)._log_clients_read(fnames=fields or None)
        return rows

    @api.model
    @api.readonly
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        found = super().name_search(name, domain, operator, limit)
        self.browse(id_ for id_, _name in found)._log_clients_read(fnames=("display_name",))
        return found

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        rows = super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        self._log_clients_read("export")
        return rows

    @api.model
    @api.readonly
    def formatted_read_group(
        self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None
    ):
        groups = super().formatted_read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )
        self._log_grouped(domain, groupby, aggregates)
        return groups

    @api.model
    @api.readonly
    def formatted_read_grouping_sets(self, domain, grouping_sets, aggregates=(), *, order=None):
        result = super().formatted_read_grouping_sets(
            domain, grouping_sets, aggregates, order=order
        )
        self._log_grouped(domain, [name for names in grouping_sets for name in names], aggregates)
        return result

    @api.model
    def _log_grouped(self, domain, groupby, aggregates):
        """Log what groups tell of each client: lists of values, and groups by a client's own data."""
        told = any(name.endswith(":array_agg") for name in aggregates)
        told = told or not (self._client_data_fields | {"id"}).isdisjoint(groupby)
        if told and request and not self.env.su:
            self.search(domain)._log_clients_read()


def _write_pending(registry, user_id, postcommit):
    """Write what the request read, on a connection that may write."""
    reads = {way: keys for way, keys in postcommit.data.get(_PENDING, {}).items() if keys}
    if not reads:
        return
    try:
        with registry.cursor() as cr:
            # nobody waits for the disk: the last instants of a log may go with a crash
            cr.execute("SET LOCAL synchronous_commit = off")
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            env["crm.client.read.log"]._write_reads(user_id, reads)
    except psycopg2.Error:
        # what was read has been read; that it can't be noted (the primary is down) must be seen
        _logger.exception("Reading %s by user %s was not logged", _sizes(reads), user_id)


def _sizes(reads):
    return {way: len(keys) for way, keys in reads.items()}

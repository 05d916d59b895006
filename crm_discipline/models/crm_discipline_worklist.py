"""The work list: a salesperson's incomplete records, one after another, the most useful first.

First comes what would count for a running target if its data were complete, then what is newest. Saving is
the ordinary saving of the record, so rules, rights and the operators' split hold.

An *item* is::

    {"key": where it stands in the list, "model", "id", "kind": what it is called, "title",
     "when" (UTC, “2026-11-25 09:00:00”), "partner": name | False, "about": [what else tells it apart],
     "worth": [id of a target for which it would count],
     "missing": [{"id", "name", "blocks", "fields"}] as the record's ``missing_items``,
     "findings": [{"id", "kind", "advice", "value", "others", "is_duplicate", "can_ask", "fields"}],
     "ask": [model, id, method that opens the question to the operators] | False,
     "request": {"id", "name", "state", "on"} that is open already | False}
"""

from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

_MOST = 100


class Key(NamedTuple):
    """Where a record stands: by ``rank``, then the later the earlier."""

    rank: int  # 0: it would count for a target
    at: str
    model_name: str
    record_id: int

    @property
    def place(self):
        """What sorts keys in their order, backwards."""
        return -self.rank, self.at, self.model_name, self.record_id


class CrmDisciplineWorklist(models.AbstractModel):
    _name = "crm.discipline.worklist"
    _description = "Work List of Incomplete Data"

    # ------------------------------------------------------------
    # WHAT THE SCREEN ASKS
    # ------------------------------------------------------------

    # (neither is read-only: a replica may not know yet what was saved a moment ago)
    @api.model
    def get_page(self, after=None, limit=20, user_id=None):
        """Return a part of the work list.

        :param after: the ``key`` of the item after which it begins; the beginning unless given
        :param limit: how many items at most
        :param user_id: whose, as a supervisor may ask; the caller's own unless given
        :return: ``{"items": [item], "total": how many there are (with the beginning only), "has_more",
            "counters": [counter] of the targets for which some would count, "fields": {model: [field]}
            that may be asked for, "user_id", "user", "is_own"}``
        """
        user = self._check_reader(user_id)
        limit = max(1, min(int(limit), _MOST))
        after = self._parse_key(after)
        targets, worth = self._select_pending(user)
        keys = sorted(worth, key=lambda key: key.place, reverse=True)
        if after:
            keys = [key for key in keys if key.place < after.place]
        count = 0
        if not after or len(keys) <= limit:
            # (of the first page also how many there are, so it is asked for in any case)
            rest, count = self._select_rest(user, worth, after, max(1, limit + 1 - len(keys)))
            keys += rest
        page = keys[:limit]
        return {
            "items": self._prepare_items(page, worth),
            "total": None if after else len(worth) + count,
            "has_more": len(keys) > limit,
            "counters": [target._get_counter() for target in targets],
            "fields": self._get_asked_fields(),
            "user_id": user.id,
            "user": user.name,
            "is_own": user == self.env.user,
        }

    @api.model
    def get_item(self, key, user_id=None):
        """Return one item as it is now, and the counters.

        :param key: the item's ``key``
        :return: ``{"item": item | False (it is gone), "counters": [counter]}``
        """
        user = self._check_reader(user_id)
        key = self._parse_key(key)
        targets = self._search_targets(user)
        record = self.env[key.model_name].browse(key.record_id).exists()._filtered_access("read")
        items = self._prepare_items([key] if record else [], {})
        return {
            "item": items[0] if items else False,
            "counters": [target._get_counter() for target in targets],
        }

    @api.model
    def _check_reader(self, user_id):
        """Return whose work list is asked for; refused unless it is the caller's, or the caller supervises."""
        if not (self.env.su or self.env.user.has_group("sales_team.group_sale_salesman")):
            raise AccessError(self.env._("The work list is for salespeople and their supervisors."))
        return self.env["crm.plan.target"]._check_plan_reader(user_id)

    @api.model
    def _parse_key(self, key):
        """Return the :class:`Key` that a screen was given, None for none."""
        if not key:
            return None
        try:
            rank, at, model_name, record_id = key
            fields.Datetime.to_datetime(at)
            parsed = Key(int(rank), str(at), model_name, int(record_id))
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("This is no place in the work list.")) from error
        if parsed.model_name not in self.env["crm.discipline.rule"]._get_governed_models():
            raise UserError(self.env._("This is no place in the work list."))
        return parsed

    # ------------------------------------------------------------
    # THE ORDER
    # ------------------------------------------------------------

    @api.model
    def _get_models(self):
        """Return the names of the models of which anything is asked."""
        Rule = self.env["crm.discipline.rule"]
        return [name for name in Rule._get_governed_models() if Rule._get_active_rules(name)]

    @api.model
    def _search_targets(self, user):
        """Return the running targets of a user for which records can be pending, with their counters."""
        Target = self.env["crm.plan.target"]
        if not Target.has_access("read"):
            return Target
        targets = Target._search_board(Target._get_current_domain(user.id))
        governed = self.env["crm.discipline.rule"]._get_governed_models()
        return targets.filtered(lambda target: target.metric_id.model_name in governed)

    @api.model
    def _select_pending(self, user):
        """Return what would count if its data were complete, in one query.

        :return: (the targets for which something would, ``{Key: [target id]}``)
        """
        targets = self._search_targets(user)
        waiting = targets.filtered("pending")
        parts = []
        for target in waiting:
            model = self.env[target.metric_id.model_name].with_context(active_test=False)
            domain = Domain("pending_target_ids", "in", target.ids)
            parts.append(self._select(model, domain, SQL("%s AS target_id", target.id)))
        worth = {}
        for model_name, record_id, at, target_id, _figure in self._execute(parts):
            key = Key(0, at, model_name, record_id)
            worth.setdefault(key, []).append(target_id)
        return waiting, worth

    @api.model
    def _select_rest(self, user, worth, after, limit):
        """Return the incomplete records of a user, the newest first, in one query.

        :param worth: what counts for a target, which comes before and is left out
        :param after: the key after which they begin
        :return: ([Key], how many there are without ``after`` and ``limit``, where no ``after`` is given)
        """
        parts = []
        for model_name in self._get_models():
            model, domain = self._get_incomplete(user, model_name, worth)
            target = SQL("NULL::int AS target_id")
            # (what is counted is found in any case)
            parts.append(self._select(model, domain, target, after, limit if after else None))
        rows = self._execute(parts, limit, SQL("count(*) OVER ()"))
        keys = [Key(1, at, model_name, record_id) for model_name, record_id, at, *_others in rows]
        return keys, rows[0][-1] if rows else 0

    @api.model
    def _get_incomplete(self, user, model_name, worth):
        ids = [key.record_id for key in worth if key.model_name == model_name]
        model = self.env[model_name].with_context(active_test=True)
        domain = Domain("is_data_complete", "=", False) & model._get_owned_domain(user.id)
        return model, domain & Domain("id", "not in", ids) if ids else domain

    @api.model
    def _select(self, model, domain, target, after=None, limit=None):
        """Return the query of what the caller may see of the records of a domain."""
        query = model._search(domain)
        record = SQL.identifier(query.table, "id")
        at, _owner = model._get_time_and_owner(query)
        # (to the second, as the key that a screen sends back)
        at = SQL("COALESCE(date_trunc('second', %s), '1970-01-01')", at)
        if after and after.rank:
            query.add_where(
                SQL(
                    "(%s, %s::varchar, %s) < (%s::timestamp, %s, %s)",
                    at, model._name, record, after.at, after.model_name, after.record_id,
                )
            )  # fmt: skip
        query.order = SQL("%s DESC, %s DESC", at, record)
        query.limit = limit
        return query.select(
            SQL("%s::varchar AS model", model._name), record, SQL("%s AS at", at), target
        )

    @api.model
    def _execute(self, parts, limit=None, figure=None):
        """Return the rows of these queries together, in the order of the list: ``[(model, id, moment,
        target id, figure)]``."""
        if not parts:
            return []
        rows = self.env.execute_query(
            SQL(
                "SELECT *, %s FROM (%s) listed ORDER BY at DESC, model DESC, id DESC LIMIT %s",
                figure or SQL("NULL"),
                SQL(" UNION ALL ").join(SQL("(%s)", part) for part in parts),
                limit,
            )
        )
        return [(name, one, fields.Datetime.to_string(at), *rest) for name, one, at, *rest in rows]

    # ------------------------------------------------------------
    # THE ITEMS
    # ------------------------------------------------------------

    @api.model
    def _get_asked_fields(self):
        """Return the fields that the rules and the findings ask to fill in: ``{model: [field]}``."""
        Rule = self.env["crm.discipline.rule"]
        names = {
            model_name: [
                fname
                for rule in Rule._get_active_rules(model_name)
                for fname in rule.mending_fields
            ]
            for model_name in Rule._get_governed_models()
        }
        for kind in self.env["crm.discipline.finding.kind"].search(Domain.TRUE):
            finder = kind._get_finder()
            if finder is not None:
                names[finder._finder_model] += finder._finder_fields
        return {model_name: list(dict.fromkeys(some)) for model_name, some in names.items()}

    @api.model
    def _prepare_items(self, keys, worth):
        """Return the items of these keys, in as many queries however many they are."""
        kinds = dict(self.env["crm.discipline.quality.report"]._get_record_models())
        records = {}
        for model_name in dict.fromkeys(key.model_name for key in keys):
            ids = [key.record_id for key in keys if key.model_name == model_name]
            records.update(((one._name, one.id), one) for one in self.env[model_name].browse(ids))
        clients = {place: record._get_worklist_client() for place, record in records.items()}
        people = {place: record._get_worklist_people() for place, record in records.items()}
        named = self.env["res.partner"].union(*clients.values(), *people.values())
        readable = named._filtered_access("read")
        findings = self._get_findings(records)
        asked = self._get_requests(records, clients)
        items = []
        for key in keys:
            place = key.model_name, key.record_id
            record, client = records[place], clients[place] & readable
            others = people[place] & readable - client
            items.append(
                {
                    "key": list(key),
                    "model": record._name,
                    "id": record.id,
                    "kind": kinds[record._name],
                    "title": record.display_name,
                    "when": key.at,
                    "partner": client.display_name if client and client != record else False,
                    "about": others.mapped("name") + record._get_worklist_about(),
                    "worth": worth.get(key, []),
                    "missing": record.missing_items or [],
                    "findings": [self._prepare_finding(one) for one in findings.get(place, ())],
                    "ask": self._prepare_ask(record, client),
                    "request": asked.get(place, False),
                }
            )
        return items

    @api.model
    def _get_findings(self, records):
        """Return the open findings about some records: ``{(model, id): findings}``."""
        Finding = self.env["crm.discipline.finding"]
        found = Finding.search(
            Domain("is_right", "=", False)
            & Domain.OR(
                Domain("res_model", "=", name)
                & Domain("res_id", "in", [one for other, one in records if other == name])
                for name in {name for name, _one in records}
            )
        )
        return found.grouped(lambda finding: (finding.res_model, finding.res_id))

    @api.model
    def _prepare_finding(self, finding):
        finder = finding.kind_id._get_finder()
        return {
            "id": finding.id,
            "kind": finding.kind_id.name,
            "advice": finding.advice,
            "value": finding.said_value,
            "others": finding.others,
            "is_duplicate": finding.is_duplicate,
            "can_ask": finding.can_ask,
            "fields": list(finder._finder_fields) if finder is not None else [],
        }

    @api.model
    def _prepare_ask(self, record, client):
        """Return what asks the operators to complete a record: of its client, or who the client is."""
        if hasattr(record, "action_ask_correction"):
            return [record._name, record.id, "action_ask_correction"]
        if client:
            return [client._name, client.id, "action_ask_correction"]
        if hasattr(record, "action_ask_client"):
            return [record._name, record.id, "action_ask_client"]
        return False

    @api.model
    def _get_requests(self, records, clients):
        """Return what the operators were asked for already: ``{(model, id): {"id", "name", "state", "on"}}``."""
        Request = self.env["crm.data.request"]
        waiting = {place: record._get_worklist_request() for place, record in records.items()}
        partners = self.env["res.partner"].union(*clients.values())
        found = Request.search(
            Request._get_open_domain()
            & (
                Domain("partner_id", "in", partners.ids)
                | Domain("id", "in", Request.union(*waiting.values()).ids)
            )
        )
        about = found.grouped("partner_id")
        requests = {}
        for place, client in clients.items():
            about_client = about.get(client, Request) if client else Request
            for request in (waiting[place] & found or about_client)[:1]:
                requests[place] = {
                    "id": request.id,
                    "name": request.display_name,
                    "state": request.state,
                    "on": fields.Datetime.to_string(request.requested_on),
                }
        return requests


class CrmDisciplineMixin(models.AbstractModel):
    _inherit = "crm.discipline.mixin"

    def _get_worklist_client(self):
        """Return the client whom a record is about, whose data it may lack."""
        for fname in ("client_id", "partner_id"):
            if fname in self._fields:
                return self[fname]
        return self if self._name == "res.partner" else self.env["res.partner"]

    def _get_worklist_request(self):
        """Return the data request that stands for the client whom a record lacks."""
        for fname in ("client_request_id", "data_request_id"):
            if fname in self._fields:
                return self[fname]
        return self.env["crm.data.request"]

    def _get_worklist_people(self):
        """Return who else took part, by whom a record is told apart."""
        return self.env["res.partner"]

    def _get_worklist_about(self):
        """Return in a few words what else tells a record apart from the others."""
        return []


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _get_worklist_people(self):
        return self.partner_ids - self.user_id.partner_id

    def _get_worklist_about(self):
        return [self.location] if self.location else []


class CrmCall(models.Model):
    _inherit = "crm.call"

    def _get_worklist_about(self):
        directions = dict(self._fields["direction"]._description_selection(self.env))
        return [one for one in (directions.get(self.direction), self.phone) if one]


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _get_worklist_about(self):
        return [self.stage_id.name] if self.stage_id else []


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _get_worklist_about(self):
        return [self.function] if self.function else []

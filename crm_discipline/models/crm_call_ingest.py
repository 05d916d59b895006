"""From the message of a telephone system to a call, in few statements for any number of messages.

Telephone systems send many, so what most calls need (find the client, the owner, write the call) is
SQL; the ORM is asked only for what few calls need: a missed call's call-back, a lead for an unknown
number, the popup of a call that rings.

Messages about one call may come in any order. What is kept of them does not depend on it: the
earliest start and answer, the latest end, the strongest disposition.
"""

import json
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import phone_number
from ..tools.call_message import CallMessage
from .crm_call_callback import MISSED
from .crm_call_function import DISPOSITION_RANK, FIND, WRITE

# A call that began earlier does not ring any more, whatever a late message says.
_RINGS_FOR = timedelta(minutes=2)


class Row(NamedTuple):
    """A message, and what was found of it."""

    message: CallMessage
    phone: str  # the other side's number, as received
    e164: str | None
    match: "Match | None"  # None: whose number it is, is found when it is written
    user_id: int | None  # who of us had the call
    agent_rank: int  # how sure that is: who answered is surer than at whose desk it rang


class Match(NamedTuple):
    """Whose a number is."""

    match_state: str = "unknown"
    partner_id: int | None = None
    lead_id: int | None = None
    user_id: int | None = None  # whose client it is


class CrmCall(models.Model):
    _inherit = "crm.call"

    @api.model
    def _ingest(self, source, messages):
        """Make calls of kept messages, or complete the calls that earlier messages made.

        :param source: :class:`ActiveSource`
        :param messages: ``[(event id, CallMessage)]``
        """
        rows = self._prepare_rows(source, [message for _event_id, message in messages])
        written = self._upsert(source, rows, [event_id for event_id, _message in messages])
        self._follow_up(source, written)

    @api.model
    def _ingest_at_once(self, source, received, signals=None):
        """Keep messages and make calls of them, in one statement.

        Messages that need more than that are kept as pending, and remain to be ingested.

        :param received: ``[Received]``; those that are there already count for nothing
        :param signals: what is written must not be, where the database knows later ones than these
        :return: ``[Written]``, or None where it can't be done and nothing was; where nothing may be
            written, one that was refused
        """
        rows = self._prepare_rows(source, [one.message for one in received])
        if source.unknown_caller != "call":
            rows = self._match_rows(source, rows)
            if any(
                row.match.match_state == "unknown" and row.message.direction == "in" for row in rows
            ):
                # what is made of these depends on whether their call is new
                return None
        return self._upsert(source, rows, received=received, signals=signals)

    @api.model
    def _prepare_rows(self, source, messages):
        """Return what to write of each call: its values, and who had the call."""
        country = source.country_code or None
        parties = []
        agents = set()
        for message in messages:
            theirs, ours = message.caller, message.callee
            if message.direction == "out":
                theirs, ours = ours, theirs
            party = phone_number.read_party(theirs, country)
            if message.direction == "internal":
                party = phone_number.Party("internal")
            agent = message.agent or (ours if phone_number.is_extension(ours) else None)
            parties.append((message, theirs, party, agent))
            if agent:
                agents.add(agent.strip().lower())
        users = self._find_agents(agents)
        rows = {}
        for message, theirs, party, agent in parties:
            match = Match(party.kind) if party.kind in ("anonymous", "internal") else None
            user_id = users.get(agent.strip().lower()) if agent else None
            rank = DISPOSITION_RANK[message.disposition] if user_id else 0
            row = Row(message, (theirs or "")[:64], party.e164, match, user_id, rank)
            known = rows.get(message.external_id)
            rows[message.external_id] = _merge(known, row) if known else row
        return list(rows.values())

    @api.model
    def _match_rows(self, source, rows):
        """Return the rows with whose their numbers are."""
        numbers = list({row.e164 for row in rows if not row.match and row.e164})
        found = self._find_parties(numbers, source.company_id)
        return [row._replace(match=row.match or found.get(row.e164, Match())) for row in rows]

    # ------------------------------------------------------------
    # MATCHING
    # ------------------------------------------------------------

    @api.model
    def _find_parties(self, numbers, company_id):
        """Return whose numbers are, as the database's function finds them.

        :param numbers: in E.164
        :return: ``{number: Match}`` for those that were found
        """
        if not numbers:
            return {}
        self._flush_parties()
        self.env.cr.execute(
            SQL("SELECT * FROM %s(%s::varchar[], %s)", SQL.identifier(FIND), numbers, company_id),
            log_exceptions=False,  # the statement holds numbers
        )
        return {number: Match(*match) for number, *match in self.env.cr.fetchall()}

    @api.model
    def _flush_parties(self):
        """Write what the database's functions read of contacts and leads."""
        self.env["res.partner"].flush_model(
            ["phone_sanitized", "active", "user_id", "partner_share", "type", "parent_id"]
            + ["commercial_partner_id", "company_id"]
        )
        self.env["crm.lead"].flush_model(
            ["phone_sanitized", "active", "user_id", "partner_id", "probability", "company_id"]
        )

    @api.model
    def _find_agents(self, agents):
        """Return the users that a telephone system means: ``{login, extension or e-mail: user id}``.

        :param agents: in lower case
        """
        if not agents:
            return {}
        self.env["res.users"].flush_model(["login", "phone_extension", "active"])
        self.env.cr.execute(
            SQL(
                """
                SELECT users.id, lower(users.login), lower(users.phone_extension),
                       partner.email_normalized
                  FROM res_users users
                  JOIN res_partner partner ON partner.id = users.partner_id
                 WHERE users.active IS TRUE AND users.share IS NOT TRUE
                   AND (lower(users.login) = ANY(%(agents)s)
                        OR lower(users.phone_extension) = ANY(%(agents)s)
                        OR partner.email_normalized = ANY(%(agents)s))
                 ORDER BY users.id DESC
                """,
                agents=list(agents),
            ),
            log_exceptions=False,  # the statement holds numbers
        )
        found = {}
        rows = self.env.cr.fetchall()
        # a login is surer than an extension, that than an e-mail
        for position in (3, 2, 1):
            found.update({row[position]: row[0] for row in rows if row[position] in agents})
        return found

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    @api.model
    def _upsert(self, source, rows, event_ids=None, received=(), signals=None):
        """Write the calls of ``rows``, and mark their messages as processed, or keep them.

        The same values as :class:`CrmCall`'s computes give, which a test compares.

        :param event_ids: of the messages, where they are kept
        :param received: the messages, where they are not
        :param signals: see :meth:`_ingest_at_once`
        :return: what became of each call, as :class:`Written`
        """
        self.flush_model()
        self._flush_parties()
        self.env.cr.execute(
            SQL(
                "SELECT * FROM %s(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                SQL.identifier(WRITE),
                source.id,
                source.company_id,
                source.default_user_id or None,
                source.team_id or None,
                source.tz,
                json.dumps([_prepare_call(row) for row in rows]),
                json.dumps(_prepare_events(received)),
                event_ids,
                source.rate_limit if received else None,
                signals and list(signals),
            ),
            log_exceptions=False,  # the statement holds numbers
        )
        return [Written(*row) for row in self.env.cr.fetchall()]

    # ------------------------------------------------------------
    # WHAT FEW CALLS NEED
    # ------------------------------------------------------------

    @api.model
    def _follow_up(self, source, written):
        """Do for calls that were just written what SQL can't."""
        followed = [row for row in written if row.needs_more]
        if any(row.inserted and row.match_state == "unknown" for row in written):
            followed += self._follow_unknown(source, written, followed)
        if followed:
            self.env.invalidate_all()
        for row in sorted(followed, key=lambda row: row.start):
            call = self.browse(row.id)
            if row.is_missed:
                call._ask_for_callback()
            elif row.is_contact and row.has_missed:
                call._contact_made()
            if row.is_contact and call.callback_activity_id:
                # it rang, was taken for missed, and was answered after all
                call._withdraw_callback()
        self._announce_written(written)

    @api.model
    def _follow_unknown(self, source, written, followed):
        """Make for unknown callers what the company's setting says besides the call."""
        if source.unknown_caller != "lead":
            return []
        made = []
        self.env.invalidate_all()
        for row in written:
            call = self.browse(row.id)
            if row.inserted and row.match_state == "unknown" and row.direction == "in":
                if call.phone_sanitized and not call.lead_id:
                    call._create_lead_sudo()
                    made.append(row)
        return [row for row in made if row not in followed and row.is_missed]

    def _create_lead_sudo(self):
        """Make a lead of an unknown caller; later calls of the number find it."""
        self.ensure_one()
        known = self._find_parties([self.phone_sanitized], self.company_id.id)
        match = known.get(self.phone_sanitized)
        lead = self.env["crm.lead"].browse(match.lead_id) if match and match.lead_id else None
        if not lead:
            lead = self.env["crm.lead"].sudo().create(
                {
                    "name": self.env._("Call from %(phone)s", phone=self.phone_sanitized),
                    "phone": self.phone_sanitized,
                    "user_id": self.user_id.id,
                    "team_id": self.team_id.id,
                    "company_id": self.company_id.id,
                }
            )  # fmt: skip
        self.lead_id = lead

    @api.model
    def _announce_written(self, written):
        """Tell the owners' open screens what changed, and show who calls."""
        completed = [row.id for row in written if not row.inserted]
        if completed:
            self.browse(completed)._watch_plans()
        now = fields.Datetime.now()
        for row in written:
            if not row.is_listening:
                continue
            # in sudo: who is told may be any user
            user = self.env["res.users"].sudo().browse(row.user_id)
            if row.match_state != "internal" or not row.inserted:
                user._bus_send("crm_discipline.calls_changed", {})
            if row.rings and row.start > now - _RINGS_FOR:
                user._bus_send("crm_discipline.incoming_call", {"id": row.id})
            elif not row.inserted and row.direction == "in":
                user._bus_send("crm_discipline.call_over", {"id": row.id})

    def _withdraw_callback(self):
        """Forget the call-back of a call that was answered after all."""
        activity = self.callback_activity_id
        self.callback_activity_id = False
        if not self.sudo().search_count([("callback_activity_id", "=", activity.id)], limit=1):
            activity.sudo().unlink()


class Written(NamedTuple):
    """What became of one call."""

    id: int
    inserted: bool
    direction: str
    start: object
    ended_on: object
    disposition: str
    match_state: str
    partner_id: int
    lead_id: int
    user_id: int
    callback_id: int
    has_missed: bool  # missed calls of the same client wait
    needs_more: bool  # it asks for a call-back, or ends one
    is_listening: bool  # whose call it is has a screen open
    messages_kept: int  # of all calls together
    pending_ids: list  # the messages of all calls that need more
    refused: str | None  # why nothing was written: rate | stale

    @property
    def is_told(self):
        """Whether an open screen is to be told, and nothing else remains to be done."""
        return self.is_listening and not self.needs_more

    @property
    def is_missed(self):
        return self.direction == "in" and self.disposition in MISSED

    @property
    def is_contact(self):
        return self.disposition == "answered"

    @property
    def rings(self):
        return self.direction == "in" and not self.ended_on


_NOT_MATCHED = Match(match_state=None)


def _merge(one, other):
    """Return what two messages about the same call say together, in whatever order they came.

    The same as the database's function does with a message and a call.
    """
    said, more = one.message, other.message
    agent = max(one, other, key=lambda row: (row.agent_rank, row.user_id or 0))
    message = said._replace(
        start=min(said.start, more.start),
        answer=min(filter(None, (said.answer, more.answer)), default=None),
        end=max(filter(None, (said.end, more.end)), default=None),
        disposition=max(said.disposition, more.disposition, key=DISPOSITION_RANK.get),
        recording_url=said.recording_url or more.recording_url,
    )
    return one._replace(message=message, user_id=agent.user_id, agent_rank=agent.agent_rank)


def _prepare_call(row):
    """Return what the database's function is told of a call."""
    message, phone, e164, match, user_id, agent_rank = row
    match = match or _NOT_MATCHED
    return {
        "external_id": message.external_id,
        "direction": "out" if message.direction == "out" else "in",
        "start": message.start.isoformat(),
        "answered_on": message.answer and message.answer.isoformat(),
        "ended_on": message.end and message.end.isoformat(),
        "disposition": message.disposition,
        "recording_url": message.recording_url,
        "phone": phone,
        "phone_sanitized": e164,
        "match_state": match.match_state,
        "partner_id": match.partner_id,
        "lead_id": match.lead_id,
        "owner_id": match.user_id,
        "agent_id": user_id,
        "agent_rank": agent_rank,
    }


def _prepare_events(received):
    """Return what the database's function is told of messages that are to be kept."""
    return [
        {
            "external_id": one.message.external_id,
            "payload": one.payload,
            "message": one.dumped,
            "digest": one.digest,
            "is_first": number == 0,
        }
        for number, one in enumerate(received)
    ]

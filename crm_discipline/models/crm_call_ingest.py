"""From the message of a telephone system to a call, in few statements for any number of messages.

Telephone systems send many, so what most calls need (find the client, the owner, write the call) is
SQL; the ORM is asked only for what few calls need: a missed call's call-back, a lead for an unknown
number, the popup of a call that rings.

Messages about one call may come in any order. What is kept of them does not depend on it: the
earliest start and answer, the latest end, the strongest disposition.
"""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import phone_number
from ..tools.call_message import CallMessage
from .crm_call_callback import MISSED

# A later word of these wins over an earlier one of them.
_DISPOSITION_RANK = {None: 0, "missed": 1, "failed": 2, "busy": 3, "voicemail": 4, "answered": 5}
# A call that began earlier does not ring any more, whatever a late message says.
_RINGS_FOR = timedelta(minutes=2)


class Row(NamedTuple):
    """A message, and what was found of it."""

    message: CallMessage
    phone: str  # the other side's number, as received
    e164: str | None
    match: "Match"
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
        """Make calls of messages, or complete the calls that earlier messages made.

        :param source: :class:`ActiveSource`
        :param messages: ``[(event id, CallMessage)]``
        """
        folded = {}
        for row in self._prepare_rows(source, [message for _event_id, message in messages]):
            known = folded.get(row.message.external_id)
            folded[row.message.external_id] = _merge(known, row) if known else row
        rows = list(folded.values())
        calls = self._upsert(source, rows, [event_id for event_id, _message in messages])
        self._follow_up(source, calls)

    @api.model
    def _prepare_rows(self, source, messages):
        """Return what to write of each message: its values, its match, and who had the call."""
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
        numbers = list({party.e164 for _m, _t, party, _a in parties if party.e164})
        found = self._find_parties(numbers, source.company_id)
        users = self._find_agents(agents)
        rows = []
        for message, theirs, party, agent in parties:
            if party.kind in ("anonymous", "internal"):
                match = Match(party.kind)
            else:
                match = found.get(party.e164, Match())
            user_id = users.get(agent.strip().lower()) if agent else None
            rank = _DISPOSITION_RANK[message.disposition] if user_id else 0
            rows.append(Row(message, (theirs or "")[:64], party.e164, match, user_id, rank))
        return rows

    # ------------------------------------------------------------
    # MATCHING
    # ------------------------------------------------------------

    @api.model
    def _find_parties(self, numbers, company_id):
        """Return whose numbers are: clients', else open leads'.

        An address of a client (of the type delivery, invoice, …) stands for the client. A number of
        a colleague is internal.

        :param numbers: in E.164
        :return: ``{number: Match}`` for those that were found
        """
        if not numbers:
            return {}
        self.env["res.partner"].flush_model(
            ["phone_sanitized", "active", "user_id", "partner_share"]
        )
        self.env["crm.lead"].flush_model(["phone_sanitized", "active", "user_id", "partner_id"])
        self.env.cr.execute(
            SQL(
                """
                SELECT phone_sanitized, id, user_id, partner_share, type, parent_id,
                       commercial_partner_id
                  FROM res_partner
                 WHERE phone_sanitized = ANY(%s) AND active IS TRUE
                   AND (company_id IS NULL OR company_id = %s)
                """,
                numbers,
                company_id,
            ),
            log_exceptions=False,  # the statement holds numbers
        )
        contacts = defaultdict(dict)
        for number, id_, owner, share, kind, parent_id, commercial_id in self.env.cr.fetchall():
            client_id = id_
            if (kind != "contact" and parent_id) or (not owner and commercial_id != id_):
                # in sudo: whose client it is does not depend on who asks
                partner = self.env["res.partner"].sudo().browse(id_)._get_called_contact()
                owner = (partner.user_id or partner.commercial_partner_id.user_id).id
                client_id, share = partner.id, partner.partner_share
            contacts[number][client_id] = (owner or None, share)
        found = {}
        for number, clients in contacts.items():
            owners = {owner for owner, _share in clients.values()}
            if not all(share for _owner, share in clients.values()):
                found[number] = Match("internal")
            elif len(clients) == 1:
                found[number] = Match("matched", next(iter(clients)), user_id=owners.pop())
            else:
                # whichever of them it is, it may be the same salesperson's
                found[number] = Match(
                    "ambiguous", user_id=owners.pop() if len(owners) == 1 else None
                )
        missing = [number for number in numbers if number not in found]
        if missing:
            found |= self._find_leads(missing, company_id)
        return found

    @api.model
    def _find_leads(self, numbers, company_id):
        """Return the newest open lead of each number: ``{number: Match}``."""
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT ON (phone_sanitized) phone_sanitized, id, partner_id, user_id
                  FROM crm_lead
                 WHERE phone_sanitized = ANY(%(numbers)s)
                   AND active IS TRUE
                   AND COALESCE(probability, 0) < 100
                   AND (company_id IS NULL OR company_id = %(company)s)
                 ORDER BY phone_sanitized, id DESC
                """,
                numbers=numbers,
                company=company_id,
            ),
            log_exceptions=False,  # the statement holds numbers
        )
        return {
            number: Match("matched", partner_id, lead_id, user_id)
            for number, lead_id, partner_id, user_id in self.env.cr.fetchall()
        }

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
    def _upsert(self, source, rows, event_ids):
        """Write the calls of ``rows`` and mark their messages as processed.

        The same values as :class:`CrmCall`'s computes give, which a test compares.

        :return: rows of what became of each call
        """
        columns = list(
            zip(
                *[
                    (
                        message.external_id,
                        "out" if message.direction == "out" else "in",
                        message.start,
                        message.answer,
                        message.end,
                        message.disposition,
                        message.recording_url,
                        phone,
                        e164,
                        match.match_state,
                        match.partner_id,
                        match.lead_id,
                        match.user_id,
                        user_id,
                        agent_rank,
                    )
                    for message, phone, e164, match, user_id, agent_rank in rows
                ],
                strict=True,
            )
        )
        self.flush_model()
        self.env.cr.execute(
            SQL(
                _UPSERT,
                source=source.id,
                company=source.company_id,
                default_user=source.default_user_id or None,
                team=source.team_id or None,
                tz=source.tz,
                events=event_ids,
                ranks=list(_DISPOSITION_RANK)[1:],
                surer_agent=SQL(_SURER_AGENT),
                **dict(zip(_COLUMNS, (list(column) for column in columns), strict=True)),
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
        now = fields.Datetime.now()
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
        self._announce_written(written, now)

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
    def _announce_written(self, written, now):
        """Tell the owners' open screens what changed, and show who calls."""
        if not written:
            return
        self.browse(row.id for row in written if not row.inserted)._watch_plans()
        listening = self._get_listening({row.user_id for row in written if row.user_id})
        for row in written:
            user = listening.get(row.user_id)
            if not user:
                continue
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

    @property
    def is_missed(self):
        return self.direction == "in" and self.disposition in MISSED

    @property
    def is_contact(self):
        return self.disposition == "answered"

    @property
    def needs_more(self):
        """Whether it asks for a call-back, or ends one."""
        if self.is_missed:
            return bool(self.partner_id or self.lead_id)
        return self.has_missed or bool(self.callback_id)

    @property
    def rings(self):
        return self.direction == "in" and not self.ended_on


def _merge(one, other):
    """Return what two messages about the same call say together, in whatever order they came.

    The same as ``_UPSERT`` does with a message and a call.
    """
    said, more = one.message, other.message
    agent = max(one, other, key=lambda row: (row.agent_rank, row.user_id or 0))
    message = said._replace(
        start=min(said.start, more.start),
        answer=min(filter(None, (said.answer, more.answer)), default=None),
        end=max(filter(None, (said.end, more.end)), default=None),
        disposition=max(said.disposition, more.disposition, key=_DISPOSITION_RANK.get),
        recording_url=said.recording_url or more.recording_url,
    )
    return one._replace(message=message, user_id=agent.user_id, agent_rank=agent.agent_rank)


_COLUMNS = (
    "external_ids", "directions", "starts", "answers", "ends", "dispositions", "recordings",
    "phones", "numbers", "match_states", "partners", "leads", "owners", "agents",
    "agent_ranks",
)  # fmt: skip

# Of two persons that messages name, who answered is right, not at whose desk it rang.
_SURER_AGENT = """
CASE WHEN (EXCLUDED.agent_rank, COALESCE(EXCLUDED.agent_id, 0))
          > (call.agent_rank, COALESCE(call.agent_id, 0))
     THEN EXCLUDED.agent_id ELSE call.agent_id END
"""

# A person's word on whose call and whose client it is stays; before there is one, the owner is who
# spoke, else whose client it is, else who had it, else the source's.
_UPSERT = """
WITH said AS (
    SELECT * FROM unnest(
        %(external_ids)s::varchar[], %(directions)s::varchar[], %(starts)s::timestamp[],
        %(answers)s::timestamp[], %(ends)s::timestamp[], %(dispositions)s::varchar[],
        %(recordings)s::varchar[], %(phones)s::varchar[], %(numbers)s::varchar[],
        %(match_states)s::varchar[], %(partners)s::int[], %(leads)s::int[], %(owners)s::int[],
        %(agents)s::int[], %(agent_ranks)s::int[]
    ) AS said(external_id, direction, start, answered_on, ended_on, disposition, recording_url,
              phone, phone_sanitized, match_state, partner_id, lead_id, owner_id, agent_id,
              agent_rank)
), row AS (
    SELECT said.*,
           CASE WHEN said.agent_id IS NOT NULL
                     AND (said.direction = 'out' OR said.disposition = 'answered')
                THEN said.agent_id
                ELSE COALESCE(said.owner_id, said.agent_id, %(default_user)s)
           END AS user_id
      FROM said
), call AS (
    INSERT INTO crm_call AS call (
        source_id, external_id, company_id, direction, start, answered_on, ended_on, duration,
        disposition, recording_url, phone, phone_sanitized, match_state, partner_id, lead_id,
        agent_id, agent_rank, owner_id, user_id, team_id, is_handled, handled_on, hour,
        create_uid, create_date, write_uid, write_date
    )
    SELECT %(source)s, row.external_id, %(company)s, row.direction, row.start, row.answered_on,
           row.ended_on,
           GREATEST(0, COALESCE(EXTRACT(EPOCH FROM row.ended_on - row.answered_on), 0))::int,
           row.disposition, row.recording_url, row.phone, row.phone_sanitized, row.match_state,
           row.partner_id, row.lead_id, row.agent_id, row.agent_rank, row.owner_id,
           row.user_id,
           COALESCE(owner.sale_team_id, %(team)s),
           row.match_state = 'internal',
           CASE WHEN row.match_state = 'internal' THEN now() AT TIME ZONE 'UTC' END,
           EXTRACT(HOUR FROM row.start AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s),
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM row
 LEFT JOIN res_users owner ON owner.id = row.user_id
     ORDER BY row.external_id
    ON CONFLICT (source_id, external_id) WHERE source_id IS NOT NULL DO UPDATE SET
        start = LEAST(call.start, EXCLUDED.start),
        answered_on = LEAST(call.answered_on, EXCLUDED.answered_on),
        ended_on = GREATEST(call.ended_on, EXCLUDED.ended_on),
        duration = GREATEST(0, COALESCE(EXTRACT(EPOCH FROM
            GREATEST(call.ended_on, EXCLUDED.ended_on)
            - LEAST(call.answered_on, EXCLUDED.answered_on)), 0))::int,
        disposition = CASE
            WHEN array_position(%(ranks)s, EXCLUDED.disposition)
                 > COALESCE(array_position(%(ranks)s, call.disposition), 0)
            THEN EXCLUDED.disposition ELSE call.disposition END,
        hour = EXTRACT(HOUR FROM LEAST(call.start, EXCLUDED.start)
                       AT TIME ZONE 'UTC' AT TIME ZONE %(tz)s),
        recording_url = COALESCE(EXCLUDED.recording_url, call.recording_url),
        agent_rank = GREATEST(call.agent_rank, EXCLUDED.agent_rank),
        agent_id = %(surer_agent)s,
        owner_id = COALESCE(call.owner_id, EXCLUDED.owner_id),
        user_id = CASE
            WHEN call.status_id IS NOT NULL THEN call.user_id
            WHEN call.direction = 'out' OR 'answered' IN (call.disposition, EXCLUDED.disposition)
            THEN COALESCE(%(surer_agent)s, call.owner_id, EXCLUDED.owner_id, call.user_id,
                          %(default_user)s)
            ELSE COALESCE(call.owner_id, EXCLUDED.owner_id, %(surer_agent)s, call.user_id,
                          %(default_user)s) END,
        write_date = now() AT TIME ZONE 'UTC'
    RETURNING call.id, (xmax = 0) AS inserted, call.external_id, call.direction, call.start,
              call.ended_on, call.disposition, call.match_state, call.partner_id, call.lead_id,
              call.user_id, call.phone_sanitized, call.callback_activity_id
), done AS (
    UPDATE crm_call_event event
       SET state = 'processed', call_id = call.id, error = NULL, next_try = NULL,
           write_date = now() AT TIME ZONE 'UTC'
      FROM call
     WHERE event.id = ANY(%(events)s) AND event.external_id = call.external_id
)
SELECT call.id, call.inserted, call.direction, call.start, call.ended_on, call.disposition,
       call.match_state, call.partner_id, call.lead_id, call.user_id, call.callback_activity_id,
       call.disposition = 'answered' AND (
           EXISTS (
               SELECT FROM crm_call missed
                WHERE missed.partner_id = call.partner_id AND missed.direction = 'in'
                  AND missed.returned_on IS NULL AND missed.is_handled IS NOT TRUE
                  AND missed.id <> call.id AND missed.disposition <> 'answered'
           ) OR EXISTS (
               SELECT FROM crm_call missed
                WHERE missed.phone_sanitized = call.phone_sanitized AND missed.direction = 'in'
                  AND missed.returned_on IS NULL AND missed.is_handled IS NOT TRUE
                  AND missed.id <> call.id AND missed.disposition <> 'answered'
           )
       )
  FROM call
 ORDER BY call.id
"""

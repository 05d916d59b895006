"""The statements by which messages become calls, as functions of the database.

PostgreSQL plans statements of this size for longer than it runs them. The plan of a function's
statement is kept by the connection (see :mod:`warm_cursor`), for all that it is called with; so nothing
here may be right for few messages and wrong for many: what is looked up in a table of any size is
looked up by a subquery for each row, never by a join whose size would be guessed.

So a call is matched, written and kept by one statement, and nobody waits for a second one.
"""

from odoo import models
from odoo.tools import SQL

from .crm_call_callback import MISSED

FIND = "crm_discipline_find_parties"
WRITE = "crm_discipline_write_calls"
# A later word of these wins over an earlier one of them.
DISPOSITION_RANK = {None: 0, "missed": 1, "failed": 2, "busy": 3, "voicemail": 4, "answered": 5}


class CrmCallEvent(models.Model):
    _inherit = "crm.call.event"

    def init(self):
        result = super().init()
        drop_functions(self.env.cr)
        ranks = [disposition for disposition in DISPOSITION_RANK if disposition]
        bodies = {FIND: SQL(_FIND), WRITE: SQL(_WRITE, ranks=ranks, missed=list(MISSED))}
        for name, body in bodies.items():
            self.env.cr.execute(SQL("CREATE FUNCTION %s %s", SQL.identifier(name), body))
        return result


def drop_functions(cr):
    """Remove the functions, whatever their arguments were, and those that earlier versions had."""
    for name in (FIND, WRITE, "crm_discipline_find_contacts"):
        cr.execute(SQL("DROP FUNCTION IF EXISTS %s", SQL.identifier(name)))


# Whose numbers are: clients', else open leads'; nobody's are not returned.
#
# An address of a client (of the type delivery, invoice, …) stands for the client, who without a
# salesperson of their own is their company's. A number of a colleague is internal. Of several clients'
# one salesperson is known where it is the same for all.
#
# (asked for on other connections, too, on which PostgreSQL would plan anew for each call)
_FIND = """
(numbers varchar[], in_company integer) RETURNS TABLE (
    number varchar, match_state varchar, partner_id integer, lead_id integer, user_id integer
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $function$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT asked.number,
               COALESCE(client.match_state, 'matched')::varchar,
               CASE client.match_state WHEN 'matched' THEN client.id ELSE lead.partner_id END,
               lead.id,
               CASE WHEN client.match_state IS NULL THEN lead.user_id
                    WHEN client.match_state <> 'internal' AND client.owners = 1 THEN client.owner_id
               END
          FROM unnest(numbers) AS asked(number)
         CROSS JOIN LATERAL (
                SELECT CASE WHEN count(*) = 0 THEN NULL
                            WHEN bool_or(called.partner_share IS NOT TRUE) THEN 'internal'
                            WHEN count(DISTINCT called.id) = 1 THEN 'matched'
                            ELSE 'ambiguous'
                       END AS match_state,
                       min(called.id) AS id,
                       count(DISTINCT COALESCE(called.owner_id, 0)) AS owners,
                       min(called.owner_id) AS owner_id
                  FROM res_partner partner
                 CROSS JOIN LATERAL (
                        SELECT contact.id, contact.partner_share,
                               COALESCE(contact.user_id, (
                                   SELECT company.user_id
                                     FROM res_partner company
                                    WHERE company.id = contact.commercial_partner_id
                               )) AS owner_id
                          FROM res_partner contact
                         WHERE contact.id = CASE
                                   WHEN partner.type <> 'contact' THEN
                                       COALESCE(partner.parent_id, partner.id)
                                   ELSE partner.id
                               END
                       ) AS called
                 WHERE partner.phone_sanitized = asked.number AND partner.active IS TRUE
                   AND (partner.company_id IS NULL OR partner.company_id = in_company)
               ) AS client
          LEFT JOIN LATERAL (
                SELECT newest.id, newest.partner_id, newest.user_id
                  FROM crm_lead newest
                 WHERE client.match_state IS NULL
                   AND newest.phone_sanitized = asked.number AND newest.active IS TRUE
                   AND COALESCE(newest.probability, 0) < 100
                   AND (newest.company_id IS NULL OR newest.company_id = in_company)
                 ORDER BY newest.id DESC
                 LIMIT 1
               ) AS lead ON TRUE
         WHERE client.match_state IS NOT NULL OR lead.id IS NOT NULL;
END
$function$
"""

# Of two persons that messages name, who answered is right, not at whose desk it rang.
_SURER_AGENT = """
                CASE WHEN (EXCLUDED.agent_rank, COALESCE(EXCLUDED.agent_id, 0))
                          > (call.agent_rank, COALESCE(call.agent_id, 0))
                     THEN EXCLUDED.agent_id ELSE call.agent_id END"""

# said_calls: what is to be written of each call, once for each; where it doesn't say whose number it
#   is, that is found
# said_messages: the messages to keep, where they are not kept yet; those that are there already
#   count for nothing, and so do their calls
# kept_ids: the messages that are kept already, and are marked as processed
# most_requests: how many requests of the last second are too many; NULL: that was asked before
# known_signals: what the registry and its caches were as of, by whose word this is written
#   (see crm_call_event); NULL: that was asked before
#
# Returns what became of each call; where nothing may be written, one row without a call that says
# why: "rate", for too many requests, or "stale", for something has changed that the registry does not
# know yet. The messages of a call that needs more than SQL can do are kept as pending.
#
# A person's word on whose call and whose client it is stays; before there is one, the owner is who
# spoke, else whose client it is, else who had it, else the source's.
_WRITE = (
    (
        """
(
    said_source integer, said_company integer, said_user integer, said_team integer, said_tz text,
    said_calls json, said_messages json, kept_ids integer[], most_requests integer,
    known_signals integer[]
) RETURNS TABLE (
    written_id integer, was_inserted boolean, the_direction varchar, the_start timestamp,
    the_end timestamp, the_disposition varchar, the_match_state varchar, the_partner_id integer,
    the_lead_id integer, the_user_id integer, the_callback_id integer, has_missed boolean,
    needs_more boolean, is_listening boolean, messages_kept integer, pending_ids integer[],
    refused varchar
) LANGUAGE plpgsql AS $function$
#variable_conflict use_column
DECLARE
    utc_now CONSTANT timestamp := now() AT TIME ZONE 'UTC';
    ranks CONSTANT varchar[] := %(ranks)s;
    missed_ones CONSTANT varchar[] := %(missed)s;
BEGIN
    IF known_signals <> ARRAY[
        (SELECT max(id) FROM orm_signaling_registry),
        (SELECT max(id) FROM orm_signaling_default),
        (SELECT max(id) FROM orm_signaling_stable)
    ] THEN
        refused := 'stale';
    ELSIF (
        SELECT count(*)
          FROM crm_call_event
         WHERE source_id = said_source AND is_first IS TRUE
           AND create_date > utc_now - interval '1 second'
    ) >= most_requests THEN
        refused := 'rate';
    END IF;
    IF refused IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;

    RETURN QUERY WITH message AS MATERIALIZED (
        SELECT said.*
          FROM json_to_recordset(said_messages) AS said(
                   external_id varchar, payload text, message text, digest varchar,
                   is_first boolean
               )
         WHERE (
                   SELECT true FROM crm_call_event known
                    WHERE known.source_id = said_source AND known.digest = said.digest
               ) IS NULL
    ), said AS MATERIALIZED (
        SELECT said.*
          FROM json_to_recordset(said_calls) AS said(
                   external_id varchar, direction varchar, start timestamp, answered_on timestamp,
                   ended_on timestamp, disposition varchar, recording_url varchar, phone varchar,
                   phone_sanitized varchar, match_state varchar, partner_id integer,
                   lead_id integer, owner_id integer, agent_id integer, agent_rank integer
               )
         WHERE kept_ids IS NOT NULL
            OR said.external_id IN (SELECT message.external_id FROM message)
    ), found AS MATERIALIZED (
        SELECT *
          FROM {find}(
                   ARRAY(
                       SELECT DISTINCT said.phone_sanitized
                         FROM said
                        WHERE said.match_state IS NULL AND said.phone_sanitized IS NOT NULL
                   ),
                   said_company
               )
    ), party AS (
        SELECT said.external_id, said.direction, said.start, said.answered_on, said.ended_on,
               said.disposition, said.recording_url, said.phone, said.phone_sanitized,
               COALESCE(said.match_state, found.match_state, 'unknown') AS match_state,
               COALESCE(said.partner_id, found.partner_id) AS partner_id,
               COALESCE(said.lead_id, found.lead_id) AS lead_id,
               COALESCE(said.owner_id, found.user_id) AS owner_id,
               said.agent_id, said.agent_rank
          FROM said
          LEFT JOIN found ON said.match_state IS NULL AND found.number = said.phone_sanitized
    ), row AS (
        SELECT party.*,
               CASE WHEN party.agent_id IS NOT NULL
                         AND (party.direction = 'out' OR party.disposition = 'answered')
                    THEN party.agent_id
                    ELSE COALESCE(party.owner_id, party.agent_id, said_user)
               END AS user_id
          FROM party
    ), call AS (
        INSERT INTO crm_call AS call (
            source_id, external_id, company_id, direction, start, answered_on, ended_on, duration,
            disposition, recording_url, phone, phone_sanitized, match_state, partner_id, lead_id,
            agent_id, agent_rank, owner_id, user_id, team_id, is_handled, handled_on, hour,
            create_uid, create_date, write_uid, write_date
        )
        SELECT said_source, row.external_id, said_company, row.direction, row.start,
               row.answered_on, row.ended_on,
               GREATEST(0, COALESCE(EXTRACT(EPOCH FROM row.ended_on - row.answered_on), 0))::int,
               row.disposition, row.recording_url, row.phone, row.phone_sanitized, row.match_state,
               row.partner_id, row.lead_id, row.agent_id, row.agent_rank, row.owner_id,
               row.user_id,
               COALESCE(
                   (SELECT owner.sale_team_id FROM res_users owner WHERE owner.id = row.user_id),
                   said_team
               ),
               row.match_state = 'internal',
               CASE WHEN row.match_state = 'internal' THEN utc_now END,
               EXTRACT(HOUR FROM row.start AT TIME ZONE 'UTC' AT TIME ZONE said_tz),
               1, utc_now, 1, utc_now
          FROM row
         ORDER BY row.external_id
        ON CONFLICT (source_id, external_id) WHERE source_id IS NOT NULL DO UPDATE SET
            start = LEAST(call.start, EXCLUDED.start),
            answered_on = LEAST(call.answered_on, EXCLUDED.answered_on),
            ended_on = GREATEST(call.ended_on, EXCLUDED.ended_on),
            duration = GREATEST(0, COALESCE(EXTRACT(EPOCH FROM
                GREATEST(call.ended_on, EXCLUDED.ended_on)
                - LEAST(call.answered_on, EXCLUDED.answered_on)), 0))::int,
            disposition = CASE
                WHEN array_position(ranks, EXCLUDED.disposition)
                     > COALESCE(array_position(ranks, call.disposition), 0)
                THEN EXCLUDED.disposition ELSE call.disposition END,
            hour = EXTRACT(HOUR FROM LEAST(call.start, EXCLUDED.start)
                           AT TIME ZONE 'UTC' AT TIME ZONE said_tz),
            recording_url = COALESCE(EXCLUDED.recording_url, call.recording_url),
            agent_rank = GREATEST(call.agent_rank, EXCLUDED.agent_rank),
            agent_id = {surer_agent},
            owner_id = COALESCE(call.owner_id, EXCLUDED.owner_id),
            user_id = CASE
                WHEN call.status_id IS NOT NULL THEN call.user_id
                WHEN call.direction = 'out'
                     OR 'answered' IN (call.disposition, EXCLUDED.disposition)
                THEN COALESCE({surer_agent}, call.owner_id, EXCLUDED.owner_id,
                              call.user_id, said_user)
                ELSE COALESCE(call.owner_id, EXCLUDED.owner_id, {surer_agent},
                              call.user_id, said_user) END,
            write_date = utc_now
        RETURNING call.id, (xmax = 0) AS inserted, call.external_id, call.direction, call.start,
                  call.ended_on, call.disposition, call.match_state, call.partner_id, call.lead_id,
                  call.user_id, call.phone_sanitized, call.callback_activity_id
    ), judged AS MATERIALIZED (
        SELECT call.*,
               call.disposition = 'answered' AND (
                   EXISTS (
                       SELECT FROM crm_call missed
                        WHERE missed.partner_id = call.partner_id AND missed.direction = 'in'
                          AND missed.returned_on IS NULL AND missed.is_handled IS NOT TRUE
                          AND missed.id <> call.id AND missed.disposition <> 'answered'
                   ) OR EXISTS (
                       SELECT FROM crm_call missed
                        WHERE missed.phone_sanitized = call.phone_sanitized
                          AND missed.direction = 'in'
                          AND missed.returned_on IS NULL AND missed.is_handled IS NOT TRUE
                          AND missed.id <> call.id AND missed.disposition <> 'answered'
                   )
               ) IS TRUE AS has_missed
          FROM call
    ), written AS MATERIALIZED (
        SELECT judged.*,
               CASE WHEN judged.direction = 'in' AND judged.disposition = ANY(missed_ones)
                    THEN judged.partner_id IS NOT NULL OR judged.lead_id IS NOT NULL
                    ELSE judged.has_missed OR judged.callback_activity_id IS NOT NULL
               END AS needs_more
          FROM judged
    ), kept AS (
        INSERT INTO crm_call_event (
            source_id, external_id, payload, message, digest, is_first, state, next_try, call_id,
            create_uid, create_date, write_uid, write_date
        )
        SELECT said_source, message.external_id, message.payload, message.message::jsonb,
               message.digest, message.is_first,
               CASE WHEN written.needs_more THEN 'pending' ELSE 'processed' END,
               CASE WHEN written.needs_more THEN utc_now + interval '1 minute' END,
               written.id, 1, utc_now, 1, utc_now
          FROM message
          JOIN written ON written.external_id = message.external_id
        ON CONFLICT (source_id, digest) DO NOTHING
        RETURNING id, state
    )
    SELECT written.id, written.inserted, written.direction, written.start, written.ended_on,
           written.disposition, written.match_state, written.partner_id, written.lead_id,
           written.user_id, written.callback_activity_id, written.has_missed, written.needs_more,
           (
               SELECT presence.status <> 'offline' FROM mail_presence presence
                WHERE presence.user_id = written.user_id
           ) IS TRUE,
           (SELECT count(*) FROM kept)::integer,
           ARRAY(SELECT kept.id FROM kept WHERE kept.state = 'pending'),
           NULL::varchar
      FROM written
     ORDER BY written.id;

    IF kept_ids IS NOT NULL THEN
        UPDATE crm_call_event event
           SET state = 'processed', error = NULL, next_try = NULL, write_date = utc_now,
               call_id = (
                   SELECT call.id FROM crm_call call
                    WHERE call.source_id = event.source_id
                      AND call.external_id = event.external_id
               )
         WHERE event.id = ANY(kept_ids);
    END IF;
END
$function$
"""
    )
    .replace("{surer_agent}", _SURER_AGENT.strip())
    .replace("{find}", FIND)
)

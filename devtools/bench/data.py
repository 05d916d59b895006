"""Large data, made by SQL and always the same: contacts, users, opportunities and meetings.

All that looks like chance is a hash of the row's number, and all dates lie around a fixed day, so two
databases of one size and version hold the same rows. Made once for each size and then copied.
"""

import hashlib
import shutil
from dataclasses import dataclass

from devtools import templates
from devtools.errors import Trouble, check_space
from devtools.odoo_command import OdooCommand
from devtools.paths import DEV, LOG
from devtools.postgres import Server, literal, quoted
from devtools.processes import tail
from devtools.steps import step

VERSION = 1
"""Raise it with every change of what is made: it tells old templates from new ones."""

ANCHOR = "2026-06-30"
"""The day that stands for today in the data: meetings reach from three years before to 60 days after it."""

MODULES = ["crm"]
"""What the template has installed: Odoo as it is without the add-on."""

SALESPERSON = "bench_sales_1"
"""The login of the one who saves meetings; the others are numbered on."""

_FIRST = "Jana Petr Eva Tomáš Lucie Jakub Anna Martin Marie Pavel Hana Jiří Klára Ondřej Věra Karel Zuzana Filip Ivana Milan"
_LAST = (
    "Nováková Svoboda Dvořák Černá Procházka Kučera Veselá Horák Němec Pokorná Marek Pospíšil Hájek Králová "
    "Jelínek Růžička Beneš Fiala Sedláček Doležal Zeman Kolář Krejčí Navrátil Čermák Vaněk Urban Blažek Kříž Kovář"
)


@dataclass(frozen=True)
class Size:
    """How many rows of each kind."""

    contacts: int
    events: int
    leads: int
    users: int

    @property
    def megabytes(self) -> int:
        """About how much disk one database of this size takes."""
        return 100 + (self.contacts * 600 + self.events * 600 + self.leads * 700) // 1_000_000


SIZES = {
    "tiny": Size(500, 500, 150, 3),
    "small": Size(20_000, 20_000, 6_000, 20),
    "large": Size(1_000_000, 1_000_000, 300_000, 200),
}

# Rows are loaded into bare tables; their indexes are made afterwards, in one go.
_TABLES = [
    "res_partner",
    "crm_lead",
    "calendar_event",
    "calendar_attendee",
    "calendar_event_res_partner_rel",
]

_USERS = """\
group = env.ref("sales_team.group_sale_salesman")
env["res.users"].with_context(tracking_disable=True, no_reset_password=True, mail_create_nolog=True).create([
    {{"name": f"Sales Person{{n}}", "login": f"bench_sales_{{n}}", "email": f"bench_sales_{{n}}@example.com",
      "group_ids": [(4, group.id)]}}
    for n in range(1, {users} + 1)
])
env.cr.commit()
"""


def ensure(odoo: OdooCommand, size: str) -> str:
    """The name of the database with data of `size`, made if it isn't there. It is only to be copied."""
    made_of = f"{VERSION} {SIZES[size]} {MODULES} {odoo.workshop.odoo.version}"
    name = f"{odoo.server.name('bench')}_{size}_{hashlib.sha256(made_of.encode()).hexdigest()[:8]}"
    present = odoo.server.databases()
    if name in present:
        return name
    for old in present:
        if old.startswith(f"{odoo.server.name('bench')}_{size}_"):
            drop(odoo, old)
    check_space(DEV, 6 * SIZES[size].megabytes, f"benchmarks of the size {size}")
    with templates.copy_of(odoo, MODULES, bundles=False) as making:
        with step(f"Users, {size}"):
            _make_users(odoo, making, SIZES[size])
        with step(f"Contacts, opportunities and meetings, {size}"):
            _load(odoo.server, making, SIZES[size])
        with step(f"Indexes and statistics, {size}"):
            _index(odoo.server, making)
        # The name comes last, so a half-made database never has it.
        templates.filestore(odoo, making).rename(templates.filestore(odoo, name))
        odoo.server.rename(making, name)
    return name


def copy(odoo: OdooCommand, source: str, name: str) -> None:
    """Make the database `name` as a copy of `source`, in place of an older one."""
    drop(odoo, name)
    strategy = " STRATEGY file_copy" if _version(odoo.server) >= 15 else ""
    odoo.server.sql(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(source)}{strategy}")
    templates._copy_files(templates.filestore(odoo, source), templates.filestore(odoo, name))


def drop(odoo: OdooCommand, name: str) -> None:
    """Drop a database of ours with its attachments."""
    odoo.server.drop(name)
    shutil.rmtree(templates.filestore(odoo, name), ignore_errors=True)


def _version(server: Server) -> int:
    """The major version of PostgreSQL."""
    return int(server.sql("SHOW server_version_num")[0][0]) // 10_000


def _make_users(odoo: OdooCommand, database: str, size: Size) -> None:
    """Make the salespeople through Odoo, for a user is more than a row."""
    log = LOG / "bench-data.log"
    script = _USERS.format(users=size.users)
    status = odoo.log(
        ["shell", "-d", database, "--no-http", "--log-level=warn"], log, stdin_text=script
    )
    made = odoo.server.sql(
        "SELECT count(*) FROM res_users WHERE login LIKE 'bench_sales_%'", database
    )[0][0]
    if status or int(made) != size.users:
        raise Trouble(f"The users could not be made: {log} tells why.\n{tail(log.read_text())}")


def _load(server: Server, database: str, size: Size) -> None:
    """Fill the tables without their indexes; what to make those of again is kept in a table."""
    superuser = (
        server.sql("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")[0][0] == "t"
    )
    tables = ", ".join(map(literal, _TABLES))
    values = {
        "contacts": size.contacts,
        "companies": size.contacts // 10,
        "events": size.events,
        "leads": size.leads,
        "users": size.users,
        "anchor": literal(ANCHOR),
        "first": literal("{" + ",".join(_FIRST.split()) + "}"),
        "last": literal("{" + ",".join(_LAST.split()) + "}"),
        "tables": tables,
        # No foreign key is checked row by row: what is referred to is made here, too.
        "replica": "SET session_replication_role = replica;" if superuser else "",
    }
    server.sql(_SQL.format(**values), database)


def _index(server: Server, database: str) -> None:
    """Make the indexes again that `_load` dropped, and gather statistics."""
    definitions = server.sql("SELECT definition FROM bench_indexes ORDER BY definition", database)
    statements = "; ".join(definition for (definition,) in definitions)
    server.sql(
        f"SET maintenance_work_mem = '512MB'; {statements}; DROP TABLE bench_indexes", database
    )
    server.sql("VACUUM (ANALYZE)", database)


# Numbers run from 1; an id is the number plus the greatest id that was there before.
_SQL = """\
{replica}
SET synchronous_commit = off;

CREATE TABLE bench_indexes AS
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
      FROM pg_index
     WHERE indrelid::regclass::text IN ({tables}) AND NOT indisunique;
DO $$
DECLARE index_name text;
BEGIN
    FOR index_name IN SELECT name FROM bench_indexes LOOP
        EXECUTE 'DROP INDEX ' || index_name;
    END LOOP;
END $$;

-- a number from 0 to m - 1 that depends on the row and the salt alone
CREATE FUNCTION pg_temp.h(n bigint, salt int, m int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT ((((((n * 2654435761 + salt * 2246822519) & 4294967295)
        # (((n * 2654435761 + salt * 2246822519) & 4294967295) >> 15)) * 668265263) & 4294967295) >> 7)::int % m
$$;

CREATE TEMP TABLE base AS SELECT
    (SELECT max(id) FROM res_partner) AS partner,
    (SELECT max(id) FROM crm_lead) AS lead,
    (SELECT max(id) FROM calendar_event) AS event,
    (SELECT id FROM res_country WHERE code = 'CZ') AS country,
    (SELECT id FROM crm_team ORDER BY sequence, id LIMIT 1) AS team;
UPDATE base SET lead = coalesce(lead, 0), event = coalesce(event, 0);

CREATE TEMP TABLE seller AS
    SELECT substr(login, 13)::int AS number, id, partner_id FROM res_users WHERE login LIKE 'bench\\_sales\\_%';
CREATE UNIQUE INDEX ON seller (number);

CREATE TEMP TABLE stage AS
    SELECT (row_number() OVER (ORDER BY coalesce(is_won, false), sequence, id) - 1)::int AS number, id,
           coalesce(is_won, false) AS is_won,
           count(*) OVER ()::int AS total
      FROM crm_stage;

-- contacts: one in ten a company, one person in ten a single word, one in twenty with a title
INSERT INTO res_partner (
    id, name, complete_name, is_company, parent_id, commercial_partner_id, commercial_company_name, user_id,
    phone, phone_sanitized, email, email_normalized, city, zip, country_id, type, active, partner_share, lang,
    color, employee, message_bounce, create_uid, write_uid, create_date, write_date)
SELECT base.partner + n, name,
       CASE WHEN parent IS NULL THEN name ELSE parent_name || ', ' || name END,
       is_company, base.partner + parent, base.partner + coalesce(parent, n),
       CASE WHEN is_company THEN name ELSE parent_name END, seller.id,
       CASE pg_temp.h(n, 5, 20)
           WHEN 0 THEN NULL WHEN 1 THEN NULL WHEN 2 THEN NULL
           WHEN 3 THEN digits WHEN 4 THEN digits WHEN 5 THEN digits
           WHEN 6 THEN '00420' || digits
           WHEN 7 THEN spaced WHEN 8 THEN spaced WHEN 9 THEN '+420' || digits WHEN 10 THEN '+420' || digits
           WHEN 11 THEN '+420-' || replace(spaced, ' ', '-')
           ELSE '+420 ' || spaced END,
       CASE WHEN pg_temp.h(n, 5, 20) > 2 THEN '+420' || digits END,
       email, email, 'Praha ' || 1 + pg_temp.h(n, 8, 10), '1' || lpad(pg_temp.h(n, 9, 10000)::text, 4, '0'),
       base.country, 'contact', pg_temp.h(n, 10, 100) > 0, true, 'en_US', 0, false, 0,
       1, 1, born, born
  FROM base
 CROSS JOIN LATERAL (SELECT ({first}::text[]) AS first, ({last}::text[]) AS last) words
 CROSS JOIN generate_series(1, {contacts}) AS n
 CROSS JOIN LATERAL (SELECT n <= {companies} AS is_company,
                       CASE WHEN n > {companies} AND pg_temp.h(n, 1, 10) < 4
                            THEN 1 + pg_temp.h(n, 2, {companies}) END AS parent,
                       first[1 + pg_temp.h(n, 3, cardinality(first))] AS given,
                       last[1 + pg_temp.h(n, 4, cardinality(last))] AS family,
                       '6' || lpad(pg_temp.h(n, 6, 100000000)::text, 8, '0') AS digits,
                       {anchor}::timestamp - make_interval(mins => pg_temp.h(n, 11, 1576800)) AS born) made
 CROSS JOIN LATERAL (SELECT CASE WHEN is_company THEN family || ' ' || n || ' s.r.o.'
                            WHEN pg_temp.h(n, 12, 10) = 0 THEN family
                            WHEN pg_temp.h(n, 12, 20) = 1 THEN 'Ing. ' || given || ' ' || family
                            ELSE given || ' ' || family END AS name,
                       last[1 + pg_temp.h(parent, 4, cardinality(last))] || ' ' || parent || ' s.r.o.' AS parent_name,
                       substr(digits, 1, 3) || ' ' || substr(digits, 4, 3) || ' ' || substr(digits, 7) AS spaced,
                       CASE WHEN pg_temp.h(n, 7, 10) < 7 THEN 'client' || n || '@example.com' END AS email) shown
  LEFT JOIN seller ON seller.number = 1 + pg_temp.h(n, 13, {users}) AND pg_temp.h(n, 14, 5) > 0;

-- opportunities: over all stages, one in ten lost, one in five only a lead
INSERT INTO crm_lead (
    id, name, type, partner_id, user_id, team_id, company_id, stage_id, active, priority, phone, phone_sanitized,
    email_from, email_normalized, contact_name, expected_revenue, prorated_revenue, probability,
    automated_probability, won_status, date_open, date_closed, date_last_stage_update, date_deadline, color,
    message_bounce, create_uid, write_uid, create_date, write_date)
SELECT base.lead + n, 'Offer ' || n, CASE WHEN is_lead THEN 'lead' ELSE 'opportunity' END, partner.id, seller.id,
       base.team, 1, stage.id, NOT lost, pg_temp.h(n, 21, 3)::text, partner.phone, partner.phone_sanitized,
       partner.email, partner.email_normalized, partner.name, revenue, revenue * chance / 100, chance, chance,
       CASE WHEN lost THEN 'lost' WHEN stage.is_won THEN 'won' ELSE 'pending' END,
       born, CASE WHEN lost OR stage.is_won THEN closed END, born, (closed + interval '30 days')::date, 0,
       0, seller.id, seller.id, born, closed
  FROM base
 CROSS JOIN generate_series(1, {leads}) AS n
 CROSS JOIN LATERAL (SELECT pg_temp.h(n, 22, 10) = 0 AS lost, pg_temp.h(n, 23, 5) = 0 AS is_lead,
                       1000 * (1 + pg_temp.h(n, 24, 500))::numeric AS revenue,
                       {anchor}::timestamp - make_interval(mins => pg_temp.h(n, 25, 1576800)) AS born) made
 CROSS JOIN LATERAL (SELECT least({anchor}::timestamp, born + make_interval(hours => pg_temp.h(n, 26, 2400))) AS closed) then_
  JOIN stage ON stage.number = CASE WHEN is_lead OR lost THEN 0 ELSE pg_temp.h(n, 27, stage.total) END
 CROSS JOIN LATERAL (SELECT CASE WHEN lost THEN 0 WHEN stage.is_won THEN 100 ELSE 10 + pg_temp.h(n, 28, 80) END::float8
                    AS chance) weighed
  JOIN seller ON seller.number = 1 + pg_temp.h(n, 29, {users})
  CROSS JOIN LATERAL (SELECT max(id) AS top FROM res_partner) greatest
  JOIN res_partner partner ON partner.id = greatest.top - pg_temp.h(n, 30, {contacts});

-- meetings: three in ten with a client, half of those about an opportunity; one in two hundred without a subject
CREATE TEMP TABLE meeting AS
SELECT n, base.event + n AS id, seller.id AS user_id, seller.partner_id AS organizer_id, start,
       CASE WHEN pg_temp.h(n, 31, 20) < 3 THEN lead.id END AS opportunity_id,
       CASE WHEN pg_temp.h(n, 31, 20) < 3 THEN lead.partner_id
            WHEN pg_temp.h(n, 31, 20) < 6 THEN base.partner + 1 + pg_temp.h(n, 32, {contacts}) END AS client_id,
       -- some clients bring a companion
       CASE WHEN pg_temp.h(n, 31, 50) = 5 THEN base.partner + 1 + pg_temp.h(n, 33, {contacts}) END AS companion_id
  FROM base
 CROSS JOIN generate_series(1, {events}) AS n
 CROSS JOIN LATERAL (SELECT {anchor}::timestamp + interval '60 days'
                       - make_interval(hours => 1 + pg_temp.h(n, 34, 27720)) AS start) made
  JOIN seller ON seller.number = 1 + pg_temp.h(n, 35, {users})
  CROSS JOIN base origin
  JOIN crm_lead lead ON lead.id = origin.lead + 1 + pg_temp.h(n, 36, {leads});

INSERT INTO calendar_event (
    id, name, user_id, start, stop, duration, allday, active, show_as, opportunity_id, res_model, res_model_id,
    res_id, recurrency, follow_recurrence, create_uid, write_uid, create_date, write_date)
SELECT meeting.id, CASE WHEN pg_temp.h(n, 41, 200) = 0 THEN ' ' ELSE 'Meeting ' || n END, user_id, start,
       start + interval '1 hour', 1, false, true, 'busy', opportunity_id,
       CASE WHEN opportunity_id IS NOT NULL THEN 'crm.lead' END,
       CASE WHEN opportunity_id IS NOT NULL THEN ir_model.id END,
       opportunity_id, false, false, user_id, user_id,
       least(start, {anchor}::timestamp), least(start, {anchor}::timestamp)
  FROM meeting JOIN ir_model ON ir_model.model = 'crm.lead';

INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
SELECT id, organizer_id FROM meeting
UNION SELECT id, client_id FROM meeting WHERE client_id IS NOT NULL
UNION SELECT id, companion_id FROM meeting WHERE companion_id IS NOT NULL;

INSERT INTO calendar_attendee (
    event_id, partner_id, common_name, access_token, state, availability, create_uid, write_uid, create_date, write_date)
SELECT meeting.id, partner.id, partner.name, md5(meeting.id || '-' || partner.id),
       CASE WHEN partner.id = organizer_id THEN 'accepted' ELSE 'needsAction' END, 'busy',
       meeting.user_id, meeting.user_id, least(start, {anchor}::timestamp), least(start, {anchor}::timestamp)
  FROM meeting
  JOIN calendar_event_res_partner_rel attends ON attends.calendar_event_id = meeting.id
  JOIN res_partner partner ON partner.id = attends.res_partner_id
 ORDER BY meeting.id, partner.id;

SELECT setval('res_partner_id_seq', max(id)) FROM res_partner;
SELECT setval('crm_lead_id_seq', max(id)) FROM crm_lead;
SELECT setval('calendar_event_id_seq', max(id)) FROM calendar_event;
"""

"""Whose clients contacts are, by SQL: what ``res.partner._compute_discipline_owners`` computes.

For many contacts at once: beside years of history, and after what moved them by SQL.
"""

from odoo.tools import SQL


def restate_owners(cr, which):
    """Say whose client each contact is: its own salesperson's, else its company's.

    :param which: the contacts, as an SQL condition on ``res_partner``
    """
    run_uncompiled(cr)
    cr.execute(
        SQL(
            """
            WITH RECURSIVE ours AS (
                SELECT partner_id FROM res_company
            ), above AS (
                SELECT res_partner.id AS partner_id, commercial_partner_id, 0 AS depth,
                       id, parent_id, user_id
                  FROM res_partner
                 WHERE %(which)s AND parent_id IS NOT NULL
                       AND partner_share AND id NOT IN (SELECT partner_id FROM ours)
                 UNION ALL
                SELECT above.partner_id, above.commercial_partner_id, above.depth + 1,
                       higher.id, higher.parent_id,
                       CASE WHEN higher.partner_share
                                 AND higher.id NOT IN (SELECT partner_id FROM ours)
                            THEN higher.user_id
                       END
                  FROM above
            CROSS JOIN LATERAL (
                           SELECT id, parent_id, user_id, partner_share
                             FROM res_partner
                            WHERE res_partner.id = above.parent_id
                           OFFSET 0
                       ) higher
                 WHERE above.parent_id IS NOT NULL AND above.depth < 20
            ), nearest AS (
                SELECT DISTINCT ON (partner_id) partner_id, user_id
                  FROM above WHERE user_id IS NOT NULL ORDER BY partner_id, depth
            ), other AS (
                SELECT DISTINCT ON (above.partner_id) above.partner_id, above.user_id
                  FROM above
                  JOIN nearest USING (partner_id)
                 WHERE above.user_id <> nearest.user_id
              ORDER BY above.partner_id, above.id = above.commercial_partner_id DESC, above.depth
            ), owned AS (
                SELECT res_partner.id,
                       CASE WHEN parent_id IS NOT NULL THEN nearest.user_id
                            WHEN partner_share AND id NOT IN (SELECT partner_id FROM ours)
                            THEN res_partner.user_id
                       END AS owner_id,
                       other.user_id AS other_id
                  FROM res_partner
             LEFT JOIN nearest ON nearest.partner_id = res_partner.id
             LEFT JOIN other ON other.partner_id = res_partner.id
                 WHERE %(which)s
            )
            UPDATE res_partner partner
               SET discipline_owner_id = owned.owner_id,
                   discipline_company_owner_id = owned.other_id
              FROM owned
             WHERE partner.id = owned.id
               AND (partner.discipline_owner_id, partner.discipline_company_owner_id)
                   IS DISTINCT FROM (owned.owner_id, owned.other_id)
            """,
            which=which,
        )
    )


def run_uncompiled(cr):
    """Let the transaction's statements run as they are.

    Of a recursive query PostgreSQL expects millions of rows and compiles it first, which takes longer
    than to run it.
    """
    cr.execute("SET LOCAL jit = off")


def with_all_below(partner_ids):
    """Return the SQL condition on ``res_partner`` "one of these contacts, or of their people"."""
    return SQL(
        """res_partner.id IN (
            WITH RECURSIVE below AS (
                SELECT unnest(%s::int[]) AS id
                 UNION
                SELECT lower.id FROM below
            CROSS JOIN LATERAL (
                           SELECT id FROM res_partner child
                            WHERE child.parent_id = below.id
                           OFFSET 0
                       ) lower
            ) SELECT id FROM below
        )""",
        list(partner_ids),
    )

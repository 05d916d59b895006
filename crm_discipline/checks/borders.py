"""What all queries of the check share: who sells for a company, and where its days begin."""

# Who sells: holds the salesperson's role by any way and may work in the company. ``at_home``: whose own
# company it is, to whom also belongs what has no company.
SELLERS = """
WITH RECURSIVE sales_group (id) AS (
    SELECT res_id FROM ir_model_data WHERE module = 'sales_team' AND name = 'group_sale_salesman'
     UNION
    SELECT implied.gid FROM res_groups_implied_rel implied JOIN sales_group ON implied.hid = sales_group.id
), seller AS (
    SELECT users.id, users.company_id = %(company)s AS at_home
      FROM res_users users
     WHERE users.share IS NOT TRUE
       AND users.id IN (SELECT user_id FROM res_company_users_rel WHERE cid = %(company)s)
       AND users.id IN (SELECT uid FROM res_groups_users_rel WHERE gid IN (SELECT id FROM sales_group))
)
"""


def in_period(moment):
    """Return the condition that a moment is in the period, by the company's clock."""
    return (
        f"{moment} >= (%(first)s::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC')"
        f" AND {moment} < ((%(last)s::date + 1)::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC')"
    )


def is_of(company):
    """Return the condition that a seller's record counts in the company."""
    return f"({company} = %(company)s OR {company} IS NULL AND seller.at_home)"


def get_params(company, first, last, now, today):
    """Return what the queries ask for."""
    return {
        "company": company.id,
        "tz": company.discipline_tz or "UTC",
        "first": first,
        "last": last,
        "now": now,
        "today": today,
    }

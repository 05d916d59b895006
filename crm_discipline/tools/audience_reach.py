"""Whether a client can be reached, and why not: said once, in SQL.

The same expressions count an audience, fill its list and judge a member anew when the client's data
change, so that a figure and the list behind it can't disagree.
"""

from odoo.tools import SQL

REASONS = ("missing", "invalid", "wrong_number", "opted_out", "duplicate", "archived")
"""Why a member of an audience can't be reached, in the order in which they are shown."""

FIXABLE = ("missing", "invalid", "wrong_number")
"""The reasons that somebody can mend by finding out the right number or address."""

# Of each channel: the column that states it, and the address that must not be used twice.
_COLUMNS = {
    "phone": ("phone_state", "phone_sanitized"),
    "email": ("email_state", "email_normalized"),
}
PARTNER_FIELDS = ("active", *_COLUMNS["phone"], *_COLUMNS["email"])


def _column(alias, name):
    return SQL.identifier(alias, name)


def state_sql(channel, everywhere, alias="res_partner"):
    """Return the SQL of what a client is for an audience: ``ok`` or the reason why not.

    Whether somebody else in the audience has the same address is not looked at here.

    :param channel: ``phone``, ``email`` or ``any``
    :param everywhere: whether an opt-out of one channel is one of all
    :param alias: of the table of contacts in the query
    """
    phone = SQL("COALESCE(%s, 'missing')", _column(alias, "phone_state"))
    email = SQL("COALESCE(%s, 'missing')", _column(alias, "email_state"))
    either_out = SQL("'opted_out' IN (%s, %s)", phone, email)
    if channel == "any":
        reached = SQL("'ok' IN (%s, %s)", phone, email)
        rest = SQL(
            """CASE WHEN %(phone)s = 'wrong_number' THEN 'wrong_number'
                    WHEN 'invalid' IN (%(phone)s, %(email)s) THEN 'invalid'
                    WHEN %(out)s THEN 'opted_out'
                    ELSE 'missing' END""",
            phone=phone,
            email=email,
            out=either_out,
        )
    else:
        own = phone if channel == "phone" else email
        reached, rest = SQL("%s = 'ok'", own), own
    return SQL(
        """CASE WHEN %(active)s IS NOT TRUE THEN 'archived'
                WHEN %(out)s THEN 'opted_out'
                WHEN %(reached)s THEN 'ok'
                ELSE %(rest)s END""",
        active=_column(alias, "active"),
        out=either_out if everywhere else SQL("FALSE"),
        reached=reached,
        rest=rest,
    )


def address_sql(channel, alias="res_partner"):
    """Return the SQL of the address by which a client that is ``ok`` is reached.

    By any channel the e-mail goes before the phone; an e-mail and a number are never equal.
    """
    if channel != "any":
        return _column(alias, _COLUMNS[channel][1])
    return SQL(
        "CASE WHEN %s = 'ok' THEN %s ELSE %s END",
        _column(alias, "email_state"),
        _column(alias, "email_normalized"),
        _column(alias, "phone_sanitized"),
    )


def count_sql(chosen):
    """Return the query of ``(state, how many, how many different addresses)``.

    :param chosen: a query that yields ``state`` and ``address``
    """
    return SQL(
        """
        SELECT state, sum(clients)::bigint, count(*)
          FROM (SELECT state, CASE WHEN state = 'ok' THEN address END, count(*) AS clients
                  FROM (%s) chosen
              GROUP BY 1, 2) addresses
      GROUP BY state
        """,
        chosen,
    )

"""Contacts that are probably one client: the same phone, the same e-mail, nearly the same name in one
company. A company and its people may share a phone and an e-mail; that makes them no duplicates."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools import person_name

# Of more contacts that share a value no more are looked at: so many are no duplicates.
_MOST = 200
_IS_CLIENT = "{0}.active IS TRUE AND {0}.partner_share IS TRUE AND {0}.type = 'contact'"


class SameValue(models.AbstractModel):
    """How many clients have the record's value of a field."""

    _name = "crm.discipline.finder.same"
    _inherit = "crm.discipline.finder"
    _description = "Finds contacts that share a value"
    _finder_model = "res.partner"
    _shared_field = None

    def _get_value(self):
        return SQL("record.%s", SQL.identifier(self._shared_field))

    def _get_joins(self):
        return SQL(
            """
            CROSS JOIN LATERAL (
                SELECT count(DISTINCT sharing.commercial_partner_id) AS clients
                  FROM (SELECT other.commercial_partner_id
                          FROM res_partner other
                         WHERE other.%(field)s = record.%(field)s AND %(is_client)s
                         LIMIT %(most)s) sharing
            ) shared
            """,
            field=SQL.identifier(self._shared_field),
            is_client=SQL(_IS_CLIENT.format("other")),
            most=_MOST,
        )

    def _get_condition(self):
        return SQL(
            "%s AND record.%s IS NOT NULL AND %s",
            SQL(_IS_CLIENT.format("record")),
            SQL.identifier(self._shared_field),
            self._is_odd(),
        )

    @api.model
    def _is_odd(self):
        """Return the SQL of whether so many ``shared.clients`` are to be found."""
        return SQL("shared.clients > 1 AND shared.clients < company.discipline_shared_limit")

    def _get_concerned(self, ids):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT other.id
                  FROM (SELECT DISTINCT %(field)s AS value FROM res_partner
                         WHERE id = ANY(%(ids)s) AND %(field)s IS NOT NULL) changed
            CROSS JOIN LATERAL (SELECT id FROM res_partner
                                 WHERE %(field)s = changed.value LIMIT %(most)s) other
                """,
                field=SQL.identifier(self._shared_field),
                ids=list(ids),
                most=_MOST,
            )
        )
        return [partner_id for (partner_id,) in rows]


class SamePhone(models.AbstractModel):
    _name = "crm.discipline.finder.same_phone"
    _inherit = "crm.discipline.finder.same"
    _description = "Finds contacts with the same phone"
    _finder_is_duplicate = True
    _shared_field = "phone_sanitized"
    _finder_fields = ("phone",)


class SameEmail(models.AbstractModel):
    _name = "crm.discipline.finder.same_email"
    _inherit = "crm.discipline.finder.same"
    _description = "Finds contacts with the same e-mail"
    _finder_is_duplicate = True
    _shared_field = "email_normalized"
    _finder_fields = ("email",)


class NearName(models.AbstractModel):
    """People of one company with nearly the same name. They are found by the company, and compared
    here: what is near is no matter of SQL."""

    _name = "crm.discipline.finder.near_name"
    _inherit = "crm.discipline.finder"
    _description = "Finds people of a company with nearly the same name"
    _finder_model = "res.partner"
    _finder_is_duplicate = True
    _finder_fields = ("name",)

    def _find(self, ids):
        self.env["res.partner"].flush_model()
        people = defaultdict(list)
        for partner_id, parent_id, name in self._select_colleagues(ids):
            people[parent_id].append((partner_id, person_name.fold(name)))
        wanted = set(ids)
        found = []
        for parent_id, colleagues in people.items():
            for partner_id, words in colleagues:
                if partner_id not in wanted:
                    continue
                near = [one for one in colleagues if person_name.are_near(one[1], words)]
                if len(near) > 1:
                    first = " ".join(min(near)[1])
                    found.append((partner_id, f"{first} #{parent_id}"[:200]))
        return found

    @api.model
    def _say_value(self, value):
        # (without whose people they are)
        return (value or "").rpartition(" #")[0]

    @api.model
    def _select_colleagues(self, ids):
        return self.env.execute_query(
            SQL(
                """
                SELECT other.id, other.parent_id, other.name
                  FROM (SELECT DISTINCT parent_id FROM res_partner WHERE id = ANY(%s)) changed
            CROSS JOIN LATERAL (SELECT id, parent_id, name FROM res_partner
                                 WHERE res_partner.parent_id = changed.parent_id AND %s
                              ORDER BY id LIMIT %s) other
                """,
                list(ids),
                SQL(_IS_CLIENT.format("res_partner")),
                _MOST,
            )
        )

    def _get_concerned(self, ids):
        return [partner_id for partner_id, _parent, _name in self._select_colleagues(ids)]

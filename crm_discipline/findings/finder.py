"""What looks odd in the data, one kind a class: a *finder*.

A finder is an abstract model named ``crm.discipline.finder.<code>``; a record of
``crm.discipline.finding.kind`` with that code gives it a name and an advice. It says by one condition
in SQL which of some records it is about, and by a value what it found there::

    class WrongNumber(models.AbstractModel):
        _name = "crm.discipline.finder.wrong_number"
        _inherit = "crm.discipline.finder"
        _description = "Finds numbers that a call told to be wrong"
        _finder_model = "res.partner"
        _finder_fields = ("phone",)

        def _get_value(self):
            return SQL("record.phone")

        def _get_condition(self):
            return SQL("record.phone_state = 'wrong_number'")

In its SQL, ``record`` is the record's row, ``company`` the company whose settings are for it, and ``limits``
holds what these settings say.
"""

from odoo import api, models
from odoo.tools import SQL

_PREFIX = "crm.discipline.finder."


class CrmDisciplineFinder(models.AbstractModel):
    _name = "crm.discipline.finder"
    _description = "Finds what looks odd in the data"

    _finder_model = None
    # What is found also comes and goes with time, so all records are looked at once a day.
    _finder_is_timed = False
    # Whether several records with one value are probably one, and can be merged.
    _finder_is_duplicate = False
    # Where it is mended, as far as that is a matter of filling in.
    _finder_fields = ()

    @api.model
    def _get_finder(self, code):
        """Return the finder of a kind, None where its module is gone."""
        return self.env.get(_PREFIX + code)

    # ------------------------------------------------------------
    # WHAT A KIND SAYS
    # ------------------------------------------------------------

    @api.model
    def _get_value(self):
        """Return the SQL of what was found; a finding that was marked as right is of this value."""
        raise NotImplementedError

    @api.model
    def _say_value(self, value):
        """Return what was found as people say it."""
        return value

    @api.model
    def _get_condition(self):
        """Return the SQL of whether there is something to be found."""
        raise NotImplementedError

    @api.model
    def _get_joins(self):
        """Return SQL that is added to FROM."""
        return SQL()

    @api.model
    def _get_concerned(self, ids):
        """Return the ids of the other records whose findings depend on some that changed."""
        return []

    # ------------------------------------------------------------
    # FINDING
    # ------------------------------------------------------------

    @api.model
    def _find(self, ids):
        """Return what is found in some records: ``[(id, value)]``."""
        self.env[self._finder_model].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT record.id, left(%(value)s, 200)
                  FROM %(table)s record
             LEFT JOIN res_users owner ON owner.id = record.user_id
                  JOIN res_company company
                    ON company.id = COALESCE(%(company)s, owner.company_id, %(main)s)
                       %(joins)s
                 WHERE record.id = ANY(%(ids)s) AND %(condition)s
                """,
                value=self._get_value(),
                table=SQL.identifier(self.env[self._finder_model]._table),
                company=self._get_company(),
                main=self.env["res.company"].sudo().search([], order="id", limit=1).id,
                joins=self._get_joins(),
                ids=list(ids),
                condition=self._get_condition(),
            )
        )

    @api.model
    def _get_company(self):
        if self.env[self._finder_model]._has_stored("company_id"):
            return SQL("record.company_id")
        return SQL("NULL::int")

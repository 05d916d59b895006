"""Names that were typed only because one was asked for: “xxx”, “test”, “.”.

The company says which words are such; a single character several times and a text without any letter
are, whatever it says.
"""

from odoo import api, models
from odoo.tools import SQL


class Placeholder(models.AbstractModel):
    _name = "crm.discipline.finder.placeholder"
    _inherit = "crm.discipline.finder"
    _description = "Finds names that stand for a name"
    _finder_model = "res.partner"
    _finder_fields = ("name",)

    def _get_value(self):
        return SQL("record.name")

    def _get_condition(self):
        return SQL("record.active IS TRUE AND %s AND %s", self._get_scope(), self._is_placeholder())

    @api.model
    def _get_scope(self):
        return SQL("record.partner_share IS TRUE AND record.type = 'contact'")

    @api.model
    def _is_placeholder(self):
        words = SQL(r"regexp_split_to_array(btrim(lower(record.name)), '[\s.,;_-]+')")
        return SQL(
            r"""
            record.name ~ '\S' AND (
                lower(btrim(record.name)) = ANY(%(listed)s)
                OR array_remove(%(words)s, '') <@ %(listed)s
                OR lower(record.name) ~ '^\s*((\S)\2{2,}\s*)+$'
                OR record.name !~ '[^[:space:][:digit:][:punct:]]'
            )
            """,
            listed=SQL(
                r"""
                regexp_split_to_array(
                    btrim(lower(COALESCE(company.discipline_placeholders, ''))), '\s*,\s*'
                )
                """
            ),
            words=words,
        )


class PlaceholderSubject(models.AbstractModel):
    _name = "crm.discipline.finder.placeholder_subject"
    _inherit = "crm.discipline.finder.placeholder"
    _description = "Finds subjects of meetings that stand for a subject"
    _finder_model = "calendar.event"
    _finder_fields = ("name",)

    def _get_scope(self):
        return SQL("record.is_client_meeting IS TRUE")


class PlaceholderLead(models.AbstractModel):
    _name = "crm.discipline.finder.placeholder_lead"
    _inherit = "crm.discipline.finder.placeholder"
    _description = "Finds names of opportunities that stand for a name"
    _finder_model = "crm.lead"
    _finder_fields = ("name",)

    def _get_scope(self):
        return SQL("TRUE")

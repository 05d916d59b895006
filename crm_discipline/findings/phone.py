from odoo import models
from odoo.tools import SQL

_IS_CLIENT = SQL("record.active IS TRUE AND record.partner_share IS TRUE")


class InvalidPhone(models.AbstractModel):
    _name = "crm.discipline.finder.invalid_phone"
    _inherit = "crm.discipline.finder"
    _description = "Finds phones that are none in their country"
    _finder_model = "res.partner"
    _finder_fields = ("phone",)

    def _get_value(self):
        return SQL("record.phone")

    def _get_condition(self):
        return SQL("%s AND record.phone_state = 'invalid'", _IS_CLIENT)


class WrongNumber(models.AbstractModel):
    _name = "crm.discipline.finder.wrong_number"
    _inherit = "crm.discipline.finder"
    _description = "Finds numbers that a call told to be wrong"
    _finder_model = "res.partner"
    _finder_fields = ("phone",)

    def _get_value(self):
        return SQL("record.phone")

    def _get_condition(self):
        return SQL("%s AND record.phone_state = 'wrong_number'", _IS_CLIENT)


class PhoneDigits(models.AbstractModel):
    """Seven times the same digit, or seven in a row."""

    _name = "crm.discipline.finder.phone_digits"
    _inherit = "crm.discipline.finder"
    _description = "Finds phones with repeated or sequential digits"
    _finder_model = "res.partner"
    _finder_fields = ("phone",)

    def _get_value(self):
        return SQL("record.phone")

    def _get_condition(self):
        digits = SQL(r"regexp_replace(record.phone, '\D', '', 'g')")
        rows = ["0123456789"[start : start + 7] for start in range(4)]
        rows += [row[::-1] for row in rows] + ["4567890", "7890123", "8901234", "9012345"]
        return SQL(
            r"%s AND record.phone IS NOT NULL AND (%s ~ '(\d)\1{6}' OR %s ~ %s)",
            _IS_CLIENT,
            digits,
            digits,
            "|".join(rows),
        )

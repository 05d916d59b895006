from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    phone_extension = fields.Char(
        copy=False,
        help="The number inside the company by which the telephone system knows this user.",
    )

    _phone_extension_unique = models.UniqueIndex(
        "(phone_extension) WHERE phone_extension IS NOT NULL AND active IS TRUE",
        "Two users can't have the same extension.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "phone_extension"]

from odoo import fields, models


class CrmAudienceMember(models.Model):
    _inherit = "crm.audience.member"

    mailing_trace_id = fields.Many2one(
        "mailing.trace",
        "Trace of the Mailing",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="mass_mailing.group_mass_mailing_user",
    )

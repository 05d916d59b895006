from odoo import fields, models


class CrmMeetingResult(models.Model):
    _name = "crm.meeting.result"
    _description = "Meeting Result"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        ondelete="cascade",
        help="Empty: every company uses the result.",
    )
    requires_note = fields.Boolean(
        "Asks for a note", help="The salesperson has to write a note with this result."
    )

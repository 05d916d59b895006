"""A planned call is Odoo's own call activity; a quick status on it makes the call."""

from odoo import fields, models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    _inherit = "mail.activity"

    missed_call_ids = fields.One2many(
        "crm.call",
        "callback_activity_id",
        "Missed Calls",
        help="The missed calls that this activity asks to return.",
    )

    def action_set_call_status(self, status_id):
        """Say what came of planned calls: each becomes a call with this status, and is done.

        :param status_id: id of a ``crm.call.status``
        :return: the offer to undo; or, where the status asks for a note, the dialog for it
        """
        calls = self.env["crm.call"]
        if any(activity.activity_category != "phonecall" for activity in self):
            raise UserError(self.env._("Only planned calls take the status of a call."))
        self.check_access("write")
        return calls._log_planned(self.filtered("active"), calls._get_status(status_id))

    def _prepare_call_vals(self):
        """Return the values of the call that a planned one became."""
        self.ensure_one()
        partner = self.env["res.partner"]
        lead = self.env["crm.lead"]
        if self.res_model == "crm.lead":
            lead = lead.browse(self.res_id)
            partner = lead.partner_id
        elif self.res_model == "res.partner":
            partner = partner.browse(self.res_id)
        elif self.res_model and "partner_id" in self.env[self.res_model]._fields:
            found = self.env[self.res_model].browse(self.res_id).partner_id
            partner = found if found._name == "res.partner" else partner
        return {
            "direction": "out",
            "partner_id": partner.id,
            "lead_id": lead.id,
            "user_id": self.user_id.id or self.env.uid,
            "company_id": (lead.company_id or self.env.company).id,
        }

    def _action_done(self, feedback=False, attachment_ids=None):
        asking = self.filtered("active")
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        self.env["crm.call"]._callback_done_sudo(asking)
        return result

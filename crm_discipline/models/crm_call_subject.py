"""What a client and an opportunity have in common about calls."""

from odoo import fields, models


class CrmCallSubject(models.AbstractModel):
    _name = "crm.call.subject"
    _description = "Has Calls"

    call_count = fields.Integer(
        compute="_compute_call_count", groups="sales_team.group_sale_salesman"
    )
    call_to_process_id = fields.Many2one(
        "crm.call",
        "Call to Process",
        compute="_compute_call_to_process_id",
        groups="sales_team.group_sale_salesman",
        help="The newest call with them that waits for a status.",
    )

    def _get_calls_domain(self):
        """Return the domain of the calls that :attr:`call_count` counts and that open on a click."""
        raise NotImplementedError

    def _prepare_call_vals(self):
        """Return the values of a call with them."""
        raise NotImplementedError

    def _compute_call_count(self):
        for record in self:
            record.call_count = (
                self.env["crm.call"].search_count(record._get_calls_domain()) if record.id else 0
            )

    def _compute_call_to_process_id(self):
        Call = self.env["crm.call"]
        for record in self:
            record.call_to_process_id = record.id and Call.search(
                record._get_calls_domain() & Call._get_to_process_domain(), limit=1
            )

    def action_log_call(self, status_id):
        """Say what came of the newest call to process; without one, of a call just made.

        :param status_id: id of a ``crm.call.status``
        :return: the offer to undo; or, where the status asks for a note, the dialog for it
        """
        self.ensure_one()
        Call = self.env["crm.call"]
        status = Call._get_status(status_id)
        if self.call_to_process_id:
            return self.call_to_process_id.action_set_status(status.id)
        return Call._log_made(self._prepare_call_vals(), status)

    def action_view_calls(self):
        """Open the calls that :attr:`call_count` counts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_discipline.crm_call_action")
        action["domain"] = list(self._get_calls_domain())
        action["context"] = {
            f"default_{key}": value for key, value in self._prepare_call_vals().items()
        }
        return action

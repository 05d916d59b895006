"""The demo's handover: a salesperson left eighteen days ago, and two colleagues took over."""

from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import SQL

_DAYS_AGO = 18
_CLIENTS = 12


class CrmHandover(models.Model):
    _inherit = "crm.handover"

    @api.model
    def _load_demo_handover(self):
        """Let some clients of today's salespeople have been the former one's; once."""
        leaver = self.env.ref("crm_discipline.user_former")
        if self.search_count([("from_user_id", "=", leaver.id)], limit=1):
            return
        receivers = self.env.ref("crm_discipline.user_salesperson_3") | self.env.ref(
            "crm_discipline.user_salesperson_4"
        )
        clients = self.env["res.partner"].search(
            [("user_id", "in", receivers.ids), ("is_company", "=", True)], order="id DESC"
        )[:_CLIENTS]
        whole = self.env["res.partner"].search([("id", "child_of", clients.ids)])
        leads = self.env["crm.lead"].search(
            [("partner_id", "in", whole.ids), ("won_status", "=", "pending")]
        )
        self.env.flush_all()
        for records in (whole, leads):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET user_id = %s WHERE id = ANY(%s)",
                    SQL.identifier(records._table),
                    leaver.id,
                    records.ids,
                )
            )
        self.env.invalidate_all()
        when = fields.Datetime.now() - timedelta(days=_DAYS_AGO)
        handover = self.create(
            {
                "from_user_id": leaver.id,
                "to_user_ids": [Command.set(receivers.ids)],
                "confirmed_by_id": self.env.ref("crm_discipline.user_supervisor").id,
                "confirmed_on": when,
                "state": "running",
            }
        )
        handover._pass_things(None)
        handover.write({"state": "done", "done_on": when, "progress": 100})
        leaver.active = False

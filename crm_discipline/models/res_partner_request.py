"""Asking for a correction of a client, or that several contacts are made one."""

from odoo import api, fields, models

from .crm_data_request import PROPOSED


class ResPartner(models.Model):
    _inherit = "res.partner"

    data_request_ids = fields.One2many(
        "crm.data.request", "partner_id", groups="sales_team.group_sale_salesman"
    )
    open_request_count = fields.Integer(
        compute="_compute_open_request_count",
        groups="sales_team.group_sale_salesman,crm_discipline.group_operator",
    )

    _email_normalized_idx = models.Index("(email_normalized) WHERE email_normalized IS NOT NULL")

    @api.depends_context("uid")
    def _compute_open_request_count(self):
        Request = self.env["crm.data.request"]
        counts = dict(
            Request._read_group(
                Request._get_open_domain() & fields.Domain("partner_id", "in", self.ids),
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.open_request_count = counts.get(partner._origin, 0)

    def action_ask_correction(self):
        """Open the dialog that asks the operators to correct a client, with what the client has."""
        self.ensure_one()
        self.check_access("read")
        Request = self.env["crm.data.request"]
        values = {
            f"default_{fname}": value
            for fname in PROPOSED
            if (value := Request._get_value(self, fname))
        }
        return Request._get_ask_action(
            {
                **values,
                "default_kind": "correct",
                "default_partner_id": self.id,
                "default_is_company": self.is_company,
                "default_origin_model": self._name,
                "default_origin_id": self.id,
            }
        )

    def action_ask_merge(self):
        """Open the dialog that asks the operators to make one client of several contacts."""
        self.check_access("read")
        return self.env["crm.data.request"]._get_ask_action(
            {
                "default_kind": "merge",
                "default_partner_id": self[:1].id,
                "default_other_partner_ids": [(6, 0, self[1:].ids)],
                "default_origin_model": self._name,
                "default_origin_id": self[:1].id,
            }
        )

    def action_view_requests(self):
        """Open the requests about a client."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_data_request_action_mine"
        )
        return {**action, "domain": [("partner_id", "=", self.id)], "context": {}}

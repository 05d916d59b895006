"""The operators' split and users: whom it binds, and whose contacts are no clients."""

from odoo import api, models

from ..tools import client_data


# whom the split binds is a concept of its own
class ResUsers(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.users"

    def _get_split_company_ids(self):
        """Return the ids of all companies whose clients' data this user may not write.

        That is of every company with the split on, for a salesperson who is no operator and whom the
        company's setting does not name.
        """
        self.ensure_one()
        writers = self.env["res.company"]._get_split_writers()
        if (
            not writers
            or not self.has_group("sales_team.group_sale_salesman")
            or self.has_group("crm_discipline.group_operator")
        ):
            return frozenset()
        allowed = set()
        if self.has_group("crm_discipline.group_supervisor"):
            allowed.add("supervisors")
        if self.has_group("sales_team.group_sale_manager"):
            allowed.add("managers")
        return frozenset(company for company, who in writers.items() if who not in allowed)

    @api.model_create_multi
    def create(self, vals_list):
        # a user's contact is made with the user, by whoever may make users
        allowed = (client_data.ALLOW_CREATE, client_data.ALLOW_ACCOUNT)
        users = super(ResUsers, client_data.allowing(self, *allowed)).create(vals_list)
        return users.with_env(self.env)

    def write(self, vals):
        if "active" in vals or "company_id" in vals:
            self = client_data.allowing(self, client_data.ALLOW_ACCOUNT)
        return super().write(vals)

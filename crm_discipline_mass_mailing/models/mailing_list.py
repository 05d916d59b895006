from odoo import api, fields, models


class MailingList(models.Model):
    _inherit = "mailing.list"

    kept_for = fields.Char(
        "Kept for the Audience",
        compute="_compute_kept_for",
        compute_sudo=True,
        help="Whose refreshing says who is on the list.",
    )

    @api.depends("name")
    def _compute_kept_for(self):
        """Name the audience; in sudo: who sends mailings need not see audiences."""
        audiences = self.env["crm.audience"].with_context(active_test=False)
        found = audiences.search([("mailing_list_id", "in", self.ids)])
        names = {audience.mailing_list_id: audience.name for audience in found}
        for mailing_list in self:
            mailing_list.kept_for = names.get(mailing_list._origin, False)

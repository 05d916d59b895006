"""The operators' split: which companies have it on, and for whom."""

from odoo import api, fields, models, tools
from odoo.tools import frozendict

from ..tools import client_data

_SETTINGS = frozenset({"discipline_operator_split", "discipline_split_writers"})


# who writes clients' data is a concept of its own, apart from how figures are cut
class ResCompany(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    discipline_operator_split = fields.Boolean(
        "Operators Keep the Clients' Data",
        help="Salespeople can't create clients or change their personal data; they ask the "
        "operators. What happens with a client they write as before.",
    )
    discipline_split_writers = fields.Selection(
        [
            ("operators", "Operators only"),
            ("managers", "Operators and sales administrators"),
            ("supervisors", "Operators, supervisors and sales administrators"),
        ],
        string="Who Writes Clients' Data",
        required=True,
        default="operators",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # a company's contact is made with the company, by whoever may make companies
        model = client_data.allowing(self, client_data.ALLOW_CREATE)
        companies = super(ResCompany, model).create(vals_list)
        self.env.registry.clear_cache()
        return companies.with_env(self.env)

    def write(self, vals):
        result = super().write(vals)
        if not _SETTINGS.isdisjoint(vals) or "partner_id" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    def _get_company_root_delegated_field_names(self):
        # a branch works with its company's clients
        return [*super()._get_company_root_delegated_field_names(), *sorted(_SETTINGS)]

    @api.model
    @tools.ormcache()
    def _get_split_writers(self):
        """Return who may write in the companies that have the split on: ``{company id: setting}``.

        Kept in memory, so that the split costs nothing where it is off.
        """
        companies = self.sudo().search([("discipline_operator_split", "=", True)])
        return frozendict({one.id: one.discipline_split_writers for one in companies})

    @api.model
    @tools.ormcache()
    def _get_own_contact_ids(self):
        """Return the ids of the contacts that stand for our companies; they are no clients."""
        companies = (
            self.sudo().with_context(active_test=False).search([("partner_id", "!=", False)])
        )
        return frozenset(companies.partner_id.ids)

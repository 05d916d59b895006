"""Whose client a contact is, kept so that one comparison tells who may see it."""

from odoo import api, fields, models


# whose a client is, is a concept of its own, apart from what a contact is
class ResPartner(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _name = "res.partner"
    _inherit = ["res.partner", "crm.client.guard", "crm.client.read.mixin"]

    _guarded_fields = ("parent_id",)
    _is_client = True
    _client_data_fields = frozenset(
        {
            "name",
            "complete_name",
            "phone",
            "phone_sanitized",
            "email",
            "email_normalized",
            "street",
            "website",
            "vat",
            "ref",
        }
    )

    discipline_owner_id = fields.Many2one(
        "res.users",
        "Salesperson in Charge",
        compute="_compute_discipline_owners",
        store=True,
        recursive=True,
        ondelete="set null",
        help="The contact's salesperson, else that of its company. Colleagues' and the own companies' "
        "contacts have none.",
    )
    discipline_company_owner_id = fields.Many2one(
        "res.users",
        "Company's Salesperson",
        compute="_compute_discipline_owners",
        store=True,
        recursive=True,
        index="btree_not_null",
        ondelete="set null",
        help="The salesperson of the contact's company, where the contact has another one.",
    )
    own_company_ids = fields.One2many(
        "res.company", "partner_id", help="The companies of our own whose contact it is."
    )

    # All that tells whether a contact may be seen, and who is everybody's first: to count what a list holds
    # reads ten thousand short entries instead of several times as many wide rows.
    _owner_idx = models.Index(
        "(discipline_owner_id NULLS FIRST)"
        " INCLUDE (discipline_company_owner_id, active, company_id, partner_share, id)"
    )
    # from own people to the companies above them that are a colleague's
    _two_owners_idx = models.Index(
        "(discipline_owner_id, parent_id) WHERE discipline_company_owner_id IS NOT NULL"
    )

    @api.depends(
        "user_id",
        "partner_share",
        "own_company_ids",
        "commercial_partner_id.user_id",
        "parent_id.discipline_owner_id",
        "parent_id.discipline_company_owner_id",
    )
    def _compute_discipline_owners(self):
        self.env["res.users"].invalidate_model(["companies_of_own_people"], flush=False)
        for partner in self:
            owner = other = partner.user_id.browse()
            if partner.partner_share and not partner.own_company_ids:
                parent = partner.parent_id
                owner = partner.user_id or parent.discipline_owner_id
                others = (
                    partner.commercial_partner_id.user_id if parent else owner,
                    parent.discipline_owner_id,
                    parent.discipline_company_owner_id,
                )
                other = next((user for user in others if user and user != owner), other)
            partner.discipline_owner_id = owner
            partner.discipline_company_owner_id = other

    def _get_clients_read(self):
        return self.ids

    def _get_vcard_file(self):
        self._log_clients_read("export")
        return super()._get_vcard_file()

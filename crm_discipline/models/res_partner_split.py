"""A client's personal data: who may create, change, archive and delete them."""

from lxml import etree

from odoo import api, models, tools
from odoo.exceptions import AccessError

from ..tools import client_data

_PERSONAL = (
    *("name", "is_company", "company_type", "type", "active"),
    *("phone", "email", "vat", "company_registry", "parent_id", "company_name"),
)
# Stored computes of these; over RPC they could be written past what they are computed from.
_DERIVED = (
    *("complete_name", "commercial_partner_id", "commercial_company_name", "partner_share"),
    *("phone_sanitized", "email_normalized", "has_full_name"),
)
_MOVING = frozenset({"company_id", "parent_id", "commercial_partner_id"})


# who writes a client's data is a concept of its own, apart from what a client is
class ResPartner(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _name = "res.partner"
    _inherit = ["res.partner", "crm.personal.data.mixin"]

    @api.depends("partner_share")
    def _compute_is_personal_data_locked(self):
        return super()._compute_is_personal_data_locked()

    @api.model
    def _list_personal_fields(self):
        return (
            *_PERSONAL,
            *_DERIVED,
            *self._address_fields(),
            *self._formatting_address_fields(),
            *self._synced_commercial_fields(),
        )

    def _filter_client_data(self):
        # colleagues and our own companies are no clients
        own = self.env["res.company"]._get_own_contact_ids()
        return self.filtered(
            lambda partner: (
                partner._origin.id not in own and (partner.partner_share or not partner._origin)
            )
        )

    def _can_write_personal_data(self):
        """Tell whether who looks may write this client's name, phone and e-mail."""
        return self.has_access("write") and not self._filter_locked()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    def _check_access(self, operation):
        # so that screens offer neither, and nothing is half-done before it is refused
        if operation == "create" and self._is_creation_refused():
            return self, self._get_creation_refusal
        if operation == "unlink":
            refused = self._filter_locked() if self else self.browse()
            if refused or (not self and self._is_locked_everywhere()):
                return refused or self, self._get_removal_refusal
        return super()._check_access(operation)

    @api.model
    def _is_creation_refused(self):
        return self._is_locked_everywhere() and not client_data.is_allowed(
            self.env, client_data.ALLOW_CREATE
        )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        # in some of the user's companies it may be allowed
        if (
            not client_data.is_allowed(self.env, client_data.ALLOW_CREATE)
            and partners._filter_locked()
        ):
            raise self._get_creation_refusal()
        return partners

    def write(self, vals):
        if not self._get_locking_company_ids():
            return super().write(vals)
        self._check_personal_data(vals)
        before = self._get_locked_before(vals, _MOVING)
        result = super().write(vals)
        if not client_data.is_allowed(self.env, client_data.ALLOW_ACCOUNT):
            self._check_company_move(before)
        return result

    def _check_personal_data(self, vals):
        """Refuse to change personal data of clients that are locked for who saves."""
        fnames = self._get_personal_fields().intersection(vals)
        if client_data.is_allowed(self.env, client_data.ALLOW_ACCOUNT):
            fnames -= {"active"}
        if not fnames or client_data.is_allowed(self.env, client_data.ALLOW_WRITE):
            return
        changed = {}
        for partner in self._filter_locked():
            changed.update(dict.fromkeys(partner._get_changed_personal_data(vals, fnames)))
        if "active" in changed:
            raise self._get_removal_refusal()
        if changed:
            self._refuse_personal_data(changed)

    @api.model
    def _get_creation_refusal(self):
        return AccessError(
            self.env._("Only operators create clients. Use “Ask for a new client” instead.")
        )

    @api.model
    def _get_removal_refusal(self):
        return AccessError(
            self.env._(
                "Only operators archive, delete and merge clients. Use “Ask for a correction” instead."
            )
        )

    # ------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------

    @api.model
    def _offer_to_ask(self, root):
        """Put "Ask for a new client" where Odoo's button for a new contact is, too."""
        super()._offer_to_ask(root)
        if root.tag not in ("list", "kanban"):
            return
        action = self.env.ref("crm_discipline.crm_data_request_action_ask")
        header = root.find("header")
        if header is None:
            header = etree.Element("header")
            root.insert(0, header)
        ask = {
            "name": str(action.id),
            "type": "action",
            "string": self.env._("Ask for a new client"),
            "class": "btn-primary",
            "display": "always",
        }
        header.insert(0, etree.Element("button", ask))

    # ------------------------------------------------------------
    # MAIL
    # ------------------------------------------------------------

    @api.model
    def _find_or_create_from_emails(self, emails, *args, no_create=False, **kwargs):
        """Make clients only of what a record holds of its sender, not of an address typed in a mail.

        For an address alone it is as for a user whom Odoo lets create no contacts.
        """
        # a mail's recipients are found in sudo, too, for whoever writes the mail
        if no_create or not self.sudo(False)._get_locking_company_ids():
            return super()._find_or_create_from_emails(emails, *args, no_create=no_create, **kwargs)
        found = super()._find_or_create_from_emails(emails, *args, no_create=True, **kwargs)
        additional = kwargs.get("additional_values") or {}
        held = [
            email
            for email, partner in zip(emails, found, strict=True)
            if not partner and additional.get(self._get_email_key(email), {}).get("name")
        ]
        if not held:
            return found
        model = client_data.allowing(self, client_data.ALLOW_CREATE)
        made = super(ResPartner, model)._find_or_create_from_emails(held, *args, **kwargs)
        made = {
            email: partner.with_env(self.env) for email, partner in zip(held, made, strict=True)
        }
        return [
            partner or made.get(email, partner)
            for email, partner in zip(emails, found, strict=True)
        ]

    @api.model
    def _get_email_key(self, email):
        return tools.email_normalize(email, strict=False) or email

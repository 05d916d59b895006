"""The personal data that an opportunity holds of its client, or of somebody who may become one."""

from odoo import api, fields, models
from odoo.tools import email_normalize, parse_contact_from_email

from ..tools import client_data
from .crm_personal_data_mixin import LOCKED

_ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id")
_PERSONAL = ("contact_name", "partner_name", "phone", "email_from", *_ADDRESS)
# Stored computes of these; over RPC they could be written past what they are computed from.
_DERIVED = ("phone_sanitized", "email_normalized", "email_domain_criterion")
# What Odoo writes back to the client, and the field of the client that it writes.
_WRITTEN_BACK = {"phone": "phone", "email_from": "email"}
_MOVING = frozenset({"company_id", "team_id", "user_id", "partner_id"})


# who writes an opportunity's contact data is a concept of its own
class CrmLead(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.personal.data.mixin"]

    is_client_locked = fields.Boolean(
        compute="_compute_is_client_locked",
        help="The opportunity has a client already, whom only operators may replace.",
    )

    @api.depends(LOCKED)
    @api.depends_context("uid")
    def _compute_is_client_locked(self):
        # of the saved opportunity: who was chosen by mistake can be chosen anew before it is saved
        for lead in self:
            lead.is_client_locked = lead[LOCKED] and bool(lead._origin.partner_id)

    @api.model
    def _list_personal_fields(self):
        return (*_PERSONAL, *_DERIVED, "partner_id")

    @api.model
    def _get_view_locks(self):
        return {**super()._get_view_locks(), "partner_id": "is_client_locked"}

    @api.model
    def _lock_view(self, root):
        result = super()._lock_view(root)
        # what nobody may fill in, a small form need not show while it is empty
        for fname in _WRITTEN_BACK if root.tag == "form" else ():
            for row in root.xpath(f"./group/div[i and field[@name='{fname}']]"):
                row.set("invisible", f"{LOCKED} and not {fname}")
        return result

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        res = super().fields_get(allfields, attributes)
        # an opportunity without a client may be given one
        if "readonly" in res.get("partner_id", ()):
            res["partner_id"]["readonly"] = self._fields["partner_id"].readonly
        return res

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self._get_locking_company_ids() or client_data.is_allowed(
            self.env, client_data.ALLOW_CREATE
        ):
            return super().create(vals_list)
        prepared = [self._prepare_split_vals(vals) for vals in vals_list]
        leads = super().create([vals for vals, _correction in prepared])
        for lead, (_vals, correction) in zip(leads, prepared, strict=True):
            lead._ask_for_correction(correction)
        return leads

    @api.model
    def _prepare_split_vals(self, vals):
        """Return the values of an opportunity with no other personal data than its client's.

        :return: ``(values, correction)``: the phone and the e-mail that were given instead of the
            client's, to be asked for
        :raise AccessError: for personal data of nobody, or that contradict the client's
        """
        fnames = self._get_personal_fields()
        given = {**self.default_get([*fnames, "company_id"]), **vals}
        company_id = given.get("company_id")
        if company_id and company_id not in self._get_locking_company_ids():
            return vals, {}
        client = self.env["res.partner"].browse(given.get("partner_id") or ())
        held = self._get_client_values(client)
        vals, correction, refused = dict(vals), {}, []
        for fname in fnames.intersection(given) - {"partner_id"}:
            value = given[fname]
            if not value or self._is_client_value(fname, value, held):
                # what a client's own value is written over differs only in how it is written
                vals.update({fname: held[fname]} if fname in held else {})
            elif client and fname in _WRITTEN_BACK:
                vals[fname] = held[fname]
                correction[fname] = value
            else:
                refused.append(fname)
        if refused:
            self._refuse_personal_data(sorted(refused, key=list(given).index))
        return vals, correction

    def write(self, vals):
        if not self._get_locking_company_ids() or client_data.is_allowed(
            self.env, client_data.ALLOW_WRITE
        ):
            return super().write(vals)
        before = self._get_locked_before(vals, _MOVING)
        corrections = self._check_personal_data(vals)
        if corrections:
            rest = {fname: vals[fname] for fname in vals if fname not in _WRITTEN_BACK}
            asking = self.browse(corrections)
            result = super(CrmLead, asking).write(rest)
            if others := self - asking:
                super(CrmLead, others).write(vals)
            for lead in asking:
                lead._ask_for_correction(corrections[lead.id])
        else:
            result = super().write(vals)
        self._check_company_move(before)
        return result

    def _check_personal_data(self, vals):
        """Refuse to change personal data of locked opportunities.

        :return: ``{id: {field: value}}``: another phone and e-mail of a client, to be asked for
        """
        fnames = self._get_personal_fields().intersection(vals)
        if not fnames:
            return {}
        corrections, refused = {}, {}
        for lead in self._filter_locked():
            changed = lead._get_changed_personal_data(vals, fnames)
            if "partner_id" in changed and not lead.partner_id:
                # the client whom the opportunity gets brings these along
                changed.remove("partner_id")
                client = self.env["res.partner"].browse(vals["partner_id"])
            else:
                client = lead.partner_id
            held = self._get_client_values(client)
            changed = [
                fname for fname in changed if not self._is_client_value(fname, vals[fname], held)
            ]
            asked = {fname: vals[fname] for fname in changed if vals[fname]}
            if client and asked and asked.keys() == set(changed) <= _WRITTEN_BACK.keys():
                corrections[lead.id] = asked
            else:
                refused.update(dict.fromkeys(changed))
        if refused:
            self._refuse_personal_data(refused)
        return corrections

    @api.model
    def _get_client_values(self, client):
        """Return what an opportunity holds of its client, as it would be written; ``{}`` of nobody.

        In sudo: Odoo copies the same, whoever may read the client.
        """
        if not client:
            return {}
        client = client.sudo()
        nobody = self.sudo().new({})
        values = {
            **nobody._prepare_address_values_from_partner(client),
            **nobody._prepare_contact_name_from_partner(client),
            **nobody._prepare_partner_name_from_partner(client),
            **{fname: client[source] for fname, source in _WRITTEN_BACK.items()},
        }
        return nobody._convert_to_write(values)

    @api.model
    def _is_client_value(self, fname, value, held):
        """Tell whether a value is the client's, in whatever way a number or an address is written."""
        if fname not in held:
            return False
        theirs = held[fname]
        if fname == "email_from" and value and theirs:
            return (email_normalize(value) or value) == (email_normalize(theirs) or theirs)
        if fname == "phone" and value and theirs:
            form = self.browse()._phone_format
            return (form(number=value) or value) == (form(number=theirs) or theirs)
        return (value or False) == (theirs or False)

    def _ask_for_correction(self, values):
        """Ask the operators for the phone and the e-mail that were typed in place of the client's."""
        if not values:
            return
        self.ensure_one()
        self.env["crm.data.request"]._request_correction_sudo(self.partner_id, values, self)

    # ------------------------------------------------------------
    # ODOO'S OWN FLOWS
    # ------------------------------------------------------------

    def copy(self, default=None):
        """Copy what is there; other personal data are not smuggled in with it."""
        locked = self._filter_locked()
        if not locked:
            return super().copy(default)
        changed = {}
        for lead in locked:
            changed.update(dict.fromkeys(lead._get_changed_personal_data(default or {})))
        if changed:
            self._refuse_personal_data(changed)
        leads = client_data.allowing(self, client_data.ALLOW_CREATE)
        leads = client_data.without_defaults(leads, self._get_personal_fields())
        return super(CrmLead, leads).copy(default).with_env(self.env)

    def _create_customer(self, with_parent=None):
        """Make a client of the contact that an opportunity holds, which no salesperson typed."""
        if not self._filter_locked():
            return super()._create_customer(with_parent)
        if self._is_locked_title():
            raise self.env["res.partner"]._get_creation_refusal()
        lead = client_data.allowing(self, client_data.ALLOW_CREATE)
        lead = client_data.without_defaults(lead, self.env["res.partner"]._get_personal_fields())
        return super(CrmLead, lead)._create_customer(with_parent).with_env(self.env)

    def _is_locked_title(self):
        """Tell whether there is nothing to make a client of but the title, which is no name, for
        somebody who may not write clients' data."""
        self.ensure_one()
        holds_contact = self.contact_name or self.partner_name or self.email_from
        return not holds_contact and bool(self._filter_locked())

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        if (
            not (self.contact_name or self.partner_name)
            and not parse_contact_from_email(self.email_from)[0]
            and self._filter_locked()
        ):
            # not the title, which everybody writes
            partner_name = self.email_from
        return super()._prepare_customer_values(partner_name, is_company, parent_id)

    def _merge_opportunity(self, *args, **kwargs):
        leads = (
            client_data.allowing(self, client_data.ALLOW_WRITE) if self._filter_locked() else self
        )
        return super(CrmLead, leads)._merge_opportunity(*args, **kwargs).with_env(self.env)

"""Clients' personal data that only operators write, while a company has the split on.

A model joins by inheriting ``crm.personal.data.mixin`` and saying which of its fields are personal
data. It then knows which records are locked for whom, and its forms and lists show the fields of
locked records read-only. What a refused save is refused for, the model itself decides.

A record of a company is governed by that company, a record of no company by all companies of who
saves: which of them is active makes no difference.
"""

from copy import deepcopy

from lxml import etree

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.tools import format_list

from ..tools import automation

LOCKED = "is_personal_data_locked"


class CrmPersonalDataMixin(models.AbstractModel):
    _name = "crm.personal.data.mixin"
    _description = "Holds Clients' Personal Data"

    is_personal_data_locked = fields.Boolean(
        "Kept by the Operators",
        compute="_compute_is_personal_data_locked",
        help="Only operators may change the personal data of this client.",
    )

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_is_personal_data_locked(self):
        locked = self._filter_locked()
        for record in self:
            record.is_personal_data_locked = record in locked

    # ------------------------------------------------------------
    # WHAT IS LOCKED
    # ------------------------------------------------------------

    @api.model
    @tools.ormcache("self._name")
    def _get_personal_fields(self):
        """Return the names of the fields that hold personal data, and of those computed from them."""
        return frozenset(fname for fname in self._list_personal_fields() if fname in self._fields)

    @api.model
    def _list_personal_fields(self):
        """Return the names for :meth:`_get_personal_fields`; those of missing fields do not matter."""
        raise NotImplementedError

    @api.model
    def _get_locking_company_ids(self):
        """Return the ids of the companies whose split binds who saves; none for automation."""
        if self.env.su:
            return frozenset()
        company_ids = self.env.user._get_split_company_ids()
        if not company_ids or automation.is_automation(self.env):
            return frozenset()
        return company_ids

    @api.model
    def _is_locked_everywhere(self):
        """Tell whether who saves is bound in each of their companies."""
        company_ids = self._get_locking_company_ids()
        return bool(company_ids) and company_ids.issuperset(self.env.user._get_company_ids())

    def _filter_locked(self):
        """Return those of the records whose personal data who saves may not write."""
        locking = self._get_locking_company_ids()
        if not locking:
            return self.browse()
        without_company = not locking.isdisjoint(self.env.user._get_company_ids())

        def is_locked(record):
            company = record.company_id._origin
            return company.id in locking if company else without_company

        # in sudo: whether data are locked must not depend on what else may be read
        locked = self.sudo()._filter_client_data().filtered(is_locked)
        return self.browse(locked._ids)

    def _filter_client_data(self):
        """Return those of the records that are about clients."""
        return self

    # ------------------------------------------------------------
    # REFUSING
    # ------------------------------------------------------------

    def _get_changed_personal_data(self, vals, fnames=None):
        """Return the names of the personal data in ``vals`` that this record does not hold already.

        Forms and imports send what they show, so what is unchanged passes.
        """
        self.ensure_one()
        fnames = self._get_personal_fields() if fnames is None else fnames
        return [
            fname
            for fname, value in vals.items()
            if fname in fnames and not self._is_same_value(fname, value, self[fname])
        ]

    @api.model
    def _is_same_value(self, fname, value, held):
        """Tell whether ``value``, as it would be written, is what a record holds."""
        field = self._fields[fname]
        cached = field.convert_to_cache(value, self, validate=False)
        value = field.convert_to_record(cached, self)
        return value == held or (not value and not held)

    @api.model
    def _refuse_personal_data(self, fnames):
        """Refuse a change of personal data, naming them."""
        labels = dict.fromkeys(
            self._fields[fname].get_description(self.env, ["string"])["string"] for fname in fnames
        )
        raise AccessError(
            self.env._(
                "Only operators change clients' personal data (%(fields)s). Use “Ask for a "
                "correction” instead.",
                fields=format_list(self.env, list(labels)),
            )
        )

    def _get_locked_before(self, vals, fnames):
        """Return what :meth:`_check_company_move` compares with: the locked ones, or None.

        :param fnames: the fields whose change may give a record another company
        """
        if fnames.isdisjoint(vals) or self._is_locked_everywhere():
            return None
        return self._filter_locked()

    def _check_company_move(self, before):
        """Refuse to take a record to a company with other rules, where it could be changed freely."""
        if before is not None and self._filter_locked() != before:
            raise AccessError(
                self.env._(
                    "This would move a client's data between companies of which only some leave "
                    "them to the operators. Ask an operator to do it."
                )
            )

    # ------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        res = super().fields_get(allfields, attributes)
        if self._is_locked_everywhere():
            for fname in self._get_personal_fields().intersection(res):
                if "readonly" in res[fname]:
                    res[fname]["readonly"] = True
        return res

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, bool(self._get_locking_company_ids()))

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if self._get_locking_company_ids():
            self._lock_view(arch)
            self._offer_to_ask(arch)
        return arch, view

    @api.model
    def _lock_view(self, root):
        """Make the personal data of locked records read-only in a form or a list, and in those inside.

        :param root: the root node of a view of this model
        """
        if root.tag not in ("form", "list"):
            self._lock_nodes(root, ())
            return
        if self._lock_nodes(root, self._get_view_locks()):
            hide = "column_invisible" if root.tag == "list" else "invisible"
            for fname in sorted(set(self._get_view_locks().values())):
                root.insert(0, etree.Element("field", {"name": fname, hide: "1"}))

    @api.model
    def _offer_to_ask(self, root):
        """Put "Ask for a correction" beside the phone of a form.

        :param root: the root node of a view of this model
        """
        if root.tag != "form" or not hasattr(self, "action_ask_correction"):
            return
        ask = root.find(".//button[@name='action_ask_correction']")
        if ask is None:
            ask = etree.Element("button", {"name": "action_ask_correction", "type": "object"})
            ask.set("invisible", f"not id or not {LOCKED}")
        else:
            ask.getparent().remove(ask)
        ask.set("string", self.env._("Ask for a correction"))
        ask.set("icon", "fa-pencil-square-o")
        ask.set("class", "o_ask_correction btn-link p-0 text-nowrap")
        ask.tail = None
        # a form may have one for leads and one for opportunities
        for phone in root.iterfind(".//field[@name='phone']"):
            beside = phone.getparent()
            if beside.tag == "div" and not beside.xpath("ancestor::field"):
                beside.append(deepcopy(ask))

    @api.model
    def _get_view_locks(self):
        """Return what makes fields read-only: ``{field: the boolean field that locks it}``."""
        return dict.fromkeys(self._get_personal_fields(), LOCKED)

    @api.model
    def _lock_nodes(self, node, locks):
        """Lock the fields below a node; return whether there were any."""
        found = False
        for child in node:
            field = child.tag == "field" and self._fields.get(child.get("name"))
            if not field:
                found = self._lock_nodes(child, locks) or found
                continue
            if field.relational and len(child):
                comodel = self.env[field.comodel_name]
                for view in child:
                    if isinstance(comodel, self.pool["crm.personal.data.mixin"]):
                        comodel._lock_view(view)
            if field.name in locks:
                found = True
                readonly = child.get("readonly")
                if readonly in ("1", "True") or locks[field.name] in (readonly or ""):
                    continue
                lock = locks[field.name]
                child.set("readonly", f"({readonly}) or {lock}" if readonly else lock)
        return found

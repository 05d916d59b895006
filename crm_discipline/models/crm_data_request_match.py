"""What an operator sees of a request: old and new values side by side, and who it may be already.

Duplicates are found by look-ups on indexes: the number in E.164, the normalized e-mail, the name as
it may be written, and near-same names within the company that the request names. Names are compared
without accents, case and order.
"""

from odoo import api, fields, models
from odoo.fields import Domain

from ..tools import person_name
from .crm_data_request import PROPOSED

# Always shown, also where a correction leaves them alone.
_CONTEXT_FIELDS = ("name", "phone", "email")
_MOST_DUPLICATES = 8
_MOST_OF_A_COMPANY = 200


class CrmDataRequest(models.Model):
    _inherit = "crm.data.request"

    comparison = fields.Json(
        compute="_compute_comparison",
        help="Each field with the old value, and whether the new one is taken.",
    )
    duplicates = fields.Json(
        compute="_compute_duplicates", help="Contacts that may be the same client, and why."
    )

    # ------------------------------------------------------------
    # OLD AND NEW
    # ------------------------------------------------------------

    def _is_changed(self, fname):
        """Tell whether the request proposes another value than the client has."""
        new = self._get_value(self, fname)
        if not new and fname not in (self.proposed_fields or ()):
            return False
        return new != self._get_value(self.partner_id, fname)

    def _get_values_to_write(self):
        """Return what applying the request writes to the client."""
        left = set(self.left_fields or ())
        return {
            fname: self._get_value(self, fname)
            for fname in PROPOSED
            if fname not in left and self._is_changed(fname)
        }

    @api.depends("partner_id", "proposed_fields", "left_fields", "kind", "state", *PROPOSED)
    def _compute_comparison(self):
        readable = self.partner_id._filtered_access("read")
        for request in self:
            partner = request.partner_id if request.partner_id in readable else readable.browse()
            left = set(request.left_fields or ())
            rows = []
            for fname in PROPOSED:
                changed = request._is_changed(fname)
                if not (changed or fname in _CONTEXT_FIELDS or request[fname]):
                    continue
                old = partner[fname]
                rows.append(
                    {
                        "name": fname,
                        "old": old.display_name if isinstance(old, models.BaseModel) else old or "",
                        "is_changed": changed,
                        "is_taken": changed and fname not in left,
                    }
                )
            request.comparison = rows

    # ------------------------------------------------------------
    # DUPLICATES
    # ------------------------------------------------------------

    @api.depends("phone_sanitized", "email_normalized", "name", "parent_id", "partner_id", "state")
    def _compute_duplicates(self):
        for request in self:
            found = request._find_duplicates() if request.state in ("new", "in_progress") else {}
            request.duplicates = [
                request._prepare_duplicate(partner, reasons) for partner, reasons in found.items()
            ] or False

    def _find_duplicates(self):
        """Return the contacts that may be the same client: ``{partner: ["phone", "email", "name"]}``.

        The surest first. Whoever may be seen by the reader only.
        """
        self.ensure_one()
        Partner = self.env["res.partner"].with_context(active_test=True)
        about = self.partner_id._origin
        phones = {self.phone_sanitized, about.phone_sanitized} - {False}
        emails = {self.email_normalized, about.email_normalized} - {False}
        lookups = (
            ("phone", "phone_sanitized", list(phones)),
            ("email", "email_normalized", list(emails)),
            ("name", "name", person_name.get_spellings(self.name or about.name)),
        )
        client = Domain("partner_share", "=", True) & Domain("id", "!=", about.id)
        found = {}
        for reason, fname, values in lookups:
            if values:
                for partner in Partner.search(
                    client & Domain(fname, "in", values), limit=_MOST_DUPLICATES
                ):
                    # (of an address, the client whose it is: each reason counts once)
                    found.setdefault(partner._get_called_contact(), {})[reason] = True
        for partner in self._find_namesakes(client):
            found.setdefault(partner, {})["name"] = True
        found.pop(about, None)
        ranked = sorted(found.items(), key=lambda item: -len(item[1]))
        return {partner: list(reasons) for partner, reasons in ranked[:_MOST_DUPLICATES]}

    def _find_namesakes(self, client):
        """Return the people of the same company with nearly the same name."""
        company = self.parent_id or self.partner_id.parent_id
        name = self.name or self.partner_id.name
        Partner = self.env["res.partner"]
        if not company or not name:
            return Partner
        people = Partner.search_fetch(
            client & Domain("parent_id", "=", company._origin.id) & Domain("type", "=", "contact"),
            ["name"],
            limit=_MOST_OF_A_COMPANY,
        )
        return people.filtered(lambda person: person_name.is_near(person.name, name))

    def _prepare_duplicate(self, partner, reasons):
        return {
            "id": partner.id,
            "name": partner.name or partner.display_name,
            "company": (not partner.is_company and partner.commercial_company_name) or "",
            "phone": partner.phone or "",
            "email": partner.email or "",
            "city": partner.city or "",
            "salesperson": partner.sudo().user_id.name or "",
            "reasons": reasons,
        }

    def action_view_duplicate(self, partner_id):
        """Open a contact that may be the same client."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": partner_id,
            "views": [(False, "form")],
        }

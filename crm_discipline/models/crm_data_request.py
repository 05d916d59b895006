"""A data request: a salesperson asks the operators to enter or to correct a client.

Whoever works with clients says what they know in a few seconds; an operator makes good data of it.
Done and rejected are final: who asks again makes a new request, so that figures of what was rejected
stay true.
"""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..tools import person_name, phone_number

OPEN = ("new", "in_progress")
# What of a client a request can propose, under the names that the client has.
PROPOSED = (
    "name", "parent_id", "company_name", "function", "phone", "email", "street", "street2", "zip",
    "city", "state_id", "country_id", "vat", "website",
)  # fmt: skip
# How far a request is only actions say, which check who may.
_FLOW_FIELDS = frozenset(
    {"state", "operator_id", "requested_on", "taken_on", "done_on", "reject_reason"}
    | {"caller_number", "requested_date", "waiting_hours"}
)
# Where requests are asked from, and what the asker must be allowed there: applying a request gives
# the origin its client.
_ORIGINS = {
    "res.partner": "read",
    "calendar.event": "write",
    "crm.lead": "write",
    "crm.call": "write",
}


class CrmDataRequest(models.Model):
    _name = "crm.data.request"
    _description = "Data Request"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "requested_on, id"
    _mail_post_access = "read"

    # what is asked for
    kind = fields.Selection(
        [("create", "New Client"), ("correct", "Correction"), ("merge", "Merging")],
        required=True,
        default="create",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Client",
        index="btree_not_null",
        ondelete="set null",
        help="Whom it is about; of a new client, who was entered or found.",
    )
    other_partner_ids = fields.Many2many(
        "res.partner", string="The Same Client", help="Contacts that are the same client."
    )
    note = fields.Text("What Else You Know")
    previous_id = fields.Many2one(
        "crm.data.request",
        "Asked Before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The rejected request after which this one was made.",
    )

    # proposed values, named like the client's fields
    surname = fields.Char()
    first_name = fields.Char()
    name = fields.Char(
        "Full Name", compute="_compute_name", store=True, readonly=False, precompute=True
    )
    has_full_name = fields.Boolean(compute="_compute_has_full_name", store=True, precompute=True)
    is_company = fields.Boolean("Is a Company")
    parent_id = fields.Many2one(
        "res.partner", "Company", domain=[("is_company", "=", True)], ondelete="set null"
    )
    company_name = fields.Char("Name of the Company")
    function = fields.Char("Job Position")
    phone = fields.Char()
    phone_sanitized = fields.Char(
        compute="_compute_phone_sanitized", store=True, precompute=True, index="btree_not_null"
    )
    email = fields.Char()
    email_normalized = fields.Char(compute="_compute_email_normalized", store=True, precompute=True)
    street = fields.Char()
    street2 = fields.Char()
    zip = fields.Char()
    city = fields.Char()
    state_id = fields.Many2one("res.country.state", "State or Region", ondelete="set null")
    country_id = fields.Many2one("res.country", ondelete="set null")
    vat = fields.Char("Tax ID")
    website = fields.Char()
    proposed_fields = fields.Json(
        readonly=True, copy=False, help="Which fields a correction proposes, also those to empty."
    )
    left_fields = fields.Json(copy=False, help="Which proposed fields the operator leaves out.")

    # how far it is
    state = fields.Selection(
        [
            ("new", "New"),
            ("in_progress", "In Progress"),
            ("done", "Done"),
            ("rejected", "Rejected"),
        ],
        required=True,
        default="new",
        readonly=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    requested_by_id = fields.Many2one(
        "res.users", "Asked By", default=lambda self: self.env.user, index=True, copy=False
    )
    operator_id = fields.Many2one("res.users", readonly=True, copy=False, index="btree_not_null")
    reject_reason = fields.Text("Reason of the Rejection", readonly=True, copy=False)
    requested_on = fields.Datetime(
        "Asked On", required=True, default=fields.Datetime.now, readonly=True, copy=False
    )
    taken_on = fields.Datetime(readonly=True, copy=False)
    done_on = fields.Datetime("Settled On", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    # where it was asked
    origin_model = fields.Char(readonly=True, copy=False)
    origin_id = fields.Many2oneReference(model_field="origin_model", readonly=True, copy=False)
    caller_number = fields.Char(
        readonly=True, copy=False, help="The unknown number that called, in E.164."
    )

    _queue_idx = models.Index("(state, requested_on, id)")
    _asker_idx = models.Index("(requested_by_id, requested_on)")
    _caller_unique = models.UniqueIndex(
        "(company_id, caller_number) "
        "WHERE caller_number IS NOT NULL AND state IN ('new', 'in_progress')",
        "There is an open request for this number already.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("surname", "first_name")
    def _compute_name(self):
        for request in self:
            parts = [(request.first_name or "").strip(), (request.surname or "").strip()]
            if any(parts):
                request.name = " ".join(filter(None, parts))

    @api.depends("name", "is_company")
    def _compute_has_full_name(self):
        for request in self:
            request.has_full_name = not request.is_company and person_name.has_full_name(
                request.name
            )

    @api.depends("phone", "country_id", "company_id")
    def _compute_phone_sanitized(self):
        for request in self:
            country = request.country_id or request.partner_id.country_id
            country = country or request.company_id.country_id
            request.phone_sanitized = request.phone and (
                phone_number.to_e164(request.phone, country.code) or False
            )

    @api.depends("email")
    def _compute_email_normalized(self):
        for request in self:
            request.email_normalized = email_normalize(request.email, strict=False)

    @api.depends("name", "phone", "email", "partner_id")
    def _compute_display_name(self):
        for request in self:
            # in sudo: whom it is about the request says anyway
            about = request.name or request.sudo().partner_id.name or request.phone
            request.display_name = about or request.email or self.env._("Data Request")

    @api.constrains("kind", "partner_id", "other_partner_ids", "name", "phone", "email", "state")
    def _check_is_about_somebody(self):
        for request in self.filtered(lambda request: request.state in OPEN):
            if request.kind == "create" and not (request.name or request.phone or request.email):
                raise ValidationError(
                    self.env._("Say at least a name, a phone or an e-mail of the client.")
                )
            if request.kind != "create" and not request.partner_id:
                raise ValidationError(self.env._("Say which client it is about."))
            if request.kind == "merge" and not request.other_partner_ids - request.partner_id:
                raise ValidationError(self.env._("Say which contacts are the same client."))

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create([self._prepare_request_vals(vals) for vals in vals_list])
        requests._follow_origin_sudo()
        requests._announce()
        return requests

    def write(self, vals):
        if "requested_by_id" in vals and not self.env.su:
            raise AccessError(self.env._("Who asked can't be changed."))
        if (
            "company_id" in vals
            and not self.env.su
            and {vals["company_id"]} != {*self.company_id.ids}
        ):
            raise AccessError(self.env._("The company of a request can't be changed."))
        result = super().write(self._strip(vals))
        if not {"state", "operator_id"}.isdisjoint(vals):
            self._announce()
        return result

    @api.model
    def _has_field_access(self, field, operation):
        if operation == "write" and field.name in _FLOW_FIELDS and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def _strip(self, vals):
        """Return ``vals`` without blanks around what was typed, and nothing for an empty value."""
        return {
            fname: (value.strip() if isinstance(value, str) else value) or False
            if fname in PROPOSED
            else value
            for fname, value in vals.items()
        }

    @api.model
    def _prepare_request_vals(self, vals):
        """Return ``vals``, of a correction only what differs from the client.

        A form offers all that the client has, to be changed in place.
        """
        vals = self._strip(vals)
        for key in ("kind", "partner_id", "origin_model", "origin_id", "previous_id"):
            if key not in vals and self.env.context.get(f"default_{key}"):
                vals[key] = self.env.context[f"default_{key}"]
        if not self.env.su:
            self._check_references(vals)
        partner = self.env["res.partner"].browse(vals.get("partner_id"))
        changed = []
        if vals.get("kind") == "correct" and partner:
            for fname in PROPOSED:
                if fname not in vals:
                    continue
                if vals[fname] == self._get_value(partner.sudo(), fname):
                    vals[fname] = False
                else:
                    changed.append(fname)
            vals.update(surname=False, first_name=False)
            if not changed and not (vals.get("note") or "").strip():
                raise ValidationError(self.env._("Change what is wrong, or write what you know."))
        return {**vals, "proposed_fields": changed, "left_fields": False}

    @api.model
    def _check_references(self, vals):
        """Refuse a request about records that the asker has nothing to do with."""
        partners = self.env["res.partner"].browse(vals.get("partner_id"))
        partners.check_access("read")
        self.browse(vals.get("previous_id")).check_access("read")
        origin_model = vals.get("origin_model")
        if origin_model and origin_model not in _ORIGINS:
            raise ValidationError(self.env._("A data request can't be asked from there."))
        if origin_model and vals.get("origin_id"):
            origin = self.env[origin_model].browse(vals["origin_id"]).exists()
            origin.check_access(_ORIGINS[origin_model])

    @api.model
    def _get_value(self, record, fname):
        """Return a field's value as ``create`` takes it."""
        value = record[fname]
        return value.id if isinstance(value, models.BaseModel) else value or False

    # ------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------

    def _announce(self):
        """Tell the open screens of operators and of who asked that something changed."""
        self.env.ref("crm_discipline.group_operator").sudo()._bus_send(
            "crm_discipline.requests_changed", {}
        )
        for user in self.sudo().requested_by_id:
            user._bus_send("crm_discipline.requests_changed", {})

    @api.model
    def _get_open_domain(self):
        return Domain("state", "in", OPEN)

    @api.model
    @api.readonly
    def get_counts(self):
        """Return what the top bar shows the caller.

        :return: ``{"waiting", "rejected"}``: how many requests wait for an operator, and how many of
            the caller's own were rejected and not asked again
        """
        user = self.env.user
        waiting = 0
        if user.has_group("crm_discipline.group_operator"):
            waiting = self.search_count([("state", "=", "new")])
        activity_type = self.env.ref("crm_discipline.mail_activity_type_data_request").sudo()
        rejected = self.env["mail.activity"].search_count(
            [
                ("user_id", "=", user.id),
                ("res_model", "=", self._name),
                ("activity_type_id", "=", activity_type.id),
            ]
        )
        return {"waiting": waiting, "rejected": rejected}

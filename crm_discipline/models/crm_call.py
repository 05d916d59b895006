"""A call: one telephone call, however it was recorded, and what came of it.

What the telephone system says (``disposition``) and what a person says (``status_id``) are two
fields. A call is *to process* until somebody says what came of it, until the client was reached in
another way, or when it was between colleagues.
"""

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import phone_number

DISPOSITIONS = [
    ("answered", "Answered"),
    ("missed", "Missed"),
    ("busy", "Busy"),
    ("failed", "Failed"),
    ("voicemail", "Voicemail"),
]
MATCH_STATES = [
    ("matched", "Matched"),
    ("unknown", "Unknown Number"),
    ("ambiguous", "Several Clients"),
    ("anonymous", "Hidden Number"),
    ("internal", "Internal"),
]
# Whether a call is on somebody's counter changes with these.
_COUNTED_FIELDS = frozenset({"user_id", "status_id", "is_handled", "returned_on", "match_state"})
# Whom an answered call reached changes with these.
_CONTACT_FIELDS = frozenset({"disposition", "partner_id", "lead_id", "phone", "start"})


class CrmCall(models.Model):
    _name = "crm.call"
    _description = "Call"
    _inherit = ["crm.discipline.mixin"]
    _order = "start DESC, id DESC"
    _rec_name = "phone"

    # what the telephone system says
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")], required=True, default="out"
    )
    start = fields.Datetime("When", required=True, default=fields.Datetime.now)
    answered_on = fields.Datetime("Answered At", readonly=True, copy=False)
    ended_on = fields.Datetime("Ended At", readonly=True, copy=False)
    duration = fields.Integer(help="Seconds of talk.", aggregator="sum")
    disposition = fields.Selection(DISPOSITIONS, help="What the telephone system says.")
    hour = fields.Integer(
        "Hour of Day",
        compute="_compute_hour",
        store=True,
        precompute=True,
        aggregator=None,
        help="The hour in which the call began, in the company's time zone.",
    )
    phone = fields.Char(
        "Number",
        compute="_compute_phone",
        store=True,
        readonly=False,
        precompute=True,
        help="The number of the other side, as it was received.",
    )
    phone_sanitized = fields.Char(
        "Sanitized Number",
        compute="_compute_phone_sanitized",
        store=True,
        precompute=True,
        help="The number in the international form E.164.",
    )
    agent_id = fields.Many2one(
        "res.users", "On the Phone", readonly=True, copy=False, help="Who of us had the call."
    )
    agent_rank = fields.Integer(readonly=True, copy=False, aggregator=None)
    owner_id = fields.Many2one(
        "res.users",
        "Client's Salesperson",
        readonly=True,
        copy=False,
        help="Whose client it was when the call arrived.",
    )
    recording_url = fields.Char("Recording", copy=False)
    # (found by the index of the call's id in the system)
    source_id = fields.Many2one("crm.call.source", copy=False, readonly=True, ondelete="restrict")
    external_id = fields.Char("Id in the Telephone System", copy=False, readonly=True)

    # who it is about, and whose it is
    match_state = fields.Selection(
        MATCH_STATES,
        "Client Found",
        compute="_compute_match_state",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Client",
        index="btree_not_null",
        ondelete="restrict",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        domain=[("partner_share", "=", True)],
    )
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", index="btree_not_null", ondelete="set null", copy=False
    )
    candidate_ids = fields.Many2many(
        "res.partner",
        compute="_compute_candidates",
        help="The clients who share the number.",
    )
    candidates = fields.Json(compute="_compute_candidates")
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    team_id = fields.Many2one(
        "crm.team",
        "Sales Team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )

    # what came of it
    status_id = fields.Many2one(
        "crm.call.status",
        copy=False,
        ondelete="restrict",
        group_expand="_group_expand_status_id",
        help="What came of the call, as a person says.",
    )
    status_color = fields.Integer(related="status_id.color")
    note = fields.Text(copy=False)
    is_handled = fields.Boolean(
        "Processed", compute="_compute_is_handled", store=True, precompute=True, copy=False
    )
    handled_on = fields.Datetime(
        "Processed At", compute="_compute_is_handled", store=True, precompute=True, copy=False
    )
    returned_on = fields.Datetime(
        "Returned At",
        readonly=True,
        copy=False,
        help="When the client of a missed call was reached again, by whomever.",
    )
    returned_by_id = fields.Many2one(
        "crm.call",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The call in which the client of a missed call was reached again.",
    )
    callback_activity_id = fields.Many2one(
        "mail.activity",
        "Call-back",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The activity that asks to return a missed call; repeated calls share it.",
    )
    next_activity_id = fields.Many2one(
        "mail.activity",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What the status planned.",
    )
    planned_activity_id = fields.Many2one(
        "mail.activity",
        "Planned Call",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The planned call that this one was.",
    )

    _external_id_unique = models.UniqueIndex("(source_id, external_id) WHERE source_id IS NOT NULL")
    _start_idx = models.Index("(user_id, start DESC, id DESC)")
    _recent_idx = models.Index("(start DESC, id DESC)")
    _to_process_idx = models.Index("(user_id) WHERE is_handled IS NOT TRUE")
    _unassigned_idx = models.Index("(team_id) WHERE user_id IS NULL")
    _missed_by_partner_idx = models.Index(
        "(partner_id) WHERE direction = 'in' AND disposition <> 'answered'"
        " AND returned_on IS NULL AND is_handled IS NOT TRUE"
    )
    _missed_by_phone_idx = models.Index(
        "(phone_sanitized) WHERE direction = 'in' AND disposition <> 'answered'"
        " AND returned_on IS NULL AND is_handled IS NOT TRUE"
    )
    _contact_by_phone_idx = models.Index(
        "(phone_sanitized, start) WHERE phone_sanitized IS NOT NULL"
    )
    _duration_positive = models.Constraint(
        "CHECK (duration >= 0)", "The duration of a call can't be negative."
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("start")
    def _compute_hour(self):
        for call in self:
            tz = pytz.timezone(call.company_id.discipline_tz or "UTC")
            call.hour = pytz.utc.localize(call.start).astimezone(tz).hour if call.start else 0

    @api.depends("partner_id", "lead_id")
    def _compute_phone(self):
        for call in self:
            if not call.phone:
                call.phone = call.partner_id.phone or call.lead_id.phone

    @api.depends("phone")
    def _compute_phone_sanitized(self):
        for call in self:
            country = call.source_id.country_id or call.partner_id.country_id
            country = country or call.company_id.country_id
            call.phone_sanitized = phone_number.read_party(call.phone, country.code).e164

    @api.depends("lead_id")
    def _compute_partner_id(self):
        for call in self:
            call.partner_id = call.partner_id or call.lead_id.partner_id

    @api.depends("partner_id", "lead_id")
    def _compute_match_state(self):
        for call in self:
            if call.partner_id or call.lead_id:
                call.match_state = "matched"
            elif not call.match_state or call.match_state == "matched":
                kind = phone_number.read_party(call.phone).kind
                call.match_state = kind if kind in ("anonymous", "internal") else "unknown"

    @api.depends("user_id")
    def _compute_team_id(self):
        for call in self:
            call.team_id = call.user_id.sudo().sale_team_id or call.team_id

    @api.depends("status_id", "match_state", "returned_on")
    def _compute_is_handled(self):
        """A call is processed by its status, by another contact with the client, or needs nothing.

        ``status_id.is_handled`` is no dependency: see ``CrmCallStatus._apply_is_handled``.
        """
        now = fields.Datetime.now()
        for call in self:
            call.is_handled = (
                call.status_id.is_handled
                or bool(call.returned_on)
                or call.match_state == "internal"
            )
            call.handled_on = (call.handled_on or now) if call.is_handled else False

    @api.depends("match_state", "phone_sanitized", "partner_id")
    def _compute_candidates(self):
        """Offer the clients who share the number, as far as the reader may see them."""
        shared = self.filtered(lambda call: call.match_state == "ambiguous" and not call.partner_id)
        numbers = {call.phone_sanitized for call in shared if call.phone_sanitized}
        partners = self.env["res.partner"]
        if numbers:
            partners = partners.search_fetch(
                [("phone_sanitized", "in", list(numbers)), ("partner_share", "=", True)],
                ["name", "type", "parent_id", "commercial_company_name", "phone_sanitized"],
            )
        by_number = partners.grouped("phone_sanitized")
        for call in self:
            found = partners.browse()
            if call in shared:
                for partner in by_number.get(call.phone_sanitized, ()):
                    # (of a colleague's client one may have an address)
                    found |= partner._get_called_contact()._filtered_access("read") or partner
            call.candidate_ids = found
            call.candidates = [
                {
                    "id": partner.id,
                    "name": partner.name or partner.display_name,
                    "company": (not partner.is_company and partner.commercial_company_name) or "",
                }
                for partner in found
            ] or False

    def _compute_display_name(self):
        # in sudo: who has a call knows by name with whom it is
        for call in self.sudo():
            who = call.partner_id.display_name or call.lead_id.name or call.phone
            call.display_name = who or self.env._("Call")

    @api.model
    def _group_expand_status_id(self, statuses, domain):
        return statuses.search([("company_id", "in", [False, *self.env.companies.ids])])

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create([self._prepare_call_vals(vals) for vals in vals_list])
        calls._match_new()
        calls._contact_answered()
        calls._apply_status({})
        calls._announce(calls.user_id)
        calls._check_discipline()
        return calls

    def write(self, vals):
        vals = self._prepare_call_vals(vals)
        before = self._get_status_before(vals)
        owners = self.user_id if not _COUNTED_FIELDS.isdisjoint(vals) else None
        result = super().write(vals)
        if not _CONTACT_FIELDS.isdisjoint(vals):
            self._contact_answered()
        if before:
            self._apply_status(before)
        if owners is not None:
            self._announce(owners | self.user_id)
        self._check_discipline(frozenset(vals))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_announce(self):
        self._announce(self.user_id)

    @api.model
    def _prepare_call_vals(self, vals):
        if isinstance(vals.get("note"), str):
            vals = dict(vals, note=vals["note"].strip())
        return vals

    @api.model
    def _announce(self, users):
        """Tell the open screens of ``users`` that their calls changed; they read them anew."""
        for user in self._get_listening(users.ids).values():
            self._tell(user)

    @api.model
    def _tell(self, user):
        user._bus_send("crm_discipline.calls_changed", {})

    @api.model
    def _get_listening(self, user_ids):
        """Return those of the users who have a screen open: ``{id: user}``.

        A screen says that it is there when it connects, is left and comes back, and reads the calls
        when it opens and connects; to tell others costs a database connection, and nobody would hear.
        """
        if not user_ids:
            return {}
        self.env.cr.execute(
            SQL(
                """
                SELECT user_id FROM mail_presence
                 WHERE user_id = ANY(%s) AND status <> 'offline'
                """,
                list(user_ids),
            )
        )
        users = self.env["res.users"].sudo()
        return {user_id: users.browse(user_id) for (user_id,) in self.env.cr.fetchall()}

    # ------------------------------------------------------------
    # WHO IS IT
    # ------------------------------------------------------------

    def _match_new(self):
        """Find the clients of calls that were logged by hand with a number only."""
        for call in self:
            if call.phone_sanitized and call.match_state == "unknown" and not call.source_id:
                call._match()

    def _match(self):
        """Find the client of a call by its number, as for a call that arrives by itself."""
        self.ensure_one()
        found = self._find_parties([self.phone_sanitized], self.company_id.id)
        match = found.get(self.phone_sanitized)
        if not match:
            return
        values = {"match_state": match.match_state}
        if match.partner_id:
            values["partner_id"] = match.partner_id
        if match.lead_id:
            values["lead_id"] = match.lead_id
        if match.user_id and not self.user_id:
            values["user_id"] = match.user_id
        self.write(values)

    def action_choose_client(self, partner_id):
        """Say whose number it was, of those who share it or of any others.

        :param partner_id: id of the client
        """
        self.check_access("write")
        partner = self.env["res.partner"].browse(partner_id).exists()
        partner.check_access("read")
        # in sudo: once a call has its client, the operator who gave it may not see it any more
        calls = self.sudo()
        owner = partner.sudo().user_id or partner.sudo().commercial_partner_id.user_id
        for call in calls:
            values = {"partner_id": partner.id, "match_state": "matched"}
            if not call.user_id and owner:
                values["user_id"] = owner.id
            call.write(values)
        calls._settle_with_client()
        return True

    def action_new_client(self):
        """Open a new client with the number of the call; saving it gives the call its client."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Client"),
            "res_model": "res.partner",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_phone": self.phone_sanitized or self.phone,
                "default_user_id": self.user_id.id or self.env.uid,
                "default_type": "contact",
                "discipline_call_id": self.id,
            },
        }

    # ------------------------------------------------------------
    # WHAT SCREENS ASK
    # ------------------------------------------------------------

    @api.model
    def _get_to_process_domain(self):
        return Domain("user_id", "=", self.env.uid) & Domain("is_handled", "=", False)

    @api.model
    def get_calls_to_process(self, limit=8):
        """Return the caller's own calls that wait for a status, newest first.

        :return: ``{"count", "calls": [{"id", "start", …}]}`` with at most ``limit`` calls
        """
        domain = self._get_to_process_domain()
        calls = self.search(domain, limit=limit)
        count = len(calls) if len(calls) < limit else self.search_count(domain)
        return {"count": count, "calls": [call._prepare_row() for call in calls]}

    def _prepare_row(self):
        partner = self.partner_id._filtered_access("read")
        lead = self.lead_id._filtered_access("read")
        return {
            "id": self.id,
            "start": fields.Datetime.to_string(self.start),
            "direction": self.direction,
            "disposition": self.disposition,
            "duration": self.duration,
            "phone": self.phone or "",
            "match_state": self.match_state,
            "status_id": self.status_id.id,
            "partner": {"id": partner.id, "name": partner.display_name} if partner else False,
            "lead": {"id": lead.id, "name": lead.name} if lead else False,
            "candidates": self.candidates or [],
        }

    @api.model
    def get_incoming_call(self, call_id):
        """Return what to show of a call that rings, or False to who may not see it.

        :return: the call as in :meth:`get_calls_to_process`, with ``company``, ``last_meeting``,
            ``opportunities`` (three at most), ``more_opportunities`` and ``is_over`` (it rings no
            more, or is said already)
        """
        call = self.search([("id", "=", call_id)])
        if not call:
            return False
        partner = call.partner_id._filtered_access("read")
        client = partner.commercial_partner_id or partner
        meeting = self.env["calendar.event"].search(
            [("client_id", "child_of", client.ids), ("meeting_status", "=", "held")],
            order="start DESC",
            limit=1,
        ) if partner else self.env["calendar.event"]  # fmt: skip
        leads = self.env["crm.lead"]
        if partner and leads.has_access("read"):
            leads = leads.search(
                [("partner_id", "child_of", client.ids), ("probability", "<", 100)], order="id DESC"
            )
        return {
            **call._prepare_row(),
            "company": partner.commercial_company_name or "",
            "last_meeting": {
                "id": meeting.id,
                "date": fields.Datetime.to_string(meeting.start),
                "subject": meeting.name,
                "result": meeting.meeting_result_id.name or "",
            } if meeting else False,
            "opportunities": [
                {
                    "id": lead.id,
                    "name": lead.name,
                    "revenue": lead.company_currency.format(lead.expected_revenue),
                }
                for lead in leads[:3]
            ],
            "more_opportunities": len(leads[3:]),
            # (a page that opens while it rings hears of it, also when another page has said it)
            "is_over": bool(call.ended_on or call.status_id),
        }  # fmt: skip

    @api.model
    def _get_discipline_views(self):
        return [(False, "list"), (False, "kanban"), (False, "form")]

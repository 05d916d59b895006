"""A client meeting: a calendar event with a client, a status, and what came of it."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import clean_context

from ..tools import person_name

SETTLED = ("held", "cancelled", "no_show")
# What the one-click actions change, and what undoing them restores.
OUTCOME_FIELDS = ("meeting_status", "meeting_result_id", "meeting_result_note")
# Logged in the chatter when they are written. With ``tracking=True`` Odoo would remember and compare
# them at every write of anything, which costs a tenth of it.
_LOGGED_FIELDS = frozenset({"client_id", "meeting_status", "meeting_result_id"})
# Changing these can give a meeting another client.
_CLIENT_SOURCES = frozenset({"opportunity_id", "partner_ids", "attendee_ids", "is_client_meeting"})


class CalendarEvent(models.Model):
    _name = "calendar.event"
    _inherit = ["calendar.event", "crm.discipline.mixin"]

    _discipline_draft_fields = {
        "client_id.name": "client_name",
        "client_id.phone": "client_phone",
        "client_id.email": "client_email",
        "client_id.has_full_name": "client_has_full_name",
    }
    # (what the client is followed from counts when it changes the client: see ``_follow_clients``)
    _discipline_exempt_fields = frozenset(
        {"start", "stop", "start_date", "stop_date", "allday", "duration"}
        | {"opportunity_id", "partner_ids"}
    )

    # client
    is_client_meeting = fields.Boolean(
        compute="_compute_is_client_meeting", store=True, readonly=False, copy=True
    )
    client_id = fields.Many2one(
        "res.partner",
        compute="_compute_client_id",
        store=True,
        readonly=False,
        copy=True,
        index="btree_not_null",
        ondelete="restrict",
        domain=[("partner_share", "=", True)],
        help="The person met. Follows the opportunity, or the only attendee from outside.",
    )
    followed_client_id = fields.Many2one(
        "res.partner",
        compute="_compute_followed_client_id",
        help="The client whom the opportunity or the attendees suggest. A form keeps it, to tell a "
        "client who was filled in from one whom the user chose.",
    )
    # (the client's own log tells of changes to these)
    client_name = fields.Char(
        "Client's Name", compute="_compute_client_data", inverse="_inverse_client_name"
    )
    client_phone = fields.Char(
        "Client's Phone", compute="_compute_client_data", inverse="_inverse_client_phone"
    )
    client_email = fields.Char(
        "Client's E-mail", compute="_compute_client_data", inverse="_inverse_client_email"
    )
    client_is_company = fields.Boolean(related="client_id.is_company")
    client_company_id = fields.Many2one(
        related="client_id.commercial_partner_id", string="Client's Company"
    )
    client_has_full_name = fields.Boolean(
        compute="_compute_client_has_full_name", compute_sudo=True
    )
    client_candidate_ids = fields.Many2many(
        "res.partner",
        compute="_compute_client_candidate_ids",
        help="Who of the attendees may be the client, when it is not clear.",
    )
    can_edit_client = fields.Boolean(compute="_compute_can_edit_client")

    # outcome
    meeting_status = fields.Selection(
        [
            ("planned", "Planned"),
            ("held", "Held"),
            ("no_show", "No-show"),
            ("cancelled", "Cancelled"),
        ],
        default="planned",
        required=True,
        copy=False,
        group_expand=True,
    )
    meeting_result_id = fields.Many2one(
        "crm.meeting.result", "Result", copy=False, ondelete="restrict", groups="base.group_user"
    )
    meeting_result_note = fields.Text("Note on the Result", copy=False, groups="base.group_user")
    result_activity_ids = fields.One2many(
        "mail.activity", "result_meeting_id", groups="base.group_user"
    )

    # series
    series_id = fields.Many2one(
        "calendar.recurrence",
        copy=False,
        index="btree_not_null",
        help="The series that a settled occurrence came from.",
    )

    _client_meetings_by_start = models.Index("(user_id, start) WHERE is_client_meeting IS TRUE")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("opportunity_id", "partner_ids")
    def _compute_client_id(self):
        """Fill in the likely client; replace only one who was filled in the same way.

        Saved meetings are followed in ``write``, where what they were before is still known.
        """
        for event in self:
            client, likely = event.client_id, event._get_likely_client()
            if not client or (not event.id and client == event.followed_client_id):
                client = likely or client
            event.client_id = client
            if likely and not event.id:
                event.followed_client_id = likely

    @api.depends("client_id", "opportunity_id", "partner_ids")
    def _compute_is_client_meeting(self):
        for event in self:
            event.is_client_meeting = bool(
                event.is_client_meeting
                or event.client_id
                or event.opportunity_id
                or event._get_outside_attendees()
            )

    def _compute_followed_client_id(self):
        for event in self:
            likely = event._get_likely_client()
            event.followed_client_id = likely if event.client_id == likely else False

    @api.depends("client_id.name", "client_id.phone", "client_id.email")
    def _compute_client_data(self):
        """Show the client's data to who may read the client, and nothing to others."""
        readable = self.client_id._filtered_access("read")
        for event in self:
            client = event.client_id if event.client_id in readable else readable.browse()
            event.client_name = client.name
            event.client_phone = client.phone
            event.client_email = client.email

    def _inverse_client_name(self):
        for event in self.filtered("client_id"):
            event.client_id.name = event.client_name

    def _inverse_client_phone(self):
        for event in self.filtered("client_id"):
            event.client_id.phone = event.client_phone

    def _inverse_client_email(self):
        for event in self.filtered("client_id"):
            event.client_id.email = event.client_email

    @api.depends("client_name", "client_id.is_company")
    def _compute_client_has_full_name(self):
        for event in self:
            event.client_has_full_name = not event.client_id.is_company and (
                person_name.has_full_name(event.client_name)
            )

    @api.depends("client_id", "partner_ids")
    def _compute_client_candidate_ids(self):
        for event in self:
            outside = event._get_outside_attendees()
            unclear = not event.client_id and len(outside) > 1
            event.client_candidate_ids = outside if unclear else False

    @api.depends("client_id")
    @api.depends_context("uid")
    def _compute_can_edit_client(self):
        for event in self:
            client = event.client_id
            event.can_edit_client = bool(client) and client._can_write_personal_data()

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create([self._prepare_meeting_vals(vals) for vals in vals_list])
        events._check_discipline()
        return events

    def write(self, vals):
        vals = self._prepare_meeting_vals(vals)
        if self._is_outcome_in_series_update(vals):
            return self._write_outcome_of_one(vals)
        touched = set(vals)
        clients = self._get_clients_before(vals)
        settling = self._get_settling(vals)
        logged = self._get_logged_values(vals)
        result = super().write(vals)
        settling._leave_series()
        if vals.get("meeting_status") == "planned":
            self._return_to_series()
        if clients:
            touched |= self._follow_clients(clients)
        if "meeting_status" in vals:
            self._update_result_activities()
            self._close_missed_calls()
        self._log_changes(logged)
        self._check_discipline(touched)
        return result

    def _get_logged_values(self, vals):
        """Return what :meth:`_log_changes` compares with: ``{id: {field: value}}``."""
        fnames = _LOGGED_FIELDS.intersection(vals)
        context = self.env.context
        if not fnames or context.get("tracking_disable") or context.get("mail_notrack"):
            return {}
        return {event.id: {fname: event[fname] for fname in fnames} for event in self if event.id}

    def _log_changes(self, before):
        """Say in the chatter who changed the client and what came of the meeting.

        In sudo, like Odoo's own tracking: the log is kept whoever writes.
        """
        if before:
            events = self.browse(before).sudo()
            # what defaults the user's screen gave are not for messages
            events = events.with_env(events.env(context=clean_context(self.env.context)))
            events._message_track(_LOGGED_FIELDS, before)

    @api.model
    def _prepare_meeting_vals(self, vals):
        """Return ``vals`` without blanks for a subject, and with a client only in a client meeting."""
        vals = dict(vals)
        for fname in ("name", "meeting_result_note"):
            if isinstance(vals.get(fname), str):
                vals[fname] = vals[fname].strip()
        if vals.get("client_id"):
            vals["is_client_meeting"] = True
        elif vals.get("is_client_meeting") is False:
            vals["client_id"] = False
        return vals

    @api.model
    def _get_public_fields(self):
        """Let the number of meetings be counted with the private ones of others, as a search does.

        What is in them stays hidden. Otherwise a list of meetings and the sums of its groups differ.
        """
        return super()._get_public_fields() | {"__count"}

    # ------------------------------------------------------------
    # WHO IS THE CLIENT
    # ------------------------------------------------------------

    def _get_outside_attendees(self):
        """Return the attendees who are not colleagues.

        In sudo: whether somebody is a colleague must not depend on who may read contacts.
        """
        return self.sudo().partner_ids.filtered("partner_share").sudo(self.env.su)

    def _get_likely_client(self):
        """Return the opportunity's contact, else the only attendee from outside, else nobody."""
        self.ensure_one()
        # in sudo: colleagues outside of sales can't read opportunities
        client = self.sudo().opportunity_id.partner_id.sudo(self.env.su)
        if not client:
            outside = self._get_outside_attendees()
            client = outside if len(outside) == 1 else client
        # a draft's attendees are drafts, too
        return client._origin

    def _get_clients_before(self, vals):
        """Return what is known of the clients before a write that may replace them.

        :return: ``{event: (client, was it the likely one, does it attend, is a client meeting)}``
        """
        if "client_id" in vals or _CLIENT_SOURCES.isdisjoint(vals):
            return {}
        return {
            event: (
                event.client_id,
                event.client_id == event._get_likely_client(),
                event.client_id in event.partner_ids,
                event.is_client_meeting,
            )
            for event in self
        }

    def _follow_clients(self, before):
        """Give meetings another client when the opportunity or the attendee they had is replaced.

        :param before: what :meth:`_get_clients_before` returned
        :return: the names of the fields that became different
        """
        touched = set()
        for event, (client, followed, attended, was_client_meeting) in before.items():
            left = attended and client not in event.partner_ids
            likely = event._get_likely_client() if client and (followed or left) else client
            if likely and likely != client and event.client_id == client:
                event.client_id = likely
            if event.client_id != client:
                touched.add("client_id")
            if event.is_client_meeting != was_client_meeting:
                touched.add("is_client_meeting")
        return touched

    @api.model
    def _get_mending_fields(self, domain):
        # whether a name is whole is computed; what a person types is the name
        return tuple(
            "client_name" if fname == "client_has_full_name" else fname
            for fname in super()._get_mending_fields(domain)
        )

    @api.model
    def _get_discipline_company_domain(self, company_id):
        # an event has no company; its organizer has
        return Domain("user_id.company_id", "=", company_id)

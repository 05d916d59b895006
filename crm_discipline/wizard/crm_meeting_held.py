"""The dialog that asks what came of meetings that took place."""

from odoo import api, fields, models


class CrmMeetingHeld(models.TransientModel):
    _name = "crm.meeting.held"
    _description = "Result of Meetings"

    event_ids = fields.Many2many("calendar.event", required=True)
    event_id = fields.Many2one("calendar.event", compute="_compute_event_id", string="Meeting")
    event_name = fields.Char(related="event_id.name", string="Subject")
    event_client = fields.Char(
        related="event_id.client_id.display_name", string="Client of the Meeting"
    )
    event_count = fields.Integer(compute="_compute_event_id")
    result_id = fields.Many2one("crm.meeting.result", required=True)
    requires_note = fields.Boolean(related="result_id.requires_note")
    note = fields.Text()

    # what else the meeting lacks, filled in on the spot
    missing_elsewhere = fields.Text(
        compute="_compute_missing",
        help="What the meeting lacks besides, and this dialog can't ask for.",
    )
    asks_client = fields.Boolean(compute="_compute_missing")
    asks_name = fields.Boolean(compute="_compute_missing")
    asks_contact = fields.Boolean(compute="_compute_missing")
    company_met_id = fields.Many2one("res.partner", compute="_compute_company_met_id")
    client_id = fields.Many2one("res.partner", help="Whom the meeting was with, when asked for.")
    client_name = fields.Char(
        "Surname and first name", compute="_compute_client_name", store=True, readonly=False
    )
    client_phone = fields.Char(
        "Phone", compute="_compute_client_contact", store=True, readonly=False
    )
    client_email = fields.Char(
        "E-mail", compute="_compute_client_contact", store=True, readonly=False
    )

    @api.depends("event_ids")
    def _compute_event_id(self):
        for wizard in self:
            events = wizard.event_ids._origin
            wizard.event_id = events if len(events) == 1 else False
            wizard.event_count = len(events)

    @api.depends("event_ids")
    def _compute_company_met_id(self):
        """Know the company that stands for the client; then it is asked who of it was met."""
        for wizard in self:
            client = wizard.event_id.client_id
            wizard.company_met_id = client if client.sudo().is_company else False

    @api.depends("event_ids", "client_id")
    def _compute_missing(self):
        for wizard in self:
            event = wizard.event_id
            # whether it is whole is no secret; changing it takes the user's own rights
            client = wizard._get_client()
            missing = [item for item in event.missing_items or () if item["blocks"]]
            editable = bool(client) and client._can_write_personal_data() and not client.is_company
            wizard.asks_client = bool(missing) and (
                not event.client_id or bool(wizard.company_met_id)
            )
            wizard.asks_name = editable and not client.has_full_name
            wizard.asks_contact = editable and not (client.phone or client.email)
            asked = set()
            if wizard.asks_client:
                asked.add("client_id")
            if wizard.asks_name:
                asked.add("client_name")
            if wizard.asks_contact:
                asked.update(("client_phone", "client_email"))
            wizard.missing_elsewhere = (
                ", ".join(item["name"] for item in missing if asked.isdisjoint(item["fields"]))
                or False
            )

    @api.depends("event_ids", "client_id")
    def _compute_client_name(self):
        """Begin with the half of the name that is known."""
        for wizard in self:
            client = wizard._get_client()
            wizard.client_name = client.name if wizard.asks_name else False

    @api.depends("client_id")
    def _compute_client_contact(self):
        # what was typed for one client is not another's
        self.client_phone = False
        self.client_email = False

    def _get_client(self):
        return self.client_id or self.event_id.client_id - self.company_met_id

    def action_confirm(self):
        """Save the result on the meetings and offer to undo it.

        :raise ValidationError: naming all that the meetings still lack
        """
        self.ensure_one()
        asked = ["name"] if self.asks_name else []
        asked += ["phone", "email"] if self.asks_contact else []
        typed = {
            fname: self[f"client_{fname}"].strip()
            for fname in asked
            if (self[f"client_{fname}"] or "").strip()
        }
        if typed:
            self._get_client().write(typed)
        vals = {
            "meeting_status": "held",
            "meeting_result_id": self.result_id.id,
            "meeting_result_note": self.note,
        }
        if self.client_id:
            vals["client_id"] = self.client_id.id
        return self.event_ids._settle(vals)

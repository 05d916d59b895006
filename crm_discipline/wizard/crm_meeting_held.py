"""The dialog that asks what came of meetings that took place."""

from odoo import api, fields, models


class CrmMeetingHeld(models.TransientModel):
    _name = "crm.meeting.held"
    _description = "Result of Meetings"

    event_ids = fields.Many2many("calendar.event", required=True)
    event_id = fields.Many2one("calendar.event", compute="_compute_event_id", string="Meeting")
    event_name = fields.Char(related="event_id.name", string="Subject")
    event_client = fields.Char(related="event_id.client_id.display_name", string="Client")
    event_count = fields.Integer(compute="_compute_event_id")
    result_id = fields.Many2one("crm.meeting.result", required=True)
    requires_note = fields.Boolean(related="result_id.requires_note")
    note = fields.Text()

    # what else the meeting lacks, filled in on the spot
    missing_elsewhere = fields.Text(
        compute="_compute_missing",
        help="What the meeting lacks besides, and this dialog can't ask for.",
    )
    asks_name = fields.Boolean(compute="_compute_missing")
    asks_contact = fields.Boolean(compute="_compute_missing")
    client_name = fields.Char("Surname and first name")
    client_phone = fields.Char("Phone")
    client_email = fields.Char("E-mail")

    @api.depends("event_ids")
    def _compute_event_id(self):
        for wizard in self:
            events = wizard.event_ids._origin
            wizard.event_id = events if len(events) == 1 else False
            wizard.event_count = len(events)

    @api.depends("event_ids")
    def _compute_missing(self):
        for wizard in self:
            event = wizard.event_id
            client = event.client_id
            editable = event.can_edit_client and not event.client_is_company
            wizard.asks_name = bool(editable and not client.has_full_name)
            wizard.asks_contact = bool(editable and not (client.phone or client.email))
            asked = set()
            if wizard.asks_name:
                asked.add("client_name")
            if wizard.asks_contact:
                asked.update(("client_phone", "client_email"))
            wizard.missing_elsewhere = (
                ", ".join(
                    item["name"]
                    for item in event.missing_items or ()
                    if item["blocks"] and asked.isdisjoint(item["fields"])
                )
                or False
            )

    def action_confirm(self):
        """Save the result on the meetings and offer to undo it.

        :raise ValidationError: naming all that the meetings still lack
        """
        self.ensure_one()
        typed = {
            fname: self[f"client_{fname}"].strip()
            for fname in ("name", "phone", "email")
            if (self[f"client_{fname}"] or "").strip()
        }
        if typed and self.event_id:
            self.event_id.client_id.write(typed)
        return self.event_ids._settle(
            {
                "meeting_status": "held",
                "meeting_result_id": self.result_id.id,
                "meeting_result_note": self.note,
            }
        )

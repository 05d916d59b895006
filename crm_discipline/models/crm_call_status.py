"""A quick status: what came of a call, said in one click."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class CrmCallStatus(models.Model):
    _name = "crm.call.status"
    _description = "Call Status"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    icon = fields.Char(help="A Font Awesome icon, such as “fa-check”.")
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the status is for every company."
    )
    is_handled = fields.Boolean(
        "Closes the Call", help="Nothing more is to be done about a call with this status."
    )
    is_contact = fields.Boolean(
        "Spoke with the Client",
        help="An earlier missed call of the client is thereby returned.",
    )
    is_wrong_number = fields.Boolean(
        "Wrong Number", help="Marks this phone of the client as wrong until it is corrected."
    )
    requires_note = fields.Boolean("Asks for a Note")
    next_activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Plans",
        ondelete="restrict",
        domain=[("res_model", "in", (False, "res.partner", "crm.lead"))],
        help="The activity that is planned by itself, with the client or the opportunity.",
    )
    next_activity_days = fields.Integer(
        "In Days", default=1, help="Days from the click to the activity's deadline."
    )

    _next_activity_days_positive = models.Constraint(
        "CHECK (next_activity_days >= 0)", "An activity can't be planned for the past."
    )

    @api.constrains("is_handled", "is_wrong_number")
    def _check_wrong_number_closes(self):
        for status in self:
            if status.is_wrong_number and not status.is_handled:
                raise ValidationError(
                    self.env._(
                        "“%(status)s” says that the number is wrong, so it must close the call.",
                        status=status.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        statuses = super().create(vals_list)
        self._statuses_changed()
        return statuses

    def write(self, vals):
        result = super().write(vals)
        if "is_handled" in vals:
            self._apply_is_handled()
        self._statuses_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._statuses_changed()
        return result

    def _update_field_translations(self, *args, **kwargs):
        # the dialog for translations writes past ``write``
        result = super()._update_field_translations(*args, **kwargs)
        self._statuses_changed()
        return result

    def _statuses_changed(self):
        # see ``CrmCall._get_quick_status``
        self.env.registry.clear_cache()

    def _apply_is_handled(self):
        """Close or open the calls of these statuses, in one statement for millions."""
        Call = self.env["crm.call"]
        Call.flush_model(["status_id", "is_handled", "returned_on", "match_state"])
        self.flush_recordset(["is_handled"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE crm_call call
                   SET is_handled = status.is_handled OR call.returned_on IS NOT NULL
                                    OR call.match_state = 'internal'
                  FROM crm_call_status status
                 WHERE status.id = call.status_id AND status.id = ANY(%s)
                """,
                self.ids,
            )
        )
        Call.invalidate_model(["is_handled"])

    @api.model
    def get_call_statuses(self):
        """Return what the screens offer, in order.

        :return: ``[{"id", "name", "color", "icon", "requires_note", "is_handled", "key"}]``, where
            ``key`` is the digit that chooses it, or False from the tenth on
        """
        statuses = self.search_fetch(
            [("company_id", "in", [False, self.env.company.id])],
            ["name", "color", "icon", "requires_note", "is_handled"],
        )
        return [
            {
                "id": status.id,
                "name": status.name,
                "color": status.color,
                "icon": status.icon or "fa-circle-o",
                "requires_note": status.requires_note,
                "is_handled": status.is_handled,
                "key": str(number) if number < 10 else False,
            }
            for number, status in enumerate(statuses, 1)
        ]

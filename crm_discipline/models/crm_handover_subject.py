"""What a record says of the handovers that it passed in."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmHandoverSubject(models.AbstractModel):
    _name = "crm.handover.subject"
    _description = "Passes in handovers"

    handover_ref = fields.Char(
        store=False,
        copy=False,
        search="_search_handover_ref",
        groups="crm_discipline.group_supervisor",
        export_string_translation=False,
        help="Finds what passes in a handover: its id, a kind and a receiver's id or 0, as “5/client/7”.",
    )

    @api.model
    def _search_handover_ref(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._get_handover_domain(ref) for ref in value)

    @api.model
    def _get_handover_domain(self, ref):
        parts = str(ref).split("/")
        if len(parts) != 3 or not parts[0].isdecimal() or not parts[2].isdecimal():
            return Domain.FALSE
        handover = self.env["crm.handover"].browse(int(parts[0])).exists()
        kind, user_id = self.env["crm.handover.kind"]._get_kinds().get(parts[1]), int(parts[2])
        if not handover or kind is None or kind._handover_model != self._name:
            return Domain.FALSE
        handover.check_access("read")
        if handover.state not in ("draft", "running"):
            things = SQL(
                """SELECT kind, res_id, to_user_id AS user_id FROM crm_handover_item
                    WHERE handover_id = %s AND kind = %s""",
                handover.id,
                parts[1],
            )
        else:
            things = handover._get_plan_sql()
            if things is None:
                return kind._get_domain(handover.from_user_id, handover.company_id)
        found = SQL("SELECT res_id FROM (%s) thing WHERE kind = %s", things, parts[1])
        if user_id:
            found = SQL("%s AND user_id = %s", found, user_id)
        return Domain("id", "in", SQL("(%s)", found))


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "crm.handover.subject"]

    taken_over_from_id = fields.Many2one("res.users", compute="_compute_taken_over")
    taken_over_on = fields.Datetime(compute="_compute_taken_over")

    @api.depends("user_id")
    def _compute_taken_over(self):
        """Say from whom the salesperson took a client over, while they have it.

        In SQL: who had a client before is told to whoever may read the client.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (item.res_id) item.res_id, item.from_user_id, handover.done_on
                  FROM crm_handover_item item
                  JOIN crm_handover handover ON handover.id = item.handover_id
                  JOIN res_partner partner
                    ON partner.id = item.res_id AND partner.user_id = item.to_user_id
                 WHERE item.model = 'res.partner' AND item.res_id = ANY(%s)
                   AND item.state = 'moved' AND handover.done_on IS NOT NULL
                 ORDER BY item.res_id, item.id DESC
                """,
                self.ids,
                to_flush=self._fields["user_id"],
            )
        ) if self.ids else []  # fmt: skip
        found = {record_id: (user_id, when) for record_id, user_id, when in rows}
        for partner in self:
            user_id, when = found.get(partner.id, (False, False))
            partner.taken_over_from_id = user_id
            partner.taken_over_on = when


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "crm.handover.subject"]


class CalendarEvent(models.Model):
    _name = "calendar.event"
    _inherit = ["calendar.event", "crm.handover.subject"]


class MailActivity(models.Model):
    _name = "mail.activity"
    _inherit = ["mail.activity", "crm.handover.subject"]


class CrmCall(models.Model):
    _name = "crm.call"
    _inherit = ["crm.call", "crm.handover.subject"]


class CrmDataRequest(models.Model):
    _name = "crm.data.request"
    _inherit = ["crm.data.request", "crm.handover.subject"]


class CrmPlanTarget(models.Model):
    _name = "crm.plan.target"
    _inherit = ["crm.plan.target", "crm.handover.subject"]

"""What came of audiences: a row for each client of one that was sent.

Delivered is what the mail server took and nobody sent back, and a planned call in which the client was
spoken to. Meetings and deals count that came within the days that the company says. Whether somebody
answered is empty, not zero, where the way it was sent has no way back.
"""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import audience_reach, plan_period

FIGURES = ("reached", "delivered", "bounced", "answered", "meetings", "deals")
"""What is counted, in the order in which it is shown."""


class CrmAudienceReport(models.Model):
    _name = "crm.audience.report"
    _description = "Results of Audiences"
    _inherit = ["crm.client.read.mixin"]
    _auto = False
    _order = "sent_on DESC, id DESC"
    _rec_name = "partner_id"

    _client_data_fields = frozenset({"partner_id", "display_name"})

    _depends = {
        "crm.audience.member": ["audience_id", "partner_id", "user_id", "sent_on", "missed_reason"],
        "calendar.event": ["client_id", "meeting_status", "create_date"],
        "crm.lead": ["partner_id", "won_status", "date_closed", "campaign_id"],
        "crm.call": ["planned_activity_id", "status_id", "disposition"],
        "mail.notification": ["notification_status"],
        "mail.message": ["parent_id"],
    }

    audience_id = fields.Many2one("crm.audience", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", "Client", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    sent_on = fields.Datetime("Reached On", readonly=True)
    missed_reason = fields.Selection(
        selection=lambda self: self.env["crm.audience.member"]._fields["missed_reason"].selection,
        string="Not Reached Because",
        readonly=True,
    )
    clients = fields.Integer(readonly=True, help="All for whom it was meant when it was sent.")
    reached = fields.Integer(
        "Clients Reached", readonly=True, help="To whom it was sent, or a call was planned."
    )
    delivered = fields.Integer(readonly=True)
    bounced = fields.Integer(
        "Came Back", readonly=True, help="What the mail server or the receiver's refused, too."
    )
    answerable = fields.Integer(
        "Could Answer",
        readonly=True,
        help="To whom it was sent in a way that tells when they answer; an SMS does not.",
    )
    answered = fields.Integer(
        "Have Answered", readonly=True, help="Who wrote back, or was spoken to."
    )
    meetings = fields.Integer(readonly=True, help="Meetings arranged with them afterwards.")
    deals = fields.Integer(readonly=True, help="Deals won with them afterwards.")
    revenue = fields.Float(readonly=True, help="The expected revenue of those deals.")

    @api.model
    def _get_delivery_sql(self):
        """Return how it is known what became of what was sent to a ``member``.

        :return: ``{"joins", "delivered", "bounced", "answerable", "answered"}``: joins to the query of
            the report, and expressions that are 1 or 0; ``answerable`` whether the way it was sent tells
            of answers
        """
        return {
            "joins": SQL(
                """
         LEFT JOIN LATERAL (
                       SELECT notification_status AS status, notification_type AS type
                         FROM mail_notification
                        WHERE mail_message_id = member.mail_message_id
                          AND res_partner_id = member.partner_id
                     ORDER BY id LIMIT 1
                   ) mail ON TRUE
        CROSS JOIN LATERAL (
                       SELECT EXISTS (
                                  SELECT FROM mail_message reply
                                   WHERE reply.parent_id = member.mail_message_id
                                     AND reply.message_type = 'email'
                              )::int AS answered
                   ) answer
        CROSS JOIN LATERAL (
                       SELECT EXISTS (
                                  SELECT FROM crm_call call
                               LEFT JOIN crm_call_status status ON status.id = call.status_id
                                   WHERE member.activity_id IS NOT NULL
                                     AND call.partner_id = member.partner_id
                                     AND call.planned_activity_id = member.activity_id
                                     AND status.is_contact IS TRUE
                              )::int AS spoken
                   ) talk
                """
            ),
            "delivered": SQL(
                """CASE WHEN member.mail_message_id IS NOT NULL
                        THEN (mail.status = 'sent')::int ELSE talk.spoken END"""
            ),
            "bounced": SQL(
                "COALESCE((mail.status IN ('bounce', 'exception', 'canceled'))::int, 0)"
            ),
            "answerable": SQL("1"),
            "answered": SQL("GREATEST(answer.answered, talk.spoken)"),
        }

    @api.model
    def _get_outcome_sql(self):
        """Return the expressions of the delivery; what was kept of a module that is gone goes first."""
        parts = self._get_delivery_sql()
        kept = {
            "delivered": ("delivered", "answered"),
            "bounced": ("bounced",),
            "answered": ("answered",),
        }
        for figure, outcomes in kept.items():
            parts[figure] = SQL(
                "CASE WHEN member.kept_outcome IS NOT NULL"
                " THEN (member.kept_outcome IN %s)::int ELSE %s END",
                outcomes,
                parts[figure],
            )
        # (what a module would have been told later nobody is told)
        parts["answerable"] = SQL(
            "CASE WHEN member.sent_on IS NULL THEN 0"
            " WHEN member.kept_outcome IS NOT NULL THEN (member.kept_outcome = 'answered')::int"
            " ELSE %s END",
            parts["answerable"],
        )
        parts["answered"] = SQL(
            "CASE WHEN member.sent_on IS NULL OR %(can)s = 1 OR %(did)s = 1 THEN %(did)s END",
            can=parts["answerable"],
            did=parts["answered"],
        )
        return parts

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT member.id,
                   member.audience_id,
                   member.company_id,
                   member.partner_id,
                   member.user_id,
                   member.sent_on,
                   CASE WHEN member.sent_on IS NULL THEN member.missed_reason END AS missed_reason,
                   1 AS clients,
                   (member.sent_on IS NOT NULL)::int AS reached,
                   %(delivered)s AS delivered,
                   %(bounced)s AS bounced,
                   %(answerable)s AS answerable,
                   %(answered)s AS answered,
                   met.meetings,
                   won.deals,
                   won.revenue
              FROM crm_audience_member member
              JOIN crm_audience audience ON audience.id = member.audience_id
              JOIN res_company company ON company.id = member.company_id
                   %(joins)s
        CROSS JOIN LATERAL (
                       SELECT count(*)::int AS meetings
                         FROM calendar_event event
                        WHERE event.client_id = member.partner_id
                          AND event.active
                          AND event.meeting_status <> 'cancelled'
                          AND event.create_date >= member.sent_on
                          AND event.create_date < member.sent_on
                              + company.discipline_campaign_days * interval '1 day'
                   ) met
        CROSS JOIN LATERAL (
                       SELECT count(*)::int AS deals, COALESCE(sum(expected_revenue), 0) AS revenue
                         FROM crm_lead lead
                        WHERE lead.partner_id = member.partner_id
                          AND lead.won_status = 'won'
                          AND lead.date_closed >= member.sent_on
                          AND (lead.campaign_id = audience.campaign_id
                               OR lead.date_closed < member.sent_on
                                  + company.discipline_campaign_days * interval '1 day')
                   ) won
             WHERE member.sent_on IS NOT NULL OR member.missed_reason IS NOT NULL
            """,
            **self._get_outcome_sql(),
        )

    # ------------------------------------------------------------
    # READING
    # ------------------------------------------------------------

    def _get_clients_read(self):
        return self.sudo().partner_id.ids

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        self.env["crm.audience"]._check_may_export()
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)


# what came of an audience is read from the report
class CrmAudience(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "crm.audience"

    results = fields.Json(compute="_compute_results")

    @api.depends_context("uid")
    def _compute_results(self):
        """Add up what came of it, for each salesperson and together: what the reader may see."""
        rows = self.env["crm.audience.report"]._read_group(
            [("audience_id", "in", self._origin.ids)],
            ["audience_id", "user_id"],
            ["answerable:sum", "clients:sum", *(f"{name}:sum" for name in FIGURES)],
        )
        found = {}
        for audience, user, *sums in rows:
            found.setdefault(audience.id, []).append((user, [count or 0 for count in sums]))
        labels = self.env["crm.audience.report"]._fields
        names = ("clients", *FIGURES)
        columns = [
            {"name": name, "label": labels[name]._description_string(self.env)} for name in names
        ]
        for audience in self:
            lines = sorted(
                found.get(audience._origin.id, []), key=lambda line: (-line[1][2], line[0].id)
            )
            totals = [sum(column) for column in zip(*(sums for _user, sums in lines), strict=True)]
            audience.results = {
                "columns": columns,
                "answerable": totals[0],
                "totals": totals[1:],
                "salespeople": [
                    {
                        "id": user.id or False,
                        "name": user.sudo().name or self.env._("No salesperson"),
                        "answerable": sums[0],
                        "figures": sums[1:],
                    }
                    for user, sums in lines
                ],
            } if lines else False  # fmt: skip

    def action_view_results(self, figure=None, user_id=None):
        """Open the clients whom a figure counts.

        :param figure: one of the report's; without it all clients for whom it was meant
        :param user_id: one salesperson's clients only; False for those of nobody
        """
        self.ensure_one()
        self.check_access("read")
        domain = Domain("audience_id", "=", self.id)
        if figure in FIGURES:
            domain &= Domain(figure, ">", 0)
        if user_id is not None:
            domain &= Domain("user_id", "=", user_id)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_audience_report_action_clients"
        )
        return {**action, "domain": list(domain), "context": {}}

    def action_view_my_missed(self):
        """Open those of the caller's clients who were not reached, and whose data they can mend."""
        action = self.action_view_unreachable(user_id=self.env.uid)
        return {
            **action,
            "domain": [
                *action["domain"],
                ("reach_state", "in", list(audience_reach.FIXABLE)),
                ("sent_on", "=", False),
            ],
        }

    @api.model
    @api.readonly
    def get_my_reach(self, date_from, date_to):
        """Return what campaigns did with the caller's clients in a period, its days included.

        :return: ``[{"id", "name", "clients", "reached", "bounced", "meetings", "deals", "missed"}]``, the
            newest first; ``bounced`` is how many of those to whom it was sent it came back from, ``missed``
            how many of those who were not reached the caller can do something about
        """
        first, after = plan_period.get_utc_borders(
            fields.Date.to_date(date_from),
            fields.Date.to_date(date_to),
            self.env.company._get_plan_tz(),
        )
        Report = self.env["crm.audience.report"]
        sent = self.env["crm.audience.member"]._read_group(
            [("user_id", "=", self.env.uid), ("sent_on", ">=", first), ("sent_on", "<", after)],
            ["audience_id"],
            order="audience_id DESC",
        )
        audiences = self.env["crm.audience"].browse([audience.id for (audience,) in sent])
        rows = Report._read_group(
            [("user_id", "=", self.env.uid), ("audience_id", "in", audiences.ids)],
            ["audience_id"],
            ["clients:sum", "reached:sum", "bounced:sum", "meetings:sum", "deals:sum"],
        )
        wanted = dict(
            self.env["crm.audience.member"]._read_group(
                [
                    ("user_id", "=", self.env.uid),
                    ("audience_id", "in", audiences.ids),
                    ("sent_on", "=", False),
                    ("reach_state", "in", list(audience_reach.FIXABLE)),
                ],
                ["audience_id"],
                ["__count"],
            )
        )
        return [
            {
                "id": audience.id,
                "name": audience.name,
                "clients": clients,
                "reached": reached,
                "bounced": bounced,
                "meetings": meetings,
                "deals": deals,
                "missed": wanted.get(audience, 0),
            }
            for audience, clients, reached, bounced, meetings, deals in sorted(
                rows, key=lambda row: -row[0].id
            )
        ]

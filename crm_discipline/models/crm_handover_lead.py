from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_handover_kind import KEY_LEAD, key_sql


class CrmHandoverLead(models.AbstractModel):
    """Open leads and opportunities; what is won or lost stays with who worked on it."""

    _name = "crm.handover.kind.lead"
    _inherit = "crm.handover.kind"
    _description = "Open opportunities in a handover"
    _handover_model = "crm.lead"
    _handover_rank = 20
    _receiver_follows = True
    # (those that depend on the team are computed where the team changes: see ``_after``)
    _settled_fields = frozenset(
        f"crm.lead.{fname}"
        for fname in (
            *("team_id", "company_id", "date_open", "day_open", "lead_properties", "stage_id"),
            *("probability", "automated_probability", "date_last_stage_update", "won_status"),
            *("prorated_revenue", "recurring_revenue_prorated"),
            "recurring_revenue_monthly_prorated",
        )
    )

    @api.model
    def _get_label(self):
        return self.env._("Open opportunities")

    @api.model
    def _get_count_text(self, count):
        if count == 1:
            return self.env._("1 open opportunity")
        return self.env._("%(count)s open opportunities", count=self._say_number(count))

    @api.model
    def _get_domain(self, user, company):
        return (
            Domain("user_id", "=", user.id)
            & Domain("won_status", "=", "pending")
            & self._get_company_domain(company)
        )

    @api.model
    def _get_key_sql(self, query):
        table = query.table
        client = self._get_client_key(query, "partner_id")
        own = key_sql(SQL.identifier(table, "id"), KEY_LEAD)
        return SQL("COALESCE(%s, %s)", client, own), SQL.identifier(table, "team_id")

    @api.model
    def _get_open_sql(self):
        return SQL("(thing.active AND thing.won_status = 'pending')")

    @api.model
    def _get_before_sql(self):
        return SQL(
            """jsonb_build_object(
                   'follow', %s, 'team_id', thing.team_id, 'company_id', thing.company_id,
                   'date_open', thing.date_open, 'day_open', thing.day_open)""",
            self._get_follow_sql(),
        )

    @api.model
    def _get_move_sql(self, passage):
        """Set the team as Odoo does: it stays where the receiver is in it, else it is theirs."""
        stays = SQL(
            """(EXISTS (SELECT FROM crm_team_member member
                         WHERE member.crm_team_id = thing.team_id
                           AND member.user_id = item.to_user_id AND member.active)
                OR EXISTS (SELECT FROM crm_team team
                            WHERE team.id = thing.team_id AND team.user_id = item.to_user_id))"""
        )
        team = SQL("NULL::integer")
        rows = self._get_default_teams(passage)
        if rows:
            team = SQL(
                "CASE %s END",
                SQL(" ").join(
                    SQL(
                        "WHEN item.to_user_id = %s AND thing.type = %s THEN %s::integer",
                        user_id,
                        kind,
                        team_id,
                    )
                    for user_id, kind, team_id in rows
                ),
            )
        team = SQL("CASE WHEN %s THEN thing.team_id ELSE %s END", stays, team)
        return [
            SQL("team_id = %s", team),
            SQL(
                """company_id = COALESCE(
                       (SELECT company_id FROM crm_team WHERE id = %s), thing.company_id, %s)""",
                team,
                passage.company_id,
            ),
            SQL("date_open = now() AT TIME ZONE 'UTC'"),
            SQL(
                """day_open = abs(floor(extract(epoch FROM (
                       (now() AT TIME ZONE 'UTC') - date_trunc('second', thing.create_date))
                   ) / 86400))"""
            ),
        ]

    @api.model
    def _get_default_teams(self, passage):
        """Return the team that each receiver's opportunities are in: ``[(user, type, team)]``."""
        receivers = self.env["crm.handover"].browse(passage.handover_id)._get_receivers()
        Team = self.env["crm.team"].with_context(allowed_company_ids=[passage.company_id])
        rows = []
        for user in receivers:
            for kind, fname in (("lead", "use_leads"), ("opportunity", "use_opportunities")):
                team = Team._get_default_team_id(user_id=user.id, domain=[(fname, "=", True)])
                rows.append((user.id, kind, team.id or None))
        return rows

    @api.model
    def _get_return_sql(self):
        return [
            SQL("team_id = (item.before->>'team_id')::integer"),
            SQL("company_id = (item.before->>'company_id')::integer"),
            SQL("date_open = (item.before->>'date_open')::timestamp"),
            SQL("day_open = (item.before->>'day_open')::float8"),
        ]

    @api.model
    def _after(self, handover, items):
        self._recompute_changed_teams(items)
        return super()._after(handover, items)

    @api.model
    def _recompute_changed_teams(self, items):
        """Let Odoo compute what depends on the team, where that is another now."""
        changed = self.env.execute_query(
            SQL(
                """
                SELECT item.res_id
                  FROM crm_handover_item item JOIN crm_lead lead ON lead.id = item.res_id
                 WHERE item.id = ANY(%s) AND item.kind = 'lead' AND (
                       item.state = 'returned'
                       OR lead.team_id IS DISTINCT FROM (item.before->>'team_id')::integer)
                """,
                items,
            )
        )
        if changed:
            leads = self._get_records_sudo().browse([lead_id for (lead_id,) in changed])
            leads.modified(["team_id"])
            self.env.remove_to_compute(leads._fields["company_id"], leads)
            self.env.remove_to_compute(leads._fields["stage_id"], leads)

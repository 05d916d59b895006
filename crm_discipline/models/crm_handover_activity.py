from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_handover_kind import KEY_ACTIVITY, KEY_LEAD, KEY_PARTNER, key_sql


class CrmHandoverActivity(models.AbstractModel):
    """Planned activities about a record; to-dos about nothing are the leaver's own."""

    _name = "crm.handover.kind.activity"
    _inherit = "crm.handover.kind"
    _description = "Planned activities in a handover"
    _handover_model = "mail.activity"
    _handover_rank = 40
    # what the activities are about has its own
    _has_followers = False
    _settled_fields = frozenset({"mail.activity.user_tz"})

    @api.model
    def _get_label(self):
        return self.env._("Planned activities")

    @api.model
    def _get_count_text(self, count):
        if count == 1:
            return self.env._("1 planned activity")
        return self.env._("%(count)s planned activities", count=self._say_number(count))

    @api.model
    def _get_domain(self, user, company):
        about = Domain("user_id", "=", user.id) & Domain("res_id", "!=", False)
        groups = self._get_records_sudo()._read_group(about, ["res_model"])
        domains = []
        for (model_name,) in groups:
            if model_name not in self.env:
                continue
            domain = about & Domain("res_model", "=", model_name)
            records = self.env[model_name].sudo().with_context(active_test=False)
            if (
                company
                and records._fields.get("company_id")
                and records._fields["company_id"].store
            ):
                own = records._search(self._get_company_domain(company))
                domain &= Domain("res_id", "in", own)
            domains.append(domain)
        return Domain.OR(domains)

    @api.model
    def _get_key_sql(self, query):
        """An activity belongs with the client or the opportunity that it is about."""
        table = query.table
        partner, lead, client = "about_partner", "about_lead", "about_lead_client"
        self._join_about(query, partner, "res.partner", "res_partner")
        self._join_about(query, lead, "crm.lead", "crm_lead")
        query.add_join(
            "LEFT JOIN",
            client,
            "res_partner",
            SQL("%s = %s", SQL.identifier(client, "id"), SQL.identifier(lead, "partner_id")),
        )
        whole = SQL(
            "COALESCE(%s, %s, %s, %s)",
            SQL.identifier(partner, "commercial_partner_id"),
            SQL.identifier(partner, "id"),
            SQL.identifier(client, "commercial_partner_id"),
            SQL.identifier(client, "id"),
        )
        key = SQL(
            "COALESCE(%s, %s, %s)",
            key_sql(whole, KEY_PARTNER),
            key_sql(SQL.identifier(lead, "id"), KEY_LEAD),
            key_sql(SQL.identifier(table, "id"), KEY_ACTIVITY),
        )
        return key, SQL.identifier(lead, "team_id")

    def _join_about(self, query, alias, model_name, table):
        query.add_join(
            "LEFT JOIN",
            alias,
            table,
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(query.table, "res_model"),
                model_name,
                SQL.identifier(alias, "id"),
                SQL.identifier(query.table, "res_id"),
            ),
        )

    @api.model
    def _get_open_sql(self):
        return SQL("thing.active")

    @api.model
    def _get_before_sql(self):
        return SQL("jsonb_build_object('user_tz', thing.user_tz)")

    @api.model
    def _get_move_sql(self, passage):
        return [SQL("user_tz = receiver_partner.tz")]

    @api.model
    def _get_return_sql(self):
        return [SQL("user_tz = item.before->>'user_tz'")]

    @api.model
    def _after(self, handover, items):
        """Bring the counters of due activities up to date, once for each person."""
        due = self.env.execute_query(
            SQL(
                """
                SELECT item.from_user_id, item.to_user_id, item.state, count(*)
                  FROM crm_handover_item item JOIN mail_activity ON mail_activity.id = item.res_id
                 WHERE item.id = ANY(%s) AND mail_activity.date_deadline <= %s
                 GROUP BY 1, 2, 3
                """,
                items,
                fields.Date.today(),
            )
        )
        more = {}
        for from_id, to_id, state, count in due:
            lost, got = (to_id, from_id) if state == "returned" else (from_id, to_id)
            more[got] = more.get(got, 0) + count
            more[lost] = more.get(lost, 0) - count
        for user in self.env["res.users"].browse(more):
            key = "activity_created" if more[user.id] > 0 else "activity_deleted"
            user._bus_send("mail.activity/updated", {key: True, "count_diff": more[user.id]})
        return super()._after(handover, items)

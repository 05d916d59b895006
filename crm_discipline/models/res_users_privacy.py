"""Who sees own clients only, and what that means for each model.

Record rules of groups are joined by OR, so a rule on a group can only widen. The rules that narrow
are global (``security/crm_privacy_security.xml``) and ask the user here; for everybody who sees all,
the answer is the domain that is always true, which the ORM drops.
"""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache


# who sees which clients is a concept of its own, apart from what a user is
class ResUsers(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.users"

    # known for a transaction, so that all of its searches need one query; see the partner's compute
    companies_of_own_people = fields.Json(
        compute="_compute_companies_of_own_people",
        compute_sudo=True,
        groups="base.group_system",
        help="Ids of the contacts above an own one that are a colleague's.",
    )

    @ormcache("self.id")
    def _get_open_company_ids(self):
        """Return the companies whose clients the user sees in whole, whoever's they are.

        A salesperson is narrowed as soon as one of the companies they may work in wants it, whichever
        they have chosen at the moment; the records that belong to another company stay open.

        :return: ids of companies; None for users who see all clients
        """
        # in sudo: users can't read what each company has set
        user = self.sudo()
        if (
            user.share
            or not user.has_group("sales_team.group_sale_salesman")
            or user.has_group("sales_team.group_sale_salesman_all_leads")
            or user.has_group("crm_discipline.group_operator")
        ):
            return None
        narrow = user.company_ids.filtered("discipline_own_clients_only")
        return tuple((user.company_ids - narrow).ids) if narrow else None

    def _sees_own_clients_only(self):
        return self._get_open_company_ids() is not None

    def _get_privacy_domain(self, model_name):
        """Return which records of a model the user may see, with own clients only.

        :param model_name: one of those that the rules in ``crm_privacy_security.xml`` are of
        """
        self.ensure_one()
        open_ids = self._get_open_company_ids()
        if open_ids is None:
            return Domain.TRUE
        visible = self._get_client_visible_domain
        mine = Domain("user_id", "=", self.id)
        if model_name == "res.partner":
            domain = (
                Domain("discipline_owner_id", "in", [False, self.id])
                | Domain("discipline_company_owner_id", "=", self.id)
                | self._get_companies_of_own_people_domain()
            )  # fmt: skip
        elif model_name in ("crm.lead", "crm.activity.report"):
            domain = mine | (Domain("user_id", "=", False) & visible("partner_id"))
        elif model_name == "crm.call":
            domain = mine | (
                visible("partner_id")
                & (Domain("partner_id", "!=", False) | Domain("lead_id.user_id", "in", [False, self.id]))
            )  # fmt: skip
            domain |= Domain("lead_id.user_id", "=", self.id)
        elif model_name == "calendar.event":
            return (
                Domain("is_client_meeting", "!=", True)
                | mine
                | self._get_attended_domain()
                | (Domain("client_id", "!=", False) & visible("client_id"))
            )
        else:
            return visible("partner_id")
        if open_ids:
            domain |= Domain("company_id", "in", open_ids)
        return domain

    def _get_companies_of_own_people_domain(self):
        """Return the domain of the contacts above an own one that are a colleague's.

        Odoo climbs from a contact to its company everywhere, so who sees a person sees the company.
        As a list of ids, which an index answers, and which is empty nearly always; a subquery among
        alternatives would be asked of all contacts.
        """
        user_id = self.id

        def list_ids(env):
            return env["res.users"].sudo().browse(user_id).companies_of_own_people or ()

        def to_sql(model, alias, _query):
            ids = list_ids(model.env)
            return SQL("%s IN %s", SQL.identifier(alias, "id"), tuple(ids)) if ids else SQL("FALSE")

        def is_above(record):
            return record.id in list_ids(record.env)

        return Domain.custom(to_sql=to_sql, predicate=is_above)

    def _compute_companies_of_own_people(self):
        """Climb from the few contacts with two salespeople, whose own is the user.

        Step by step: of a recursive query PostgreSQL expects so much that it compiles it first.
        """
        partners = self.env["res.partner"]
        partners.flush_model(["parent_id", "discipline_owner_id", "discipline_company_owner_id"])
        for user in self:
            own = SQL(
                "discipline_owner_id = %s AND discipline_company_owner_id IS NOT NULL", user.id
            )
            found, higher = set(), self._list_parent_ids(own)
            while higher:
                found |= higher
                higher = self._list_parent_ids(SQL("id = ANY(%s)", list(higher))) - found
            user.companies_of_own_people = sorted(found)

    def _list_parent_ids(self, condition):
        rows = self.env.execute_query(
            SQL("SELECT parent_id FROM res_partner WHERE parent_id IS NOT NULL AND %s", condition)
        )
        return {parent_id for (parent_id,) in rows}

    def _get_attended_domain(self):
        """Return the domain of the meetings that the user attends.

        Always told by a query: looking into ``partner_ids`` in sudo, as the check of a rule does, would
        leave attendees in the cache whom the user may not see, and stumbles over later. By looking each
        meeting up, or PostgreSQL takes the list of all that somebody attends for a cost of every row, and
        compiles the query first, which takes a second.
        """
        partner_id = self.partner_id.id

        def to_sql(_model, alias, _query):
            return SQL(
                "EXISTS (SELECT FROM calendar_event_res_partner_rel attended"
                " WHERE attended.calendar_event_id = %s AND attended.res_partner_id = %s)",
                SQL.identifier(alias, "id"),
                partner_id,
            )

        return Domain.custom(to_sql=to_sql)

    def _get_client_visible_domain(self, fname):
        """Return the domain "the contact in ``fname``, if any, is one that this user sees".

        By looking up each record's contact where nothing else has told before: a list of all clients
        without a salesperson would be hundreds of thousands of ids, which PostgreSQL can't keep for
        a query, and a join would keep it from reaching the records by an index.
        """
        user_id, open_ids = self.id, list(self._get_open_company_ids() or ())

        def to_sql(model, alias, query):
            partners = model.env["res.partner"]
            client = query.make_alias(alias, f"{fname}__seen")
            owner = partners._field_to_sql(client, "discipline_owner_id")
            company_owner = partners._field_to_sql(client, "discipline_company_owner_id")
            return SQL(
                """COALESCE((
                    SELECT %(owner)s IS NULL OR %(owner)s = %(user)s
                           OR COALESCE(%(company_owner)s = %(user)s, FALSE)
                           OR COALESCE(%(company)s = ANY(%(open)s::int[]), FALSE)
                      FROM res_partner %(client)s
                     WHERE %(id)s = %(reference)s
                ), TRUE)""",
                owner=owner,
                company_owner=company_owner,
                company=partners._field_to_sql(client, "company_id"),
                user=user_id,
                open=open_ids,
                client=SQL.identifier(client),
                id=SQL.identifier(client, "id"),
                reference=SQL.identifier(alias, fname),
            )

        def is_visible(record):
            client = record[fname]
            owners = client.discipline_owner_id, client.discipline_company_owner_id
            return (
                not owners[0]
                or user_id in (owners[0].id, owners[1].id)
                or client.company_id.id in open_ids
            )

        return Domain.custom(to_sql=to_sql, predicate=is_visible)

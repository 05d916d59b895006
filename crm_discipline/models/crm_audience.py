"""An audience: the clients whom a campaign is for, and who of them can be reached.

A domain says who they are, a channel how they are to be reached. While it is typed, the figures are
counted from the clients; saved, the clients are its members, and the figures are those of the list
that a click opens.
"""

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger

from ..tools import audience_reach, rule_domain

CHANNELS = [("email", "E-mail"), ("phone", "Phone"), ("any", "Phone or E-mail")]


class AudienceError(ValueError):
    """Clients that can't be chosen.

    :ivar reason: in the user's language
    """

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class CrmAudience(models.Model):
    _name = "crm.audience"
    _description = "Audience"
    _inherit = ["mail.thread"]
    _order = "id DESC"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    domain = fields.Char(
        "Which Clients",
        required=True,
        default="[]",
        groups="crm_discipline.group_supervisor",
        help="Colleagues and mere addresses are never among them.",
    )
    channel = fields.Selection(CHANNELS, "Reach By", required=True, default="email")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="With whose eyes the clients are chosen.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    campaign_id = fields.Many2one(
        "utm.campaign",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Under which Odoo counts what comes of it.",
    )
    member_ids = fields.One2many("crm.audience.member", "audience_id", readonly=True, copy=False)

    # figures
    total_count = fields.Integer("Clients", compute="_compute_figures")
    reachable_count = fields.Integer("Reachable", compute="_compute_figures")
    unreachable_count = fields.Integer("Not Reachable", compute="_compute_figures")
    figures = fields.Json(compute="_compute_figures")
    ready_filters = fields.Json(
        compute="_compute_ready_filters", groups="crm_discipline.group_supervisor"
    )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("domain", "company_id", "user_id")
    def _check_domain(self):
        for audience in self:
            try:
                audience._probe_clients()
            except AudienceError as error:
                raise ValidationError(error.reason) from error

    # ------------------------------------------------------------
    # WHICH CLIENTS
    # ------------------------------------------------------------

    def _get_clients_model(self):
        """Return the clients as the responsible person sees them; archived ones, too, because that
        is a reason not to be reached.

        :raise AudienceError: where the responsible person has nothing to do with the company
        """
        self.ensure_one()
        user = self.user_id._origin or self.env.user
        company = self.company_id._origin or self.env.company
        if company not in user.sudo().company_ids:
            raise AudienceError(
                self.env._("%(user)s does not work for %(company)s: choose who is responsible there.",
                           user=user.name, company=company.name)
            )  # fmt: skip
        return (
            self.env["res.partner"]
            .with_user(user)
            .with_context(active_test=False, allowed_company_ids=company.ids, lang=None)
        )

    def _get_clients_domain(self):
        """Return which clients the audience is of.

        :raise AudienceError: where the text is no domain
        """
        self.ensure_one()
        try:
            chosen = rule_domain.parse(self.sudo().domain or "[]")
        except rule_domain.RuleDomainError as error:
            raise AudienceError(
                self.env._("Say with conditions which clients the audience is of.")
            ) from error
        company = self.company_id._origin or self.env.company
        own_contacts = self.env["res.company"]._get_own_contact_ids()
        return (
            chosen
            & Domain("partner_share", "=", True)
            & Domain("type", "in", ["contact", False])
            & Domain("id", "not in", list(own_contacts))
            & Domain("company_id", "in", [False, company.id])
        )

    def _get_clients_query(self, extra=Domain.TRUE):
        """Return the query of the chosen clients.

        :raise AudienceError: where the domain fails
        """
        model = self._get_clients_model()
        domain = self._get_clients_domain()
        try:
            query = model._search(domain & extra)
        except (ValueError, TypeError, KeyError, AttributeError, UserError) as error:
            raise AudienceError(self._get_failure_text(error)) from error
        model.flush_model(["discipline_owner_id", *audience_reach.PARTNER_FIELDS])
        return query

    def _get_failure_text(self, error):
        if isinstance(error, AccessError):
            return self.env._("The clients can't be chosen by data that you may not read.")
        return self.env._(
            "The clients can't be chosen this way: %(reason)s",
            reason=str(error).strip().splitlines()[0][:200] if str(error).strip() else "?",
        )

    def _run(self, query):
        """Run a query over the clients, and return its rows if it has any; what fails undoes nothing
        else.

        :raise AudienceError: where the database can't decide the domain
        """
        try:
            self.env.flush_query(query)
            with self.env.cr.savepoint(flush=False), mute_logger("odoo.sql_db"):
                self.env.cr.execute(query)
                return self.env.cr.fetchall() if self.env.cr.description else []
        except (psycopg2.DataError, psycopg2.ProgrammingError) as error:
            raise AudienceError(self._get_failure_text(error)) from error

    def _probe_clients(self, most=0):
        """Return how many clients there are, at most ``most`` + 1.

        :raise AudienceError: where the domain fails
        """
        query = self._get_clients_query()
        query.limit = most + 1
        [(count,)] = self._run(SQL("SELECT count(*) FROM (%s) AS found", query.select()))
        return count

    @api.depends("company_id")
    def _compute_ready_filters(self):
        """Say what campaigns choose clients by most often; what has no value yet is completed in the
        editor.
        """
        for audience in self:
            audience.ready_filters = [
                {"name": name, "label": label, "domain": repr([condition])}
                for name, label, condition in audience._get_ready_filters()
            ]

    def _get_ready_filters(self):
        """Return the conditions that are offered ready: ``[(name, label, condition)]``."""
        country = (self.company_id or self.env.company).sudo().country_id
        has_regions = self.env["res.country.state"].search_count(
            [("country_id", "=", country.id)], limit=1
        )
        # where Odoo knows no regions of the country, its postcodes tell them
        region = ("state_id", "in", []) if has_regions else ("zip", "=ilike", "%")
        conditions = {
            "bought": ("has_bought", "=", True),
            "met": ("met_lately", "=", True),
            "tag": ("category_id", "in", []),
            "region": region,
            "salesperson": ("user_id", "in", []),
        }
        labels = {
            "bought": self.env._("Bought before"),
            "met": self.env._("Met in the last half year"),
            "tag": self.env._("By tag"),
            "region": self.env._("By region"),
            "salesperson": self.env._("By salesperson"),
        }
        return [(name, labels[name], condition) for name, condition in conditions.items()]

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    @api.depends("domain", "channel", "company_id", "user_id", "member_ids.reach_state")
    @api.depends_context("uid")
    def _compute_figures(self):
        saved = self.filtered(lambda audience: audience._shows_members())
        groups = {}
        if saved:
            for audience, user, state, count in self.env["crm.audience.member"]._read_group(
                [("audience_id", "in", saved.ids)],
                ["audience_id", "user_id", "reach_state"],
                ["__count"],
            ):
                groups.setdefault(audience.id, []).append((user, state, count))
        for audience in self:
            problem = False
            if audience in saved:
                rows = groups.get(audience.id, [])
            elif not audience.env.user.has_group("crm_discipline.group_supervisor"):
                rows = []
            else:
                try:
                    rows = audience._count_clients()
                except AudienceError as error:
                    rows, problem = [], error.reason
            audience.update(audience._prepare_figures(rows, problem))

    def _shows_members(self):
        """Tell whether the figures are those of the list: not while something else is typed."""
        self.ensure_one()
        origin = self._origin
        if not origin or not origin.filled_on or origin.is_filling:
            return False
        if self == origin:
            return True
        return all(
            self.sudo()[fname] == origin.sudo()[fname]
            for fname in ("domain", "channel", "company_id", "user_id")
        )

    def _count_clients(self):
        """Count the chosen clients by what they are for the audience, in one pass.

        :return: ``[(nobody, state, count)]``
        :raise AudienceError: where the domain fails
        """
        self.ensure_one()
        query = self._get_clients_query()
        chosen = query.select(
            SQL("%s AS state", self._get_state_sql()),
            SQL("%s AS address", audience_reach.address_sql(self.channel or "any")),
        )
        nobody = self.env["res.users"]
        rows = []
        for state, clients, addresses in self._run(audience_reach.count_sql(chosen)):
            if state == "ok":
                rows.append((nobody, "duplicate", clients - addresses))
                clients = addresses
            rows.append((nobody, state, clients))
        return [(user, state, int(count)) for user, state, count in rows if count]

    def _get_state_sql(self, alias="res_partner"):
        company = (self.company_id or self.env.company).sudo()
        return audience_reach.state_sql(
            self.channel or "any", company.discipline_opt_out_everywhere, alias
        )

    def _prepare_figures(self, rows, problem):
        """Return the values of the figures.

        :param rows: ``[(salesperson, state, count)]``
        """
        by_state, by_user = {}, {}
        for user, state, count in rows:
            by_state[state] = by_state.get(state, 0) + count
            one = by_user.setdefault(user, {"total": 0, "reachable": 0, "reasons": {}})
            one["total"] += count
            if state == "ok":
                one["reachable"] += count
            else:
                one["reasons"][state] = one["reasons"].get(state, 0) + count
        total, reachable = sum(by_state.values()), by_state.get("ok", 0)
        labels = dict(
            self.env["crm.audience.member"]._fields["reach_state"]._description_selection(self.env)
        )
        return {
            "total_count": total,
            "reachable_count": reachable,
            "unreachable_count": total - reachable,
            "figures": {
                "total": total,
                "reachable": reachable,
                "problem": problem,
                "reasons": [
                    {"state": state, "label": labels[state], "count": by_state[state]}
                    for state in audience_reach.REASONS
                    if by_state.get(state)
                ],
                "salespeople": [
                    {
                        "id": user.id or False,
                        "name": user.sudo().name or self.env._("No salesperson"),
                        **one,
                    }
                    for user, one in sorted(
                        by_user.items(), key=lambda item: (-item[1]["total"], item[0].id)
                    )
                ]
                if self._shows_members()
                else [],
            },
        }

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        audiences = super().create(vals_list)
        for audience in audiences:
            audience._start_filling()
        return audiences

    def write(self, vals):
        result = super().write(vals)
        if not {"domain", "channel", "company_id", "user_id"}.isdisjoint(vals):
            for audience in self:
                audience._start_filling()
        return result

    def copy_data(self, default=None):
        return [
            dict(vals, name=self.env._("%(name)s (copy)", name=audience.name))
            for audience, vals in zip(self, super().copy_data(default), strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        members = self.env["crm.audience.member"].sudo()
        if members.search([("audience_id", "in", self.ids), ("sent_on", "!=", False)], limit=1):
            raise UserError(
                self.env._(
                    "What was sent stays, with what came of it. Archive the audience instead."
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_members(self):
        """Open the clients of the audience, by salesperson."""
        return self._get_members_action(self.env._("Clients of “%(name)s”", name=self.name))

    def action_view_reachable(self, user_id=None):
        """Open those who can be reached.

        :param user_id: one salesperson's clients only; False for those of nobody
        """
        domain = Domain("is_reachable", "=", True)
        if user_id is not None:
            domain &= Domain("user_id", "=", user_id)
        return self._get_members_action(self.env._("Reachable: “%(name)s”", name=self.name), domain)

    def action_view_unreachable(self, state=None, user_id=None):
        """Open those who can't be reached, by reason.

        :param state: one reason only
        :param user_id: one salesperson's clients only; False for those of nobody
        """
        domain = Domain("is_reachable", "=", False)
        groups = {"search_default_group_by_reason": 1}
        if state:
            domain &= Domain("reach_state", "=", state)
            groups = {"search_default_group_by_salesperson": 1}
        if user_id is not None:
            domain &= Domain("user_id", "=", user_id)
        return self._get_members_action(
            self.env._("Not reachable: “%(name)s”", name=self.name), domain, groups
        )

    def _get_members_action(self, name, domain=Domain.TRUE, context=None):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_audience_member_action"
        )
        return {
            **action,
            "name": name,
            "display_name": name,
            "domain": list(Domain("audience_id", "=", self.id) & domain),
            "context": {**(context or {}), "audience_id": self.id},
        }

    def _check_supervisor(self):
        if not (self.env.su or self.env.user.has_group("crm_discipline.group_supervisor")):
            raise AccessError(self.env._("Only supervisors work with audiences."))
        self.check_access("write")

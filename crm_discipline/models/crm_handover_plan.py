"""Who gets what in a handover, as one SELECT: the same counts it, opens it and carries it out.

Things that belong together (a client's whole company with its opportunities, meetings, activities and
calls) go to one receiver. The groups are sorted by size and dealt out to and fro (1, 2, 3, 3, 2, 1,
1, …), so that the receivers get as many groups, give or take one, and about as many things; the same
data are always dealt the same way.
"""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# The pool of the kinds whose receivers are not chosen apart.
_COMMON = 0
# In counts by kind and user, the whole kind.
ALL = -1


class CrmHandover(models.Model):
    _inherit = "crm.handover"

    # ------------------------------------------------------------
    # RECEIVERS
    # ------------------------------------------------------------

    def _get_receivers(self):
        """Return all who take over something."""
        self.ensure_one()
        if self.state in ("draft", "running"):
            included = self.line_ids.filtered("is_included")
            return (included.to_user_ids | self._get_common_receivers())._origin
        groups = self.env["crm.handover.item"]._read_group(
            [("handover_id", "=", self.id)], ["to_user_id"]
        )
        return self.env["res.users"].union(*(user for (user,) in groups))

    def _get_common_receivers(self):
        """Return who takes over what has no receivers of its own."""
        if self.way == "people":
            return self.to_user_ids
        return self.env["res.users"].union(*self._get_team_receivers().values())

    def _needs_receivers(self):
        """Tell whether something passes that somebody must get."""
        kinds = self.env["crm.handover.kind"]._get_kinds()
        included = self.line_ids.filtered("is_included")
        return not included or any(kinds[line.kind]._has_receivers for line in included)

    def _get_team_receivers(self):
        """Return who takes over in each team: ``{team id: users}``, the leaver's own team first.

        In sudo: members of a team are seen by its leaders only.
        """
        leaver = self.from_user_id._origin
        own = self.team_id._origin.sudo() or leaver.sudo().sale_team_id
        teams = own
        if not self.team_id:
            teams |= self.env["crm.team"].sudo().search(
                [("company_id", "in", [False, self.company_id.id])]
            )  # fmt: skip
        found = {}
        for team in teams:
            able = (team.member_ids - leaver).filtered(self._is_able) or (
                team.user_id - leaver
            ).filtered(self._is_able)
            if able:
                found[team.id] = able.sudo(self.env.su)
        if own.id not in found:
            if not own:
                raise UserError(
                    self.env._("%(name)s is in no sales team: choose a team, or colleagues.",
                               name=leaver.name)
                )  # fmt: skip
            raise UserError(
                self.env._("Nobody else of the team %(team)s could take over: choose another team, "
                           "or colleagues.", team=own.name)
            )  # fmt: skip
        if self.team_id:
            return {own.id: found[own.id]}
        return found

    def _is_able(self, user):
        return user.active and not user.share and self.company_id in user.company_ids

    # ------------------------------------------------------------
    # THE PLAN
    # ------------------------------------------------------------

    def _get_plan_sql(self):
        """Return a SELECT of ``(kind, res_id, user_id)``, or None where nothing can pass.

        It asks nothing of the reader's rights: who may read the handover may know it.
        """
        self.ensure_one()
        leaver = self.from_user_id._origin
        if not leaver:
            return None
        kinds = self.env["crm.handover.kind"]._get_kinds()
        default_team = _COMMON
        things, receivers, freed = [], [], []
        pools = {}
        for line in self.line_ids.filtered("is_included"):
            kind = kinds[line.kind]
            if not kind._has_receivers:
                freed.append(kind._get_things_sql(leaver, self.company_id._origin, _COMMON))
                continue
            own = line.to_user_ids._origin.sorted("id")
            pool = pools.setdefault(own.ids and tuple(own.ids), len(pools) + 1) if own else _COMMON
            if own:
                receivers += self._deal(pool, _COMMON, own)
            things.append(kind._get_things_sql(leaver, self.company_id._origin, pool))
        freed = [
            SQL("SELECT kind, res_id, NULL::integer AS user_id FROM (%s) free", one)
            for one in freed
        ]
        if not things:
            return SQL(" UNION ALL ").join(freed) if freed else None
        if self.way == "people":
            receivers += self._deal(_COMMON, _COMMON, self.to_user_ids._origin)
        else:
            by_team = self._get_team_receivers()
            default_team = next(iter(by_team))
            for team_id, users in by_team.items():
                receivers += self._deal(_COMMON, team_id, users)
        receivers = list(dict.fromkeys(receivers))
        if not receivers:
            return None
        dealt = SQL(
            """
            WITH thing AS (%(things)s),
            place (pool, team_id, position, places, user_id) AS (VALUES %(receivers)s),
            sized AS (
                SELECT kind, pool, res_id, key, count(*) OVER together AS size,
                       CASE WHEN pool > 0 THEN 0 ELSE COALESCE(
                            max(team_id) FILTER (WHERE team_id = ANY(%(teams)s)) OVER together,
                            %(default)s) END AS team_id
                  FROM thing
                WINDOW together AS (PARTITION BY pool, key)
            ),
            dealt AS (
                SELECT kind, pool, res_id, team_id,
                       dense_rank() OVER (PARTITION BY pool, team_id ORDER BY size DESC, key) - 1
                       AS turn
                  FROM sized
            )
            SELECT dealt.kind, dealt.res_id, place.user_id
              FROM dealt
              JOIN place ON place.pool = dealt.pool AND place.team_id = dealt.team_id
               AND (dealt.kind = ANY(%(shared)s)
                    OR place.position = LEAST(dealt.turn %% (2 * places),
                                              2 * places - 1 - dealt.turn %% (2 * places)))
            """,
            things=SQL(" UNION ALL ").join(SQL("(%s)", one) for one in things),
            receivers=SQL(", ").join(SQL("%s", row) for row in receivers),
            teams=[row[1] for row in receivers if row[0] == _COMMON],
            default=default_team,
            shared=self._get_shared_kinds(),
        )
        return SQL(" UNION ALL ").join(SQL("(%s)", one) for one in (dealt, *freed))

    @api.model
    def _get_shared_kinds(self):
        kinds = self.env["crm.handover.kind"]._get_kinds()
        return [code for code, kind in kinds.items() if kind._is_shared]

    @api.model
    def _deal(self, pool, team_id, users):
        """Return the places of users who take turns."""
        users = users.sorted("id")
        return [
            (pool, team_id, position, len(users), user.id) for position, user in enumerate(users)
        ]

    def _get_planned_counts(self):
        """Return how many things each receiver gets: ``{(kind, user id): count}``, of what nobody
        gets under None, and of what all share together under :const:`ALL`."""
        plan = self._get_plan_sql()
        if plan is None:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH plan AS (%s)
                SELECT kind, user_id, count(*) FROM plan GROUP BY 1, 2
                 UNION ALL
                SELECT kind, %s, count(DISTINCT res_id) FROM plan WHERE kind = ANY(%s) GROUP BY 1
                """,
                plan,
                ALL,
                self._get_shared_kinds(),
            )
        )
        return {(kind, user_id): count for kind, user_id, count in rows}

    def _get_kept_counts(self):
        """Return how many things each receiver got, as :meth:`_get_planned_counts`."""
        items, own = self.env["crm.handover.item"], [("handover_id", "=", self.id)]
        rows = items._read_group(own, ["kind", "to_user_id"], ["__count"])
        counts = {(kind, user.id or None): count for kind, user, count in rows}
        shared = [*own, ("kind", "in", self._get_shared_kinds())]
        for kind, count in items._read_group(shared, ["kind"], ["res_id:count_distinct"]):
            counts[kind, ALL] = count
        return counts

    # ------------------------------------------------------------
    # THE PREVIEW
    # ------------------------------------------------------------

    def _get_preview(self):
        """Return what the screen shows: a table of kinds and receivers, and what confirming does.

        :return: ``{"receivers": [{"id", "name"}], "rows": [{"kind", "label", "total", "counts",
            "nobody"}], "total", "left", "sentence", "problem"}``
        """
        self.ensure_one()
        is_plan = self.state in ("draft", "running")
        problem, counts, left = "", {}, 0
        if not self._is_readers_company():
            return {
                "receivers": [],
                "rows": [],
                "total": 0,
                "left": 0,
                "problem": "",
                "sentence": "",
            }
        try:
            if is_plan:
                if self.from_user_id and (self.to_user_ids or self.way == "team"
                                          or self.line_ids.to_user_ids
                                          or not self._needs_receivers()):  # fmt: skip
                    counts = self._get_planned_counts()
            else:
                counts = self._get_kept_counts()
                left = self.env["crm.handover.item"].search_count(
                    [("handover_id", "=", self.id), ("state", "=", "left")]
                )
        except UserError as error:
            problem = str(error)
        users = self.env["res.users"].browse({user_id for _kind, user_id in counts} - {None, ALL})
        users = users.with_context(active_test=False).sorted("name")
        kinds = self.env["crm.handover.kind"]._get_kinds()
        rows = []
        included = set(self.line_ids.filtered("is_included").mapped("kind"))
        for code, kind in kinds.items():
            cells = [counts.get((code, user.id), 0) for user in users]
            total = counts.get((code, ALL)) or sum(cells) + counts.get((code, None), 0)
            if not counts and is_plan and self.from_user_id and code in included:
                total = kind._count(self.from_user_id._origin, self.company_id._origin)
            if total or (is_plan and code in included):
                rows.append(
                    {
                        "kind": code,
                        "label": kind._get_label(),
                        "total": total,
                        "counts": cells,
                        "nobody": kind._get_nobody_text(),
                    }
                )
        total = sum(row["total"] for row in rows)
        return {
            "receivers": [{"id": user.id, "name": user.name} for user in users],
            "rows": rows,
            "total": total,
            "left": left,
            "problem": problem,
            "sentence": self._get_sentence(kinds, rows, users) if counts and is_plan else "",
        }

    def _is_readers_company(self):
        """Tell whether the reader may know of this company: a draft may name any."""
        return self.env.su or self.company_id._origin in self.env.user.company_ids

    def _get_sentence(self, kinds, rows, users):
        """Return what confirming does, in one sentence for those who get something, and one for what
        nobody gets."""
        sentences, passing = [], []
        for row in rows:
            what = kinds[row["kind"]]._get_count_text(row["total"])
            if not row["total"]:
                continue
            if kinds[row["kind"]]._has_receivers:
                passing.append(what)
            else:
                sentences.append(self.env._("%(what)s: %(where)s.", what=what, where=row["nobody"]))
        if passing:
            sentences.insert(
                0,
                self.env._(
                    "Confirming passes from %(leaver)s to %(receivers)s: %(what)s.",
                    leaver=self.from_user_id.name,
                    receivers=", ".join(users.mapped("name")),
                    what=", ".join(passing),
                ),
            )
        if sentences:
            sentences.append(self.env._("For 30 days this can be undone."))
        return " ".join(sentences)

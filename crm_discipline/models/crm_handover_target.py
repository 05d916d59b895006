from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import groupby

from .crm_handover_kind import KEY_OTHER, key_sql


class CrmHandoverTarget(models.AbstractModel):
    """Targets of running plans: what the days before ask for stays the leaver's, with all that they
    have reached; the rest is divided among the receivers. Closed plans stay as they are.

    There are few of them, so they are divided by the plan's own means, not by SQL.
    """

    _name = "crm.handover.kind.target"
    _inherit = "crm.handover.kind"
    _description = "Running targets in a handover"
    _handover_model = "crm.plan.target"
    _handover_rank = 70
    _is_shared = True
    _has_followers = False

    @api.model
    def _get_label(self):
        return self.env._("Running targets")

    @api.model
    def _get_count_text(self, count):
        if count == 1:
            return self.env._("1 running target")
        return self.env._("%(count)s running targets", count=self._say_number(count))

    @api.model
    def _get_domain(self, user, company):
        """Return those that have days to come; of who left a plan already nothing is to pass."""
        today = company._get_plan_today() if company else fields.Date.today()
        return (
            Domain("user_id", "=", user.id)
            & Domain("state", "=", "running")
            & Domain("date_to", ">=", today)
            & Domain("target", ">", 0)
            & (Domain("left_on", "=", False) | Domain("left_on", ">=", today))
            & self._get_company_domain(company)
        )

    @api.model
    def _get_key_sql(self, query):
        table = query.table
        return key_sql(SQL.identifier(table, "id"), KEY_OTHER), SQL.identifier(table, "team_id")

    @api.model
    def _get_before_sql(self):
        return SQL("'{}'::jsonb")

    # ------------------------------------------------------------
    # MOVING
    # ------------------------------------------------------------

    @api.model
    def _move(self, passage):
        """Divide the targets whose first item is among those of ``passage``."""
        moved = 0
        for target, items in self._get_items_by_target(passage):
            if target and target.user_id.id == passage.leaver_id and target.state == "running":
                self._divide(target, items)
                moved += len(items)
        return moved

    def _divide(self, target, items):
        receivers = self.env["res.users"].browse(user_id for _id, user_id, _before in items)
        before = {"target": target.target, "left_on": fields.Date.to_string(target.left_on)}
        had = {
            user: (theirs.id, theirs.target, fields.Date.to_string(theirs.left_on))
            for user in receivers
            if (theirs := target._get_receivers_target(user))
        }
        day = max(target.company_id._get_plan_today(), target.date_from)
        try:
            target._split_by_working_days(day, dict.fromkeys(receivers, 1.0))
            self.env.flush_all()
        except ValidationError as error:
            raise UserError(
                self.env._(
                    "%(problem)s Leave the running targets out, or give them to somebody else.",
                    problem=error,
                )
            ) from error
        before["kept"] = target.target
        for item_id, user_id, _before in items:
            user = self.env["res.users"].browse(user_id)
            theirs = target._get_receivers_target(user)
            own_id, own, left_on = had.get(user, (None, 0, None))
            self._write_before(
                item_id,
                {
                    **before,
                    "left_on_now": fields.Date.to_string(target.left_on),
                    "receiver": theirs.id or None,
                    "receiver_is_new": bool(theirs) and not own_id,
                    "receiver_had": {"target": own, "left_on": left_on},
                    "receiver_got": theirs.target or 0,
                },
            )

    def _get_items_by_target(self, passage):
        """Return the targets, with their items: ``[(target, [(item id, user id, before)])]``.

        All items of a target are moved at once, with the first of them; the plans are locked.
        """
        author = self.env["res.users"].browse(passage.writer_id)
        targets = self._get_records_sudo().with_user(author).sudo()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT res_id, id, to_user_id, before FROM (
                    SELECT *, min(id) OVER (PARTITION BY res_id) AS first
                      FROM crm_handover_item
                     WHERE handover_id = %s AND kind = %s AND state = 'moved'
                ) item
                 WHERE first BETWEEN %s AND %s ORDER BY res_id, id
                """,
                passage.handover_id,
                self._get_code(),
                passage.first_id,
                passage.last_id,
            )
        )
        grouped = [
            (key, [row[1:] for row in own]) for key, own in groupby(rows, lambda row: row[0])
        ]
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                SELECT target.id FROM crm_plan_target target
                  JOIN crm_plan plan ON plan.id = target.plan_id
                 WHERE plan.state = 'running' AND plan.company_id = %s
                 ORDER BY plan.id, target.id FOR UPDATE
                """,
                passage.company_id,
            )
        )
        targets.invalidate_model()
        self.env["crm.plan"].invalidate_model()
        return [(targets.browse(res_id).exists(), items) for res_id, items in grouped]

    def _write_before(self, item_id, before):
        self.env.cr.execute(
            SQL(
                "UPDATE crm_handover_item SET before = %s::jsonb WHERE id = %s",
                fields.Json().convert_to_column(before, self),
                item_id,
            )
        )

    @api.model
    def _get_moved_sql(self):
        return SQL("item.before ? 'kept'")

    # ------------------------------------------------------------
    # RETURNING
    # ------------------------------------------------------------

    @api.model
    def _return(self, passage):
        """Put the targets back as they were, unless one of them was changed since."""
        for target, items in self._get_items_by_target(passage):
            reason = self._get_reason(target, items)
            if not reason:
                self._put_back(target, items)
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_handover_item SET state = %s, reason = %s WHERE id = ANY(%s)",
                    "left" if reason else "returned",
                    reason,
                    [item_id for item_id, _user, _before in items],
                )
            )

    def _get_reason(self, target, items):
        """Return why a target can't be put back, or None."""
        if not target:
            return "deleted"
        if target.state != "running":
            return "closed"
        before = items[0][2]
        as_left = target.target == before["kept"]
        as_left &= fields.Date.to_string(target.left_on) == before["left_on_now"]
        for _item, user_id, before in items:
            if not before["receiver"]:
                continue
            theirs = target.browse(before["receiver"]).exists()
            if not theirs:
                return "deleted"
            as_left &= (theirs.user_id.id, theirs.target) == (user_id, before["receiver_got"])
        return None if as_left else "edited"

    def _put_back(self, target, items):
        before = items[0][2]
        target.write({"target": before["target"], "left_on": before["left_on"]})
        for _item, _user, before in items:
            theirs = target.browse(before["receiver"] or ())
            if before["receiver_is_new"]:
                theirs.unlink()
            elif theirs:
                theirs.write(before["receiver_had"])
        self.env.flush_all()

"""Who follows what passed: the receiver in the leaver's place."""

from odoo import api, models
from odoo.tools import SQL


class CrmHandoverKind(models.AbstractModel):
    _inherit = "crm.handover.kind"

    @api.model
    def _move_followers(self, passage):
        """Put the receivers where the leaver was among the followers, keeping what was chosen to
        be told of."""
        self._replace_followers(
            passage,
            old=SQL("%s", passage.leaver_partner_id),
            new=SQL("receiver.partner_id"),
            how="moved",
        )
        self._remove_followers(passage, SQL("%s", passage.leaver_partner_id), "merged")
        self._add_followers(passage, SQL("receiver.partner_id"), "added")

    @api.model
    def _return_followers(self, passage):
        """Undo :meth:`_move_followers`."""
        self._replace_followers(
            passage,
            old=SQL("receiver.partner_id"),
            new=SQL("%s", passage.leaver_partner_id),
            how="moved",
        )
        self._remove_followers(passage, SQL("receiver.partner_id"), "added")
        self._add_followers(passage, SQL("%s", passage.leaver_partner_id), "merged")

    def _replace_followers(self, passage, old, new, how):
        self._execute_followers(
            """
            UPDATE mail_followers follower SET partner_id = %(new)s
              FROM crm_handover_item item JOIN res_users receiver ON receiver.id = item.to_user_id
             WHERE %(items)s AND item.before->>'follow' = %(how)s
               AND follower.res_model = %(model)s AND follower.res_id = item.res_id
               AND follower.partner_id = %(old)s
               AND NOT EXISTS (
                   SELECT FROM mail_followers other
                    WHERE other.res_model = %(model)s AND other.res_id = item.res_id
                      AND other.partner_id = %(new)s)
            """,
            passage, how, old=old, new=new,
        )  # fmt: skip

    def _remove_followers(self, passage, old, how):
        self._execute_followers(
            """
            DELETE FROM mail_followers follower
             USING crm_handover_item item JOIN res_users receiver ON receiver.id = item.to_user_id
             WHERE %(items)s AND item.before->>'follow' = %(how)s
               AND follower.res_model = %(model)s AND follower.res_id = item.res_id
               AND follower.partner_id = %(old)s
            """,
            passage, how, old=old,
        )  # fmt: skip

    def _add_followers(self, passage, new, how):
        _all, internal, external = self.env["mail.message.subtype"].default_subtypes(
            self._handover_model
        )
        self._execute_followers(
            """
            WITH follower AS (
                INSERT INTO mail_followers (res_model, res_id, partner_id)
                SELECT %(model)s, item.res_id, %(new)s
                  FROM crm_handover_item item
                  JOIN res_users receiver ON receiver.id = item.to_user_id
                 WHERE %(items)s AND item.before->>'follow' = %(how)s
                ON CONFLICT DO NOTHING
             RETURNING id
            )
            INSERT INTO mail_followers_mail_message_subtype_rel
                   (mail_followers_id, mail_message_subtype_id)
            SELECT follower.id, subtype.id
              FROM follower CROSS JOIN unnest(%(subtypes)s) AS subtype(id)
            """,
            passage, how, new=new, subtypes=(internal | external).ids,
        )  # fmt: skip

    def _execute_followers(self, statement, passage, how, **values):
        self.env.cr.execute(
            SQL(
                statement,
                items=self._get_items_sql(passage),
                model=self._handover_model,
                how=how,
                **values,
            )
        )

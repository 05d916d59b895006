"""A kind of finding, and the job that looks for it.

What a kind looks for is said by its finder (``findings/``). The job goes through the records that changed
since its last pass, in the order of their ids, in batches that are committed; stopped anywhere, it goes on
there. What comes with time alone is looked for among all records, once a day.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_BATCH = 2000
# A record is dated by the beginning of the transaction that wrote it, and seen at its end.
_LONGEST_TRANSACTION = timedelta(hours=1)
_DAY = timedelta(hours=20)


class CrmDisciplineFindingKind(models.Model):
    _name = "crm.discipline.finding.kind"
    _description = "Kind of Finding"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    advice = fields.Char(translate=True, help="What a person can do about it.")
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    is_duplicate = fields.Boolean(compute="_compute_is_duplicate")
    # how far the job is
    pass_since = fields.Datetime(readonly=True, help="Records that changed since are looked at.")
    pass_until = fields.Datetime(readonly=True, help="When the pass that is under way began.")
    pass_id = fields.Integer(readonly=True, help="The last record that was looked at.")

    _code_unique = models.UniqueIndex("(code)", "There is a kind of finding with this code.")

    @api.depends("code")
    def _compute_is_duplicate(self):
        for kind in self:
            finder = kind._get_finder()
            kind.is_duplicate = finder is not None and finder._finder_is_duplicate

    def _get_finder(self):
        self.ensure_one()
        return self.env["crm.discipline.finder"]._get_finder(self.code or "")

    # ------------------------------------------------------------
    # THE JOB
    # ------------------------------------------------------------

    @api.model
    def _cron_find(self):
        """Look for findings of all kinds among what changed."""
        Cron = self.env["ir.cron"]
        kinds = self.search(Domain.TRUE).filtered(lambda kind: kind._get_finder() is not None)
        Cron._commit_progress(remaining=len(kinds))
        for kind in kinds:
            while True:
                is_done = kind._go_on()
                if not Cron._commit_progress(1 if is_done else 0):
                    return
                if is_done:
                    break

    def _go_on(self):
        """Look at the next batch of records.

        :return: whether the pass is over
        """
        self.ensure_one()
        finder = self._get_finder()
        now = fields.Datetime.now()
        if not self.pass_until:
            if finder._finder_is_timed and self.pass_since and now - self.pass_since < _DAY:
                return True
            self.write({"pass_until": now, "pass_id": 0})
        is_whole = finder._finder_is_timed or not self.pass_since
        ids = self._select_changed(finder)
        if ids:
            # (a pass through all records comes to the others by itself)
            self._look_at(ids, with_others=not is_whole)
            self.pass_id = ids[-1]
        if len(ids) < _BATCH:
            since = self.pass_until
            if not finder._finder_is_timed:
                since -= _LONGEST_TRANSACTION
            self.write({"pass_since": since, "pass_until": False, "pass_id": 0})
            return True
        return False

    def _select_changed(self, finder):
        changed = SQL("TRUE")
        if self.pass_since and not finder._finder_is_timed:
            changed = SQL("write_date >= %s", self.pass_since)
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id > %s AND %s ORDER BY id LIMIT %s",
                SQL.identifier(self.env[finder._finder_model]._table),
                self.pass_id,
                changed,
                _BATCH,
            )
        )
        return [record_id for (record_id,) in rows]

    def _look_at(self, ids, with_others=True):
        """Bring the findings of this kind about some records up to what is so now.

        :param with_others: and about those that share something with them
        """
        self.ensure_one()
        finder = self._get_finder()
        Finding = self.env["crm.discipline.finding"]
        ids = set(ids)
        if with_others:
            ids |= {*finder._get_concerned(ids), *Finding._get_mates(self, ids)}
        Finding._restate(self, finder._finder_model, ids, finder._find(ids))

    def _begin_anew(self):
        """Look at all records again, as after a setting changed."""
        self.write({"pass_since": False, "pass_until": False, "pass_id": 0})

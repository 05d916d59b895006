"""A finding: something odd in the data of one record, which may be right.

Nobody is accused: who knows better says “This is right”, and it stays so for what was found. It comes
from a job (:mod:`.crm_discipline_finding_kind`), and goes by itself once the data are mended.
"""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

_NAMED = 3


class CrmDisciplineFinding(models.Model):
    _name = "crm.discipline.finding"
    _description = "Finding"
    _order = "found_on DESC, id DESC"

    kind_id = fields.Many2one(
        "crm.discipline.finding.kind", "Finding", required=True, readonly=True, ondelete="cascade"
    )
    advice = fields.Char(related="kind_id.advice")
    is_duplicate = fields.Boolean(related="kind_id.is_duplicate")
    res_model = fields.Selection(
        lambda self: self.env["crm.discipline.quality.report"]._get_record_models(),
        "Kind of Record",
        required=True,
        readonly=True,
    )
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", required=True, readonly=True, aggregator=None
    )
    value = fields.Char("What Was Found", readonly=True)
    said_value = fields.Char("Found", compute="_compute_said_value")
    others = fields.Char(
        "Also", compute="_compute_others", help="The other records with the same finding."
    )
    can_ask = fields.Boolean(
        compute="_compute_can_ask",
        help="The operators can be asked for a correction of the record.",
    )
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", readonly=True, index="btree_not_null")
    found_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    is_right = fields.Boolean("Said to Be Right", readonly=True)
    right_by_id = fields.Many2one("res.users", "Said by", readonly=True)
    right_on = fields.Datetime("Said On", readonly=True)

    _once = models.UniqueIndex("(kind_id, res_id, value)")
    _of_value_idx = models.Index("(kind_id, value)")
    _open_idx = models.Index("(res_model, res_id) WHERE is_right IS NOT TRUE")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("res_model", "res_id")
    def _compute_display_name(self):
        names = self._get_record_names()
        for finding in self:
            finding.display_name = names.get((finding.res_model, finding.res_id), "")

    @api.depends("kind_id", "value")
    def _compute_said_value(self):
        for finding in self:
            finder = finding.kind_id._get_finder()
            value = finding.value
            finding.said_value = value if finder is None else finder._say_value(value)

    @api.depends("res_model")
    def _compute_can_ask(self):
        """Of what is said of clients the operators know better; of a meeting's subject they do not."""
        asks = self.env["crm.data.request"].has_access("create")
        for finding in self:
            model_name = finding.res_model
            finding.can_ask = asks and hasattr(self.env[model_name], "action_ask_correction")

    @api.depends("kind_id", "value")
    def _compute_others(self):
        """Name the records with the same finding, as far as the reader may read them."""
        mates = self._search_mates()
        names = (self.browse().union(*mates.values()))._get_record_names()
        for finding in self:
            others = [
                name
                for mate in mates[finding]
                if (name := names.get((mate.res_model, mate.res_id)))
            ]
            text = ", ".join(others[:_NAMED])
            if len(others) > _NAMED:
                text = self.env._(
                    "%(names)s and %(count)s more", names=text, count=len(others) - _NAMED
                )
            finding.others = text

    def _get_record_names(self):
        """Return what the records are called: ``{(model, id): name}``, of those that the reader may
        read."""
        names = {}
        for model_name, findings in self.grouped("res_model").items():
            records = self.env[model_name].browse(set(findings.mapped("res_id"))).exists()
            for record in records._filtered_access("read"):
                names[model_name, record.id] = record.display_name
        return names

    def _search_mates(self):
        """Return the other findings of the same kind and value, where that says that they belong
        together: ``{finding: findings}``.

        In sudo: the records that they are about are named only to who may read those.
        """
        joint = self.filtered("is_duplicate")
        found = self.sudo().search(
            Domain.OR(
                Domain("kind_id", "=", kind.id) & Domain("value", "in", findings.mapped("value"))
                for kind, findings in joint.grouped("kind_id").items()
            )
        )
        by_value = defaultdict(self.browse)
        for mate in found:
            by_value[mate.kind_id.id, mate.value] |= mate
        return {
            finding: by_value[finding.kind_id.id, finding.value] - finding
            if finding in joint
            else self.browse()
            for finding in self
        }

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_record(self):
        """Open the record that the finding is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def action_mark_right(self):
        """Say that what was found is right; it is not found again."""
        self._say_sudo(
            {
                "is_right": True,
                "right_by_id": self.env.uid,
                "right_on": fields.Datetime.now(),
            }
        )

    def action_mark_open(self):
        """Take back that it is right."""
        self._say_sudo({"is_right": False, "right_by_id": False, "right_on": False})

    def _say_sudo(self, vals):
        """Write what a reader of the findings says of them.

        In sudo: of a finding a person may say only this.
        """
        self.check_access("read")
        self.sudo().write(vals)
        self._tell_plans()

    def action_check_again(self):
        """Look again, without waiting for the job."""
        self.check_access("read")
        # (in sudo: what is found does not depend on who looks)
        for kind, findings in self.sudo().grouped("kind_id").items():
            if kind._get_finder() is not None:
                kind._look_at(findings.mapped("res_id"))
        return True

    def action_ask_correction(self):
        """Open the dialog that asks the operators to correct the record, with what was found."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_ask:
            raise UserError(self.env._("This is for you to correct: open the record."))
        action = self.env[self.res_model].browse(self.res_id).action_ask_correction()
        found = ": ".join(filter(None, [self.kind_id.name, self.said_value]))
        action["context"]["default_note"] = found
        return action

    def action_merge(self):
        """Open Odoo's merging of the contacts with the same finding; who may not merge asks the
        operators to."""
        self.check_access("read")
        mates = self.browse().union(self, *self._search_mates().values())
        partners = self.env["res.partner"].browse(
            mates.sudo().filtered(lambda mate: mate.is_duplicate).mapped("res_id")
        )
        partners = partners.exists()._filtered_access("read")
        if len(partners) < 2:
            raise UserError(self.env._("There is nothing to merge any more. Check again."))
        Wizard = self.env["base.partner.merge.automatic.wizard"]
        if partners._filter_locked() or not Wizard.has_access("create"):
            return partners.action_ask_merge()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge"),
            "res_model": Wizard._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": "res.partner",
                "active_ids": partners.ids,
                "discipline_merge_finding": True,
            },
        }

    # ------------------------------------------------------------
    # WHAT THE JOB WRITES
    # ------------------------------------------------------------

    @api.model
    def _get_mates(self, kind, ids):
        """Return the ids of the records that had the same finding of a kind as some of ``ids``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT mate.res_id
                  FROM crm_discipline_finding finding
                  JOIN crm_discipline_finding mate
                    ON mate.kind_id = finding.kind_id AND mate.value = finding.value
                 WHERE finding.kind_id = %s AND finding.res_id = ANY(%s)
                """,
                kind.id,
                list(ids),
            )
        )
        return [res_id for (res_id,) in rows]

    @api.model
    def _restate(self, kind, model_name, ids, found):
        """Make the findings of a kind about some records those that are found now.

        What was said to be right stays so.

        :param found: ``[(record id, value)]``
        """
        self.flush_model()
        model = self.env[model_name].sudo()
        query = model._search_governed()
        subject = model._get_subject(query)
        self.env.cr.execute(
            SQL(
                _RESTATE,
                source=query.from_clause,
                record=SQL.identifier(query.table, "id"),
                condition=query.where_clause or SQL("TRUE"),
                user=subject.user,
                company=subject.company,
                found_ids=[record_id for record_id, _value in found],
                values=[value or "" for _record_id, value in found],
                kind=kind.id,
                model=model_name,
                ids=list(ids),
                now=fields.Datetime.now(),
            )
        )
        if any(self.env.cr.fetchone()):
            self.invalidate_model()
            self._tell_plans()

    @api.model
    def _forget(self, model_name, ids):
        """Delete what was found in records that are gone, and look again at those that shared it."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM crm_discipline_finding
                 WHERE res_model = %s AND res_id = ANY(%s)
             RETURNING kind_id, value
                """,
                model_name,
                list(ids),
            )
        )
        if not rows:
            return
        self.invalidate_model()
        values = defaultdict(list)
        for kind_id, value in rows:
            values[kind_id].append(value)
        for kind in self.env["crm.discipline.finding.kind"].browse(values):
            mates = self.search(
                Domain("kind_id", "=", kind.id) & Domain("value", "in", values[kind.id])
            )
            if mates and kind._get_finder() is not None:
                kind._look_at(mates.mapped("res_id"))

    @api.model
    def _tell_plans(self):
        """Let open screens know, where open findings keep records from counting."""
        if self.env["res.company"]._get_blocking_company_ids():
            self.env["crm.plan.target"].sudo()._announce_all()


_RESTATE = """
WITH found AS (
    SELECT found.id, found.value, %(user)s AS user_id, %(company)s AS company_id
      FROM %(source)s
      JOIN unnest(%(found_ids)s::int[], %(values)s::text[]) AS found (id, value)
        ON found.id = %(record)s
     WHERE %(condition)s
       AND NOT EXISTS (SELECT FROM res_company_finding_off_rel off
                        WHERE off.company_id = %(company)s AND off.kind_id = %(kind)s)
), gone AS (
    DELETE FROM crm_discipline_finding finding
     WHERE finding.kind_id = %(kind)s AND finding.res_id = ANY(%(ids)s)
       AND finding.is_right IS NOT TRUE
       AND NOT EXISTS (SELECT FROM found
                        WHERE found.id = finding.res_id AND found.value = finding.value)
 RETURNING id
), kept AS (
    INSERT INTO crm_discipline_finding (
        kind_id, res_model, res_id, value, user_id, company_id, found_on, create_uid, write_uid,
        create_date, write_date)
    SELECT %(kind)s, %(model)s, id, value, user_id, company_id, %(now)s, 1, 1, %(now)s, %(now)s
      FROM found
        ON CONFLICT (kind_id, res_id, value)
        DO UPDATE SET user_id = EXCLUDED.user_id, company_id = EXCLUDED.company_id
     WHERE (crm_discipline_finding.user_id, crm_discipline_finding.company_id)
           IS DISTINCT FROM (EXCLUDED.user_id, EXCLUDED.company_id)
 RETURNING id
)
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM kept)
"""


class CrmDisciplineMixin(models.AbstractModel):
    _inherit = "crm.discipline.mixin"

    def unlink(self):
        ids = self.ids
        result = super().unlink()
        # in sudo: what was found in a record goes with it, whoever deletes it
        self.env["crm.discipline.finding"].sudo()._forget(self._name, ids)
        return result

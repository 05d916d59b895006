"""What a company wants found in its data."""

from odoo import api, fields, models, tools
from odoo.fields import Domain

_PLACEHOLDERS = "x, xx, xxx, test, testing, asdf, qwerty, abc, none, n/a, unknown, neznámý, nevím"
_SETTINGS = frozenset(
    {
        "discipline_finding_off_ids", "discipline_placeholders", "discipline_shared_limit",
        "discipline_cold_days", "discipline_late_days",
    }
)  # fmt: skip


# what a company wants found is kept beside the rest of it
class ResCompany(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.company"

    # (those that are off, so that a kind that comes with another module is on)
    discipline_finding_off_ids = fields.Many2many(
        "crm.discipline.finding.kind",
        "res_company_finding_off_rel",
        "company_id",
        "kind_id",
        "Not Looked For",
    )
    discipline_finding_kind_ids = fields.Many2many(
        "crm.discipline.finding.kind",
        string="Looked For",
        compute="_compute_discipline_finding_kind_ids",
        inverse="_inverse_discipline_finding_kind_ids",
    )
    discipline_placeholders = fields.Char(
        "Placeholder Words",
        default=_PLACEHOLDERS,
        help="Words, divided by commas, that stand for a name when nothing else is in it.",
    )
    discipline_shared_limit = fields.Integer(
        "Many Clients",
        default=4,
        help="From how many clients with one phone or e-mail they are no duplicates any more, but "
        "one value given to many.",
    )
    discipline_cold_days = fields.Integer(
        "Days without Contact",
        default=180,
        help="Days without any meeting or call after which a client is found; 0 finds none.",
    )
    discipline_late_days = fields.Integer(
        "Late Results",
        default=3,
        help="Days after a meeting from which results that are entered in bulk are found.",
    )
    discipline_findings_block_count = fields.Boolean(
        "Findings Keep from Counting",
        help="A record with an open finding counts in no plan until it is mended or said to be right.",
    )

    _discipline_finding_limits = models.Constraint(
        """CHECK (discipline_shared_limit >= 2 AND discipline_cold_days >= 0
        AND discipline_late_days >= 0)""",
        "Many clients are at least two, and days can't be negative.",
    )

    @api.depends("discipline_finding_off_ids")
    def _compute_discipline_finding_kind_ids(self):
        kinds = self.env["crm.discipline.finding.kind"].search(Domain.TRUE)
        for company in self:
            company.discipline_finding_kind_ids = kinds - company.discipline_finding_off_ids

    def _inverse_discipline_finding_kind_ids(self):
        kinds = self.env["crm.discipline.finding.kind"].search(Domain.TRUE)
        for company in self:
            off = kinds - company.discipline_finding_kind_ids
            if off != company.discipline_finding_off_ids:
                company.discipline_finding_off_ids = off

    def write(self, vals):
        result = super().write(vals)
        if not _SETTINGS.isdisjoint(vals):
            # in sudo: the settings' writer may not know the job
            self.env["crm.discipline.finding.kind"].sudo().search(Domain.TRUE)._begin_anew()
        if "discipline_findings_block_count" in vals:
            self.env.flush_all()
            self.env.registry.clear_cache()
            self.env["crm.plan.target"].sudo()._announce_all()
        return result

    @api.model
    @tools.ormcache()
    def _get_blocking_company_ids(self):
        """Return the ids of the companies where open findings keep records from counting."""
        blocking = self.sudo().search([("discipline_findings_block_count", "=", True)])
        return tuple(blocking.ids)


class ResConfigSettings(models.TransientModel):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "res.config.settings"

    discipline_finding_kind_ids = fields.Many2many(
        related="company_id.discipline_finding_kind_ids", readonly=False
    )
    discipline_placeholders = fields.Char(
        related="company_id.discipline_placeholders", readonly=False
    )
    discipline_shared_limit = fields.Integer(
        related="company_id.discipline_shared_limit", readonly=False
    )
    discipline_cold_days = fields.Integer(related="company_id.discipline_cold_days", readonly=False)
    discipline_late_days = fields.Integer(related="company_id.discipline_late_days", readonly=False)
    discipline_findings_block_count = fields.Boolean(
        related="company_id.discipline_findings_block_count", readonly=False
    )

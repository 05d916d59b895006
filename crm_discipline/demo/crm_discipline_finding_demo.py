"""The demo's findings: what the scheduled job would find within the first hour."""

from odoo import api, models
from odoo.fields import Domain


class CrmDisciplineFindingKind(models.Model):
    _inherit = "crm.discipline.finding.kind"

    @api.model
    def _load_demo_findings(self):
        """Look at all records once; what came of the demo's meetings was entered after each."""
        # what is odd is nobody's gain
        self.env["res.partner"]._forget_demo_acquirers()
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE calendar_event SET meeting_result_on = stop + interval '15 minutes'
             WHERE meeting_result_on IS NOT NULL AND stop < now() AT TIME ZONE 'UTC'
            """
        )
        self.env.invalidate_all()
        for kind in self.search(Domain.TRUE):
            if kind._get_finder() is not None:
                while not kind._go_on():
                    continue

from odoo import Command
from odoo.addons.crm_discipline.tests.common import DisciplineCase


class TestHandover(DisciplineCase):
    """A meeting that Google knows is synchronised after a handover, another is not."""

    def test_meetings_are_synchronised(self):
        known, unknown = self.env["calendar.event"].create(
            [{**self.prepare_meeting(), "user_id": self.salesperson.id, "need_sync": False}] * 2
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE calendar_event SET google_id = 'known', need_sync = FALSE WHERE id = %s",
            [known.id],
        )
        self.env.invalidate_all()
        handover = self.env["crm.handover"].with_user(self.supervisor).create(
            {
                "from_user_id": self.salesperson.id,
                "to_user_ids": [Command.set(self.colleague.ids)],
            }
        )  # fmt: skip
        handover.action_confirm()
        self.env.invalidate_all()
        self.assertEqual((known | unknown).user_id, self.colleague)
        self.assertTrue(known.need_sync)
        self.assertFalse(unknown.need_sync)

from odoo import Command
from odoo.addons.crm_discipline.tests.audience_common import SendCase


class MailingCase(SendCase):
    """A supervisor who sends mailings, and a colleague who does nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        marketing = cls.env.ref("mass_mailing.group_mass_mailing_user")
        cls.supervisor.group_ids |= marketing
        cls.marketer = cls.employee
        cls.marketer.write({"group_ids": [Command.link(marketing.id)]})

    def create_mailing(self, audience, user=None, **values):
        """Make a mailing to an audience as the supervisor, or as ``user``."""
        context = audience.with_user(self.supervisor).action_mailing()["context"]
        mailings = self.env["mailing.mailing"].with_user(user or self.supervisor)
        return mailings.with_context(**context).create(
            {"subject": "Spring", "body_html": "<p>Come!</p>", **values}
        )

    def launch(self, mailing):
        """Let the job send a mailing, and return its mails."""
        before = self.env["mail.mail"].search([], limit=1, order="id DESC").id or 0
        mailing.action_launch()
        self.env["mailing.mailing"]._process_mass_mailing_queue()
        return self.env["mail.mail"].search([("id", ">", before)])

    def reached(self, audience):
        self.env.flush_all()
        return audience.sudo().member_ids.filtered("sent_on").partner_id

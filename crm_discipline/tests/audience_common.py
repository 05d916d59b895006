from datetime import timedelta

from odoo import Command
from odoo.addons.mail.tests.common import MailCase
from odoo.tests import Form, new_test_user

from .common import DisciplineCase
from .json_common import JsonCase


class AudienceCase(DisciplineCase):
    """Eight clients of two salespeople, one for each reason not to be reached by e-mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.country_id = cls.env.ref("base.cz")
        cls.tag = cls.env["res.partner.category"].create({"name": "Sale"})

        def client(name, user, **values):
            values = {"name": name, "user_id": user.id, **values}
            return cls.env["res.partner"].create(
                {**values, "category_id": [Command.set(cls.tag.ids)]}
            )

        seller, colleague = cls.salesperson, cls.colleague
        cls.good = client("Adam Good", seller, email="adam@example.com", phone="+420601000001")
        cls.second = client("Eva Second", colleague, email="eva@example.com", phone="+420601000002")
        cls.missing = client("Jan Missing", seller, phone="+420601000003")
        cls.invalid = client("Jiří Invalid", colleague, email="nothing", phone="+420601000004")
        cls.blocked = client("Petr Blocked", seller, email="petr@example.com")
        cls.env["mail.blacklist"].create({"email": "petr@example.com"})
        cls.twin = client("Twin Good", seller, email="Adam@example.com")
        cls.archived = client("Old Client", seller, email="old@example.com", active=False)
        cls.wrong = client("Věra Wrong", colleague, email="vera@example.com", phone="+420601000005")
        cls.wrong.wrong_number = cls.wrong.phone_sanitized
        cls.clients = (
            cls.good + cls.second + cls.missing + cls.invalid
            + cls.blocked + cls.twin + cls.archived + cls.wrong
        )  # fmt: skip

    @classmethod
    def prepare_audience(cls, **values):
        return {
            "name": "Spring sale",
            "domain": f"[('category_id', 'in', {cls.tag.ids})]",
            "channel": "email",
            **values,
        }

    def create_audience(self, user=None, **values):
        """Make the audience of all clients as the supervisor, or as ``user``."""
        audiences = self.env["crm.audience"].with_user(user or self.supervisor)
        return audiences.create(self.prepare_audience(**values))

    def states(self, audience):
        """Return ``{client: reach state}``."""
        self.env.flush_all()
        return {one.partner_id: one.reach_state for one in audience.sudo().member_ids}

    def member(self, audience, client):
        return audience.member_ids.filtered(lambda one: one.partner_id == client)

    def opened(self, audience, action):
        """Return the records that an action opens, for whoever ``audience`` is of."""
        return audience.env[action["res_model"]].search(action["domain"])


class SendCase(MailCase, AudienceCase):
    def send(self, audience, user=None, **values):
        """Send an e-mail as the supervisor, or as ``user``."""
        self.mails = self.env["mail.mail"]
        audience = audience.with_user(user or self.supervisor)
        action = audience.action_send()
        form = Form(self.env["crm.audience.send"].with_user(user or self.supervisor).with_context(
            **action["context"]
        ))  # fmt: skip
        form.subject = values.get("subject", "Spring")
        form.body = values.get("body", "<p>Come to our sale.</p>")
        wizard = form.save()
        before = self.env["mail.mail"].search([], limit=1, order="id DESC").id or 0
        wizard.action_confirm()
        self.mails = self.env["mail.mail"].search([("id", ">", before)])
        return wizard

    def call(self, audience, **values):
        """Plan the calls as the supervisor."""
        context = audience.action_call()["context"]
        wizard = self.env["crm.audience.send"].with_user(self.supervisor).with_context(**context)
        wizard = wizard.create({"deadline": "2030-01-15", "note": "Invite", **values})
        wizard.action_confirm()
        return self.env["mail.activity"].search([("audience_id", "=", audience.id)])

    def let_time_pass(self, audience, **span):
        """Let an audience have been sent a while ago; in a test no time passes by itself."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_audience_member SET sent_on = sent_on - %s WHERE audience_id = %s",
            [timedelta(**span), audience.id],
        )
        self.env.invalidate_all()

    def mailed(self):
        return self.mails.recipient_ids

    def figures(self, audience, user=None):
        """Return ``{figure: sum}`` as the supervisor, or as ``user``."""
        self.env.flush_all()
        self.env.invalidate_all()
        results = audience.with_user(user or self.supervisor).results
        names = [column["name"] for column in results["columns"]]
        return dict(zip(names, results["totals"], strict=True))


class AudienceHttpCase(JsonCase, SendCase):
    """Everybody for whom an audience is none of their business, over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.export = cls.env.ref("base.group_allow_export")
        elsewhere = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.stranger = new_test_user(
            cls.env,
            "stranger",
            "crm_discipline.group_supervisor,base.group_allow_export",
            name="Supervisor Elsewhere",
            company_id=elsewhere.id,
            company_ids=[Command.set(elsewhere.ids)],
        )
        # the right to export alone is not enough
        for user in cls.salesperson | cls.operator | cls.employee:
            user.group_ids |= cls.export

    def assertRefusedOverHttp(self, users, ways):
        """Each of these users is refused each way, and so is whoever does not log in.

        :param ways: ``[(model, method, arguments)]``
        """
        for user in (*users, None):
            for model, method, arguments in ways:
                with self.subTest(user=user and user.login, model=model, method=method):
                    answer = self.post(user, model, method, **arguments)
                    refused = (403, 404) if user else (401,)
                    if user and method == "export_data":
                        # (whoever has no right to export Odoo refuses in words)
                        refused = (403, 404, 422)
                    self.assertIn(answer.status_code, refused, answer.text)

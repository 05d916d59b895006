"""Who may hand over, over HTTP: supervisors alone, of their own companies."""

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import RequestCase
from .test_crm_handover import HandoverCase

_QUIET = ("odoo.http", "odoo.addons.rpc.controllers.json2", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestHandoverHttp(HttpCase, HandoverCase, RequestCase):
    def setUp(self):
        super().setUp()
        self.mine = self.ask().sudo()
        self.done = self.hand_over(self.colleague, kinds=["client", "request"])

    def post(self, user, method, model="crm.handover", **arguments):
        key = self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "Test", None)
        return self.url_open(
            f"/json/2/{model}/{method}",
            json=arguments,
            headers={"Authorization": f"Bearer {key}"},
        )

    def get_ways(self, handover):
        """Return all that a handover offers, with its rows: ``[(model, method, arguments)]``."""
        ids, line, item = {"ids": handover.ids}, handover.line_ids[:1], self.done.item_ids[:1]
        values = {
            "from_user_id": self.leaver.id,
            "to_user_ids": [Command.set(self.colleague.ids)],
            "line_ids": [Command.create({"kind": "client"})],
        }
        read = {"fields": ["from_user_id"]}
        return [
            ("crm.handover", "create", {"vals_list": [values]}),
            ("crm.handover", "write", {**ids, "vals": {"to_user_ids": [Command.clear()]}}),
            ("crm.handover", "unlink", ids),
            ("crm.handover", "read", {**ids, **read}),
            ("crm.handover", "search_read", {"domain": [], **read}),
            ("crm.handover", "action_preview", ids),
            ("crm.handover", "action_confirm", ids),
            ("crm.handover", "action_undo", ids),
            ("crm.handover", "action_view_items", ids),
            ("crm.handover", "action_view_records", {**ids, "kind": "target"}),
            ("crm.handover.line", "read", {"ids": line.ids, "fields": ["count"]}),
            ("crm.handover.line", "write", {"ids": line.ids, "vals": {"is_included": False}}),
            ("crm.handover.item", "read", {"ids": item.ids, "fields": ["before"]}),
            ("crm.handover.item", "search_read", {"domain": [], "fields": ["before"]}),
            ("crm.handover.item", "write", {"ids": item.ids, "vals": {"reason": "closed"}}),
        ]

    @mute_logger(*_QUIET)
    def test_nobody_else(self):
        done = self.done
        ready = self.prepare(self.colleague)
        strangers = (self.leaver, self.colleague, self.operator, self.employee, self.portal_user)
        for handover in (done, ready):
            for user in strangers:
                for model, method, arguments in self.get_ways(handover):
                    with self.subTest(user=user.login, model=model, method=method):
                        answer = self.post(user, method, model, **arguments)
                        self.assertIn(answer.status_code, (403, 404), answer.text)
        # nor do they find what passed
        for kind, model in (("request", "crm.data.request"), ("target", "crm.plan.target")):
            for user in (self.leaver, self.operator):
                domain = [("handover_ref", "=", f"{done.id}/{kind}/0")]
                answer = self.post(user, "search", model, domain=domain)
                self.assertEqual(answer.status_code, 403, answer.text)
        self.env.invalidate_all()
        self.assertEqual((done.state, ready.state), ("done", "draft"))
        self.assertEqual(self.mine.requested_by_id, self.colleague)

    @mute_logger(*_QUIET)
    def test_a_supervisor_over_http(self):
        answer = self.post(
            self.supervisor,
            "create",
            vals_list=[
                {"from_user_id": self.leaver.id, "to_user_ids": [Command.set(self.colleague.ids)]}
            ],
        )
        handover = self.env["crm.handover"].browse(answer.json())
        self.assertEqual(
            self.post(self.supervisor, "action_confirm", ids=handover.ids).status_code, 200
        )
        self.env.invalidate_all()
        self.assertEqual(handover.state, "done")
        self.assertEqual(self.lead.user_id, self.colleague)
        # the record is kept as it is, also from who made it
        for model, method, arguments in (
            ("crm.handover", "write", {"ids": handover.ids, "vals": {"state": "draft"}}),
            ("crm.handover", "unlink", {"ids": handover.ids}),
            (
                "crm.handover.item",
                "write",
                {"ids": handover.item_ids.ids, "vals": {"reason": "closed"}},
            ),
            ("crm.handover.item", "unlink", {"ids": handover.item_ids.ids}),
        ):
            with self.subTest(model=model, method=method):
                answer = self.post(self.supervisor, method, model, **arguments)
                self.assertIn(answer.status_code, (403, 422), answer.text)

    @mute_logger(*_QUIET)
    def test_of_another_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        foreign = new_test_user(
            self.env, "foreign", "crm_discipline.group_supervisor",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        handover = self.prepare(self.colleague)
        for model, method, arguments in self.get_ways(handover):
            if method in ("create", "search_read"):
                continue
            with self.subTest(model=model, method=method):
                answer = self.post(foreign, method, model, **arguments)
                self.assertEqual(answer.status_code, 403, answer.text)
        found = self.post(foreign, "search_read", domain=[], fields=["from_user_id"])
        self.assertEqual(found.json(), [])
        self.env.invalidate_all()
        self.assertEqual(handover.state, "draft")

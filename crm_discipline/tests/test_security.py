"""Who may do what with the module's own models."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from .common import DisciplineCase

# model: {operation: the roles that may}
ROLES = ("salesperson", "supervisor", "operator", "employee", "portal_user", "manager")
# A sales manager may all that a supervisor may.
ALLOWED = {
    "crm.discipline.rule": {
        "read": ("salesperson", "supervisor", "operator"),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    "crm.meeting.result": {
        "read": ("salesperson", "supervisor", "operator", "employee"),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    "crm.call": {
        "read": ("salesperson", "supervisor", "operator"),
        "write": ("salesperson", "supervisor", "operator"),
        "create": ("salesperson", "supervisor"),
        "unlink": ("supervisor",),
    },
    "crm.call.status": {
        "read": ("salesperson", "supervisor", "operator"),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    "crm.call.source": {
        "read": ("salesperson", "supervisor", "manager"),
        "write": ("manager",),
        "create": ("manager",),
        "unlink": ("manager",),
    },
    "crm.call.event": {
        "read": ("manager",),
        "write": ("manager",),
        "create": (),
        "unlink": ("manager",),
    },
    "crm.call.source.setup": {
        "read": ("manager",),
        "write": ("manager",),
        "create": ("manager",),
        "unlink": ("manager",),
    },
    "crm.call.note": {
        "read": ("salesperson", "supervisor"),
        "write": ("salesperson", "supervisor"),
        "create": ("salesperson", "supervisor"),
        "unlink": ("salesperson", "supervisor"),
    },
    "crm.discipline.activity.report": {
        "read": ("salesperson", "supervisor"),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.discipline.quality.report": {
        "read": ("salesperson", "supervisor"),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.discipline.finding": {
        "read": ("salesperson", "supervisor", "operator"),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.discipline.finding.kind": {
        "read": ("salesperson", "supervisor", "operator"),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.discipline.check": {
        "read": ("supervisor",),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.discipline.check.line": {
        "read": ("supervisor",),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.handover": {
        "read": ("supervisor",),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    "crm.handover.line": {
        "read": ("supervisor",),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    "crm.handover.item": {
        "read": ("supervisor",),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.plan.metric": {
        "read": ("salesperson", "supervisor"),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    "crm.plan": {
        "read": ("salesperson", "supervisor"),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    "crm.plan.target": {
        "read": ("salesperson", "supervisor"),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    "crm.plan.share": {
        "read": ("supervisor",),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    "crm.plan.report": {
        "read": ("salesperson", "supervisor"),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.data.request": {
        "read": ("salesperson", "supervisor", "operator"),
        "write": ("salesperson", "supervisor", "operator"),
        "create": ("salesperson", "supervisor", "operator"),
        "unlink": ("manager",),
    },
    "crm.data.request.reject": {
        "read": ("operator",),
        "write": ("operator",),
        "create": ("operator",),
        "unlink": ("operator",),
    },
    "crm.client.read.log": {
        "read": ("supervisor",),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.audience": {
        "read": ("salesperson", "supervisor"),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    # the list is filled by the audience
    "crm.audience.member": {
        "read": ("salesperson", "supervisor"),
        "write": ("supervisor",),
        "create": (),
        "unlink": (),
    },
    "crm.audience.send": {
        "read": ("supervisor",),
        "write": ("supervisor",),
        "create": ("supervisor",),
        "unlink": ("supervisor",),
    },
    "crm.audience.report": {
        "read": ("salesperson", "supervisor"),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.consent": {
        "read": ("supervisor", "operator"),
        "write": (),
        "create": (),
        "unlink": (),
    },
    # kept by the module itself; what is in them is read by way of the report
    "crm.effort": {"read": (), "write": (), "create": (), "unlink": ()},
    "crm.effort.batch": {"read": (), "write": (), "create": (), "unlink": ()},
    "crm.effort.day": {"read": (), "write": (), "create": (), "unlink": ()},
    "crm.effort.report": {
        "read": ("salesperson", "supervisor", "operator"),
        "write": (),
        "create": (),
        "unlink": (),
    },
    "crm.client.read.seen": {"read": (), "write": (), "create": (), "unlink": ()},
    "crm.meeting.held": {
        "read": ("salesperson", "supervisor", "operator", "employee"),
        "write": ("salesperson", "supervisor", "operator", "employee"),
        "create": ("salesperson", "supervisor", "operator", "employee"),
        "unlink": ("salesperson", "supervisor", "operator", "employee"),
    },
}


class TestSecurity(DisciplineCase):
    def test_roles(self):
        for model_name, operations in ALLOWED.items():
            for operation, allowed in operations.items():
                for role in ROLES:
                    with self.subTest(model=model_name, operation=operation, role=role):
                        records = self.env[model_name].with_user(self[role])
                        may = role in allowed or (role == "manager" and "supervisor" in allowed)
                        self.assertEqual(records.has_access(operation), may)

    def __getitem__(self, role):
        return getattr(self, role)

    def test_every_model_of_the_module_is_in_the_table(self):
        ours = self.env["ir.model"].search([("model", "not like", "crm.discipline.mixin")])
        ours = ours.filtered(
            lambda model: (
                "crm_discipline" in (model.modules or "").split(", ")
                and self.env[model.model]._original_module == "crm_discipline"
                and not self.env[model.model]._abstract
            )
        )
        self.assertEqual(set(ours.mapped("model")), set(ALLOWED))

    def test_groups_imply(self):
        manager = self.env.ref("sales_team.group_sale_manager")
        supervisor = self.env.ref("crm_discipline.group_supervisor")
        all_leads = self.env.ref("sales_team.group_sale_salesman_all_leads")
        self.assertIn(supervisor, manager.all_implied_ids)
        self.assertIn(all_leads, supervisor.all_implied_ids)
        self.assertFalse(self.operator.has_group("sales_team.group_sale_salesman"))

    def test_results_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        result = self.agreed.copy({"company_id": company.id})
        results = self.env["crm.meeting.result"].with_user(self.salesperson)
        self.assertNotIn(result, results.search([]))
        with self.assertRaises(AccessError):
            result.with_user(self.supervisor).name = "Changed"

    def test_private_meeting_of_another_is_not_settled(self):
        meeting = self.env["calendar.event"].create(
            self.prepare_meeting(
                privacy="private",
                user_id=self.salesperson.id,
                meeting_result_id=self.agreed.id,
                partner_ids=[Command.set((self.salesperson.partner_id | self.client).ids)],
            )
        )
        self.env.flush_all()
        self.env.invalidate_all()
        stranger = meeting.with_user(self.colleague)
        for action in ("action_meeting_held", "action_meeting_no_show", "action_meeting_cancel"):
            with (
                self.subTest(action=action),
                mute_logger("odoo.addons.base.models.ir_rule"),
                self.assertRaises(AccessError),
            ):
                getattr(stranger, action)()
        outcomes = [{"id": meeting.id, "meeting_status": "held", "meeting_result_id": False}]
        with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
            stranger.action_meeting_undo(outcomes)
        self.assertEqual(meeting.meeting_status, "planned")

    def test_dialog_writes_with_the_rights_of_its_user(self):
        """Who may not change a client can't do so by way of the dialog."""
        meeting = self.create_incomplete_meeting()
        wizard = (
            self.env["crm.meeting.held"]
            .with_user(self.employee)
            .create(
                {
                    "event_ids": [Command.set(meeting.ids)],
                    "result_id": self.agreed.id,
                    "client_phone": "+420603456789",
                }
            )
        )
        self.assertFalse(wizard.asks_contact)
        with self.assertRefused("rule_meeting_client_name", "rule_meeting_contact"):
            wizard.action_confirm()
        self.assertFalse(self.surname_only.phone)

    def test_portal_client_does_not_read_what_is_said_of_them(self):
        meeting = self.create_meeting(
            client=self.portal_user.partner_id, meeting_result_note="Waste of time"
        ).with_user(self.portal_user)
        self.assertEqual(meeting.read(["name"])[0]["name"], "Offer")
        for fname in ("meeting_result_id", "meeting_result_note", "missing_data"):
            with self.subTest(field=fname), self.assertRaises(AccessError):
                meeting.read([fname])
        with self.assertRaises(AccessError):
            meeting.search([("meeting_result_note", "ilike", "waste")])

    def test_client_of_another_company_is_not_read_through_the_meeting(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        self.client.company_id = company
        self.env["calendar.event"].flush_model()
        meeting = self.create_incomplete_meeting(client=self.client)
        self.env.invalidate_all()
        seen = meeting.with_user(self.colleague)
        self.assertFalse(seen.client_phone)
        self.assertFalse(seen.client_email)
        self.assertFalse(seen.asks_client_name)
        self.env.invalidate_all()
        self.assertTrue(meeting.sudo().client_phone)

    def test_undo_restores_an_outcome_and_nothing_else(self):
        meeting = self.create_meeting()
        meeting.action_meeting_undo(
            [{"id": meeting.id, "meeting_status": "no_show", "name": "Hacked"}]
        )
        self.assertEqual(meeting.name, "Offer")

"""Who writes clients' personal data, over every way in, over real HTTP.

Each row of the table is tried as each role: all are refused, or all work. What is refused leaves
the database as it was; what is allowed arrives.
"""

import json
from contextlib import contextmanager

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import DisciplineCase
from .operator_split_table import FIELDS, FREE, REFUSALS, ROLES, WAYS


@tagged("post_install", "-at_install")
class TestOperatorSplit(HttpCase, DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        manage = cls.env.ref("base.group_partner_manager")
        cls.company = cls.env.company
        cls.company.write({"discipline_operator_split": True})
        cls.seller_of_contacts = new_test_user(
            cls.env,
            "seller_of_contacts",
            "sales_team.group_sale_salesman,base.group_partner_manager",
        )
        # what Odoo itself refuses them is not what is tested
        for user in (cls.supervisor, cls.manager, cls.operator):
            user.group_ids |= manage
        # an operator who sells, too: selling binds no operator
        cls.operator.group_ids |= cls.env.ref("sales_team.group_sale_salesman_all_leads")
        partners = cls.env["res.partner"]
        cls.client.write({"type": "contact", "user_id": cls.salesperson.id})
        leads = cls.env["crm.lead"].create(
            [
                {
                    "name": "Chairs",
                    "contact_name": "Karel Nový",
                    "email_from": "karel@example.com",
                    "user_id": False,
                },
                {"name": "Desks", "partner_id": cls.client.id, "user_id": False},
            ]
        )
        meeting = cls.env["calendar.event"].create(cls.prepare_meeting(user_id=cls.salesperson.id))
        twin = partners.create({"name": "Jana Novakova", "email": cls.client.email})
        cls.records = {
            "@client": cls.client,
            "@surname_only": cls.surname_only,
            "@company_client": cls.company_client,
            "@employee_of": partners.create(
                {"name": "Ivan Starý", "parent_id": cls.company_client.id}
            ),
            "@archived": partners.create({"name": "Adam Dávný", "active": False}),
            "@twin": twin,
            "@merge": cls.env["base.partner.merge.automatic.wizard"].create(
                {
                    "partner_ids": [Command.set((cls.client | twin).ids)],
                    "dst_partner_id": cls.client.id,
                    "state": "selection",
                }
            ),
            "@lead": leads[0],
            "@lead_of_client": leads[1],
            "@meeting": meeting,
            "@state": cls.env["res.country.state"].search(
                [("country_id", "=", cls.env.ref("base.us").id)], limit=1
            ),
            "@country": cls.env.ref("base.cz"),
            "@tag": cls.env["res.partner.category"].create({"name": "Keen"}),
            "@user": cls.salesperson,
            "@stage": cls.env["crm.stage"].search([("is_won", "=", False)])[1],
        }
        cls.env.flush_all()

    # ------------------------------------------------------------
    # HOW A ROW IS TRIED
    # ------------------------------------------------------------

    def fill_in(self, value):
        """Put ids in place of the records' names."""
        if isinstance(value, str):
            return self.records[value].id if value in self.records else value
        if isinstance(value, dict):
            return {key: self.fill_in(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.fill_in(item) for item in value]
        return value

    def call(self, row):
        """Call as the web client does; return what the user is told, or None."""
        params = {
            "model": row.model,
            "method": row.method,
            "args": self.fill_in(row.args),
            "kwargs": self.fill_in(row.kwargs),
        }
        answer = self.url_open(
            f"/web/dataset/call_kw/{row.model}/{row.method}",
            data=json.dumps({"jsonrpc": "2.0", "params": params}),
            headers={"Content-Type": "application/json"},
        ).json()
        if "error" in answer:
            return answer["error"]["data"]["message"]
        self.result = answer.get("result")
        if isinstance(self.result, dict) and self.result.get("messages"):
            return self.result["messages"][0]["message"]
        return None

    def call_json2(self, row, key):
        """Call over JSON-2; return what the user is told, or None."""
        names = {
            "write": ("ids", "vals"),
            "create": ("vals_list",),
            "unlink": ("ids",),
            "copy": ("ids", "default"),
            "load": ("fields", "data"),
            "name_create": ("name",),
            "find_or_create": ("email",),
            "web_save": ("ids", "vals"),
            "web_save_multi": ("ids", "vals_list"),
        }.get(row.method, ("ids",))
        arguments = dict(zip(names, self.fill_in(row.args), strict=False))
        response = self.url_open(
            f"/json/2/{row.model}/{row.method}",
            data=json.dumps({**arguments, **self.fill_in(row.kwargs)}),
            headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
        )
        answer = response.json()
        if response.status_code >= 400:
            return answer["message"]
        if isinstance(answer, dict) and answer.get("messages"):
            return answer["messages"][0]["message"]
        return None

    @contextmanager
    def undone(self):
        """Undo what is done inside, so that each row finds the same records."""
        self.env.flush_all()
        # what waits for a commit is not this row's
        self.env.cr.precommit.run()
        savepoint = self.env.cr.savepoint(flush=False)
        try:
            yield
        finally:
            self.env.invalidate_all(flush=False)
            savepoint.close(rollback=True)

    def picture(self):
        """Return a fingerprint of all that a refused call could leave half-done."""
        sums = []
        for table in ("res_partner", "crm_lead", "calendar_event", "mail_message", "mail_activity"):
            self.env.cr.execute(f"SELECT count(*), sum(hashtext(t::text)::bigint) FROM {table} t")
            sums.append(self.env.cr.fetchone())
        return sums

    def assertRefused(self, row, message, before):
        self.assertTrue(message, "not refused")
        self.assertTrue(message.startswith(REFUSALS), message)
        self.assertEqual(self.picture(), before, "half-done")

    def assertDone(self, row, message):
        self.assertFalse(message)
        if not row.check:
            return
        name, fname, value = row.check
        record = self.records[name].with_context(active_test=False)
        self.env.invalidate_all()
        if fname == "id":
            self.assertFalse(record.exists())
            return
        field = record._fields[fname]
        held = field.convert_to_read(record[fname], record, use_display_name=False)
        self.assertEqual(held, self.fill_in(value))

    def try_rows(self, user, rows, refused, call=None):
        """Try rows as a user, and assert that all are refused, or that all work."""
        call = call or self.call
        for row in rows:
            with self.subTest(user=user.login, way=row.way, refused=refused), self.undone():
                before = self.picture() if refused else None
                message = call(row)
                if refused:
                    self.assertRefused(row, message, before)
                else:
                    self.assertDone(row, message)

    # ------------------------------------------------------------
    # THE TABLE
    # ------------------------------------------------------------

    @mute_logger("odoo.http", "odoo.models", "odoo.addons.base.models.ir_rule")
    def test_over_the_web(self):
        for login, writes_under in ROLES.items():
            user = self.env["res.users"].search([("login", "=", login)])
            self.authenticate(login, login)
            self.try_rows(user, FREE, refused=False)
            manages = user.has_group("base.group_partner_manager")
            ways = [row for row in WAYS if manages or row.needs != "contacts"]
            bound = "operators" not in writes_under
            self.try_rows(user, ways + FIELDS, refused=bound)
            if bound and writes_under:
                self.company.discipline_split_writers = writes_under[0]
                self.try_rows(user, ways, refused=False)
                self.company.discipline_split_writers = "operators"

    @mute_logger("odoo.http", "odoo.models", "odoo.addons.rpc.controllers.json2")
    def test_over_json2(self):
        for user, refused in ((self.seller_of_contacts, True), (self.operator, False)):
            key = (
                self.env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "Test", None)
            )

            def call(row, key=key):
                return self.call_json2(row, key)

            self.try_rows(user, WAYS, refused, call)
            self.try_rows(user, FIELDS if refused else FREE, refused, call)

    def test_another_phone_of_a_client_becomes_one_request(self):
        """What is typed on a client's opportunity is asked of the operators, and the rest saved."""
        lead = self.records["@lead_of_client"]
        lead.user_id = self.salesperson
        phone, email = self.client.phone, self.client.email
        self.authenticate("seller", "seller")
        for values in (
            {"phone": "+420 777 888 999", "name": "Desks, more"},
            {"email_from": "another@example.com"},
        ):
            answer = self.url_open(
                "/web/dataset/call_kw/crm.lead/web_save",
                data=json.dumps(
                    {
                        "jsonrpc": "2.0",
                        "params": {
                            "model": "crm.lead",
                            "method": "web_save",
                            "args": [[lead.id], values],
                            "kwargs": {"specification": {"name": {}}},
                        },
                    }
                ),
                headers={"Content-Type": "application/json"},
            ).json()
            self.assertNotIn("error", answer)
        self.env.invalidate_all()
        self.assertEqual((self.client.phone, self.client.email), (phone, email))
        self.assertEqual((lead.name, lead.phone, lead.email_from), ("Desks, more", phone, email))
        request = self.env["crm.data.request"].search([("partner_id", "=", self.client.id)])
        self.assertEqual(len(request), 1)
        self.assertEqual(
            (request.kind, request.state, request.requested_by_id),
            ("correct", "new", self.salesperson),
        )
        self.assertEqual((request.origin_model, request.origin_id), ("crm.lead", lead.id))
        self.assertEqual(request.email, "another@example.com")
        self.assertEqual(request.phone.replace(" ", ""), "+420777888999")
        request.with_user(self.operator).action_take()
        request.with_user(self.operator).action_apply()
        self.assertEqual(self.client.phone_sanitized, "+420777888999")
        self.assertEqual(self.client.email, "another@example.com")
        self.assertEqual(lead.email_from, "another@example.com")

    def test_mail_to_an_address_makes_no_client(self):
        """A message is sent all the same; the address that a lead holds becomes a contact."""
        self.authenticate("seller_of_contacts", "seller_of_contacts")
        lead = self.records["@lead"]
        before = self.env["res.partner"].search_count([])
        for emails, made in ((["Eva <eva@example.com>"], 0), (["karel@example.com"], 1)):
            answer = self.url_open(
                "/mail/message/post",
                data=json.dumps(
                    {
                        "jsonrpc": "2.0",
                        "params": {
                            "thread_model": "crm.lead",
                            "thread_id": lead.id,
                            "post_data": {"body": "Hello", "partner_emails": emails},
                        },
                    }
                ),
                headers={"Content-Type": "application/json"},
            ).json()
            with self.subTest(emails=emails):
                self.assertNotIn("error", answer)
                self.assertEqual(self.env["res.partner"].search_count([]) - before, made)
        self.assertEqual(
            self.env["res.partner"].search([("email", "=", "karel@example.com")]).name, "Karel Nový"
        )

    @mute_logger("odoo.http", "odoo.models")
    def test_switched_off(self):
        """Nothing remains: whoever may by Odoo's rights, may."""
        self.company.discipline_operator_split = False
        self.authenticate("seller_of_contacts", "seller_of_contacts")
        self.try_rows(self.seller_of_contacts, WAYS + FIELDS, refused=False)

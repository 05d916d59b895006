"""What the screens show of clients' data to those who may not write them, and what it all costs."""

from lxml import etree

from .common import DisciplineCase

PERSONAL = {
    "res.partner": (
        "name",
        "phone",
        "email",
        "street",
        "zip",
        "city",
        "country_id",
        "parent_id",
        "vat",
    ),
    "crm.lead": ("contact_name", "partner_name", "phone", "email_from", "street", "zip", "city"),
}
# Odoo's own views for each model, by type and XML id
VIEWS = (
    ("res.partner", "form", None),
    ("res.partner", "list", None),
    ("res.partner", "kanban", None),
    ("res.partner", "form", "base.view_partner_simple_form"),
    ("crm.lead", "form", None),
    ("crm.lead", "list", None),
    ("crm.lead", "kanban", None),
    ("crm.lead", "form", "crm.quick_create_opportunity_form"),
    ("calendar.event", "form", None),
)


class TestOperatorSplitScreens(DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesperson.group_ids |= cls.env.ref("base.group_partner_manager")
        cls.operator.group_ids |= cls.env.ref("sales_team.group_sale_salesman")

    def arch(self, user, model, view_type, xml_id=None):
        view_id = self.env.ref(xml_id).id if xml_id else None
        views = self.env[model].with_user(user).get_views([(view_id, view_type)])
        return views["views"][view_type]["arch"]

    def screens(self, user):
        """Return all that a user's screens are made of."""
        self.env.flush_all()
        archs = {key: self.arch(user, *key) for key in VIEWS}
        fields_ = {model: self.env[model].with_user(user).fields_get() for model in PERSONAL}
        access = {
            (model, operation): self.env[model].with_user(user).has_access(operation)
            for model in (*PERSONAL, "calendar.event")
            for operation in ("read", "write", "create", "unlink")
        }
        return archs, fields_, access

    def test_switched_off_nothing_remains(self):
        users = (self.salesperson, self.supervisor, self.operator)
        before = [self.screens(user) for user in users]
        self.env.company.discipline_operator_split = True
        during = [self.screens(user) for user in users]
        self.assertNotEqual(during[0], before[0])
        self.assertEqual(during[2], before[2], "an operator's screens stay as they are")
        self.env.company.discipline_operator_split = False
        self.assertEqual([self.screens(user) for user in users], before)

    def test_fields_are_read_only_for_whom_it_binds(self):
        self.env.company.discipline_operator_split = True
        for model, fnames in PERSONAL.items():
            described = self.env[model].with_user(self.salesperson).fields_get(fnames)
            for view_type in ("form", "list"):
                root = etree.fromstring(self.arch(self.salesperson, model, view_type))
                for node in root.iter("field"):
                    if node.get("name") not in fnames or node.xpath("ancestor::search"):
                        continue
                    if view_type == "list" and node.get("column_invisible"):
                        continue
                    with self.subTest(model=model, view=view_type, field=node.get("name")):
                        self.assertTrue(described[node.get("name")]["readonly"])
                        readonly = node.get("readonly") or ""
                        self.assertTrue(
                            "is_personal_data_locked" in readonly
                            or readonly in ("1", "True")
                            or node.xpath("ancestor::kanban")
                        )

    def test_contacts_offer_no_creation(self):
        self.env.company.discipline_operator_split = True
        for user, offered in ((self.salesperson, False), (self.operator, True)):
            for view_type in ("form", "list", "kanban"):
                root = etree.fromstring(self.arch(user, "res.partner", view_type))
                with self.subTest(user=user.login, view=view_type):
                    self.assertEqual(root.get("create") != "False", offered)
                    self.assertEqual(root.get("delete") != "False", offered)
            lead = etree.fromstring(self.arch(user, "crm.lead", "form"))
            self.assertNotEqual(lead.get("create"), "False")
            client = lead.find(".//field[@name='partner_id']")
            self.assertEqual(client.get("can_create") == "True", offered)
            active = self.env["res.partner"].with_user(user).fields_get(["active"])["active"]
            self.assertEqual(not active["readonly"], offered)

    def test_record_says_whether_it_is_locked(self):
        self.env.company.discipline_operator_split = True
        partners = self.client | self.salesperson.partner_id
        for user, locked in ((self.salesperson, [True, False]), (self.operator, [False, False])):
            seen = partners.with_user(user)
            self.assertEqual([partner.is_personal_data_locked for partner in seen], locked)
        meeting = self.create_meeting()
        self.assertFalse(meeting.can_edit_client)
        self.assertTrue(meeting.with_user(self.operator).can_edit_client)


class TestOperatorSplitCost(DisciplineCase):
    """The split asks the database nothing more."""

    def queries(self, action):
        for _warming in range(2):
            self.env.flush_all()
            self.env.cr.precommit.run()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            action()
            self.env.flush_all()
            self.env.cr.precommit.run()
            queries = self.env.cr.sql_log_count - before
        return queries

    def test_no_additional_query(self):
        numbers = iter(range(601000000, 601001000))
        clients = self.env["res.partner"].create(
            [{"name": f"Client Number{number}", "phone": "+420601234567"} for number in range(100)]
        )
        lead = self.env["crm.lead"].create(
            {"name": "Chairs", "partner_id": self.client.id, "user_id": self.salesperson.id}
        )

        def operator_writes(partners):
            partners = partners.with_user(self.operator)
            return lambda: partners.write({"phone": f"+420{next(numbers)}"})

        def seller_writes(records, **vals):
            records = records.with_user(self.salesperson)
            return lambda: records.write({**vals, "color": next(numbers)})

        form = {"name": self.surname_only.name, "phone": False, "street": False, "vat": False}
        actions = {
            "operator, one": operator_writes(self.client),
            "operator, many": operator_writes(clients),
            "salesperson's note": seller_writes(self.client, comment="<p>Note</p>"),
            "salesperson's form": seller_writes(self.surname_only, **form),
            "salesperson's opportunity": seller_writes(lead, priority="2"),
        }
        off = {name: self.queries(action) for name, action in actions.items()}
        self.env.company.discipline_operator_split = True
        on = {name: self.queries(action) for name, action in actions.items()}
        self.assertEqual(on, off)

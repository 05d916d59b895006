"""What the tests of the board share: a team of two, and records behind each figure."""

from datetime import timedelta

from odoo import Command

from .plan_common import NOON, PlanCase

AHEAD = NOON + timedelta(days=2)
BEFORE = NOON - timedelta(days=5)


class BoardCase(PlanCase):
    """March 2026 in Prague, seen on Monday, the 16th at noon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.team = cls.make_team("North", cls.salesperson)
        cls.other_team = cls.make_team("South", cls.colleague)
        cls.client.user_id = cls.salesperson

    @classmethod
    def make_team(cls, name, *members):
        users = cls.env["res.users"].union(*members)
        return cls.env["crm.team"].create({"name": name, "member_ids": [Command.set(users.ids)]})

    @classmethod
    def make_event(cls, user=None, start=NOON, hours=1, **values):
        user = user or cls.salesperson
        return cls.env["calendar.event"].create(
            cls.prepare_meeting(
                start=start,
                stop=start + timedelta(hours=hours),
                user_id=user.id,
                partner_ids=[Command.set((user.partner_id | cls.client).ids)],
                **values,
            )
        )

    @classmethod
    def make_call(cls, user=None, start=BEFORE, **values):
        owner = cls.salesperson if user is None else user
        values = {"partner_id": cls.client.id, "user_id": owner and owner.id, **values}
        return cls.env["crm.call"].create({"start": start, **values})

    @classmethod
    def make_activity(cls, record, days=0, user=None, kind="mail.mail_activity_data_call"):
        return cls.env["mail.activity"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": cls.env.ref(kind).id,
                "date_deadline": (NOON + timedelta(days=days)).date(),
                "user_id": (user or cls.salesperson).id,
            }
        )

    def board_as(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["crm.discipline.board"].with_user(user)

    def row_of(self, owner, reader=None, **options):
        """Return the row of a user (False: of nobody; None: the sum) as a reader sees it."""
        board = self.board_as(reader or self.supervisor).get_board(**options)
        if owner is None:
            return board["total"]
        user_id = owner and owner.id
        return next((row for row in board["rows"] if row["user_id"] == user_id), None)

    def figure(self, key, owner=None, reader=None, **options):
        row = self.row_of(self.salesperson if owner is None else owner, reader, **options)
        return row["figures"][key]

    def opened(self, key, user_id, reader, **options):
        """Return what a click on a number shows to a reader."""
        action = self.board_as(reader).get_figure_action(key, user_id, **options)
        records = self.env[action["res_model"]].with_user(reader)
        return records.with_context(**action["context"]).search(action["domain"])

    def assertOpens(self, reader, **options):
        """Assert that each number that a reader sees is the number of records that it opens."""
        board = self.board_as(reader).get_board(**options)
        for row in (*board["rows"], board["total"]):
            for key, amounts in row["figures"].items():
                records = self.opened(key, row["user_id"], reader, **options)
                with self.subTest(reader=reader.name, user=row["user"], figure=key):
                    self.assertEqual(len(records), self.get_count(key, amounts))
        return board

    @staticmethod
    def get_count(key, amounts):
        return sum(amounts) if key == "held_weeks" else amounts[0]

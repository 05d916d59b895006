"""Laws of rules, on random rules and random records.

What a person's save is judged by (Python), what a search finds (PostgreSQL) and what a record says
of itself must be the same, whatever the rule and the data.
"""

import os
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.addons.crm_discipline.tools import domain_filter
from odoo.fields import Domain

from .common import DisciplineCase

# More of them when hunting: the suite has to stay quick.
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "25"))
TEXTS = st.sampled_from(
    [
        "",
        " ",
        "Offer",
        "offer",
        "Öffer",
        "Nováková",
        "novakova",
        "100%",
        "a_b",
        "\\",
        "%",
        "_",
        "Brno",
    ]
)
MAYBE_TEXT = st.one_of(st.just(False), TEXTS)
TEXT_VALUE = st.one_of(
    st.tuples(st.sampled_from(["=", "!="]), MAYBE_TEXT),
    st.tuples(
        st.sampled_from(["like", "not like", "ilike", "not ilike", "=like", "=ilike", "not =like"]),
        TEXTS.filter(lambda text: "\\" not in text and text != "%"),
    ),
    st.tuples(st.sampled_from(["in", "not in"]), st.lists(MAYBE_TEXT, min_size=1, max_size=3)),
)


def number_values(numbers):
    return st.one_of(
        st.tuples(st.sampled_from(["=", "!=", "<", ">", "<=", ">="]), numbers),
        st.tuples(st.sampled_from(["=", "!="]), st.just(False)),
        st.tuples(st.sampled_from(["in", "not in"]), st.lists(numbers, min_size=1, max_size=3)),
    )


INTEGERS = st.integers(-2, 3)
INTEGER_VALUE = number_values(INTEGERS)
NUMBER_VALUE = number_values(st.one_of(INTEGERS, st.sampled_from([0.25, 0.5, 1.5, -0.75])))
MOMENTS = st.sampled_from(
    ["today", "now", "-1d", "today +1d", "2026-01-01", "2026-01-01 12:00:00", "=monday", "+2H"]
)
MOMENT_VALUE = st.one_of(
    st.tuples(st.sampled_from(["=", "!="]), st.just(False)),
    # equality with a moving moment is never stable; order is
    st.tuples(st.sampled_from(["<", ">", "<=", ">="]), MOMENTS),
)
BOOLEAN_VALUE = st.tuples(st.sampled_from(["=", "!="]), st.booleans())
STATUS_VALUE = st.one_of(
    st.tuples(
        st.sampled_from(["=", "!="]), st.sampled_from(["planned", "held", "cancelled", False])
    ),
    st.tuples(
        st.sampled_from(["in", "not in"]),
        st.lists(st.sampled_from(["planned", "held", "no_show"]), min_size=1, max_size=2),
    ),
)
SET_VALUE = st.tuples(st.sampled_from(["=", "!="]), st.just(False))


def conditions(values_by_field):
    return st.one_of(
        *[
            values.map(lambda value, fname=fname: (fname, *value))
            for fname, values in values_by_field.items()
        ]
    )


def domains(leaf):
    """Return domains of ``leaf`` conditions as Odoo's prefix lists."""
    return st.recursive(
        leaf.map(lambda condition: [condition]),
        lambda inner: st.one_of(
            inner.map(lambda domain: list(~Domain(domain))),
            st.tuples(inner, inner).map(lambda pair: list(Domain(pair[0]) & Domain(pair[1]))),
            st.tuples(inner, inner).map(lambda pair: list(Domain(pair[0]) | Domain(pair[1]))),
        ),
        max_leaves=5,
    )


PARTNER = {
    "name": TEXT_VALUE,
    "phone": TEXT_VALUE,
    "email": TEXT_VALUE,
    "city": TEXT_VALUE,
    "has_full_name": BOOLEAN_VALUE,
    "is_company": BOOLEAN_VALUE,
    "active": BOOLEAN_VALUE,
    "color": INTEGER_VALUE,
    "parent_id": SET_VALUE,
    "category_id": SET_VALUE,
    "child_ids": SET_VALUE,
    "parent_id.city": TEXT_VALUE,
    "parent_id.parent_id.phone": TEXT_VALUE,
    "user_id.login": TEXT_VALUE,
}
EVENT = {
    "name": TEXT_VALUE,
    "location": TEXT_VALUE,
    "duration": NUMBER_VALUE,
    "start": MOMENT_VALUE,
    "is_client_meeting": BOOLEAN_VALUE,
    "allday": BOOLEAN_VALUE,
    "meeting_status": STATUS_VALUE,
    "meeting_result_id": SET_VALUE,
    "categ_ids": SET_VALUE,
    "client_id": SET_VALUE,
    "client_id.phone": TEXT_VALUE,
    "client_id.email": TEXT_VALUE,
    "client_id.has_full_name": BOOLEAN_VALUE,
    "client_id.parent_id.city": TEXT_VALUE,
}
LEAD = {
    "name": TEXT_VALUE,
    "city": TEXT_VALUE,
    "expected_revenue": NUMBER_VALUE,
    "probability": NUMBER_VALUE,
    "date_deadline": MOMENT_VALUE,
    "partner_id": SET_VALUE,
    "partner_id.phone": TEXT_VALUE,
    "stage_id.name": TEXT_VALUE,
    "type": SET_VALUE,
}
ANY_CONDITION = conditions({"name": TEXT_VALUE, "phone": TEXT_VALUE, "is_company": BOOLEAN_VALUE})


class TestRuleProperties(DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.discipline.rule"].search([]).active = False
        cls.any_rule = (
            cls.env["crm.discipline.rule"]
            .create(
                {
                    "name": "Anything",
                    "model_id": cls.env["ir.model"]._get_id("res.partner"),
                    "required_domain": "[('name', '!=', False)]",
                    "severity": "warn",
                }
            )
            .with_context(tracking_disable=True)
        )
        cls.partners = cls.make_partners()
        cls.events = cls.make_events()
        cls.leads = cls.make_leads()

    @classmethod
    def make_partners(cls):
        tag = cls.env["res.partner.category"].create({"name": "Regular"})
        top = cls.env["res.partner"].create(
            {"name": "Top", "is_company": True, "phone": "a_b", "city": "Brno"}
        )
        middle = cls.env["res.partner"].create(
            {"name": "Offer", "is_company": True, "parent_id": top.id, "city": False}
        )
        vals_list = []
        names = [
            "Offer",
            "offer",
            "Öffer",
            "Nováková",
            "Jana Nováková",
            "100%",
            "a_b",
            "\\",
            "_",
            " ",
        ]
        for position, name in enumerate(names):
            vals_list.append(
                {
                    "name": name,
                    "phone": [False, "", "100%", "a_b", " "][position % 5],
                    "email": [False, "", "Brno"][position % 3],
                    "city": [False, "Brno", "", "brno"][position % 4],
                    "color": [0, 1, -2, 3][position % 4],
                    "active": position % 4 != 3,
                    "parent_id": [False, top.id, middle.id][position % 3],
                    "category_id": [(6, 0, tag.ids if position % 2 else [])],
                    "user_id": cls.salesperson.id if position % 2 else False,
                }
            )
        return top | middle | cls.env["res.partner"].create(vals_list)

    @classmethod
    def make_events(cls):
        now = fields.Datetime.now()
        kind = cls.env["calendar.event.type"].create({"name": "Visit"})
        vals_list = []
        for position in range(18):
            client = cls.partners[position % len(cls.partners)] if position % 4 else False
            start = now + timedelta(hours=[-400, -30, -3, 1, 5, 26, 400][position % 7])
            vals_list.append(
                {
                    "name": ["Offer", "offer", "", "Öffer 100%", "a_b"][position % 5],
                    "location": [False, "", "Brno", " "][position % 4],
                    "start": start,
                    "stop": start + timedelta(minutes=[15, 30, 60, 90, 240][position % 5]),
                    "allday": position % 9 == 0,
                    "client_id": client and client.id,
                    "is_client_meeting": position % 3 != 0 or bool(client),
                    "meeting_status": ["planned", "held", "cancelled", "no_show"][position % 4],
                    "meeting_result_id": cls.agreed.id if position % 5 == 1 else False,
                    "categ_ids": [(6, 0, kind.ids if position % 2 else [])],
                    "privacy": [False, "private", "confidential"][position % 3],
                    "user_id": [cls.salesperson, cls.colleague][position % 2].id,
                    "active": position % 6 != 5,
                }
            )
        return cls.env["calendar.event"].create(vals_list)

    @classmethod
    def make_leads(cls):
        stages = cls.env["crm.stage"].search([("is_won", "=", False)])
        vals_list = []
        for position in range(12):
            partner = cls.partners[position % len(cls.partners)] if position % 3 else False
            vals_list.append(
                {
                    "name": ["Offer", "offer", "100%"][position % 3],
                    "city": [False, "Brno", ""][position % 3],
                    "expected_revenue": [0, 0.25, 1.5, 3, -2][position % 5],
                    "type": ["lead", "opportunity"][position % 2],
                    "date_deadline": [False, fields.Date.today(), "2026-01-01"][position % 3],
                    "partner_id": partner and partner.id,
                    "stage_id": stages[position % len(stages)].id,
                    "active": position % 4 != 3,
                }
            )
        return cls.env["crm.lead"].create(vals_list)

    def judge(self, records, filter_domain, required_domain):
        """Return which records break a rule of these domains, found in every way there is."""
        self.any_rule.write(
            {
                "model_id": self.env["ir.model"]._get_id(records._name),
                "filter_domain": repr(filter_domain),
                "required_domain": repr(required_domain),
            }
        )
        (rule,) = self.any_rule._get_active_rules(records._name)
        everything = records.with_context(active_test=False)
        among = [("id", "in", records.ids)]
        judged = records._with_discipline_env(rule.tz)
        by_odoo = judged.filtered_domain(rule.violation)
        on_save = domain_filter.filter_batch(judged, rule.violation)
        found = everything.search([*among, ("is_data_complete", "=", False)])
        complete = everything.search([*among, ("is_data_complete", "=", True)])
        violations = everything.search([*among, ("violated_rule_ids", "in", self.any_rule.ids)])
        read = records.filtered(lambda record: not record.is_data_complete)
        told = records.filtered("missing_data")
        return {
            "python": set(by_odoo._ids),
            "save": set(on_save._ids),
            "search": set(found._ids),
            "not complete": set(records._ids) - set(complete._ids),
            "violations": set(violations._ids),
            "read": set(read._ids),
            "told": set(told._ids),
        }

    def assertOneTruth(self, records, filter_domain, required_domain):
        if Domain(required_domain).optimize(records).is_true():
            return
        for pass_ in ("cached", "read anew"):
            ways = self.judge(records, filter_domain, required_domain)
            self.assertEqual(
                {frozenset(ids) for ids in ways.values()},
                {frozenset(ways["python"])},
                f"{pass_}: {filter_domain} requires {required_domain}: {ways}",
            )
            self.env.flush_all()
            self.env.invalidate_all()

    check = settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    @check
    @given(domains(conditions(EVENT)), domains(conditions(EVENT)))
    def test_events(self, filter_domain, required_domain):
        self.assertOneTruth(self.events, filter_domain, required_domain)

    @check
    @given(domains(conditions(PARTNER)), domains(conditions(PARTNER)))
    def test_partners(self, filter_domain, required_domain):
        self.assertOneTruth(self.partners, filter_domain, required_domain)

    @check
    @given(domains(conditions(LEAD)), domains(conditions(LEAD)))
    def test_leads(self, filter_domain, required_domain):
        self.assertOneTruth(self.leads, filter_domain, required_domain)

    @check
    @given(st.sampled_from(["any", "not any"]), domains(ANY_CONDITION), domains(conditions(EVENT)))
    def test_sub_domains(self, operator, inner, filter_domain):
        self.assertOneTruth(self.events, filter_domain, [("client_id", operator, inner)])

    @check
    @given(domains(conditions(EVENT)), MAYBE_TEXT, MAYBE_TEXT)
    def test_form_says_what_saving_will_find(self, required_domain, name, phone):
        """What a form shows for typed values is what the saved record breaks."""
        self.any_rule.write(
            {
                "model_id": self.env["ir.model"]._get_id("calendar.event"),
                "filter_domain": "[]",
                "required_domain": "[('name', '!=', False)]",
            }
        )
        if Domain(required_domain).optimize(self.events).is_true():
            return
        self.any_rule.required_domain = repr(required_domain)
        event = self.events.filtered("client_id")[0]
        # a browser sends no blanks at either end
        values = {"name": (name or "").strip(), "client_phone": phone}
        draft = event.new(values, origin=event)
        shown = draft.is_data_complete
        event.write(values)
        self.assertEqual(shown, event.is_data_complete, f"{required_domain} with {values}")

    def test_private_meetings_are_judged_on_their_data(self):
        """Another user's private meeting reads “Busy”; rules see what it really holds."""
        self.any_rule.write(
            {
                "model_id": self.env["ir.model"]._get_id("calendar.event"),
                "filter_domain": "[]",
                "required_domain": "[('name', '=', 'Offer')]",
            }
        )
        private = self.env["calendar.event"].create(
            self.prepare_meeting(privacy="private", user_id=self.colleague.id, partner_ids=[])
        )
        self.env.flush_all()
        self.env.invalidate_all()
        seen = private.with_user(self.salesperson)
        self.assertEqual(seen.name, "Busy")
        self.assertTrue(seen.is_data_complete)
        self.assertTrue(seen.search([("id", "=", seen.id), ("is_data_complete", "=", True)]))

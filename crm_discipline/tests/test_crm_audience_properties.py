"""One law of audiences, on random clients: all are reachable or have one reason, what is counted while
it is typed is what the list holds, each count is what its click opens, and a list that followed its
clients is the one that would be filled anew."""

import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .audience_common import AudienceCase

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "10"))
EMAILS = st.sampled_from([False, " ", "nothing", "a@example.com", "A@example.com", "b@example.com"])
PHONES = st.sampled_from([False, "12", "+420601000091", "601000091", "+420601000092"])
CLIENT = st.tuples(EMAILS, PHONES, st.booleans(), st.integers(0, 2), st.booleans(), st.booleans())
CHANGE = st.tuples(st.integers(0, 5), EMAILS, PHONES, st.booleans())


class Undo(Exception):
    """The next example begins anew."""


class TestAudienceProperties(AudienceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.clients.category_id = False

    def make_clients(self, clients):
        owners = [False, self.salesperson.id, self.colleague.id]
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"Client {place}",
                    "email": email,
                    "phone": phone,
                    "active": active,
                    "user_id": owners[owner],
                    "category_id": [(6, 0, self.tag.ids)],
                }
                for place, (email, phone, active, owner, _bounced, _wrong) in enumerate(clients)
            ]
        )
        for partner, (*_rest, bounced, wrong) in zip(partners, clients, strict=True):
            if bounced:
                partner.message_bounce = 1
            if wrong:
                partner.wrong_number = partner.phone_sanitized
        return partners

    def counts(self, figures):
        return {reason["state"]: reason["count"] for reason in figures["reasons"]}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )
    @given(
        clients=st.lists(CLIENT, min_size=1, max_size=6),
        channel=st.sampled_from(["email", "phone", "any"]),
        blocked=st.booleans(),
        everywhere=st.booleans(),
        changes=st.lists(CHANGE, max_size=3),
    )
    def test_counted_listed_and_followed(self, clients, channel, blocked, everywhere, changes):
        try:
            with self.env.cr.savepoint():
                self.env.company.discipline_opt_out_everywhere = everywhere
                if blocked:
                    self.env["mail.blacklist"].create({"email": "a@example.com"})
                partners = self.make_clients(clients)
                self.check(partners, channel, changes)
                raise Undo
        except Undo:
            self.env.invalidate_all(flush=False)

    def check(self, partners, channel, changes):
        typed = self.env["crm.audience"].with_user(self.supervisor).new(
            self.prepare_audience(channel=channel)
        )  # fmt: skip
        audience = self.create_audience(channel=channel)
        self.assertEqual(self.counts(typed.figures), self.counts(audience.figures))
        self.assertEqual(audience.total_count, len(partners))
        self.check_opens(audience)
        self.assertEqual(typed.reachable_count, audience.reachable_count)
        for place, email, phone, active in changes:
            partner = partners[place % len(partners)]
            partner.write({"email": email, "phone": phone, "active": active})
        self.env.flush_all()
        followed = self.counts(audience.figures), audience.reachable_count
        self.check_opens(audience)
        anew = self.create_audience(channel=channel)
        self.assertEqual(followed, (self.counts(anew.figures), anew.reachable_count))

    def check_opens(self, audience):
        """Each figure is the number of records that a click on it opens, for each role."""
        for user in (self.supervisor, self.salesperson, self.colleague):
            own = audience.with_user(user)
            reasons = self.counts(own.figures)
            self.assertEqual(own.total_count, own.reachable_count + sum(reasons.values()))
            self.assertEqual(own.unreachable_count, sum(reasons.values()))
            self.assertEqual(len(self.opened(own, own.action_view_members())), own.total_count)
            reachable = self.opened(own, own.action_view_reachable())
            self.assertEqual(len(reachable), own.reachable_count)
            for state, count in reasons.items():
                self.assertEqual(len(self.opened(own, own.action_view_unreachable(state))), count)

"""Who opted out is left alone, and it is kept since when and who said so."""

from .audience_common import AudienceCase


class TestConsent(AudienceCase):
    def kept(self, address):
        consents = self.env["crm.consent"].search([("address", "=", address)], order="id")
        return [(one.channel, one.decision, one.source, one.user_id) for one in consents]

    def test_each_opt_out_is_kept_with_its_source(self):
        blacklist = self.env["mail.blacklist"]
        blacklist._add("Adam@Example.com", message="By phone")
        blacklist._add("adam@example.com", message="Again")
        blacklist._remove("adam@example.com", message="Asked to hear of us")
        user = self.env.user
        self.assertEqual(
            self.kept("adam@example.com"),
            [
                ("email", "out", "By phone", user),
                ("email", "in", "Asked to hear of us", user),
            ],
        )

    def test_phones(self):
        blacklist = self.env["phone.blacklist"]
        entry = blacklist.create({"number": "+420601000001"})
        blacklist.create({"number": "+420 601 000 001"})
        self.assertEqual(self.good.phone_state, "opted_out")
        entry.active = False
        blacklist.create({"number": "+420601000001"})
        entry.unlink()
        self.assertEqual(
            [decision for _channel, decision, _source, _user in self.kept("+420601000001")],
            ["out", "in", "out", "in"],
        )
        self.assertEqual(self.good.phone_state, "ok")

    def test_email_states(self):
        partner = self.good
        for email, state in ((False, "missing"), ("x", "invalid"), ("a@example.com", "ok")):
            with self.subTest(email=email):
                partner.email = email
                self.assertEqual(partner.email_state, state)
        entry = self.env["mail.blacklist"].create({"email": "a@example.com"})
        self.assertEqual(partner.email_state, "opted_out")
        entry.email = "b@example.com"
        self.assertEqual(partner.email_state, "ok")
        entry.email = "A@example.com"
        self.assertEqual(partner.email_state, "opted_out")
        entry.unlink()
        self.assertEqual(partner.email_state, "ok")

    def test_a_mail_that_came_back_spoils_the_address_and_no_other(self):
        partner = self.good
        partner._message_receive_bounce("adam@example.com", partner)
        self.assertEqual(partner.email_state, "invalid")
        partner.email = "new@example.com"
        self.assertEqual(partner.email_state, "ok")
        partner.email = "adam@example.com"
        self.assertEqual(partner.email_state, "invalid")
        partner._message_reset_bounce("adam@example.com")
        self.assertEqual(partner.email_state, "ok")

"""The Czech translation is whole, and a Czech user meets no English."""

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from .common import DisciplineCase
from .translation_common import TermsMixin

LANG = "cs_CZ"


@tagged("post_install", "-at_install")
class TestTranslation(DisciplineCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang(LANG)
        cls.env["ir.module.module"]._load_module_terms(["crm_discipline"], [LANG])
        cls.salesperson.lang = LANG

    def meetings_as(self, user):
        # over the web the language is the user's, too
        return super().meetings_as(user).with_context(lang=user.lang)

    def test_refusal_in_czech(self):
        with self.assertRaises(ValidationError) as refusal:
            self.create_meeting(client=self.surname_only, name="Nabídka")
        self.assertEqual(
            str(refusal.exception),
            "„Nabídka“ zatím nelze uložit. Chybí:\n"
            "• Příjmení a jméno klienta\n"
            "• Telefon nebo e-mail klienta",
        )

    def test_missing_data_and_choices_in_czech(self):
        meeting = self.create_incomplete_meeting(client=self.surname_only)
        meeting = meeting.with_context(lang=LANG)
        self.assertEqual(
            meeting.missing_data, "Příjmení a jméno klienta\nTelefon nebo e-mail klienta"
        )
        statuses = dict(meeting._fields["meeting_status"]._description_selection(meeting.env))
        self.assertEqual(statuses["held"], "Proběhla")
        self.assertEqual(self.agreed.with_context(lang=LANG).name, "Dohodnuto")

    def test_others_stay_in_english(self):
        self.colleague.lang = "en_US"
        with self.assertRaises(ValidationError) as refusal:
            self.create_meeting(user=self.colleague, client=self.surname_only)
        self.assertIn("can't be saved yet", str(refusal.exception))
        self.assertIn("Client's surname and first name", str(refusal.exception))


@tagged("post_install", "-at_install")
class TestTerms(TermsMixin, TransactionCase):
    module = "crm_discipline"

    def test_template_is_fresh(self):
        self.check_template_is_fresh()

    def test_czech_is_whole(self):
        self.check_czech_is_whole()

    def test_czech_keeps_what_is_put_in(self):
        self.check_czech_keeps_what_is_put_in()

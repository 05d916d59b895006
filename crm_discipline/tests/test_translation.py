"""The Czech translation is whole, and a Czech user meets no English."""

import re
from io import BytesIO

import polib

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools.misc import file_path
from odoo.tools.translate import trans_export

from .common import DisciplineCase

LANG = "cs_CZ"
# Czech has these from English as they are.
SAME = {
    "E-mail",
    "Export",
    "ID",
    "RPC",
    "3CX",
    "Asterisk",
    "FreeSWITCH",
    "Twilio",
    "%(call)s: %(status)s",
}
# What the program puts in, and the markup that it is shown in.
PARTS = re.compile(r"%\(\w+\)[a-z]|%[sdrf]|%%|\$\{\w+\}|</?[a-z]+|class=\"[^\"]*\"")


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

    @staticmethod
    def terms_of(name):
        path = file_path(f"crm_discipline/i18n/{name}")
        return {entry.msgid: entry for entry in polib.pofile(path) if not entry.obsolete}

    def test_template_is_fresh(self):
        if self.env.ref("base.module_crm_discipline").demo:
            self.skipTest("the names of demo records would be among the terms")
        exported = BytesIO()
        trans_export(False, ["crm_discipline"], exported, "po", self.env)
        terms = {entry.msgid for entry in polib.pofile(exported.getvalue().decode())}
        template = set(self.terms_of("crm_discipline.pot"))
        advice = "run python -m devtools.translations"
        self.assertFalse(terms - template, f"New terms: {advice}")
        self.assertFalse(template - terms, f"Terms that are gone: {advice}")

    def test_czech_is_whole(self):
        czech = self.terms_of("cs.po")
        self.assertEqual(set(czech), set(self.terms_of("crm_discipline.pot")))
        self.assertFalse([term for term, entry in czech.items() if entry.fuzzy])
        empty = {term for term, entry in czech.items() if not entry.msgstr.strip()}
        self.assertFalse(empty - SAME)

    def test_czech_keeps_what_is_put_in(self):
        for term, entry in self.terms_of("cs.po").items():
            if entry.msgstr:
                parts = sorted(PARTS.findall(term))
                self.assertEqual(sorted(PARTS.findall(entry.msgstr)), parts, term)

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

"""What holds for the terms of each of our add-ons."""

import re
from io import BytesIO

import polib

from odoo.tools.misc import file_path
from odoo.tools.translate import trans_export

# Czech has these from English as they are.
SAME = {
    "E-mail",
    "Export",
    "ID",
    "RPC",
    "SMS",
    "Mailing",
    "3CX",
    "Asterisk",
    "FreeSWITCH",
    "Twilio",
    "%(call)s: %(status)s",
}
# What the program puts in, and the markup that it is shown in.
PARTS = re.compile(r"%\(\w+\)[a-z]|%[sdrf]|%%|\$\{\w+\}|</?[a-z]+|class=\"[^\"]*\"")


class TermsMixin:
    """The template of an add-on is fresh, and its Czech is whole."""

    module = None

    @classmethod
    def terms_of(cls, name):
        path = file_path(f"{cls.module}/i18n/{name}")
        return {entry.msgid: entry for entry in polib.pofile(path) if not entry.obsolete}

    def check_template_is_fresh(self):
        if self.env.ref(f"base.module_{self.module}").demo:
            self.skipTest("the names of demo records would be among the terms")
        exported = BytesIO()
        trans_export(False, [self.module], exported, "po", self.env)
        terms = {entry.msgid for entry in polib.pofile(exported.getvalue().decode())}
        template = set(self.terms_of(f"{self.module}.pot"))
        advice = "run python -m devtools.translations"
        self.assertFalse(terms - template, f"New terms: {advice}")
        self.assertFalse(template - terms, f"Terms that are gone: {advice}")

    def check_czech_is_whole(self):
        czech = self.terms_of("cs.po")
        self.assertEqual(set(czech), set(self.terms_of(f"{self.module}.pot")))
        self.assertFalse([term for term, entry in czech.items() if entry.fuzzy])
        empty = {term for term, entry in czech.items() if not entry.msgstr.strip()}
        self.assertFalse(empty - SAME)

    def check_czech_keeps_what_is_put_in(self):
        for term, entry in self.terms_of("cs.po").items():
            if entry.msgstr:
                parts = sorted(PARTS.findall(term))
                self.assertEqual(sorted(PARTS.findall(entry.msgstr)), parts, term)

from odoo.addons.crm_discipline.tests.translation_common import TermsMixin
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestTerms(TermsMixin, TransactionCase):
    module = "crm_discipline_mass_mailing_sms"

    def test_template_is_fresh(self):
        self.check_template_is_fresh()

    def test_czech_is_whole(self):
        self.check_czech_is_whole()

    def test_czech_keeps_what_is_put_in(self):
        self.check_czech_keeps_what_is_put_in()

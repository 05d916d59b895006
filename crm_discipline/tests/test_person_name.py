from odoo.addons.crm_discipline.tools.person_name import has_full_name
from odoo.tests import BaseCase

WHOLE = (
    "Jan Novák",
    "Nováková, Jana",
    "Ing. Petr Dvořák, Ph.D.",
    "MUDr. Marie Svobodová",
    "Nguyễn Văn An",
    "Nguyen Van",
    "María José García López",
    "O'Brien Mary",
    "Jean-Luc Picard",
    "Nagy Éva",
    "王小明",
    "김민준",
    "さくら",
    "Ольга Иванова",
    "محمد علي",
    "Li Na",
    "Ma Long",
)
PARTIAL = (
    "",
    False,
    "   ",
    "Novák",
    "J. Novák",
    "Mgr. Novák",
    "Bc. Novák DiS.",
    "Dvořák ml.",
    "paní Nováková",
    "Herr Müller",
    "de la Cruz",
    "van der Berg",
    "Novák 2",
    "Novák -",
    "Novák ???",
    "王",
    "12345 67890",
)


class TestPersonName(BaseCase):
    def test_whole_names(self):
        for name in WHOLE:
            with self.subTest(name=name):
                self.assertTrue(has_full_name(name))

    def test_partial_names(self):
        for name in PARTIAL:
            with self.subTest(name=name):
                self.assertFalse(has_full_name(name))

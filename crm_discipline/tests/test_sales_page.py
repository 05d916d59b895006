"""Pages for salespeople, of which others know only the address."""

from odoo.tests import HttpCase, tagged

from .common import DisciplineCase


@tagged("post_install", "-at_install")
class TestSalesPage(HttpCase, DisciplineCase):
    def test_an_operator_is_told_so(self):
        for page in ("complete-my-data", "my-plan", "team-board", "team-plan"):
            with self.subTest(page=page):
                self.start_tour(
                    f"/odoo/{page}",
                    "discipline_sales_page_operator_tour",
                    login=self.operator.login,
                )

    def test_any_employee_is_told_so(self):
        self.start_tour(
            "/odoo/my-plan", "discipline_sales_page_employee_tour", login=self.employee.login
        )

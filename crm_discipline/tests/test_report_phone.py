"""The supervisor's reports on a phone: what they tell first is in sight without scrolling."""

from odoo.tests import HttpCase, tagged

from .common import RequestCase

FITS = """
const box = document.querySelector(".o_pivot");
if (box.scrollWidth > box.clientWidth) {
    console.error(`the pivot is ${box.scrollWidth} px wide, the screen ${box.clientWidth} px`);
} else {
    console.log("test successful");
}
"""


@tagged("post_install", "-at_install")
class TestReportPhone(HttpCase, RequestCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_operators_load_fits(self):
        request = self.ask(surname="Nováková", first_name="Jana", phone="601 234 567")
        request.with_user(self.operator).action_take()
        self.browser_js(
            "/odoo/data-requests-load",
            FITS,
            ready="document.querySelectorAll('.o_pivot_cell_value').length > 4",
            login=self.supervisor.login,
        )

    def test_many_columns_open_as_graph(self):
        for name in ("crm_discipline_quality_report_action", "crm_plan_report_action"):
            action = self.env.ref(f"crm_discipline.{name}")
            self.assertEqual(action.view_mode.split(",")[0], "pivot", name)
            self.assertEqual(action.mobile_view_mode, "graph", name)

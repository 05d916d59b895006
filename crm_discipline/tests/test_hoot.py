from odoo.addons.web.tests.test_js import HOOTCommon, unit_test_error_checker
from odoo.tests import no_retry, tagged


# the parent's own tests are about its helpers, and run where it is
@tagged("post_install", "-at_install")
class TestDisciplineHoot(HOOTCommon):
    test_generate_hoot_hash = None
    test_get_hoot_filter = None

    @no_retry
    def test_unit_desktop(self):
        """The unit tests of this module's JavaScript."""
        suite = self._generate_hash("@crm_discipline")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=unit_test_error_checker,
        )

"""Who may make mailings by SMS to audiences, over HTTP."""

from odoo.addons.crm_discipline.tests.audience_common import AudienceHttpCase
from odoo.tests import tagged
from odoo.tools import mute_logger

_QUIET = ("odoo.http", "odoo.addons.rpc.controllers.json2", "odoo.addons.base.models.ir_rule")


@tagged("post_install", "-at_install")
class TestTextMailingRights(AudienceHttpCase):
    @mute_logger(*_QUIET)
    def test_only_supervisors_of_the_company(self):
        audience = self.create_audience(channel="phone")
        ways = [("crm.audience", "action_text_mailing", {"ids": audience.ids})]
        self.assertRefusedOverHttp(
            (self.salesperson, self.operator, self.employee, self.portal_user, self.stranger), ways
        )
        [(model, method, arguments)] = ways
        answer = self.post(self.supervisor, model, method, **arguments)
        self.assertEqual(answer.status_code, 200, answer.text)

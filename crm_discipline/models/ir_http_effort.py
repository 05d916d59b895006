from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Tell the web client whether to measure; it does nothing at all otherwise."""
        info = super().session_info()
        if self.env.user._is_internal():
            info["crm_effort"] = self.env["crm.effort"]._get_session_info()
        return info

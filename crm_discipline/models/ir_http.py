"""Requests while the database is away."""

from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def _register_hook(self):
        super()._register_hook()
        # (the controllers are loaded after the models)
        from ..controllers import call_shortcut
        from ..controllers.call_dispatcher import serve_without_database

        serve_without_database()
        call_shortcut.install()

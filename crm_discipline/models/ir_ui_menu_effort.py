from odoo import models

_EFFORT_MENUS = ("menu_effort", "menu_effort_mine", "menu_effort_mine_operator")


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Hide what shows time in the CRM while no company measures it."""
        hidden = super()._load_menus_blacklist()
        if (
            not self.env["res.company"]
            .sudo()
            .search_count([("discipline_track_effort", "=", True)], limit=1)
        ):
            menus = (
                self.env.ref(f"crm_discipline.{name}", raise_if_not_found=False)
                for name in _EFFORT_MENUS
            )
            hidden = [*hidden, *(menu.id for menu in menus if menu)]
        return hidden

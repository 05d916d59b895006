"""Nobody takes hold of a client whom they may not see, by writing its id into a record of their own.

Odoo shows the name of whatever a readable record refers to, and fills an opportunity with the phone
and e-mail of its contact. So who may not see a client may not refer to it either. What refers to it
already stays as it is: a meeting of a colleague's client can be saved by whoever attends it.
"""

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Command

from ..tools import automation

_GUARDED_MODELS = ("res.partner", "crm.lead")


class CrmClientGuard(models.AbstractModel):
    _name = "crm.client.guard"
    _description = "Refers to Visible Clients Only"

    # fields of this model that refer to contacts or opportunities
    _guarded_fields = ()

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if records._is_guarded():
            records._check_client_references(records._get_client_references(), {})
        return records

    def write(self, vals):
        if self._guarded_fields and self._is_guarded():
            if not set(self._guarded_fields).isdisjoint(vals):
                before = self._get_client_references()
                result = super().write(vals)
                self._check_client_references(self._get_client_references(), before)
                return result
        return super().write(vals)

    def _get_of_hidden_clients(self, fname, in_sudo=False):
        """Return those whose contact in ``fname`` the user may not see.

        :param in_sudo: whether it is the user who counts in sudo, too
        """
        user = self.env.user
        if (self.env.su and not in_sudo) or not user._sees_own_clients_only():
            return self.browse()
        clients = self[fname]._origin if len(self) == 1 else self.mapped(fname)._origin
        hidden = clients - clients.with_user(user)._filtered_access("read").with_env(self.env)
        return self.filtered(lambda record: record[fname]._origin in hidden)

    def _is_guarded(self):
        return self.env.user._sees_own_clients_only() and not automation.is_automation(self.env)

    def _get_client_references(self):
        """Return what the records refer to: ``{model: records}``, in sudo to find out all."""
        found = {name: self.env[name] for name in _GUARDED_MODELS}
        for fname in self._guarded_fields:
            referred = self.sudo()[fname] if len(self) == 1 else self.sudo().mapped(fname)
            found[referred._name] |= referred.sudo(False)
        return found

    @api.model
    def _check_client_references(self, referred, before):
        """Refuse what the user may not see of ``referred``, but for what was there ``before``."""
        leads = referred["crm.lead"]
        visible_leads = leads._filtered_access("read")
        if leads - visible_leads - before.get("crm.lead", leads.browse()):
            raise AccessError(self.env["ir.rule"]._get_privacy_message())
        # an own opportunity may be of a colleague's client
        known = visible_leads.sudo().partner_id.sudo(False)
        clients = referred["res.partner"] - before.get("res.partner", known.browse()) - known
        # (the records of a form that is not saved yet have no id)
        clients = clients._origin
        if clients - clients._filtered_access("read"):
            raise AccessError(self.env["ir.rule"]._get_privacy_message())


class Base(models.AbstractModel):
    _inherit = "base"

    def onchange(self, values, field_names, fields_spec):
        """Fill in nothing of a client whom the user may not see, however deep a form refers to it."""
        if not self.env.su and self.env.user._sees_own_clients_only():
            referred = {name: set() for name in _GUARDED_MODELS}
            before = {name: set() for name in _GUARDED_MODELS}
            defaults = {
                key.removeprefix("default_"): value
                for key, value in self.env.context.items()
                if key.startswith("default_")
            }
            self._collect_client_references(defaults | values, referred, before)
            self.env["crm.client.guard"]._check_client_references(
                {name: self.env[name].browse(ids) for name, ids in referred.items()},
                {name: self.env[name].browse(ids) for name, ids in before.items()},
            )
        return super().onchange(values, field_names, fields_spec)

    def _collect_client_references(self, values, referred, before):
        """Add the ids that a form's values refer to, to ``{model: ids}``.

        :param before: gets those that the saved record refers to, too
        """
        for fname, value in values.items():
            field = self._fields.get(fname)
            if not field or not field.relational or not value:
                continue
            name = field.comodel_name
            if name in referred and self.id:
                before[name].update(self.sudo()[fname].ids)
            if field.type == "many2one":
                if isinstance(value, dict):
                    value = value.get("id")
                elif isinstance(value, list | tuple):
                    value = value[0]
                if name in referred and isinstance(value, int):
                    referred[name].add(value)
                continue
            comodel = self.env[name]
            for command in value if isinstance(value, list | tuple) else ():
                if isinstance(command, int):
                    command = Command.link(command)
                if command[0] in (Command.CREATE, Command.UPDATE) and isinstance(command[2], dict):
                    record = comodel.browse(command[1] if command[0] == Command.UPDATE else ())
                    record._collect_client_references(command[2], referred, before)
                if name in referred:
                    ids = command[2] if command[0] == Command.SET else command[1:2]
                    if command[0] in (Command.LINK, Command.SET, Command.UPDATE):
                        referred[name].update(id_ for id_ in ids if isinstance(id_, int))

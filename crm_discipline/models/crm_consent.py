"""Consent: who does not want to hear from us, or does again, since when, and who says so.

Odoo keeps one entry for each address that is on a blacklist. Here is kept each time that somebody
opted out or in, so that a client who asks "since when, and who told you?" gets an answer.
"""

from odoo import api, fields, models
from odoo.tools import SQL, html2plaintext

_SOURCE = "discipline_consent_source"


class CrmConsent(models.Model):
    _name = "crm.consent"
    _description = "Opt-out or Opt-in"
    _order = "date DESC, id DESC"
    _rec_name = "address"

    channel = fields.Selection(
        [("phone", "Phone"), ("email", "E-mail")], required=True, readonly=True
    )
    address = fields.Char("Number or Address", required=True, readonly=True)
    decision = fields.Selection(
        [("out", "Opted Out"), ("in", "Opted In")], required=True, readonly=True
    )
    date = fields.Datetime("When", required=True, readonly=True, default=fields.Datetime.now)
    source = fields.Char(readonly=True, help="How it became known, such as a link in an e-mail.")
    user_id = fields.Many2one(
        "res.users", "Entered By", readonly=True, ondelete="set null", index="btree_not_null"
    )

    _address_idx = models.Index("(address, date DESC)")

    @api.model
    def _note_sudo(self, channel, decisions):
        """Keep what was decided; in sudo, because whoever opts out need not read the others.

        :param decisions: ``{address: whether it was an opt-out}``
        """
        user = self.env.user
        source = self.env.context.get(_SOURCE)
        if not isinstance(source, str) or not source.strip():
            source = (
                self.env._("Entered by hand")
                if user._is_internal()
                else self.env._("The client, on the web site")
            )
        self.sudo().create(
            [
                {
                    "channel": channel,
                    "address": address,
                    "decision": "out" if is_out else "in",
                    "source": source.strip()[:200],
                    "user_id": user.id if user._is_internal() else False,
                }
                for address, is_out in decisions.items()
            ]
        )


class CrmConsentSource(models.AbstractModel):
    """A blacklist: each change of an entry is kept as an opt-out or opt-in."""

    _name = "crm.consent.source"
    _description = "Blacklist Whose Changes Are Kept"

    _consent_channel = None
    # the field with the address, and that of a client
    _consent_field = _consent_client_field = None

    @api.model_create_multi
    def create(self, vals_list):
        self.env.cr.execute(SQL("SELECT COALESCE(max(id), 0) FROM %s", SQL.identifier(self._table)))
        [last_id] = self.env.cr.fetchone()
        entries = super().create(vals_list)
        # asked for an address that it has, Odoo returns that entry; making it active is a ``write``
        new = entries.filtered(lambda entry: entry.id > last_id)
        self._consent_changed(set(), set(new.mapped(self._consent_field)))
        return entries

    def write(self, vals):
        if {"active", self._consent_field}.isdisjoint(vals):
            return super().write(vals)
        addresses = set(self.mapped(self._consent_field))
        before = self._get_blocked(addresses)
        result = super().write(vals)
        self._consent_changed(before, addresses | set(self.mapped(self._consent_field)))
        return result

    def unlink(self):
        addresses = set(self.mapped(self._consent_field))
        before = self._get_blocked(addresses)
        result = super().unlink()
        self._consent_changed(before, addresses)
        return result

    @api.model
    def _get_blocked(self, addresses):
        """Return which of the addresses are blocked."""
        entries = self.sudo().with_context(active_test=True)
        found = entries.search([(self._consent_field, "in", list(addresses))])
        return set(found.mapped(self._consent_field))

    @api.model
    def _consent_changed(self, before, addresses):
        """Keep what changed of the addresses, and state anew whom they are of."""
        blocked = self._get_blocked(addresses)
        changed = {
            address: address in blocked
            for address in addresses
            if (address in blocked) != (address in before)
        }
        if changed:
            self.env["crm.consent"]._note_sudo(self._consent_channel, changed)
        self._restate_clients_sudo(addresses)

    @api.model
    def _restate_clients_sudo(self, addresses):
        """State anew whether the clients with these addresses can be reached, whoever may see them."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        partners = partners.search([(self._consent_client_field, "in", list(addresses))])
        state = f"{self._consent_channel}_state"
        self.env.add_to_compute(partners._fields[state], partners)
        partners.modified([state])
        partners.filtered("is_data_wanted")._close_settled_fixes_sudo()

    def _with_consent_source(self, message):
        """Return the records, remembering how a change became known."""
        text = html2plaintext(message).strip() if message else ""
        return self.with_context(**{_SOURCE: text}) if text else self

"""A call source: one telephone system that sends us its calls."""

import base64
import secrets
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

PROVIDERS = [
    ("generic", "Generic (signed JSON)"),
    ("twilio", "Twilio"),
    ("asterisk", "Asterisk"),
    ("threecx", "3CX"),
    ("freeswitch", "FreeSWITCH"),
]
# How long the telephone system may go on with the old secret after it was rotated.
_OVERLAP = timedelta(hours=24)


class ActiveSource(NamedTuple):
    """A source as plain values, which can be cached and shared between requests."""

    id: int
    provider: str
    secrets: tuple  # ((secret, until when as naive UTC, or None), …)
    company_id: int
    country_code: str
    default_user_id: int
    team_id: int
    rate_limit: int
    tz: str
    unknown_caller: str

    def secrets_at(self, now):
        """Return the secrets that hold at a time.

        >>> from datetime import datetime
        >>> old = ("old", datetime(2026, 1, 2))
        >>> source = ActiveSource(1, "generic", (("new", None), old), 1, "CZ", 0, 0, 9, "UTC", "call")
        >>> source.secrets_at(datetime(2026, 1, 1)), source.secrets_at(datetime(2026, 1, 3))
        (('new', 'old'), ('new',))
        """
        return tuple(secret for secret, until in self.secrets if until is None or now < until)


class CrmCallSource(models.Model):
    _name = "crm.call.source"
    _description = "Call Source"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    provider = fields.Selection(PROVIDERS, required=True, default="generic")
    key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(18),
        help="A part of the address, by which the telephone system is told from others.",
    )
    address = fields.Char(compute="_compute_address", help="Where the system sends its calls.")
    # (shown once, by the dialog that makes it)
    secret = fields.Char(
        required=True,
        copy=False,
        groups="base.group_system",
        default=lambda self: self._make_secret(),
    )
    old_secret = fields.Char(copy=False, groups="base.group_system")
    old_secret_until = fields.Datetime("Old Secret Holds Until", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    country_id = fields.Many2one(
        "res.country",
        compute="_compute_country_id",
        store=True,
        readonly=False,
        help="Numbers without an international prefix are of this country.",
    )
    default_user_id = fields.Many2one(
        "res.users",
        "Calls of Nobody Go to",
        domain=[("share", "=", False)],
        help="Whose a call becomes when neither the client nor the telephone system says.",
    )
    team_id = fields.Many2one(
        "crm.team", "Sales Team", help="Whose members see the calls that are nobody's."
    )
    rate_limit = fields.Integer(
        "Requests a Second",
        default=1000,
        required=True,
        help="More requests in one second are answered with “429 Too Many Requests”, and a good "
        "telephone system sends them again.",
    )
    event_ids = fields.One2many("crm.call.event", "source_id", "Messages")
    recent_event_ids = fields.Many2many(
        "crm.call.event", string="Last Messages", compute="_compute_recent_event_ids"
    )
    failed_count = fields.Integer(compute="_compute_event_state", compute_sudo=True)
    last_event_on = fields.Datetime(
        "Last Message", compute="_compute_event_state", compute_sudo=True
    )

    _key_unique = models.Constraint("UNIQUE(key)", "The key of a call source must be its own.")
    _rate_limit_positive = models.Constraint(
        "CHECK (rate_limit > 0)", "A source must be allowed at least one request a second."
    )

    @api.depends("key")
    def _compute_address(self):
        for source in self:
            source.address = f"{source.get_base_url()}/crm_discipline/calls/{source.key}"

    @api.depends("company_id")
    def _compute_country_id(self):
        for source in self:
            source.country_id = source.country_id or source.company_id.country_id

    def _compute_event_state(self):
        Event = self.env["crm.call.event"]
        failed = dict(
            Event._read_group(
                [("source_id", "in", self.ids), ("state", "=", "failed")],
                ["source_id"],
                ["__count"],
            )
        )
        for source in self:
            source.failed_count = failed.get(source, 0)
            last = Event.search([("source_id", "=", source.id)], order="id DESC", limit=1)
            source.last_event_on = last.create_date

    def _compute_recent_event_ids(self):
        for source in self:
            source.recent_event_ids = self.env["crm.call.event"].search(
                [("source_id", "=", source.id)], limit=20
            )

    @api.constrains("provider", "secret")
    def _check_secret(self):
        for source in self.sudo():
            if source.provider == "generic" and not _is_webhook_secret(source.secret):
                raise ValidationError(
                    self.env._(
                        "The secret of a generic source is “whsec_” and at least 24 bytes in base64."
                    )
                )
            if len(source.secret) < 16:
                raise ValidationError(
                    self.env._("A secret of less than 16 characters could be guessed.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        sources = super().create(vals_list)
        self.env.registry.clear_cache()
        return sources

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    def _get_active_source(self, key):
        """Return the :class:`ActiveSource` of a key, or None where there is none."""
        return self._get_active_sources().get(key)

    @api.model
    @tools.ormcache()
    def _get_active_sources(self):
        """Return all sources as plain values: ``{key: ActiveSource}``.

        All at once, so that keys which somebody guesses don't fill the cache.
        """
        return {source.key: source._prepare_active_source() for source in self.sudo().search([])}

    def _prepare_active_source(self):
        self.ensure_one()
        source = self.sudo()
        valid = [(source.secret, None)]
        if source.old_secret and source.old_secret_until:
            valid.append((source.old_secret, source.old_secret_until))
        return ActiveSource(
            id=source.id,
            provider=source.provider,
            secrets=tuple(valid),
            company_id=source.company_id.id,
            country_code=source.country_id.code or source.company_id.country_id.code or "",
            default_user_id=source.default_user_id.id or 0,
            team_id=source.team_id.id or 0,
            rate_limit=source.rate_limit,
            tz=source.company_id.discipline_tz or "UTC",
            unknown_caller=source.company_id.discipline_unknown_caller,
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _make_secret(self):
        return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()

    def action_rotate_secret(self):
        """Make a new secret and show it once; the old one holds for another day."""
        self.ensure_one()
        self.check_access("write")
        # in sudo: who sets up a source may not read the secrets of those that run
        source = self.sudo()
        source.write(
            {
                "old_secret": source.secret,
                "old_secret_until": fields.Datetime.now() + _OVERLAP,
                "secret": self._make_secret(),
            }
        )
        return self.env["crm.call.source.setup"]._show(self)

    def action_send_test_call(self):
        """Send a call through the very door that the telephone system uses, without the network.

        :return: a notification that says what became of it
        """
        self.ensure_one()
        self.check_access("write")
        event = self.env["crm.call.event"].sudo()._receive_test(self.sudo())
        call = event.call_id
        if event.state == "processed":
            message, kind = self.env._("The test call arrived: %s", call.display_name), "success"
        else:
            message, kind = event.error or self.env._("The test call was not processed."), "danger"
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": kind,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_events(self):
        """Open the messages of this source."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_discipline.crm_call_event_action"
        )
        action["domain"] = [("source_id", "=", self.id)]
        return action


def _is_webhook_secret(secret):
    """Tell whether a secret is one of the Standard Webhooks specification.

    >>> _is_webhook_secret("whsec_" + "QUJD" * 8), _is_webhook_secret("secret")
    (True, False)
    """
    if not (secret or "").startswith("whsec_"):
        return False
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        return False
    return 24 <= len(key) <= 64

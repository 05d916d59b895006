"""What keeps clients from being reached goes to those who can find it out.

Each client becomes one task of its salesperson, or of the operators where they keep the data. A second
audience that needs the same client makes no second task; what it needs is added. A task closes itself
when the number or the address is good, or when the client wants to be left alone.
"""

import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools import audience_reach
from .crm_data_request import OPEN

_logger = logging.getLogger(__name__)

# As many tasks are made in the request; more of them by the scheduled job.
FIX_AT_ONCE = 200
FIX_BATCH = 200
_TYPE = "crm_discipline.mail_activity_type_client_data"


class CrmWantedData(models.AbstractModel):
    """A task to find out how a client can be reached."""

    _name = "crm.wanted.data"
    _description = "Asks for a Number or an Address"

    wants_phone = fields.Boolean(readonly=True, copy=False)
    wants_email = fields.Boolean(readonly=True, copy=False)
    wants_either = fields.Boolean(readonly=True, copy=False)

    @api.model
    def _get_wanted(self, channel):
        """Return the values that say what a channel needs."""
        return {
            {"phone": "wants_phone", "email": "wants_email", "any": "wants_either"}[channel]: True
        }

    def _is_settled(self, partner):
        """Tell whether nothing that is asked for is wrong any more."""
        self.ensure_one()
        states = (partner.phone_state, partner.email_state)
        settled = [state not in audience_reach.FIXABLE for state in states]
        return (
            (not self.wants_phone or settled[0])
            and (not self.wants_email or settled[1])
            and (not self.wants_either or any(settled))
        )

    # the field that holds until when it is wanted
    _wanted_until_field = None

    def _want(self, wanted, until):
        """Let an open task be for what another audience needs, too, and until the earlier day."""
        self.ensure_one()
        values = {fname: True for fname in wanted if not self[fname]}
        known = self[self._wanted_until_field]
        if not known or until < known:
            values[self._wanted_until_field] = until
        if values:
            self.write(values)


class MailActivity(models.Model):
    _name = "mail.activity"
    _inherit = ["mail.activity", "crm.wanted.data"]

    _wanted_until_field = "date_deadline"


class CrmDataRequest(models.Model):
    _name = "crm.data.request"
    _inherit = ["crm.data.request", "crm.wanted.data"]

    _wanted_until_field = "wanted_until"

    wanted_for = fields.Char(
        "Campaign", readonly=True, copy=False, help="The audience that could not reach the client."
    )
    wanted_until = fields.Date(readonly=True, copy=False)

    def _check_is_answered(self, values):
        """Refuse to close a campaign's request that brings nothing of what it asks for.

        One of several things that are wanted is enough, and so is what else is said of the client.

        :param values: what was just written to the client
        """
        super()._check_is_answered(values)
        if not self.wanted_for or self._is_settled(self.partner_id):
            return
        wanted = {
            "phone": self.wants_phone or self.wants_either,
            "email": self.wants_email or self.wants_either,
        }
        for fname in values:
            if (
                not wanted.get(fname)
                or self.partner_id[f"{fname}_state"] not in audience_reach.FIXABLE
            ):
                return
        raise UserError(
            self.env._(
                "“%(campaign)s” can't reach this client yet. Write the right number or address, or "
                "reject the request and say why.",
                campaign=self.wanted_for,
            )
        )


class ResPartner(models.Model):
    _inherit = "res.partner"

    is_data_wanted = fields.Boolean(
        "Data Wanted",
        readonly=True,
        copy=False,
        help="A campaign could not reach the client, and somebody was asked to find out how to.",
    )

    def write(self, vals):
        result = super().write(vals)
        if not {"phone", "email", "country_id", "message_bounce", "active"}.isdisjoint(vals):
            self.sudo().filtered("is_data_wanted")._close_settled_fixes_sudo()
        return result

    def _get_fix_activities_sudo(self):
        """Return the open tasks of these clients, whoever's they are."""
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("activity_type_id", "=", self.env.ref(_TYPE).id),
                ]
            )
        )

    def _get_fix_requests_sudo(self):
        """Return the open requests that stand for such tasks, whoever asked."""
        wanted = Domain.OR(
            [Domain(fname, "=", True) for fname in ("wants_phone", "wants_email", "wants_either")]
        )
        return (
            self.env["crm.data.request"]
            .sudo()
            .search(Domain("partner_id", "in", self.ids) & Domain("state", "in", OPEN) & wanted)
        )

    def _close_settled_fixes_sudo(self):
        """Close the tasks of those who can be reached now.

        In sudo: whoever corrects a client closes also the tasks that are a colleague's.
        """
        if not self:
            return
        partners = self.sudo()
        feedback = self.env._("The client can be reached.")
        activities = partners._get_fix_activities_sudo()
        requests = partners._get_fix_requests_sudo()
        done_activities = activities.filtered(
            lambda one: one._is_settled(partners.browse(one.res_id))
        )
        done_requests = requests.filtered(lambda one: one._is_settled(one.partner_id))
        if done_activities:
            done_activities.with_context(mail_activity_quick_update=True).action_feedback(feedback)
        for request in done_requests:
            request._settle("done")
        left = (activities - done_activities).mapped("res_id")
        left += (requests - done_requests).partner_id.ids
        partners.filtered(lambda partner: partner.id not in left).is_data_wanted = False


# what an audience asks for is a concept of its own
class CrmAudience(models.Model):  # pylint: disable=consider-merging-classes-inherited
    _inherit = "crm.audience"

    fix_days = fields.Integer(
        "Days to Complete", default=7, help="How many days salespeople have to complete the data."
    )
    is_fixing = fields.Boolean("Being Asked For", readonly=True, copy=False)

    _fix_days_positive = models.Constraint(
        "CHECK (fix_days >= 0)", "The days to complete the data can't be negative."
    )

    def _get_to_fix_domain(self):
        return (
            Domain("audience_id", "=", self.id)
            & Domain("reach_state", "in", audience_reach.FIXABLE)
            & Domain("sent_on", "=", False)
        )

    def action_request_fixes(self):
        """Ask for what is missing or wrong of those who can't be reached: one task for each client."""
        self._check_supervisor()
        made = 0
        for audience in self:
            if audience.is_filling:
                raise UserError(
                    self.env._("The list is still being filled. Wait until it is done.")
                )
            to_fix = self.env["crm.audience.member"].sudo().search(audience._get_to_fix_domain())
            to_fix.filtered("is_fix_asked").write({"is_fix_asked": False})
            made += len(to_fix)
            if len(to_fix) <= FIX_AT_ONCE:
                audience.sudo()._ask_for_fixes(to_fix)
                audience.sudo()._tell_fixers()
            else:
                audience.sudo().write({"is_fixing": True, "progress": 0, "problem": False})
                self.env.ref("crm_discipline.ir_cron_audience").sudo()._trigger()
        message = self.env._(
            "Nobody has to be asked: what keeps clients from being reached is theirs."
        )
        if made:
            message = (
                self.env._("Asked for the data of one client.")
                if made == 1
                else self.env._("Asked for the data of %(count)s clients.", count=made)
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if made else "info",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _fix_next_batch(self):
        """Ask for some of many. Return whether there are more."""
        self.ensure_one()
        members = self.env["crm.audience.member"]
        domain = self._get_to_fix_domain() & Domain("is_fix_asked", "!=", True)
        batch = members.search(domain, limit=FIX_BATCH, order="id")
        self._ask_for_fixes(batch)
        left = members.search_count(domain)
        total = members.search_count(self._get_to_fix_domain())
        self.progress = 100 * (total - left) // (total or 1)
        if not left:
            self.write({"is_fixing": False, "progress": 0})
            self._tell_fixers()
        return bool(left)

    def _ask_for_fixes(self, members):
        """Make a task of each of these clients, or complete the one that there is."""
        self.ensure_one()
        members = members.exists()
        partners = members.partner_id
        if self.company_id.discipline_operator_split:
            open_tasks = {one.partner_id.id: one for one in partners._get_fix_requests_sudo()}
            model = self.env["crm.data.request"].sudo()
            prepare = self._prepare_fix_request_vals
        else:
            open_tasks = {one.res_id: one for one in partners._get_fix_activities_sudo()}
            # one message tells each salesperson of all, instead of a mail for each
            model = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
            prepare = self._prepare_fix_activity_vals
        wanted = model._get_wanted(self.channel)
        until = fields.Date.add(self.company_id._get_plan_today(), days=self.fix_days)
        to_create = []
        for partner in partners:
            task = open_tasks.get(partner.id)
            if not task:
                to_create.append({**prepare(partner), **wanted, model._wanted_until_field: until})
            else:
                task._want(wanted, until)
        model.create(to_create)
        partners.filtered(lambda partner: not partner.is_data_wanted).is_data_wanted = True
        members.write({"is_fix_asked": True})

    def _get_fixer(self, partner):
        """Return who finds out: the client's salesperson, else who is responsible for the audience."""
        owner = partner.discipline_owner_id
        return owner if owner.active else self.user_id

    def _get_fix_summary(self, partner, env):
        """Say in a few words what is wrong, in the language of ``env``."""
        phone, email = (
            {
                "missing": env._("the phone is missing"),
                "invalid": env._("the phone is no number"),
                "wrong_number": env._("the phone is a wrong number"),
            },
            {
                "missing": env._("the e-mail is missing"),
                "invalid": env._("mails to the e-mail do not arrive"),
            },
        )
        said = []
        if self.channel != "email" and partner.phone_state in phone:
            said.append(phone[partner.phone_state])
        if self.channel != "phone" and partner.email_state in email:
            said.append(email[partner.email_state])
        text = ", ".join(said)
        return text[:1].upper() + text[1:]

    def _prepare_fix_activity_vals(self, partner):
        fixer = self._get_fixer(partner)
        words = self.with_context(lang=fixer.lang).env
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": partner.id,
            "activity_type_id": self.env.ref(_TYPE).id,
            "summary": self._get_fix_summary(partner, words),
            "note": words._("“%(audience)s” could not reach this client.", audience=self.name),
            "user_id": fixer.id,
        }

    def _prepare_fix_request_vals(self, partner):
        words = self.with_context(lang=self.user_id.lang).env
        return {
            "kind": "correct",
            "partner_id": partner.id,
            "wanted_for": self.name,
            "requested_by_id": self.user_id.id,
            "company_id": self.company_id.id,
            "note": "\n".join(
                (
                    self._get_fix_summary(partner, words),
                    words._("“%(audience)s” could not reach this client.", audience=self.name),
                )
            ),
            "origin_model": "res.partner",
            "origin_id": partner.id,
        }

    def _tell_fixers(self):
        """Tell each salesperson once how many of their clients can't be reached."""
        self.ensure_one()
        if self.company_id.discipline_operator_split:
            return
        counts = {}
        asked = self._get_to_fix_domain() & Domain("is_fix_asked", "=", True)
        for owner, count in self.env["crm.audience.member"]._read_group(
            asked, ["user_id"], ["__count"]
        ):
            fixer = owner if owner.active else self.user_id
            counts[fixer] = counts.get(fixer, 0) + count
        for fixer, count in counts.items():
            if fixer == self.env.user:
                continue
            words = self.with_context(lang=fixer.lang).env
            self.env["mail.thread"].message_notify(
                partner_ids=fixer.partner_id.ids,
                author_id=self.user_id.partner_id.id,
                subject=words._("Clients whom “%(audience)s” can't reach", audience=self.name),
                body=words._(
                    "%(count)s of your clients can't be reached. Each is among your activities, "
                    "and closes itself when the number or the address is good.",
                    count=count,
                ),
            )

    # ------------------------------------------------------------
    # THE JOB
    # ------------------------------------------------------------

    @api.model
    def _get_working_domain(self):
        """Return which audiences have something to do in batches."""
        return Domain.OR([Domain(fname, "=", True) for fname, _step in self._get_steps()])

    @api.model
    def _get_steps(self):
        """Return what is done in batches, in this order: ``[(field, method)]``."""
        return [("is_filling", "_fill_next_batch"), ("is_fixing", "_fix_next_batch")]

    @api.model
    def _cron_work(self):
        """Do what is too long for a request, in batches that commit, and go on where it stopped.

        Each batch is told as work done, and when its time is over the job wakes itself: Odoo lets a job
        rest for a minute otherwise, and other jobs have their turn all the same.
        """
        cron = self.env["ir.cron"]
        working = self.search(self._get_working_domain(), order="id")
        left = len(working)
        cron._commit_progress(remaining=left)
        for audience in working:
            while audience.exists() and audience._work_on():
                audience._announce()
                if not cron._commit_progress(1, remaining=left):
                    self.env.ref("crm_discipline.ir_cron_audience")._trigger()
                    return
            audience.exists()._announce()
            left -= 1
            if not cron._commit_progress(1, remaining=left):
                if left:
                    self.env.ref("crm_discipline.ir_cron_audience")._trigger()
                return

    def _work_on(self):
        """Do the next batch. Return whether there is more to do now; what fails stops, and says why.

        What nobody foresaw stops this audience alone, and the others go on; what other transactions are
        in the way of (psycopg2.OperationalError) is tried again.
        """
        self.ensure_one()
        fname, method = next((step for step in self._get_steps() if self[step[0]]), (None, None))
        if not fname:
            return False
        try:
            with self.env.cr.savepoint():
                more = getattr(self, method)()
        except psycopg2.OperationalError:
            raise
        except (UserError, ValueError) as error:
            self._stop_working(getattr(error, "reason", None) or str(error))
            return False
        except Exception:  # pylint: disable=broad-except
            _logger.exception("The audience %s stopped: %s failed", self.id, method)
            self._stop_working(
                self.env._("An error happened that nobody foresaw. The server's log says which.")
            )
            return False
        return more or (not self[fname] and any(self[name] for name, _method in self._get_steps()))

    def _stop_working(self, reason):
        """Stop all that goes on in batches, and say why; what was done in batches before stays."""
        self.invalidate_recordset()
        self.write(
            {
                **{fname: False for fname, _method in self._get_steps()},
                "problem": reason,
                "progress": 0,
            }
        )

    def _announce(self):
        """Tell the responsible person's screens that something changed."""
        for audience in self:
            audience.user_id._bus_send("crm_discipline.audience_changed", {"id": audience.id})

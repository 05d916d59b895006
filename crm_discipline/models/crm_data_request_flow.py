"""How far a data request is: taken by one operator, then applied, rejected or given back."""

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, mute_logger

from ..tools import automation
from .crm_data_request import OPEN, PROPOSED


class CrmDataRequest(models.Model):
    _inherit = "crm.data.request"

    can_work = fields.Boolean(
        compute="_compute_can_work", help="The reader may take, apply and reject it now."
    )
    can_edit = fields.Boolean(
        compute="_compute_can_work", help="The reader may change what is proposed."
    )
    can_ask_again = fields.Boolean(compute="_compute_can_work")
    can_open_origin = fields.Boolean(
        compute="_compute_can_open_origin", help="The reader may see where it was asked."
    )

    @api.depends("state", "operator_id", "requested_by_id", "activity_ids.user_id")
    @api.depends_context("uid")
    def _compute_can_work(self):
        user = self.env.user
        is_operator = user.has_group("crm_discipline.group_operator")
        for request in self:
            is_mine = request.requested_by_id == user
            request.can_work = is_operator and (
                request.state == "new"
                or (request.state == "in_progress" and request.operator_id == user)
            )
            request.can_edit = request.can_work or (is_mine and request.state == "new")
            request.can_ask_again = request.state == "rejected" and (
                is_mine or user in request.sudo().activity_ids.user_id
            )

    @api.depends("origin_model", "origin_id")
    @api.depends_context("uid")
    def _compute_can_open_origin(self):
        for request in self:
            request.can_open_origin = bool(request._get_origin()._filtered_access("read"))

    def _get_origin(self):
        """Return the record on which it was asked, empty if that is gone meanwhile."""
        self.ensure_one()
        if not self.origin_model or not self.origin_id:
            return self.browse()
        return self.env[self.origin_model].browse(self.origin_id).exists()

    # ------------------------------------------------------------
    # TAKING
    # ------------------------------------------------------------

    def action_take(self):
        """Make these requests mine to work on.

        :raise UserError: when another operator was faster; then none of them is taken
        """
        self._check_operator()
        taken = self._take_sudo(self.ids)
        late = self - self.browse(taken)
        if late:
            raise UserError(late[0]._get_taken_message())
        return True

    def action_take_next(self):
        """Take the request that waits longest; one I have taken already goes first.

        :return: the action that opens it, or a notification that none waits
        """
        self._check_operator()
        mine = [("state", "=", "in_progress"), ("operator_id", "=", self.env.uid)]
        request = self.search(mine, limit=1)
        if not request:
            waiting = self.search([("state", "=", "new")], limit=20)
            # what somebody is taking right now is not waited for
            request = waiting.sudo().try_lock_for_update(limit=1).sudo(False)
            if request:
                self._take_sudo(request.ids)
        if not request:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "message": self.env._("No request waits."),
                    "type": "success",
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        return request._get_form_action()

    def action_give_back(self):
        """Put requests back to those that wait, for any operator to take."""
        self._check_operator()
        self.filtered(lambda request: request.state == "in_progress").sudo().write(
            {"state": "new", "operator_id": False, "taken_on": False}
        )
        return True

    def _take_sudo(self, request_ids):
        """Take those of the requests that are still new. Return their ids.

        In SQL and without waiting: of two operators who take the same at once, one is told so. In
        sudo, like all steps: only actions change how far a request is, having checked who may.
        """
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                rows = self.env.execute_query(
                    SQL(
                        """
                        SELECT id FROM crm_data_request
                         WHERE id = ANY(%s) AND state = 'new'
                           FOR UPDATE SKIP LOCKED
                        """,
                        list(request_ids),
                    )
                )
        except SerializationFailure:
            # it was taken and saved since this transaction began
            return []
        taken = self.browse(row[0] for row in rows)
        if len(taken) == len(request_ids):
            taken.sudo().write(
                {
                    "state": "in_progress",
                    "operator_id": self.env.uid,
                    "taken_on": fields.Datetime.now(),
                }
            )
        return taken.ids

    def _get_taken_message(self):
        self.invalidate_recordset(["state", "operator_id"])
        if self.state in OPEN:
            who = self.operator_id.name or self.env._("another operator")
            return self.env._(
                "“%(request)s” is just being worked on by %(operator)s.",
                request=self.display_name,
                operator=who,
            )
        return self.env._("“%(request)s” is settled already.", request=self.display_name)

    def _check_operator(self):
        if not (self.env.su or self.env.user.has_group("crm_discipline.group_operator")):
            raise AccessError(self.env._("Only operators work on data requests."))
        self.check_access("write")

    def _take_own(self):
        """Take a request that is about to be settled, unless I have it already."""
        self.ensure_one()
        self._check_operator()
        if self.state == "in_progress" and self.operator_id == self.env.user:
            # whoever gave it back meanwhile has it locked, or has changed it
            self.sudo().lock_for_update()
        elif self.state == "new":
            self.action_take()
        else:
            raise UserError(self._get_taken_message())

    # ------------------------------------------------------------
    # SETTLING
    # ------------------------------------------------------------

    def action_apply(self):
        """Enter, correct or merge the client as the request says, less what was left out.

        Written as the operator. Whatever waited for the client gets it: meeting, calls, opportunity.
        """
        for request in self:
            request._take_own()
            if request.kind == "merge":
                partner = request._merge(request.other_partner_ids)
            elif request.partner_id:
                partner = request.partner_id
                values = request._get_values_to_write()
                if values:
                    partner.write(values)
                request._check_is_answered(values)
            else:
                partner = request._enter_client()
            request._settle("done", partner_id=partner.id)
            request._give_client_sudo(partner)
            request._notify_asker(
                request.env._("“%(request)s” is entered.", request=partner.display_name)
            )
        return True

    def action_reject(self, reason=None):
        """Refuse requests, saying why to who asked.

        :param reason: what to tell; without it the dialog that asks for it is returned
        """
        self._check_operator()
        reason = (reason or "").strip()
        if not reason:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "crm_discipline.crm_data_request_reject_action"
            )
            return {**action, "context": {"default_request_ids": [(6, 0, self.ids)]}}
        for request in self:
            request._take_own()
            request._settle("rejected", reject_reason=reason)
            request._tell_rejected_sudo(reason)
        return True

    def action_link(self, partner_id):
        """Say that the new client of a request is one whom we have.

        What the client lacks is taken from the request, what it has stays, unless the operator
        decides otherwise.
        """
        self.ensure_one()
        self._take_own()
        partner = self.env["res.partner"].browse(partner_id).exists()
        partner.check_access("read")
        self.write(
            {
                "partner_id": partner.id,
                "left_fields": [fname for fname in PROPOSED if partner[fname]],
            }
        )
        return True

    def action_unlink_client(self):
        """Say that it is nobody whom we have after all."""
        self.ensure_one()
        self._take_own()
        if self.kind == "create":
            self.write({"partner_id": False, "left_fields": False})
        return True

    def action_merge_duplicate(self, partner_id):
        """Merge another contact into the one that the request is about."""
        self.ensure_one()
        self._take_own()
        self._merge(self.env["res.partner"].browse(partner_id).exists())
        return True

    def _merge(self, others):
        """Merge contacts into the request's one, by Odoo's own merge. Return the one that is left.

        Its safeguards stay, but for different e-mails: that they are the same client is what the
        operator has just decided.
        """
        partner = self.partner_id
        both = partner | others
        both.check_access("write")
        if len(both) < 2:
            raise UserError(self.env._("There is nothing to merge."))
        # what lacked data before must not stop a merge
        wizard = automation.as_automation(self.env["base.partner.merge.automatic.wizard"])
        wizard.create({})._merge(both.ids, partner, extra_checks=False)
        self.env.invalidate_all()
        return partner

    def _enter_client(self):
        values = self._get_values_to_write()
        if not values.get("name"):
            raise UserError(self.env._("Write the client's name first."))
        asker = self.requested_by_id
        return self.env["res.partner"].create(
            {
                **values,
                "is_company": self.is_company,
                "type": "contact",
                "user_id": asker.id if asker and asker._works_with_clients() else False,
            }
        )

    def _check_is_answered(self, values):
        """Refuse to close a correction that leaves open what it asks for, if ``values`` do.

        For what asks by itself for something, such as a campaign.
        """

    def _settle(self, state, **values):
        self.sudo().write({"state": state, "done_on": fields.Datetime.now(), **values})

    # ------------------------------------------------------------
    # WHO ASKED
    # ------------------------------------------------------------

    def _notify_asker(self, message):
        asker = self.sudo().requested_by_id
        if asker and asker != self.env.user:
            asker._bus_send("simple_notification", {"type": "success", "message": message})

    def _tell_rejected_sudo(self, reason):
        """Leave the asker an activity that says why, until they answer or let it be.

        In sudo: the operator need not read the asker's activities.
        """
        asker = self.sudo().requested_by_id
        if not asker.active or asker == self.env.user:
            return
        request = self.sudo().with_context(mail_activity_quick_update=True)
        words = request.with_context(lang=asker.lang).env
        request.activity_schedule(
            "crm_discipline.mail_activity_type_data_request",
            summary=words._("Rejected: %(reason)s", reason=reason.splitlines()[0][:100]),
            note=reason,
            user_id=asker.id,
        )
        asker._bus_send(
            "simple_notification",
            {
                "type": "warning",
                "title": words._("Data request rejected"),
                "message": f"{request.display_name}: {reason}",
            },
        )

    def action_ask_again(self):
        """Open the dialog that asks once more, with what was asked before and why it was refused."""
        self.ensure_one()
        self.check_access("read")
        values = {
            f"default_{fname}": self._get_value(self.sudo(), fname)
            for fname in (*PROPOSED, "surname", "first_name", "kind", "partner_id", "note")
        }
        if self.kind == "correct" and self.partner_id:
            proposed = set(self.proposed_fields or ())
            for fname in set(PROPOSED) - proposed:
                values[f"default_{fname}"] = self._get_value(self.partner_id, fname)
        action = self._get_ask_action({key: value for key, value in values.items() if value})
        action["context"].update(
            default_previous_id=self.id,
            default_origin_model=self.origin_model,
            default_origin_id=self.origin_id,
        )
        return action

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    @api.model
    def _get_ask_action(self, context):
        """Return the small dialog in which a request is made."""
        view = self.env.ref("crm_discipline.crm_data_request_view_form_ask")
        kind = context.get("default_kind", "create")
        titles = {
            "create": self.env._("Ask for a New Client"),
            "correct": self.env._("Ask for a Correction"),
            "merge": self.env._("Ask for a Merge"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": titles[kind],
            "res_model": self._name,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"dialog_size": "medium", **context},
        }

    def action_open_origin(self):
        """Open where the request was asked."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.origin_model,
            "res_id": self.origin_id,
            "views": [(False, "form")],
        }

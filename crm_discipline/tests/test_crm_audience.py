"""Who an audience is of, who of them can be reached, and the list that follows the clients."""

from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from ..models import crm_audience_fill
from .audience_common import AudienceCase


class TestAudience(AudienceCase):
    def test_reasons_by_email(self):
        audience = self.create_audience()
        self.assertEqual(
            self.states(audience),
            {
                self.good: "ok",
                self.second: "ok",
                self.missing: "missing",
                self.invalid: "invalid",
                self.blocked: "opted_out",
                self.twin: "duplicate",
                self.archived: "archived",
                self.wrong: "ok",
            },
        )
        self.assertEqual(self.member(audience, self.twin).duplicate_of_id.partner_id, self.good)
        self.assertEqual(
            (audience.total_count, audience.reachable_count, audience.unreachable_count), (8, 3, 5)
        )

    def test_reasons_by_phone_and_any(self):
        by_phone = self.states(self.create_audience(channel="phone"))
        self.assertEqual(by_phone[self.wrong], "wrong_number")
        self.assertEqual(by_phone[self.missing], "ok")
        self.assertEqual(by_phone[self.twin], "missing")
        by_any = self.states(self.create_audience(channel="any"))
        self.assertEqual(by_any[self.wrong], "ok")
        self.assertEqual(by_any[self.missing], "ok")
        self.assertEqual(by_any[self.twin], "duplicate")

    def test_an_opt_out_counts_everywhere_if_the_company_says_so(self):
        self.blocked.phone = "+420601000009"
        self.assertEqual(
            self.states(self.create_audience(channel="phone"))[self.blocked], "opted_out"
        )
        self.env.company.discipline_opt_out_everywhere = False
        self.assertEqual(self.states(self.create_audience(channel="phone"))[self.blocked], "ok")

    def test_what_is_counted_is_what_opens(self):
        audience = self.create_audience()
        opened = self.opened(audience, audience.action_view_unreachable())
        self.assertEqual(len(opened), audience.unreachable_count)
        self.assertFalse(any(opened.mapped("is_reachable")))
        for reason in audience.figures["reasons"]:
            action = audience.action_view_unreachable(reason["state"])
            self.assertEqual(len(self.opened(audience, action)), reason["count"])
        for person in audience.figures["salespeople"]:
            reachable = audience.action_view_reachable(person["id"])
            self.assertEqual(len(self.opened(audience, reachable)), person["reachable"])
        self.assertEqual(
            sum(person["total"] for person in audience.figures["salespeople"]), audience.total_count
        )

    def test_counted_while_it_is_typed(self):
        form = Form(self.env["crm.audience"].with_user(self.supervisor))
        form.name = "Sale"
        form.domain = self.prepare_audience()["domain"]
        self.assertEqual((form.total_count, form.reachable_count), (8, 3))
        counts = {reason["state"]: reason["count"] for reason in form.figures["reasons"]}
        self.assertEqual(counts["duplicate"], 1)
        form.channel = "phone"
        self.assertEqual(form.reachable_count, 4)
        audience = form.save()
        self.assertEqual((audience.total_count, audience.reachable_count), (8, 4))

    def test_ready_filters(self):
        def chosen(domain):
            return self.create_audience(domain=domain).member_ids.partner_id & self.clients

        meeting = self.create_meeting(client=self.good)
        meeting.sudo().write(
            {
                "start": "2020-01-15 09:00:00",
                "stop": "2020-01-15 10:00:00",
                "meeting_status": "held",
                "meeting_result_id": self.agreed.id,
            }
        )
        self.assertFalse(chosen("[('met_lately', '=', True)]"))
        self.assertFalse(self.good.met_lately)
        now = fields.Datetime.now()
        meeting.sudo().write(
            {"start": now - timedelta(days=150), "stop": now - timedelta(days=149)}
        )
        self.assertEqual(chosen("[('met_lately', '=', True)]"), self.good)
        self.env.invalidate_all()
        self.assertTrue(self.good.met_lately)
        lead = self.env["crm.lead"].create(
            {"name": "Chairs", "type": "opportunity", "partner_id": self.second.id}
        )
        self.assertFalse(chosen("[('has_bought', '=', True)]"))
        lead.action_set_won()
        self.assertEqual(chosen("[('has_bought', '=', True)]"), self.second)
        self.assertTrue(self.second.has_bought)
        self.assertEqual(
            chosen(f"[('user_id', '=', {self.colleague.id}), ('has_bought', '=', False)]"),
            self.invalid | self.wrong,
        )

    def test_the_filters_that_are_offered(self):
        def offered(audience):
            """Return ``{name: domain}`` of what the buttons add."""
            audience = audience.with_user(self.supervisor)
            return {one["name"]: literal_eval(one["domain"]) for one in audience.ready_filters}

        def chosen(condition):
            domain = repr([condition, ("category_id", "in", self.tag.ids)])
            return self.create_audience(domain=domain).member_ids.partner_id

        self.assertEqual(
            list(offered(self.create_audience())),
            ["bought", "met", "tag", "region", "salesperson"],
        )
        # each can be counted as it is added, and chooses by what is entered then
        for name, conditions in offered(self.create_audience()).items():
            with self.subTest(filter=name):
                self.create_audience(domain=repr(conditions))
        [(fname, operator, _empty)] = offered(self.create_audience())["salesperson"]
        self.assertEqual(
            chosen((fname, operator, self.colleague.ids)), self.second | self.invalid | self.wrong
        )
        [(fname, operator, _empty)] = offered(self.create_audience())["tag"]
        self.assertEqual(chosen((fname, operator, self.tag.ids)), self.clients)

    def test_a_region_is_a_state_or_a_postcode(self):
        def region():
            filters = self.create_audience().ready_filters
            [condition] = literal_eval(
                next(one["domain"] for one in filters if one["name"] == "region")
            )
            return condition

        def chosen(condition):
            return self.create_audience(domain=repr([condition])).member_ids.partner_id

        # Odoo knows no regions of Czechia
        self.good.zip, self.second.zip = "602 00", "110 00"
        self.assertEqual(region(), ("zip", "=ilike", "%"))
        self.assertEqual(chosen(("zip", "=ilike", "6%")) & self.clients, self.good)
        states = self.env["res.country.state"]
        moravia, bohemia = states.create(
            [
                {"name": name, "code": name[:3], "country_id": self.env.company.country_id.id}
                for name in ("Moravia", "Bohemia")
            ]
        )
        self.assertEqual(region(), ("state_id", "in", []))
        self.assertFalse(chosen(region()), "Nobody, until a region is chosen.")
        self.good.state_id, self.second.state_id = moravia, bohemia
        self.assertEqual(chosen(("state_id", "in", moravia.ids)), self.good)

    def test_colleagues_and_addresses_are_no_clients(self):
        address = self.env["res.partner"].create(
            {
                "name": "Warehouse",
                "type": "delivery",
                "parent_id": self.company_client.id,
                "category_id": [Command.set(self.tag.ids)],
            }
        )
        self.employee.partner_id.category_id = self.tag
        self.env.company.partner_id.category_id = self.tag
        clients = self.create_audience().member_ids.partner_id
        self.assertEqual(clients, self.clients)
        self.assertNotIn(address, clients)

    # ------------------------------------------------------------
    # FOLLOWING THE CLIENTS
    # ------------------------------------------------------------

    def test_a_client_whose_data_become_good_can_be_reached(self):
        audience = self.create_audience()
        self.missing.with_user(self.salesperson).email = "jan@example.com"
        self.assertEqual(self.states(audience)[self.missing], "ok")
        self.assertEqual(audience.reachable_count, 4)
        self.second.message_bounce = 1
        self.assertEqual(self.states(audience)[self.second], "invalid")
        self.env["mail.blacklist"].sudo()._add("jan@example.com")
        self.assertEqual(self.states(audience)[self.missing], "opted_out")
        self.wrong.active = False
        self.assertEqual(self.states(audience)[self.wrong], "archived")
        self.assertEqual(audience.reachable_count, 1)

    def test_who_has_the_address_is_reached_when_the_other_leaves_it(self):
        for leave in ("email", "active", "unlink"):
            with self.subTest(leave=leave):
                audience = self.create_audience()
                good = self.good.copy({"email": "same@example.com", "category_id": False})
                twin = self.good.copy({"email": "same@example.com", "category_id": False})
                (good | twin).category_id = self.tag
                audience.action_refresh()
                self.assertEqual(self.states(audience)[twin], "duplicate")
                if leave == "unlink":
                    good.unlink()
                else:
                    good[leave] = False
                self.assertEqual(self.states(audience)[twin], "ok")
                twin.unlink()

    def test_refreshing_adds_and_removes_and_keeps_opt_outs(self):
        audience = self.create_audience()
        self.member(audience, self.second).is_opted_out = True
        self.assertEqual(self.states(audience)[self.second], "opted_out")
        self.client.category_id = self.tag
        (self.good | self.second).category_id = False
        audience.action_refresh()
        states = self.states(audience)
        self.assertNotIn(self.good, states)
        self.assertEqual(states[self.client], "ok")
        self.assertEqual(states[self.twin], "ok", "The address is free now.")
        self.assertEqual(states[self.second], "opted_out")
        self.second.category_id = self.tag
        audience.action_refresh()
        self.assertEqual(self.states(audience)[self.second], "opted_out")

    def test_a_long_list_is_filled_in_batches(self):
        expected = self.states(self.create_audience())
        with (
            patch.object(crm_audience_fill, "AT_ONCE", 3),
            patch.object(crm_audience_fill, "BATCH", 2),
        ):
            audience = self.create_audience()
            self.assertTrue(audience.is_filling)
            self.assertFalse(audience.member_ids)
            self.assertEqual(audience.total_count, 8, "It is counted before it is filled.")
            audience.sudo()._fill_next_batch()
            self.assertTrue(audience.fill_from)
            with patch.object(self.env.cr, "commit", self.env.cr.flush):
                self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_filling)
        self.assertEqual(self.states(audience), expected)
        self.assertFalse(audience.problem)

    def test_postgresql_is_told_of_a_long_list(self):
        with (
            patch.object(crm_audience_fill, "_MANY", 2),
            patch.object(self.env.cr, "execute", wraps=self.env.cr.execute) as execute,
        ):
            audience = self.create_audience()
        said = [str(call.args[0]) for call in execute.call_args_list]
        self.assertEqual(said.count("ANALYZE crm_audience_member"), 1)
        self.assertEqual(self.states(audience)[self.twin], "duplicate")

    def test_filling_again_changes_nothing(self):
        audience = self.create_audience()
        before = [(one.id, one.partner_id, one.reach_state) for one in audience.member_ids]
        audience.action_refresh()
        self.env.invalidate_all()
        after = [(one.id, one.partner_id, one.reach_state) for one in audience.member_ids]
        self.assertEqual(after, before)

    def test_queries_do_not_grow_with_the_list(self):
        one = self.create_audience(domain=f"[('id', 'in', {self.good.ids})]")
        many = self.create_audience()

        def count(audience):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            audience.action_refresh()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(one)
        self.assertEqual(count(one), count(many))

    # ------------------------------------------------------------
    # BAD INPUT
    # ------------------------------------------------------------

    def test_a_domain_that_fails_is_refused_in_words(self):
        for domain in (
            "no domain",
            "[('no_such_field', '=', 1)]",
            "[('id', '=', 'x')]",
            "[('name', 'no operator', 'x')]",
            "[('create_date', '>', 'not a date')]",
        ):
            with (
                self.subTest(domain=domain),
                mute_logger("odoo.sql_db"),
                self.assertRaises(ValidationError),
            ):
                self.create_audience(domain=domain)
        form = Form(self.env["crm.audience"].with_user(self.supervisor))
        form.domain = "[('no_such_field', '=', 1)]"
        self.assertTrue(form.figures["problem"])
        self.assertEqual(form.total_count, 0)

    def test_a_domain_that_fails_later_is_told_and_nothing_is_lost(self):
        audience = self.create_audience()
        before = self.states(audience)
        self.env.cr.execute(
            "UPDATE crm_audience SET domain = %s WHERE id = %s",
            ["[('field_of_a_removed_module', '=', 1)]", audience.id],
        )
        self.env.invalidate_all()
        for refused in (audience.action_refresh, audience.action_send):
            with self.assertRaisesRegex(UserError, "can't be chosen.*field_of_a_removed_module"):
                refused()
        self.env.invalidate_all()
        self.assertEqual(self.states(audience), before)
        self.assertFalse(audience.is_filling)
        # the form still opens, with the list that there is, and can be put right
        form = Form(audience)
        self.assertEqual((form.total_count, form.reachable_count), (8, 3))
        form.domain = self.prepare_audience()["domain"]
        form.save()
        self.assertEqual(self.states(audience), before)

    def test_nobody(self):
        audience = self.create_audience(domain="[('id', '=', 0)]")
        self.assertEqual((audience.total_count, audience.unreachable_count), (0, 0))
        self.assertFalse(audience.member_ids)

    def test_a_client_who_is_deleted_leaves_the_list(self):
        audience = self.create_audience()
        self.second.unlink()
        audience.invalidate_recordset()
        self.assertEqual(audience.total_count, 7)

    def test_a_long_list_whose_domain_fails_meanwhile_stops_and_says_why(self):
        with patch.object(crm_audience_fill, "AT_ONCE", 3):
            audience = self.create_audience()
        self.env.cr.execute(
            "UPDATE crm_audience SET domain = %s WHERE id = %s",
            ["[('no_such_field', '=', 1)]", audience.id],
        )
        self.env.invalidate_all()
        with patch.object(self.env.cr, "commit", self.env.cr.flush):
            self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_filling)
        self.assertIn("no_such_field", audience.problem)

    def test_a_long_list_that_is_stopped_in_the_middle_goes_on(self):
        expected = self.states(self.create_audience())
        with (
            patch.object(crm_audience_fill, "AT_ONCE", 3),
            patch.object(crm_audience_fill, "BATCH", 2),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
        ):
            audience = self.create_audience()
            # the job's time is over after one batch: it wakes itself
            job = self.env.ref("crm_discipline.ir_cron_audience")
            triggers = [("cron_id", "=", job.id)]
            before = self.env["ir.cron.trigger"].search_count(triggers)
            with patch.object(self.env.registry["ir.cron"], "_commit_progress", return_value=0):
                self.env["crm.audience"]._cron_work()
            self.assertEqual(self.env["ir.cron.trigger"].search_count(triggers), before + 1)
            self.assertTrue(audience.is_filling)
            begun, first = len(audience.member_ids), audience.fill_from
            self.assertTrue(first)
            # the server dies in the middle of a batch
            with (
                patch.object(
                    self.env.registry["crm.audience"], "_fill_range", side_effect=SystemExit
                ),
                self.assertRaises(SystemExit),
            ):
                self.env["crm.audience"]._cron_work()
            self.env.invalidate_all()
            self.assertEqual((audience.fill_from, len(audience.member_ids)), (first, begun))
            progress = []
            with patch.object(
                self.env.registry["crm.audience"],
                "_announce",
                lambda one: progress.append((one.progress, one.is_filling)),
            ):
                self.env["crm.audience"]._cron_work()
        self.assertEqual(self.states(audience), expected)
        self.assertGreater(len(progress), 1)
        self.assertEqual(progress, sorted(progress[:-1]) + [(0, False)], "It is shown as it grows.")

    def test_each_batch_is_work_done_for_the_job(self):
        """Odoo lets a job rest that did nothing in its time, however much is left."""
        with (
            patch.object(crm_audience_fill, "AT_ONCE", 3),
            patch.object(crm_audience_fill, "BATCH", 2),
        ):
            audience, other = self.create_audience(), self.create_audience()
            told = []

            def commit_progress(_cron, processed=0, *, remaining=None, **_kwargs):
                told.append((processed, remaining))
                return 60

            with patch.object(self.env.registry["ir.cron"], "_commit_progress", commit_progress):
                self.env["crm.audience"]._cron_work()
        self.assertFalse(audience.is_filling or other.is_filling)
        self.assertEqual((told[0], told[-1]), ((0, 2), (1, 0)))
        self.assertGreater(len(told), 5)
        self.assertEqual({processed for processed, _remaining in told[1:]}, {1})

    def test_nothing_is_sent_while_a_long_list_is_filled(self):
        with patch.object(crm_audience_fill, "AT_ONCE", 3):
            audience = self.create_audience()
            wizard = (
                self.env["crm.audience.send"]
                .with_user(self.supervisor)
                .create(
                    {"audience_id": audience.id, "way": "email", "subject": "S", "body": "<p>B</p>"}
                )
            )
            for refused in (
                audience.action_send,
                wizard.action_confirm,
                audience.action_request_fixes,
            ):
                with self.assertRaisesRegex(UserError, "still being filled. Wait until it is done"):
                    refused()
        self.assertFalse(audience.is_sending)

    def test_writing_the_message_fills_no_long_list(self):
        audience = self.create_audience()
        with patch.object(crm_audience_fill, "AT_ONCE", 3):
            action = audience.action_send()
            self.assertEqual(action["res_model"], "crm.audience.send")
            self.assertFalse(audience.is_filling)

    def test_what_nobody_foresaw_stops_one_audience_only(self):
        expected = self.states(self.create_audience())
        with patch.object(crm_audience_fill, "AT_ONCE", 3):
            broken, sound = self.create_audience(), self.create_audience()
        fill = self.env.registry["crm.audience"]._fill_range

        def fail(audience, *args):
            if audience == broken:
                raise KeyError("nobody foresaw this")
            return fill(audience, *args)

        with (
            patch.object(self.env.registry["crm.audience"], "_fill_range", fail),
            patch.object(self.env.cr, "commit", self.env.cr.flush),
            self.assertLogs("odoo.addons.crm_discipline.models.crm_audience_fix", "ERROR"),
        ):
            self.env["crm.audience"]._cron_work()
        self.assertFalse(broken.is_filling)
        self.assertIn("server's log", broken.problem)
        self.assertEqual(self.states(sound), expected)
        self.assertFalse(sound.problem)

    # ------------------------------------------------------------
    # CONTACTS THAT BECOME ONE
    # ------------------------------------------------------------

    def merge(self, clients, into):
        self.env["base.partner.merge.automatic.wizard"].create(
            {"partner_ids": [Command.set(clients.ids)], "dst_partner_id": into.id}
        ).action_merge()
        self.env.invalidate_all()

    def test_merged_contacts_are_in_each_audience_once(self):
        audience = self.create_audience()
        only_second = self.create_audience(domain=f"[('id', '=', {self.second.id})]")
        self.merge(self.good | self.second, into=self.good)
        self.assertEqual(self.states(audience)[self.good], "ok")
        self.assertEqual(self.states(audience)[self.twin], "duplicate")
        self.assertEqual(len(audience.member_ids), 7)
        self.assertEqual(self.states(only_second), {self.good: "ok"})
        self.assertEqual(only_second.member_ids.user_id, self.salesperson)

    def test_merged_into_whoever_was_held_back(self):
        audience = self.create_audience()
        self.merge(self.good | self.twin, into=self.twin)
        self.assertEqual(self.states(audience)[self.twin], "ok")
        self.assertFalse(audience.member_ids.duplicate_of_id)

    def test_merged_contacts_stay_reached_and_opted_out(self):
        audience = self.create_audience()
        self.member(audience, self.second).sent_on = fields.Datetime.now()
        self.member(audience, self.missing).is_opted_out = True
        self.merge(self.second | self.missing, into=self.missing)
        member = self.member(audience, self.missing)
        self.assertTrue(member.sent_on)
        self.assertTrue(member.is_opted_out)
        self.assertEqual(member.user_id, self.colleague, "Whose client it was then.")

    # ------------------------------------------------------------
    # WHO MAY
    # ------------------------------------------------------------

    def test_salespeople_see_their_own_clients_in_it(self):
        audience = self.create_audience()
        mine = audience.with_user(self.salesperson)
        seen = self.env["crm.audience.member"].with_user(self.salesperson).search(
            [("audience_id", "=", audience.id)]
        )  # fmt: skip
        own = self.good + self.missing + self.blocked + self.twin + self.archived
        self.assertEqual(seen.partner_id, own)
        self.assertEqual((mine.total_count, mine.reachable_count), (5, 1))
        self.assertEqual(len(self.opened(mine, mine.action_view_unreachable())), 4)

    def test_salespeople_change_and_export_none(self):
        audience = self.create_audience().with_user(self.salesperson)
        self.salesperson.group_ids |= self.env.ref("base.group_allow_export")
        members = self.env["crm.audience.member"].with_user(self.salesperson).search([])
        for refused in (
            lambda: audience.write({"name": "Mine"}),
            lambda: audience.read(["domain"]),
            audience.action_refresh,
            audience.action_request_fixes,
            lambda: members.write({"is_opted_out": True}),
            lambda: members.export_data(["partner_id/name"]),
            lambda: (
                self.env["crm.audience.report"]
                .with_user(self.salesperson)
                .browse(members.ids)
                .export_data(["partner_id/name"])
            ),
            audience.unlink,
        ):
            with self.assertRaises(AccessError):
                refused()

    def test_audiences_of_another_company(self):
        company = self.env["res.company"].create({"name": "Other Company"})
        audience = self.create_audience()
        with self.assertRaises(ValidationError):
            audience.sudo().company_id = company
        self.manager.company_ids |= company
        audience.sudo().write({"company_id": company.id, "user_id": self.manager.id})
        found = self.env["crm.audience"].with_user(self.supervisor).search([])
        self.assertNotIn(audience, found)
        members = self.env["crm.audience.member"].with_user(self.supervisor).search([])
        self.assertNotIn(audience, members.audience_id)

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_handover_kind import KEY_EVENT, KEY_SERIES, key_sql


class CrmHandoverMeeting(models.AbstractModel):
    """Future meetings: those that the leaver organizes, and the client meetings they attend.

    The receiver replaces the leaver, as the organizer and among the attendees. Nobody is written
    to: that a colleague comes is for the receiver to say to the client.
    """

    _name = "crm.handover.kind.meeting"
    _inherit = "crm.handover.kind"
    _description = "Future meetings in a handover"
    _handover_model = "calendar.event"
    _handover_rank = 30

    @api.model
    def _get_label(self):
        return self.env._("Future meetings")

    @api.model
    def _get_count_text(self, count):
        if count == 1:
            return self.env._("1 future meeting")
        return self.env._("%(count)s future meetings", count=self._say_number(count))

    @api.model
    def _get_domain(self, user, company):
        """Private appointments that are no client meetings stay the leaver's own."""
        organized = Domain("user_id", "=", user.id) & (
            Domain("is_client_meeting", "=", True) | Domain("privacy", "!=", "private")
        )
        attended = Domain("is_client_meeting", "=", True) & Domain(
            "partner_ids", "in", user.partner_id.ids
        )
        domain = (
            Domain("start", ">=", fields.Datetime.now())
            & Domain("meeting_status", "=", "planned")
            & (organized | attended)
        )
        if company:
            domain &= Domain("client_id", "=", False) | Domain(
                "client_id.company_id", "in", [False, company.id]
            )
        return domain

    @api.model
    def _get_key_sql(self, query):
        table = query.table
        client = self._get_client_key(query, "client_id")
        lead, team = self._get_lead_key(query, "opportunity_id")
        series = key_sql(SQL.identifier(table, "recurrence_id"), KEY_SERIES)
        own = key_sql(SQL.identifier(table, "id"), KEY_EVENT)
        return SQL("COALESCE(%s, %s, %s, %s)", client, lead, series, own), team

    @api.model
    def _get_open_sql(self):
        return SQL(
            """(thing.active AND thing.meeting_status = 'planned'
                AND thing.start >= now() AT TIME ZONE 'UTC')"""
        )

    @api.model
    def _get_before_sql(self):
        """Keep whether the leaver organizes and attends, and what they had answered."""
        return SQL(
            """jsonb_build_object(
                   'follow', %(follow)s,
                   'organizes', thing.user_id = leaver.id,
                   'state', own.state,
                   'attends', CASE WHEN own.id IS NULL THEN 'no'
                                   WHEN EXISTS (
                                        SELECT FROM calendar_attendee other
                                         WHERE other.event_id = thing.id
                                           AND other.partner_id = receiver.partner_id)
                                   THEN 'merged' ELSE 'moved' END)""",
            follow=self._get_follow_sql(),
        )

    @api.model
    def _get_before_joins_sql(self, passage):
        return SQL(
            """JOIN res_users leaver ON leaver.id = %s
          LEFT JOIN calendar_attendee own ON own.id = (
                    SELECT min(id) FROM calendar_attendee
                     WHERE event_id = plan.res_id AND partner_id = leaver.partner_id)""",
            passage.leaver_id,
        )

    # ------------------------------------------------------------
    # MOVING
    # ------------------------------------------------------------

    @api.model
    def _get_still_sql(self, passage):
        return SQL(
            """((item.before->>'organizes')::boolean IS FALSE OR thing.user_id = %s)""",
            passage.leaver_id,
        )

    @api.model
    def _get_owner_sql(self):
        return SQL(
            """user_id = CASE WHEN (item.before->>'organizes')::boolean THEN item.to_user_id
                              ELSE thing.user_id END"""
        )

    @api.model
    def _get_owner_back_sql(self):
        return [
            SQL(
                """user_id = CASE WHEN (item.before->>'organizes')::boolean THEN item.from_user_id
                                  ELSE thing.user_id END"""
            )
        ]

    @api.model
    def _get_moved_sql(self):
        """Organized by the receiver, or attended by them in the leaver's place."""
        return SQL(
            """(CASE WHEN (item.before->>'organizes')::boolean
                     THEN thing.user_id = item.to_user_id
                     ELSE EXISTS (
                          SELECT FROM calendar_attendee attendee
                            JOIN res_users receiver ON receiver.partner_id = attendee.partner_id
                           WHERE attendee.event_id = thing.id AND receiver.id = item.to_user_id)
                END)"""
        )

    @api.model
    def _move(self, passage):
        moved = super()._move(passage)
        leaver = SQL("%s::integer", passage.leaver_partner_id)
        receiver = SQL("receiver.partner_id")
        self._remove_attendees(passage, leaver, "merged")
        organizes = SQL("(item.before->>'organizes')::boolean")
        state = SQL("CASE WHEN %s THEN 'accepted' ELSE 'needsAction' END", organizes)
        self._replace_attendees(passage, leaver, receiver, state)
        return moved

    @api.model
    def _return_followers(self, passage):
        leaver = SQL("%s::integer", passage.leaver_partner_id)
        receiver = SQL("receiver.partner_id")
        state = SQL("COALESCE(item.before->>'state', 'needsAction')")
        self._replace_attendees(passage, receiver, leaver, state)
        self._add_attendees(passage, leaver, state)
        return super()._return_followers(passage)

    def _replace_attendees(self, passage, old, new, state):
        values = {
            "items": self._get_items_sql(passage),
            "old": old,
            "new": new,
            "state": state,
            "written": SQL(", ").join(self._get_written_sql(passage)),
        }
        self.env.cr.execute(
            SQL(
                """
                UPDATE calendar_attendee attendee
                   SET partner_id = partner.id, common_name = COALESCE(partner.name, partner.email),
                       state = %(state)s, access_token = md5(random()::text || attendee.id),
                       %(written)s
                  FROM crm_handover_item item
                  JOIN res_users receiver ON receiver.id = item.to_user_id
                  JOIN res_partner partner ON partner.id = %(new)s
                 WHERE %(items)s AND item.before->>'attends' = 'moved'
                   AND attendee.event_id = item.res_id AND attendee.partner_id = %(old)s
                   AND NOT EXISTS (
                       SELECT FROM calendar_attendee other
                        WHERE other.event_id = item.res_id AND other.partner_id = %(new)s)
                """,
                **values,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE calendar_event_res_partner_rel attends SET res_partner_id = %(new)s
                  FROM crm_handover_item item
                  JOIN res_users receiver ON receiver.id = item.to_user_id
                 WHERE %(items)s AND item.before->>'attends' = 'moved'
                   AND attends.calendar_event_id = item.res_id
                   AND attends.res_partner_id = %(old)s
                   AND NOT EXISTS (
                       SELECT FROM calendar_event_res_partner_rel other
                        WHERE other.calendar_event_id = item.res_id
                          AND other.res_partner_id = %(new)s)
                """,
                items=values["items"],
                old=old,
                new=new,
            )
        )

    def _remove_attendees(self, passage, old, how):
        for table, event, partner in (
            ("calendar_attendee", "event_id", "partner_id"),
            ("calendar_event_res_partner_rel", "calendar_event_id", "res_partner_id"),
        ):
            self.env.cr.execute(
                SQL(
                    """
                    DELETE FROM %(table)s attends
                     USING crm_handover_item item
                     WHERE %(items)s AND item.before->>'attends' = %(how)s
                       AND attends.%(event)s = item.res_id AND attends.%(partner)s = %(old)s
                    """,
                    table=SQL.identifier(table),
                    event=SQL.identifier(event),
                    partner=SQL.identifier(partner),
                    items=self._get_items_sql(passage),
                    how=how,
                    old=old,
                )
            )

    def _add_attendees(self, passage, new, state):
        """Bring the leaver back where the receiver attended besides them."""
        self.env.cr.execute(
            SQL(
                """
                WITH back AS (
                    INSERT INTO calendar_attendee
                           (event_id, partner_id, common_name, state, access_token, create_uid,
                            create_date, write_uid, write_date)
                    SELECT item.res_id, partner.id, COALESCE(partner.name, partner.email),
                           %(state)s, md5(random()::text || item.id), %(writer)s,
                           now() AT TIME ZONE 'UTC', %(writer)s, now() AT TIME ZONE 'UTC'
                      FROM crm_handover_item item JOIN res_partner partner ON partner.id = %(new)s
                     WHERE %(items)s AND item.before->>'attends' = 'merged'
                       AND NOT EXISTS (
                           SELECT FROM calendar_attendee other
                            WHERE other.event_id = item.res_id AND other.partner_id = %(new)s)
                 RETURNING event_id, partner_id
                )
                INSERT INTO calendar_event_res_partner_rel (calendar_event_id, res_partner_id)
                SELECT event_id, partner_id FROM back ON CONFLICT DO NOTHING
                """,
                items=self._get_items_sql(passage),
                new=new,
                state=state,
                writer=passage.writer_id,
            )
        )

    @api.model
    def _after(self, handover, items):
        events = self._get_records_sudo().browse(self._get_item_records(items)).exists()
        if events:
            events._handover_changed_attendees(handover.confirmed_by_id)
            people = handover.from_user_id | handover._get_receivers()
            self.env["calendar.alarm_manager"]._notify_next_alarm(people.partner_id.ids)
        return super()._after(handover, items)


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    def _handover_changed_attendees(self, user):
        """Tell calendars elsewhere that attendees and organizers of these meetings changed.

        :param user: who handed over
        """

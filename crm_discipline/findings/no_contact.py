"""Clients of salespeople whom nobody met or called for long, nor is about to.

A company is one client with its people: any of them will do.
"""

from odoo import models
from odoo.tools import SQL


class NoContact(models.AbstractModel):
    _name = "crm.discipline.finder.no_contact"
    _inherit = "crm.discipline.finder"
    _description = "Finds clients without any meeting or call for long"
    _finder_model = "res.partner"
    _finder_is_timed = True

    def _get_value(self):
        return SQL("COALESCE(to_char(contact.last, 'YYYY-MM-DD'), '–')")

    def _get_joins(self):
        return SQL(
            """
            CROSS JOIN LATERAL (
                SELECT max(met.at) AS last
                  FROM res_partner person
            CROSS JOIN LATERAL (
                    SELECT event.start AS at FROM calendar_event event
                     WHERE event.client_id = person.id AND event.active IS TRUE
                       AND event.meeting_status IN ('planned', 'held')
                 UNION ALL
                    SELECT call.start FROM crm_call call WHERE call.partner_id = person.id
                    -- (of a maximum PostgreSQL would look for the client from the latest meeting of all
                    -- on, which ends with the first meeting of those who had none)
                    OFFSET 0
                ) met
                 WHERE person.commercial_partner_id = record.id
            ) contact
            """
        )

    def _get_condition(self):
        return SQL(
            """
            record.active IS TRUE AND record.partner_share IS TRUE AND record.type = 'contact'
            AND record.discipline_owner_id IS NOT NULL AND record.commercial_partner_id = record.id
            AND company.discipline_cold_days > 0
            AND record.create_date < now() AT TIME ZONE 'UTC'
                - make_interval(days => company.discipline_cold_days)
            AND (contact.last IS NULL OR contact.last < now() AT TIME ZONE 'UTC'
                 - make_interval(days => company.discipline_cold_days))
            """
        )

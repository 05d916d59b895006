"""Open findings: of each kind and salesperson, of records that are still there."""

OPEN = """
SELECT 'kind_' || finding.kind_id, finding.user_id, ARRAY[count(*)]
  FROM crm_discipline_finding finding
 WHERE finding.company_id = %(company)s AND finding.is_right IS NOT TRUE
   AND CASE finding.res_model
       WHEN 'res.partner' THEN EXISTS (SELECT FROM res_partner WHERE id = finding.res_id)
       WHEN 'calendar.event' THEN EXISTS (SELECT FROM calendar_event WHERE id = finding.res_id)
       WHEN 'crm.call' THEN EXISTS (SELECT FROM crm_call WHERE id = finding.res_id)
       WHEN 'crm.lead' THEN EXISTS (SELECT FROM crm_lead WHERE id = finding.res_id)
       ELSE TRUE END
 GROUP BY finding.kind_id, finding.user_id
"""

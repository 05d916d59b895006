{
    "name": "CRM Discipline: SMS Marketing",
    "summary": "Audiences are sent mailings by text message, and nobody gets one twice",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM Discipline",
    "depends": ["crm_discipline_mass_mailing", "crm_discipline_sms", "mass_mailing_sms"],
    "data": ["views/crm_audience_views.xml"],
    "auto_install": True,
}

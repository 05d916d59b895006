{
    "name": "CRM Discipline: SMS",
    "summary": "Audiences are reached by text message, and what comes back shows wrong numbers",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM Discipline",
    "depends": ["crm_discipline", "sms"],
    "external_dependencies": {"python": ["phonenumbers"]},
    "data": [
        "wizard/crm_audience_send_views.xml",
        "views/crm_audience_views.xml",
        "views/crm_audience_member_views.xml",
    ],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}

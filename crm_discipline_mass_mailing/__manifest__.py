{
    "name": "CRM Discipline: Email Marketing",
    "summary": "Audiences are sent designed mailings and kept as mailing lists, and nobody gets one twice",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM Discipline",
    "depends": ["crm_discipline", "mass_mailing"],
    "data": [
        "views/crm_audience_views.xml",
        "views/mailing_list_views.xml",
        "views/mailing_mailing_views.xml",
    ],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}

{
    "name": "CRM Discipline: Microsoft Calendar",
    "summary": "What comes from Microsoft's calendar is marked when incomplete, never refused",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM Discipline",
    "depends": ["crm_discipline", "microsoft_calendar"],
    "auto_install": True,
}

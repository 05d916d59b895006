{
    "name": "CRM Discipline: Google Calendar",
    "summary": "What comes from Google's calendar is marked when incomplete, never refused",
    "version": "19.0.1.0.0",
    "category": "Sales/CRM",
    "license": "LGPL-3",
    "author": "CRM Discipline",
    "depends": ["crm_discipline", "google_calendar"],
    "auto_install": True,
}

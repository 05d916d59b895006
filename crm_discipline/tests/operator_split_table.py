"""The table of :mod:`test_operator_split`: what a person sends over each way in.

A string that begins with @ stands for the id of the record of that name.
"""

from typing import NamedTuple

PHONE, NAME = "+420777888999", "Eva Malá"
# What is refused says one of these, and where to ask.
REFUSALS = (
    "Only operators change clients' personal data (",
    "Only operators create clients. Use “Ask for a new client” instead.",
    "Only operators archive, delete and merge clients. Use “Ask for a correction” instead.",
)
# role: the settings under which it writes clients' data
ROLES = {
    "seller": (),
    "seller_of_contacts": (),
    "overseer": ("supervisors",),
    "manager": ("managers", "supervisors"),
    "keeper": ("operators", "managers", "supervisors"),
}


class Row(NamedTuple):
    """A way in: what is called, and the field that shows that it worked."""

    way: str
    model: str
    method: str
    args: tuple
    kwargs: dict = {}
    check: tuple = ()
    """Records by name, a field and the value that it has once the call was allowed."""
    needs: str = ""
    """``contacts`` for what Odoo itself lets nobody do without the right to manage contacts."""


def write(way, model, record, vals, **more):
    [(fname, value)] = list(vals.items())[:1]
    return Row(way, model, "write", ([record], vals), check=(record, fname, value), **more)


PERSONAL_FIELDS = {
    "res.partner": {
        "name": NAME,
        "phone": PHONE,
        "email": "eva@example.com",
        "street": "Nová 1",
        "street2": "Second floor",
        "zip": "11000",
        "city": "Praha",
        "state_id": "@state",
        "country_id": "@country",
        "parent_id": "@company_client",
        "company_name": "Eva Ltd",
        "vat": "CZ12345678",
        "company_registry": "12345678",
        "is_company": True,
        "company_type": "company",
        "type": "other",
        "email_normalized": "eva@example.com",
        "phone_sanitized": PHONE,
        "complete_name": NAME,
        "active": False,
    },
    "crm.lead": {
        "contact_name": NAME,
        "partner_name": "Eva Ltd",
        "phone": PHONE,
        "email_from": "eva@example.com",
        "street": "Nová 1",
        "street2": "Second floor",
        "zip": "11000",
        "city": "Praha",
        "state_id": "@state",
        "country_id": "@country",
    },
}
RECORDS = {"res.partner": "@client", "crm.lead": "@lead"}
FIELDS = [
    write(f"field {fname}", model, RECORDS[model], {fname: value})
    for model, values in PERSONAL_FIELDS.items()
    for fname, value in values.items()
] + [
    Row(f"new with {fname}", "crm.lead", "create", ([{"name": "Chairs", fname: value}],))
    for fname, value in PERSONAL_FIELDS["crm.lead"].items()
]
WAYS = [
    # forms and lists
    Row(
        "form",
        "res.partner",
        "web_save",
        (["@client"], {"phone": PHONE}),
        {"specification": {}},
        ("@client", "phone", PHONE),
    ),
    Row(
        "list editing",
        "res.partner",
        "web_save_multi",
        (["@client", "@surname_only"], [{"email": "a@example.com"}] * 2),
        {"specification": {}},
        ("@client", "email", "a@example.com"),
    ),
    Row("new", "res.partner", "web_save", ([], {"name": NAME}), {"specification": {}}),
    Row("rpc", "res.partner", "create", ([{"name": NAME, "phone": PHONE}],)),
    Row("quick create", "res.partner", "name_create", (f"{NAME} <eva@example.com>",)),
    Row("by e-mail", "res.partner", "find_or_create", ("Eva <eva@example.com>",)),
    Row("copy", "res.partner", "copy", (["@client"],)),
    Row(
        "by context",
        "res.partner",
        "create",
        ([{"name": NAME}],),
        {"context": {"discipline_client_data": ["create", "write"], "cron_id": 1}},
    ),
    Row("import new", "res.partner", "load", (["name", "phone"], [[NAME, PHONE]])),
    Row(
        "import changed",
        "res.partner",
        "load",
        ([".id", "phone"], [["@client", PHONE]]),
        {},
        ("@client", "phone", PHONE),
    ),
    # nested commands
    Row(
        "nested create",
        "res.partner",
        "write",
        (["@company_client"], {"child_ids": [(0, 0, {"name": NAME})]}),
    ),
    Row(
        "nested update",
        "res.partner",
        "write",
        (["@company_client"], {"child_ids": [(1, "@employee_of", {"phone": PHONE})]}),
        {},
        ("@employee_of", "phone", PHONE),
    ),
    Row(
        "nested link",
        "res.partner",
        "write",
        (["@company_client"], {"child_ids": [(4, "@client")]}),
        {},
        ("@client", "parent_id", "@company_client"),
    ),
    Row(
        "nested unlink",
        "res.partner",
        "write",
        (["@company_client"], {"child_ids": [(3, "@employee_of")]}),
        {},
        ("@employee_of", "parent_id", False),
    ),
    Row(
        "through an opportunity",
        "crm.lead",
        "write",
        (
            ["@lead_of_client"],
            {
                "calendar_event_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "X",
                            "start": "2030-01-01 08:00:00",
                            "stop": "2030-01-01 09:00:00",
                            "partner_ids": [(0, 0, {"name": NAME})],
                        },
                    )
                ]
            },
        ),
    ),
    # the calendar
    Row(
        "attendee",
        "calendar.event",
        "create",
        (
            [
                {
                    "name": "X",
                    "start": "2030-01-01 08:00:00",
                    "stop": "2030-01-01 09:00:00",
                    "partner_ids": [(0, 0, {"name": NAME, "phone": PHONE})],
                }
            ],
        ),
    ),
    Row(
        "attendee's phone",
        "calendar.event",
        "write",
        (["@meeting"], {"partner_ids": [(1, "@client", {"phone": PHONE})]}),
        {},
        ("@client", "phone", PHONE),
    ),
    Row(
        "client's phone on a meeting",
        "calendar.event",
        "web_save",
        (["@meeting"], {"client_phone": PHONE}),
        {"specification": {}},
        ("@client", "phone", PHONE),
    ),
    Row(
        "client's name on a meeting",
        "calendar.event",
        "write",
        (["@meeting"], {"client_name": NAME}),
        {},
        ("@client", "name", NAME),
    ),
    # archive, delete, merge
    Row(
        "archive", "res.partner", "action_archive", (["@client"],), {}, ("@client", "active", False)
    ),
    Row(
        "unarchive",
        "res.partner",
        "action_unarchive",
        (["@archived"],),
        {},
        ("@archived", "active", True),
    ),
    Row(
        "delete",
        "res.partner",
        "unlink",
        (["@surname_only"],),
        {},
        ("@surname_only", "id", None),
        "contacts",
    ),
    Row(
        "merge",
        "base.partner.merge.automatic.wizard",
        "action_merge",
        (["@merge"],),
        {},
        ("@twin", "id", None),
        "contacts",
    ),
    # leads
    Row(
        "new lead",
        "crm.lead",
        "create",
        ([{"name": "Chairs", "contact_name": NAME, "phone": PHONE}],),
    ),
    Row(
        "new lead by context",
        "crm.lead",
        "create",
        ([{"name": "Chairs"}],),
        {"context": {"default_phone": PHONE}},
    ),
    Row("new lead by import", "crm.lead", "load", (["name", "phone"], [["Chairs", PHONE]])),
    Row(
        "copied lead",
        "crm.lead",
        "copy",
        (["@lead"], {"phone": PHONE}),
    ),
    write(
        "another client of an opportunity",
        "crm.lead",
        "@lead_of_client",
        {"partner_id": "@company_client"},
    ),
    write("no client of an opportunity", "crm.lead", "@lead_of_client", {"partner_id": False}),
    write("another name for the client", "crm.lead", "@lead_of_client", {"contact_name": NAME}),
    Row(
        "through the client",
        "res.partner",
        "write",
        (["@client"], {"opportunity_ids": [(1, "@lead_of_client", {"street": "Nová 1"})]}),
        {},
        ("@lead_of_client", "street", "Nová 1"),
    ),
]
# What happens is written by everybody.
FREE = [
    write("notes", "res.partner", "@client", {"comment": "<p>Likes chairs</p>"}),
    Row("tags", "res.partner", "write", (["@client"], {"category_id": [(4, "@tag")]})),
    write("salesperson", "res.partner", "@client", {"user_id": "@user"}),
    write("job position", "res.partner", "@client", {"function": "Buyer"}),
    write("stage", "crm.lead", "@lead", {"stage_id": "@stage"}),
    write("title", "crm.lead", "@lead", {"name": "Tables"}),
    write("revenue", "crm.lead", "@lead", {"expected_revenue": 5000.0}),
    write("lead's notes", "crm.lead", "@lead", {"description": "<p>Soon</p>"}),
    write(
        "the client of an opportunity without one", "crm.lead", "@lead", {"partner_id": "@client"}
    ),
    write("meeting", "calendar.event", "@meeting", {"name": "Contract"}),
    Row(
        "form with unchanged data",
        "res.partner",
        "web_save",
        (
            ["@client"],
            {
                "name": "Jana Nováková",
                "phone": "+420601234567",
                "street": False,
                "vat": "",
                "parent_id": False,
                "is_company": False,
                "function": "Buyer",
            },
        ),
        {"specification": {}},
        ("@client", "function", "Buyer"),
    ),
    Row(
        "import with unchanged data",
        "res.partner",
        "load",
        (
            [".id", "name", "phone", "function"],
            [["@client", "Jana Nováková", "+420601234567", "Buyer"]],
        ),
        {},
        ("@client", "function", "Buyer"),
    ),
    Row(
        "new opportunity of a client",
        "crm.lead",
        "create",
        (
            [
                {
                    "name": "Chairs",
                    "type": "opportunity",
                    "partner_id": "@client",
                    "phone": "+420 601 234 567",
                    "email_from": "Jana <JANA@example.com>",
                    "contact_name": "Jana Nováková",
                }
            ],
        ),
    ),
    Row("new opportunity", "crm.lead", "create", ([{"name": "Chairs"}],)),
    Row("copied opportunity", "crm.lead", "copy", (["@lead"],)),
    Row("lost", "crm.lead", "action_set_lost", (["@lead"],), {}, ("@lead", "active", False)),
    Row("message", "res.partner", "message_post", (["@client"],), {"body": "Called"}),
    Row(
        "activity",
        "res.partner",
        "activity_schedule",
        (["@client"], "mail.mail_activity_data_todo"),
        {"summary": "Call"},
    ),
]

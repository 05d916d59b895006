"""The pictures of the documentation: each one is a small function below.

Runs in the virtual environment, started by `./dev screenshots`:
`python -m devtools.shots ADDRESS DATABASE BROWSER FOLDER [NAME …]`.

A picture is added by a function that brings the screen to where it should be:

    @picture("meeting-refused", login="salesperson")
    def _meeting_refused(screen):
        screen.open("/odoo/calendar")
        screen.page.get_by_text("New").click()

A function may return a locator: then only that part of the page is in the picture.
"""

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, Locator, Page, Request, sync_playwright

VIEWPORT = {"width": 1366, "height": 768}
_SECONDS = 30

# No page of the demo needs anything from beyond this machine.
_FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
_FLAGS += ["--disable-quic", "--no-first-run", "--disable-gpu", "--hide-scrollbars"]

_STILL = """
*, *::before, *::after {
    animation: none !important;
    transition: none !important;
    caret-color: transparent !important;
}
"""


class Screen:
    """The browser of one user who is logged in to the demo."""

    def __init__(self, page: Page, address: str, database: str) -> None:
        self.page = page
        self._asked: set[Request] = set()
        page.on("request", lambda request: self._asked.add(request))
        page.on("requestfinished", lambda request: self._asked.discard(request))
        page.on("requestfailed", lambda request: self._asked.discard(request))
        self.address = address
        self.database = database

    def log_in(self, login: str) -> None:
        """Open a session as a demo user, whose password is the login."""
        params = {"db": self.database, "login": login, "password": login}
        answer = self.page.request.post(
            f"{self.address}/web/session/authenticate",
            data={"jsonrpc": "2.0", "method": "call", "params": params},
        ).json()
        if "error" in answer:
            message = answer["error"].get("data", {}).get("message", answer["error"].get("message"))
            raise SystemExit(f"The demo refuses the login {login}: {message}")

    def open(self, path: str) -> None:
        """Open a page, such as `/odoo/crm`, and wait until it stands still."""
        self.page.goto(f"{self.address}{path}")
        self.page.wait_for_selector(".o_action_manager > *, .o_home_menu")
        self.settle()

    def action(self, xml_id: str) -> None:
        """Open a window action by its XML id."""
        self.open(f"/odoo/action-{xml_id}")

    def settle(self) -> None:
        """Wait until the page has asked for nothing during half a second, and stands still.

        What never ends, such as the live connection, is waited for no longer than five seconds.
        """
        self.page.add_style_tag(content=_STILL)
        quiet = 0
        for _ in range(50):
            self.page.wait_for_timeout(100)
            quiet = 0 if self._asked else quiet + 1
            if quiet == 5:
                break
        self.page.evaluate("document.fonts.ready")


@dataclass(frozen=True)
class Picture:
    """One picture: its file's name, who sees it, and how to get there."""

    name: str
    login: str
    steps: Callable[[Screen], Locator | None]
    mobile: bool = False


PICTURES: list[Picture] = []


def picture(name: str, login: str, mobile: bool = False) -> Callable:
    """Declare the function below to be a picture, taken as the demo user `login`."""
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError(f"{name!r} should be lower-case words joined by hyphens")

    def declare(steps: Callable[[Screen], Locator | None]) -> Callable:
        PICTURES.append(Picture(name, login, steps, mobile))
        return steps

    return declare


# -- the pictures --------------------------------------------------------------------------------


@picture("meeting-quick-create", login="salesperson")
def _meeting_quick_create(screen: Screen) -> None:
    """What a meeting lacks is said in the calendar's popup before it is saved."""
    screen.open("/odoo/calendar")
    screen.page.click(".o_calendar_button_next")
    screen.settle()
    slot = screen.page.locator(".fc-timegrid-slot-lane[data-time='15:00:00']").bounding_box()
    left, top = slot["x"] + slot["width"] / 2, slot["y"] + 4
    screen.page.mouse.move(left, top)
    screen.page.mouse.down()
    screen.page.mouse.move(left, top + 45, steps=5)
    screen.page.mouse.up()
    screen.page.fill(".modal [name=name] input", "Offer")
    client = screen.page.locator(".modal .o_field_widget[name=client_id] input")
    client.press_sequentially("Malý", delay=40)
    screen.page.locator(".o-autocomplete--dropdown-item").first.click()
    screen.page.wait_for_selector(".modal .o_field_widget[name=client_phone]")


@picture("meeting-form", login="salesperson")
def _meeting_form(screen: Screen) -> None:
    """A meeting that a synchronised calendar left incomplete, in its form."""
    _needs_data(screen)
    screen.page.locator(".o_data_row .o_data_cell[name=start]").first.click()
    screen.page.wait_for_selector(".o_form_view")


@picture("meeting-held", login="salesperson")
def _meeting_held(screen: Screen) -> None:
    """One click says that a meeting was held, one key what came of it."""
    screen.action("crm_discipline.calendar_event_action_client_meetings")
    screen.page.locator(".o_data_row button[name=action_meeting_held]").first.click()
    screen.page.wait_for_selector(".modal .o_field_widget[name=result_id]")
    screen.page.keyboard.press("2")


@picture("meetings-list", login="salesperson")
def _meetings_list(screen: Screen) -> None:
    """The salesperson's meetings: what is coming, and what waits for its result."""
    screen.action("crm_discipline.calendar_event_action_client_meetings")


@picture("meetings-needs-data", login="supervisor")
def _meetings_needs_data(screen: Screen) -> None:
    """Whose meetings lack what."""
    screen.action("crm_discipline.calendar_event_action_to_complete")
    screen.page.locator(".o_group_header").first.click()


@picture("meetings-cards", login="salesperson")
def _meetings_cards(screen: Screen) -> None:
    """The same as cards by status."""
    screen.action("crm_discipline.calendar_event_action_client_meetings")
    screen.page.click(".o_switch_view.o_kanban")


@picture("meetings-phone", login="salesperson", mobile=True)
def _meetings_phone(screen: Screen) -> None:
    """And on a phone."""
    screen.action("crm_discipline.calendar_event_action_client_meetings")


@picture("calls-list", login="salesperson")
def _calls_list(screen: Screen) -> None:
    """The calls that wait: what came of them is one click or one key."""
    screen.action("crm_discipline.crm_call_action")


@picture("calls-phone", login="salesperson", mobile=True)
def _calls_phone(screen: Screen) -> None:
    """And on a phone."""
    screen.action("crm_discipline.crm_call_action")


@picture("audience", login="supervisor")
def _audience(screen: Screen) -> None:
    """An audience that was sent: who could be reached, and what came of it."""
    screen.open("/odoo/audiences")
    screen.page.get_by_role("cell", name="News of the autumn").click()
    screen.page.set_viewport_size({"width": 1366, "height": 1230})
    screen.page.locator(".o_audience_results").wait_for()


@picture("audience-sms", login="supervisor")
def _audience_sms(screen: Screen) -> Locator:
    """A text message to an audience: how many get it, and who does not."""
    screen.open("/odoo/audiences/new")
    screen.page.locator(".o_field_widget[name=name] :is(input, textarea)").fill("Sale in spring")
    screen.page.get_by_text("Phone", exact=True).click()
    screen.settle()
    screen.page.locator(".o_form_button_save").click()
    screen.page.locator("button[name=action_text]").click()
    message = screen.page.locator(".modal [name=text_body] textarea")
    message.fill("Come on Friday: all chairs for half the price.")
    message.blur()
    return screen.page.locator(".modal-content")


@picture("handover", login="supervisor")
def _handover(screen: Screen) -> None:
    """A handover that is prepared: who would get what."""
    screen.open("/odoo/handovers/new")
    for field, names in (
        ("from_user_id", ("Jana Nováková",)),
        ("to_user_ids", ("Petr Svoboda", "Lucie Černá")),
    ):
        for name in names:
            box = screen.page.locator(f".o_field_widget[name={field}] input")
            box.fill("")
            box.press_sequentially(name, delay=30)
            screen.page.locator(f".o-autocomplete--dropdown-item:has-text('{name}')").first.click()
            screen.settle()


@picture("plan-grid", login="supervisor")
def _plan_grid(screen: Screen) -> None:
    """A running plan: a row for each salesperson, a column for each metric."""
    screen.action("crm_discipline.crm_plan_action")
    screen.page.locator(".o_data_row").first.locator(".o_data_cell[name=name]").click()
    screen.page.wait_for_selector(".o_plan_grid input")


@picture("plan-targets", login="supervisor")
def _plan_targets(screen: Screen) -> None:
    """How far everybody is: a column for each salesperson."""
    screen.action("crm_discipline.crm_plan_target_action")
    screen.page.wait_for_selector(".o_plan_cell")


@picture("plan-graph", login="supervisor")
def _plan_graph(screen: Screen) -> None:
    """What was planned and what was reached, over the periods."""
    screen.action("crm_discipline.crm_plan_report_action")
    screen.page.click(".o_switch_view.o_graph")
    screen.page.wait_for_selector(".o_graph_renderer canvas")
    screen.page.mouse.move(0, 767)


@picture("my-plan", login="salesperson")
def _my_plan(screen: Screen) -> None:
    """The counters, what to do next, and the course of one."""
    screen.open("/odoo/my-plan")
    screen.page.wait_for_selector(".o_plan_card")


@picture("my-plan-phone", login="salesperson", mobile=True)
def _my_plan_phone(screen: Screen) -> None:
    _my_plan(screen)


@picture("team-plan", login="supervisor")
def _team_plan(screen: Screen) -> None:
    """A cell for each salesperson and metric."""
    screen.open("/odoo/team-plan")
    screen.page.wait_for_selector(".o_plan_cell")


@picture("team-board", login="supervisor")
def _team_board(screen: Screen) -> None:
    """What needs somebody now, and a row for each salesperson."""
    screen.open("/odoo/team-board")
    screen.page.wait_for_selector(".o_team_board_exception")


@picture("team-board-phone", login="supervisor", mobile=True)
def _team_board_phone(screen: Screen) -> None:
    _team_board(screen)


@picture("figures-by-email", login="supervisor")
def _figures_by_email(screen: Screen) -> None:
    """Which of the board's figures are sent, how often and to whom."""
    screen.open("/odoo/figures-by-email")
    screen.page.locator(".o_data_row .o_data_cell[name=name]").first.click()
    screen.page.wait_for_selector(".o_form_view")


@picture("request-ask", login="salesperson")
def _request_ask(screen: Screen) -> None:
    screen.action("crm_discipline.calendar_event_action_client_meetings")
    screen.page.locator(".o_list_button_add, .o-kanban-button-new").first.click()
    screen.settle()
    screen.page.locator(".o_field_widget[name=is_client_meeting] input").check()
    screen.page.locator(".o_client_request_ask").click()
    screen.settle()
    for name, text in (("surname", "Tichá"), ("first_name", "Lenka"), ("phone", "605 787 212")):
        screen.page.locator(f".modal .o_field_widget[name={name}] input").fill(text)


@picture("requests-desk", login="operator")
def _requests_desk(screen: Screen) -> None:
    screen.action("crm_discipline.crm_data_request_action")


@picture("request-work", login="operator")
def _request_work(screen: Screen) -> None:
    screen.action("crm_discipline.crm_data_request_action")
    screen.page.locator(".o_kanban_record", has_text="karel vesely").click()
    screen.settle()


@picture("requests-phone", login="operator", mobile=True)
def _requests_phone(screen: Screen) -> None:
    screen.action("crm_discipline.crm_data_request_action")


@picture("effort-share", login="supervisor")
def _effort_share(screen: Screen) -> None:
    """How much of the working day goes into the CRM, and into data entry."""
    screen.action("crm_discipline.crm_effort_report_action_share")


@picture("effort-operations", login="supervisor")
def _effort_operations(screen: Screen) -> None:
    """Which operation takes long."""
    screen.action("crm_discipline.crm_effort_report_action_operations")


@picture("data-rules", login="supervisor")
def _data_rules(screen: Screen) -> None:
    """The rules of the company, and how many records break each."""
    screen.action("crm_discipline.crm_discipline_rule_action")


@picture("bulk-reading", login="supervisor")
def _bulk_reading(screen: Screen) -> None:
    screen.action("crm_discipline.crm_client_read_log_action")


@picture("data-rule", login="supervisor")
def _data_rule(screen: Screen) -> None:
    """One rule: two domains, and what they find."""
    screen.action("crm_discipline.crm_discipline_rule_action")
    screen.page.locator(".o_data_row:nth-child(3) .o_data_cell[name=name]").click()
    screen.page.wait_for_selector(".o_form_view")


@picture("complete-data", login="salesperson")
def _complete_data(screen: Screen) -> None:
    """The work list: what a meeting lacks, what it is worth, and what comes then."""
    screen.open("/odoo/complete-my-data")
    screen.page.wait_for_selector(".o_complete_form")


def _needs_data(screen: Screen) -> None:
    """Open the salesperson's meetings that lack data."""
    screen.action("crm_discipline.calendar_event_action_client_meetings")
    screen.page.locator(".o_searchview_facet .o_facet_remove").last.click()
    screen.page.click(".o_searchview_dropdown_toggler")
    screen.page.locator(".o_filter_menu").get_by_text("Needs data").click()
    screen.settle()


# -- taking them ---------------------------------------------------------------------------------


def take(browser: Browser, address: str, database: str, wanted: Picture, folder: Path) -> None:
    """Take one picture in a session of its own."""
    size = {"width": 412, "height": 915} if wanted.mobile else VIEWPORT
    context = browser.new_context(
        viewport=size, locale="en-US", reduced_motion="reduce", is_mobile=wanted.mobile
    )
    context.set_default_timeout(_SECONDS * 1000)
    try:
        screen = Screen(context.new_page(), address, database)
        screen.log_in(wanted.login)
        part = wanted.steps(screen)
        screen.settle()
        (part or screen.page).screenshot(path=folder / f"{wanted.name}.png")
    finally:
        context.close()


def main(argv: list[str]) -> int:
    """Take the pictures that are named, or all."""
    address, database, executable, folder, *names = argv
    unknown = set(names) - {one.name for one in PICTURES}
    if unknown:
        known = ", ".join(one.name for one in PICTURES)
        print(
            f"There is no picture {', '.join(sorted(unknown))}: choose from {known}.",
            file=sys.stderr,
        )
        return 1
    Path(folder).mkdir(parents=True, exist_ok=True)
    failed = []
    with sync_playwright() as playwright:
        flags = [*_FLAGS, *([] if os.getuid() else ["--no-sandbox"])]
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        for one in PICTURES:
            if names and one.name not in names:
                continue
            try:
                take(browser, address, database, one, Path(folder))
            except Error as error:
                failed.append(one.name)
                print(f"  {one.name}: {error.message}", flush=True)
            else:
                print(f"  {one.name}.png", flush=True)
        browser.close()
    taken = (len(names) or len(PICTURES)) - len(failed)
    print(f"{taken} pictures taken, {len(failed)} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

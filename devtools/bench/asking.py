"""How long it takes a salesperson to ask for a client or a correction, from each place that offers it.

    python -m devtools.bench.asking

serves a copy of the demo and drives a browser as a salesperson, with hands that need a fifth of a second
for a key and more than a second to point and click: somebody who types slowly. Measured is from the first
press to the dialog that is gone; what is typed is a surname, a first name and a phone, or a new phone.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from devtools import addons, odoo_command, postgres, serve, system_packages
from devtools.bench import data
from devtools.errors import Trouble
from devtools.paths import LOG, ROOT
from devtools.processes import child_env, tail
from devtools.steps import say, step, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from devtools.shots import Screen

_GOAL = 10
"""As many seconds, at the most, from each place."""
_KEY, _CLICK = 0.2, 1.1
_SURNAME, _FIRST_NAME, _PHONE = "Tichá", "Lenka", "605787212"


class Hands:
    """Presses as a slow typist does, and counts."""

    def __init__(self, screen: Screen) -> None:
        self.page = screen.page
        self.clicks = self.keys = 0

    def click(self, selector: str) -> None:
        """Point at something and click it."""
        self.page.wait_for_timeout(_CLICK * 1000)
        self.page.locator(selector).first.click()
        self.clicks += 1

    def type(self, *texts: str) -> None:
        """Type into fields that follow each other."""
        for number, text in enumerate(texts):
            if number:
                self.press("Tab")
            self.page.keyboard.type(text, delay=_KEY * 1000)
            self.keys += len(text)

    def press(self, keys: str) -> None:
        """Press keys together, such as `Alt+q`."""
        self.page.wait_for_timeout(_KEY * 1000)
        self.page.keyboard.press(keys)
        self.keys += 1

    def ask(self, *texts: str) -> None:
        """Fill in the dialog from its first field on, and send it."""
        self.page.wait_for_selector(".modal .o_request_ask input:focus")
        self.type(*texts)
        self.press("Alt+q")
        self.page.wait_for_selector(".modal", state="detached")


def _from_top_bar(hands: Hands) -> None:
    hands.click("button.o_request_menu")
    hands.click(".o_request_ask_new")
    hands.ask(_SURNAME, _FIRST_NAME, _PHONE)


def _from_call(hands: Hands) -> None:
    hands.click(".o_call_ask_client")
    hands.ask(_SURNAME, _FIRST_NAME)


def _from_meeting(hands: Hands) -> None:
    hands.click(".o_client_request_ask")
    hands.ask(_SURNAME, _FIRST_NAME, _PHONE)


def _from_form(*texts: str) -> Callable[[Hands], None]:
    def go(hands: Hands) -> None:
        hands.click(".o_ask_correction")
        hands.ask(*texts)

    return go


def main(argv: list[str]) -> int:
    """Measure, print the table, and return the status for the shell: 1 when the goal is missed."""
    if argv:
        return _go(*argv)
    addons.require_main()
    say("From the first press to “asked”")
    browser = system_packages.ensure_browser()
    workshop = odoo_command.prepare("screenshots")
    with postgres.serving("demo") as server:
        odoo = odoo_command.on(workshop, server, "demo")
        database = server.name("asking")
        serve.prepare_database(odoo, server.name("demo"))
        try:
            with step("A copy of the demo"):
                data.copy(odoo, server.name("demo"), database)
            port = serve.free_port()
            with serve.serving(odoo, database, port, LOG / "asking.log"), step("Asking"):
                done = subprocess.run(
                    [str(workshop.python), "-m", "devtools.bench.asking",
                     f"http://{serve.HOST}:{port}", database, str(browser)],
                    env=child_env(PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1"),
                    cwd=Path("/"), capture_output=True, text=True, check=False,
                )  # fmt: skip
        finally:
            data.drop(odoo, database)
    if done.returncode:
        raise Trouble(f"The browser did not get through.\n{tail(done.stderr)}")
    ways = [line.split("\t") for line in done.stdout.splitlines()]
    missed = [name for name, _clicks, _keys, seconds in ways if float(seconds) >= _GOAL]
    rows = [["", "clicks", "keys", "seconds", "goal", ""]]
    for name, clicks, keys, seconds in ways:
        rows.append(
            [name, clicks, keys, seconds, f"< {_GOAL}", "MISSED" if name in missed else "ok"]
        )
    say(f"\n{table(rows)}\n")
    return 1 if missed else 0


def _go(address: str, database: str, executable: str) -> int:
    """Ask from each place, in the browser, and print what it took, a line each."""
    from playwright.sync_api import sync_playwright

    from devtools.shots import _FLAGS, VIEWPORT, Screen

    def call(screen: Screen, model: str, method: str, *args: object) -> list:
        params = {"model": model, "method": method, "args": list(args), "kwargs": {}}
        answer = screen.page.request.post(
            f"{address}/web/dataset/call_kw/{model}/{method}",
            data={"jsonrpc": "2.0", "method": "call", "params": params},
        ).json()
        if "error" in answer:
            raise SystemExit(f"{model}.{method}: {answer['error']}")
        return answer["result"]

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        boss = Screen(browser.new_context().new_page(), address, database)
        boss.log_in("admin")
        companies = call(boss, "res.company", "search", [])
        call(boss, "res.company", "write", companies, {"discipline_operator_split": True})
        (seller,) = call(boss, "res.users", "search", [["login", "=", "salesperson"]])
        unknown = {"phone": "+420600111999", "direction": "in", "user_id": seller}
        (call_id,) = call(boss, "crm.call", "create", [{**unknown, "match_state": "unknown"}])
        screen = Screen(browser.new_context(viewport=VIEWPORT).new_page(), address, database)
        screen.log_in("salesperson")
        (lead_id,) = call(
            screen, "crm.lead", "create", [{"name": "Shelves", "type": "opportunity"}]
        )
        client_id = call(
            screen, "res.partner", "search", [["user_id", "=", seller], ["phone", "!=", False]]
        )[0]
        ways = {
            "anywhere, top bar": ("/odoo/crm", _from_top_bar),
            "meeting": ("/odoo/calendar.event/new", _from_meeting),
            "call of an unknown number": (f"/odoo/crm.call/{call_id}", _from_call),
            "opportunity without a client": (
                f"/odoo/crm/{lead_id}", _from_form(_SURNAME, _FIRST_NAME, _PHONE)
            ),
            "contact, another phone": (
                f"/odoo/contacts/{client_id}", _from_form("", _PHONE)
            ),
        }  # fmt: skip
        for name, (path, go) in ways.items():
            screen.open(path)
            if name == "meeting":
                screen.page.locator(".o_field_widget[name=is_client_meeting] input").check()
                screen.settle()
            before = call(screen, "crm.data.request", "search", [])
            hands = Hands(screen)
            start = time.monotonic()
            go(hands)
            seconds = time.monotonic() - start
            screen.page.wait_for_timeout(500)
            if len(call(screen, "crm.data.request", "search", [])) != len(before) + 1:
                raise SystemExit(f"{name}: not asked")
            print(name, hands.clicks, hands.keys, f"{seconds:.1f}", sep="\t", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Trouble as trouble:
        sys.exit(str(trouble))

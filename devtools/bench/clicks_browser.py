"""The browser of `devtools.bench.clicks`: goes each way and prints what it took, a line each.

Runs in the virtual environment: `python -m devtools.bench.clicks_browser ADDRESS DATABASE BROWSER`.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from collections import Counter
from datetime import datetime, timezone

from playwright.sync_api import Page, expect, sync_playwright

from devtools.shots import _FLAGS, VIEWPORT, Screen

# Real presses only: what a script makes is not trusted, and a click made by Enter is that key's.
_LISTEN = """
addEventListener("click", (ev) => ev.isTrusted && ev.detail && counted("clicks"), true);
addEventListener("keydown", (ev) => ev.isTrusted && counted("keys"), true);
"""
_CLIENT = "Jana Nováková"
_PHONE = "+420601700123"


class Telephone:
    """A telephone system of the demo's, which sends its calls signed."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        (source_id,) = self.call("crm.call.source", "create", [{"name": "Counted"}])
        self.key, self._secret = self._read(source_id)
        self._calls = 0

    def _read(self, source_id: int) -> tuple[str, str]:
        (row,) = self.call("crm.call.source", "read", [source_id], ["key", "secret"])
        return row["key"], row["secret"]

    def call(self, model: str, method: str, *args: object) -> object:
        """Call a method as the administrator, who is logged in."""
        params = {"model": model, "method": method, "args": list(args), "kwargs": {}}
        answer = self._screen.page.request.post(
            f"{self._screen.address}/web/dataset/call_kw/{model}/{method}",
            data={"jsonrpc": "2.0", "method": "call", "params": params},
        ).json()
        if "error" in answer:
            raise SystemExit(f"{model}.{method}: {answer['error']}")
        return answer["result"]

    def ring(self, over: bool = False) -> None:
        """Let the client call; nobody has picked up yet, or will any more."""
        self._calls += 1
        self._say(over)

    def hang_up(self) -> None:
        """Let the client give up, so that the last call does not ring on the next screen."""
        self._say(over=True)

    def _say(self, over: bool) -> None:
        said = {
            "id": f"counted-{self._calls}",
            "direction": "in",
            "from": _PHONE,
            "to": "+420222333444",
            "agent": None,
            "start": datetime.now(timezone.utc).isoformat(),
            "answer": None,
            "end": datetime.now(timezone.utc).isoformat() if over else None,
            "disposition": "missed",
            "recording_url": None,
        }
        body = json.dumps(said)
        stamp = str(int(time.time()))
        key = base64.b64decode(self._secret.removeprefix("whsec_"))
        signed = f"{said['id']}.{stamp}.{body}".encode()
        signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        answer = self._screen.page.request.post(
            f"{self._screen.address}/crm_discipline/calls/{self.key}",
            data=body,
            headers={
                "Content-Type": "application/json",
                "webhook-id": said["id"],
                "webhook-timestamp": stamp,
                "webhook-signature": f"v1,{signature}",
            },
        )
        if answer.status != 200:
            raise SystemExit(f"The call was refused: {answer.status} {answer.text()}")

    def last(self) -> dict:
        """The last call: whether it is processed."""
        domain = [["external_id", "=", f"counted-{self._calls}"]]
        (row,) = self.call("crm.call", "search_read", domain, ["is_handled", "status_id"])
        return row

    def wait_processed(self) -> None:
        """Wait until somebody has said what came of the last call."""
        for _try in range(100):
            if self.last()["is_handled"]:
                return
            time.sleep(0.1)
        raise SystemExit("The call was not processed.")


def _popup(page: Page, telephone: Telephone) -> None:
    telephone.ring()
    page.locator(".o_incoming_call .o_call_status button", has_text="Completed").click()
    telephone.wait_processed()
    telephone.hang_up()


def _list(page: Page, telephone: Telephone) -> None:
    row = page.locator(".o_data_row", has_text=_CLIENT).first
    row.locator(".o_call_status button", has_text="Completed").click()
    telephone.wait_processed()


def _top_bar(page: Page, telephone: Telephone) -> None:
    page.get_by_role("button", name="Calls to process").click()
    row = page.locator(".o_call_menu_row", has_text=_CLIENT).first
    row.locator(".o_call_status button", has_text="Completed").click()
    telephone.wait_processed()


def _peer(page: Page, telephone: Telephone) -> None:
    page.locator(".o_menu_sections").get_by_text("Phone Calls").click()
    page.get_by_role("menuitem", name="Logged Calls").click()
    page.locator(".o_list_button_add").click()
    row = page.locator(".o_selected_row")
    expect(row.locator("[name=name] input")).to_be_visible()
    row.locator("[name=name] input").click()
    page.keyboard.type("Done")
    row.locator("[name=partner_id] input").click()
    page.keyboard.type(_CLIENT[:3])
    page.locator(".o-autocomplete--dropdown-item", has_text=_CLIENT).first.click()
    page.locator(".o_list_button_save").click()
    expect(page.locator(".o_selected_row")).to_have_count(0)
    found = telephone.call("crm.phonecall", "search_read", [["name", "=", "Done"]], ["state"])
    if [call["state"] for call in found] != ["done"]:
        raise SystemExit(f"The peer kept no such call: {found}")


WAYS = {
    "popup while it rings": ("/odoo/crm", False, _popup),
    "list of calls": ("/odoo/calls", True, _list),
    "top bar": ("/odoo/crm", True, _top_bar),
    "crm_phonecall, logged calls": ("/odoo/crm", False, _peer),
}
"""Where each begins, and whether the call came before; the peer is the last."""


def main(argv: list[str]) -> None:
    """Go each way."""
    address, database, executable = argv
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=_FLAGS)
        boss = Screen(browser.new_context().new_page(), address, database)
        boss.log_in("admin")
        telephone = Telephone(boss)
        domain = [["login", "=", "salesperson"]]
        (seller,) = telephone.call("res.users", "search", domain)
        client = {"name": _CLIENT, "phone": _PHONE, "user_id": seller}
        telephone.call("res.partner", "create", [client])
        for name, (path, came, go) in WAYS.items():
            context = browser.new_context(viewport=VIEWPORT)
            pressed: Counter = Counter()
            page = context.new_page()
            page.expose_function("counted", lambda kind, pressed=pressed: pressed.update([kind]))
            page.add_init_script(_LISTEN)
            screen = Screen(page, address, database)
            screen.log_in("salesperson")
            if came:
                telephone.ring(over=True)
            screen.open(path)
            # the live connection takes a moment
            page.wait_for_timeout(1500)
            pressed.clear()
            go(page, telephone)
            page.wait_for_timeout(300)
            print(name, pressed["clicks"], pressed["keys"], sep="\t", flush=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])

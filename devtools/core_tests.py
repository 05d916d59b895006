"""`./dev core-tests`: what Odoo's own tests say of an Odoo with the add-on installed."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

from devtools import addons, odoo_command, odoo_log, postgres, system_packages, templates
from devtools.errors import NO_SPACE, Trouble, disk_full
from devtools.odoo_command import OdooCommand
from devtools.odoo_log import RunReport
from devtools.paths import DEV, ROOT
from devtools.processes import tail
from devtools.serve import free_port
from devtools.steps import duration, say
from devtools.testing import new_log_folder

MODULES = ["crm", "calendar", "sales_team", "contacts", "phone_validation"]
"""What the add-on itself extends."""

MAILING_MODULES = ["sms", "mass_mailing", "mass_mailing_sms"]
"""What the add-ons extend by which audiences are sent text messages and mailings."""

KNOWN = ROOT / "devtools" / "core_tests_known.txt"

WITHOUT = "fail without the add-on"
INCOMPLETE = "own data are an incomplete client meeting saved by a person"

_RUNNER = Path(__file__).with_name("core_tests_runner.py")


@dataclass(frozen=True)
class Verdict:
    """How the failures of a run compare with the known ones."""

    new: list[str]
    known: list[str]
    healed: list[str]


def core_tests(without: bool = False, mailings: bool = False) -> int:
    """Run Odoo's own tests, with the add-on or `without` it. Returns the status for the shell.

    :param mailings: those of text messages and mailings instead, with the add-ons that install themselves
    """
    start = time.monotonic()
    modules = MAILING_MODULES if mailings else MODULES
    say(f"Odoo's own tests of {', '.join(modules)}, {'without' if without else 'with'} the add-on")
    addons.require_main()
    postgres.check_reachable()
    known = read_known(KNOWN.read_text(encoding="utf-8"))
    system_packages.ensure_browser()
    workshop = odoo_command.prepare("test")
    logs = new_log_folder("core-tests")
    with postgres.serving("test") as server:
        odoo = odoo_command.on(workshop, server, "test", ours=not without)
        report = _run(odoo, modules, logs / "odoo.log", without)
    return _tell(report, modules, known, without, start, logs)


def read_known(text: str) -> dict[str, str]:
    """The known failures in a text, each with the heading it stands under.

    >>> read_known("[fail without the add-on]\\ncrm.tests.test_a.TestA.test_b: counts queries\\n")
    {'crm.tests.test_a.TestA.test_b': 'fail without the add-on'}
    """
    known: dict[str, str] = {}
    heading = None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            heading = line.strip("[]")
            if heading not in (WITHOUT, INCOMPLETE):
                raise Trouble(
                    f"Line {number} of the list of known failures: [{heading}] is no heading."
                )
            continue
        match = re.fullmatch(r"([\w.]+): +(\S.*)", line)
        if not match or heading is None:
            raise Trouble(
                f"Line {number} of the list of known failures: write `name: reason` under a heading."
            )
        known[match[1]] = heading
    return known


def judge(report: RunReport, known: dict[str, str], without: bool) -> Verdict:
    """Compare a run's failures with the known ones.

    A test whose own data are an incomplete meeting must pass without the add-on.
    """
    expected = {name for name, heading in known.items() if heading == WITHOUT or not without}
    failed = {test.name for test in report.failed}
    ran = {test.name for test in report.tests if not test.skipped}
    return Verdict(
        sorted(failed - expected), sorted(failed & expected), sorted((expected & ran) - failed)
    )


def _run(odoo: OdooCommand, modules: list[str], log: Path, without: bool) -> RunReport:
    """Install the add-on on a copy of the template, and run the tests of `modules` when all is loaded."""
    base = sorted({*modules, *addons.foreign_depends([addons.MAIN])} - {"base"})
    with templates.copy_of(odoo, base) as database:
        args = ["-d", database, f"--test-tags={','.join(f'/{name}' for name in modules)}"]
        args += [] if without else ["-i", addons.MAIN]
        args += ["--stop-after-init", f"--http-port={free_port()}", "--max-cron-threads=0"]
        say(f"  running; the log is {log}")
        odoo.log(args, log, runner=_RUNNER, CORE_TESTS_OF=",".join(modules))
    text = log.read_text(encoding="utf-8", errors="replace")
    if NO_SPACE in text:
        raise disk_full(DEV)
    report = odoo_log.parse(text)
    if report.counted is None or report.broken:
        why = "\n".join(report.broken) or tail(text, 30)
        raise Trouble(f"Odoo did not run its tests to the end: {log} tells why.\n{why}")
    return report


def _tell(
    report: RunReport,
    modules: list[str],
    known: dict[str, str],
    without: bool,
    start: float,
    logs: Path,
) -> int:
    """Print what came of it, and return the status for the shell."""
    verdict = judge(report, known, without)
    for test in report.failed:
        if test.name in verdict.new:
            say(f"\n--- {test.name}\n" + "\n".join(test.failures))
    say()
    for module in modules:
        mine = [test for test in report.tests if test.module == module]
        skipped = sum(test.skipped is not None for test in mine)
        failed = sum(bool(test.failures) for test in mine)
        seconds = duration(sum(test.seconds for test in mine))
        say(
            f"  {module:<17} {len(mine) - skipped} ran, {failed} failed, {skipped} skipped  ({seconds})"
        )
    for name in verdict.known:
        say(f"  known to fail: {name} ({known[name]})")
    for name in verdict.healed:
        say(f"  no longer fails, take it off the list: {name}")
    for name in verdict.new:
        say(f"  FAILED {name}")
    ran = sum(test.skipped is None for test in report.tests)
    say(f"  in {duration(time.monotonic() - start)}; logs in {logs}")
    say(f"{ran} ran, {len(verdict.known)} failed as known, {len(verdict.new)} failed otherwise")
    if not ran:
        raise Trouble("Not one of Odoo's tests ran: the log tells why.")
    return 1 if verdict.new else 0

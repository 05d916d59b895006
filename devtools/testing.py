"""`./dev test`: every kind of test, one result."""

import json
import os
import re
import shutil
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from devtools import addons, catalogue, odoo_command, odoo_log, postgres, system_packages, templates
from devtools.catalogue import DOCTESTS, HOOT, KINDS, OUTSIDE, PYTHON, TOURS, Case
from devtools.errors import NO_SPACE, disk_full
from devtools.odoo_command import OdooCommand, Workshop
from devtools.paths import DEV, LOG, ROOT, make_dev_folder
from devtools.processes import child_env, tail
from devtools.serve import free_port
from devtools.steps import duration, say

_NO_BROWSER = re.compile(r"chrom|browser|websocket|devtools", re.IGNORECASE)


@dataclass
class Failure:
    """One test that failed, or something else that must not pass unseen."""

    kind: str
    name: str
    text: str


@dataclass
class Tally:
    """What came of the tests of one kind."""

    passed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    failures: list[Failure] = field(default_factory=list)


class Results:
    """What came of all tests."""

    def __init__(self) -> None:
        self.kinds = {kind: Tally() for kind in KINDS}

    def fail(self, kind: str, name: str, text: str) -> None:
        """Count one failure."""
        self.kinds[kind].failures.append(Failure(kind, name, text))

    @property
    def failures(self) -> list[Failure]:
        """All failures, kind by kind."""
        return [failure for tally in self.kinds.values() for failure in tally.failures]

    @property
    def ran(self) -> int:
        """How many tests ran."""
        return sum(tally.passed + len(tally.failures) for tally in self.kinds.values())

    def require_all_kinds(self) -> None:
        """Count a failure for each kind of which no test ran: silence is not success."""
        for kind, tally in self.kinds.items():
            if not tally.passed and not tally.failures:
                skipped = f" ({tally.skipped} skipped)" if tally.skipped else ""
                self.fail(
                    kind,
                    f"no test of the kind {kind} ran",
                    f"Not one test of the kind {kind} ran{skipped}.",
                )

    def summary(self) -> str:
        """The one line at the end."""
        passed = sum(tally.passed for tally in self.kinds.values())
        skipped = sum(tally.skipped for tally in self.kinds.values())
        line = f"{passed} passed, {len(self.failures)} failed"
        return line + (f", {skipped} skipped" if skipped else "")


def test(pattern: str | None = None) -> int:
    """Run all tests, or those whose names contain `pattern`. Returns the status for the shell."""
    start = time.monotonic()
    say("CRM Discipline: tests" + (f" matching {pattern!r}" if pattern else ""))
    addons.require_main()
    postgres.check_reachable()
    make_dev_folder()
    results = Results()
    logs = new_log_folder("test")
    ours = addons.ours()
    cases = [case for module in ours for case in catalogue.cases(module)]
    tags = (
        [f"/{module}" for module in ours] if pattern is None else _odoo_tags(cases, ours, pattern)
    )
    if tags and any(_needs_browser(case, tags) for case in cases):
        system_packages.ensure_browser()
    workshop = odoo_command.prepare("test")
    _check_imported(results, ours)
    _doctests(results, workshop, ours, pattern, logs)
    _outside(results, workshop, pattern, logs)
    if tags:
        with postgres.serving("test") as server:
            _odoo(results, odoo_command.on(workshop, server, "test"), cases, tags, logs)
    if pattern is None:
        results.require_all_kinds()
    elif not results.ran:
        results.fail(
            PYTHON, "no match", f"No test has {pattern!r} in the name of its file, class or method."
        )
    _report(results, time.monotonic() - start, logs)
    return 1 if results.failures else 0


def new_log_folder(name: str, kept: int = 10) -> Path:
    """A folder for the logs of one run, which others that run at the same time do not share.

    Only the newest `kept` of a name stay.
    """
    old = sorted(LOG.glob(f"{name}-*/"), key=lambda folder: folder.stat().st_mtime)
    for folder in old[: -kept + 1]:
        shutil.rmtree(folder, ignore_errors=True)
    folder = LOG / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
    folder.mkdir(parents=True)
    return folder


# -- choosing ------------------------------------------------------------------------------------


def _odoo_tags(cases: list[Case], ours: list[str], pattern: str) -> list[str]:
    """Odoo's test tags for a pattern. JavaScript tests are run whole, as Hoot's class has them."""
    chosen = catalogue.tags(cases, pattern)
    scripts = [
        path.relative_to(ROOT)
        for module in ours
        for path in (ROOT / module).glob("static/tests/**/*.test.js")
    ]
    for case in cases:
        tag = f"/{case.module}:{case.cls}"
        matching = [
            path
            for path in scripts
            if path.parts[0] == case.module and pattern.lower() in str(path).lower()
        ]
        if case.hoot and matching and tag not in chosen:
            chosen.append(tag)
    return chosen


def _needs_browser(case: Case, tags: list[str]) -> bool:
    """Whether a class with browser tests is among those to be run."""
    whole = f"/{case.module}:{case.cls}"
    named = [f"{whole}.{method}" for method in case.methods if case.kind(method) in (TOURS, HOOT)]
    return bool(named) and bool({f"/{case.module}", whole, *named} & set(tags))


def _check_imported(results: Results, ours: list[str]) -> None:
    """A test file that tests/__init__.py forgets would never run: count it as a failure."""
    for module in ours:
        for name in catalogue.not_imported(module):
            file = f"{module}/tests/{name}"
            results.fail(
                PYTHON,
                file,
                f"{file} is not imported in {module}/tests/__init__.py, so Odoo never runs it.",
            )


# -- tests without Odoo's runner -----------------------------------------------------------------


def doctest_modules(ours: Iterable[str], root: Path = ROOT) -> list[str]:
    """The modules with doctests: plain functions of our add-ons, and the launcher's own."""
    found = []
    for folder, prefix in [(f"{name}/tools", "odoo.addons.") for name in ours] + [("devtools", "")]:
        for path in sorted((root / folder).rglob("*.py")):
            if ">>> " in path.read_text(encoding="utf-8"):
                dotted = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(
                    ".__init__"
                )
                found.append(prefix + dotted)
    return found


def _doctests(
    results: Results, workshop: Workshop, ours: list[str], pattern: str | None, logs: Path
) -> None:
    """Run the doctests in a process of their own, for add-ons need Odoo to be imported."""
    start = time.monotonic()
    modules = doctest_modules(ours)
    path = ",".join(map(str, [*workshop.odoo.addons, ROOT, *addons.extra_paths()]))
    inside = os.pathsep.join([str(workshop.odoo.python_path), str(ROOT)])
    done = subprocess.run(
        [workshop.python, ROOT / "devtools" / "doctest_runner.py", *modules],
        env=child_env(PYTHONPATH=inside, DOCTEST_ADDONS_PATH=path, ODOO_RC=os.devnull),
        cwd=DEV,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    (logs / "doctests.log").write_text(done.stdout + done.stderr)
    tally = results.kinds[DOCTESTS]
    for line in done.stdout.splitlines():
        found = json.loads(line)
        if pattern and pattern.lower() not in found["name"].lower():
            continue
        if found["failed"]:
            results.fail(DOCTESTS, found["name"], found["text"])
        else:
            tally.passed += 1
    if done.returncode:
        results.fail(DOCTESTS, "the runner of doctests", tail(done.stderr))
    tally.seconds = time.monotonic() - start


def _outside(results: Results, workshop: Workshop, pattern: str | None, logs: Path) -> None:
    """Run the top-level tests by pytest."""
    start = time.monotonic()
    report = logs / "outside.xml"
    command = [
        workshop.python,
        "-m",
        "pytest",
        "-q",
        "--tb=short",
        f"--junitxml={report}",
        ROOT / "tests",
    ]
    with open(logs / "outside.log", "w") as output:
        status = subprocess.run(
            [*command, "-p", "no:cacheprovider", *(["-k", _keyword(pattern)] if pattern else [])],
            env=child_env(PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1"),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if report.exists():
        read_junit(results, report.read_text(encoding="utf-8"))
    # 1: tests failed, 5: none was found; both are in the counts.
    if status not in (0, 1, 5):
        results.fail(OUTSIDE, "pytest", tail((logs / "outside.log").read_text(), 40))
    results.kinds[OUTSIDE].seconds = time.monotonic() - start


def _keyword(pattern: str) -> str:
    """A pattern as pytest's -k takes it; what it could not take matches nothing."""
    return pattern if re.fullmatch(r"\w[\w.]*", pattern) else "nothing_has_this_name"


def read_junit(results: Results, text: str) -> None:
    """Count what pytest reports in its XML file."""
    tally = results.kinds[OUTSIDE]
    for case in ElementTree.fromstring(text).iter("testcase"):
        problem = next(
            (found for tag in ("failure", "error") if (found := case.find(tag)) is not None), None
        )
        name = f"{case.get('classname', '')}.{case.get('name')}"
        if problem is not None:
            results.fail(OUTSIDE, name, problem.text or problem.get("message", ""))
        elif case.find("skipped") is not None:
            tally.skipped += 1
        else:
            tally.passed += 1


# -- tests in Odoo -------------------------------------------------------------------------------


def _odoo(
    results: Results, odoo: OdooCommand, cases: list[Case], tags: list[str], logs: Path
) -> None:
    """Run the tests of the main add-on with nothing else installed, then those of the glue with all.

    What the main add-on costs is asserted in numbers of queries, to which other modules would add.
    """
    glue = [name for name in addons.ours() if name != addons.MAIN]
    for tested, installed in (([addons.MAIN], [addons.MAIN]), (glue, [addons.MAIN, *glue])):
        chosen = [tag for tag in tags if tag.strip("/").partition(":")[0] in tested]
        if chosen:
            _odoo_run(results, odoo, cases, chosen, installed, logs / f"odoo-{tested[0]}.log")


def _odoo_run(
    results: Results,
    odoo: OdooCommand,
    cases: list[Case],
    tags: list[str],
    installed: list[str],
    log: Path,
) -> None:
    """Install add-ons of ours on a copy of the template, and run the tests with `tags` meanwhile."""
    browser = any(_needs_browser(case, tags) for case in cases)
    base = [name for name in addons.foreign_depends(installed) if name != "base"] or ["base"]
    with templates.copy_of(odoo, base, bundles=browser) as database:
        args = ["-d", database, "-i", ",".join(installed), f"--test-tags={','.join(tags)}"]
        args += ["--stop-after-init", f"--http-port={free_port()}", "--max-cron-threads=0"]
        say(f"  Odoo's tests{', with a browser' if browser else ''}; the log is {log}")
        status = odoo.log(args, log)
    text = log.read_text(encoding="utf-8", errors="replace")
    if status and NO_SPACE in text:
        raise disk_full(DEV)
    read_odoo(results, odoo_log.parse(text), cases)
    if status and not results.failures:
        results.fail(PYTHON, "Odoo", f"Odoo ended with status {status}:\n{tail(text, 30)}")


def read_odoo(results: Results, report: odoo_log.RunReport, cases: list[Case]) -> None:
    """Count what Odoo's log reports."""
    known = {(case.module, case.file, case.cls): case for case in cases}
    for test in report.tests:
        case = known.get((test.module, test.file, test.cls))
        kind = case.kind(test.method) if case else PYTHON
        tally = results.kinds[kind]
        tally.seconds += test.seconds
        if test.skipped and _NO_BROWSER.search(test.skipped):
            results.fail(kind, test.name, f"Skipped for want of a browser: {test.skipped}")
        elif test.skipped:
            tally.skipped += 1
        elif kind == HOOT and (test.hoot_passed or test.hoot_failed):
            _count_hoot(results, test)
        elif test.failures:
            results.fail(kind, test.name, "\n".join(test.failures))
        elif (
            kind != HOOT
        ):  # a check of the class itself, which ran no JavaScript, proves no JavaScript
            tally.passed += 1
    for error in report.broken:
        results.fail(PYTHON, "Odoo's log", error)
    seen = sum(not test.method.endswith("Class") for test in report.tests)
    if report.counted is None:
        results.fail(PYTHON, "Odoo's log", "Odoo did not get to the end of the tests.")
    elif report.counted != seen:
        results.fail(
            PYTHON,
            "Odoo's log",
            f"Odoo says it ran {report.counted} tests, but its log shows {seen}.",
        )


def _count_hoot(results: Results, test: odoo_log.TestRecord) -> None:
    """Count the JavaScript tests that one Python test ran in the browser."""
    results.kinds[HOOT].passed += test.hoot_passed
    for failed in test.hoot_failed:
        name, _, text = failed.partition("\n")
        results.fail(HOOT, name, text)
    if test.failures and not test.hoot_failed:
        results.fail(HOOT, test.name, "\n".join(test.failures))


# -- telling -------------------------------------------------------------------------------------


def _report(results: Results, seconds: float, logs: Path) -> None:
    """Print the counts, the failures, and last the one line that sums it up."""
    for failure in results.failures:
        say(f"\n--- {failure.kind}: {failure.name}")
        say(failure.text.rstrip())
    say()
    for kind, tally in results.kinds.items():
        skipped = f", {tally.skipped} skipped" if tally.skipped else ""
        counts = f"{tally.passed} passed, {len(tally.failures)} failed{skipped}"
        say(f"  {kind:<9} {counts}  ({duration(tally.seconds)})")
    for failure in results.failures:
        say(f"  FAILED {failure.kind}: {failure.name}")
    say(f"  in {duration(seconds)}; logs in {logs}")
    say(results.summary())

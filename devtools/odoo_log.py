"""What Odoo's log tells about a run of tests.

Odoo's status says little: it is 0 when no test matched, or when all were skipped for want of a browser.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime

_LINE = re.compile(
    r"^(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) \d+ "
    r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) \S+ (?P<logger>[^\s:]+): (?P<text>.*)$"
)
_TEST_LOGGER = re.compile(r"^odoo\.addons\.(?P<module>\w+)\.(?P<file>tests(?:\.\w+)*)$")
_STARTING = re.compile(r"^Starting (?P<cls>\S+)\.(?P<method>\w+) \.\.\.\s*$")
_SKIPPED = re.compile(r"^skipped (?P<name>.+?) : (?P<reason>.*)$", re.DOTALL)
_FAILED = re.compile(r"^(?:FAIL|ERROR): (?:Subtest )?(?P<name>\S+)(?: \((?P<of>[^)]*)\))?")
_SUMMARY = re.compile(
    r"^(?P<failures>\d+) failed, (?P<errors>\d+) error\(s\) of (?P<tests>\d+) tests when loading database"
)
_HOOT = re.compile(
    r"\[HOOT\]\"? (?:Passed (?P<all>\d+) tests|Failed (?P<failed>\d+) tests \((?P<passed>\d+) passed)"
)
_HOOT_FAILED = re.compile(r"\[HOOT\]\"? Test \"(?P<name>[^\"]+)\" failed")

# What Odoo says at ERROR of tests that failed, which is counted already.
_ECHO = re.compile(
    r"^(Module \w+: \d+ failures?, \d+ errors? of \d+ tests"
    r"|At least one test failed when loading the modules\.|\d+ failed, \d+ error\(s\) of)"
)
# Errors from here mean that modules were not loaded or tests not found, whenever they come.
_MACHINERY = (
    "odoo.modules",
    "odoo.registry",
    "odoo.service",
    "odoo.tools.config",
    "odoo.tools.convert",
)
_MACHINERY += ("odoo.cli", "odoo.tests.loader", "odoo.tests.tag_selector", "odoo.tests.result")


@dataclass
class Entry:
    """One entry of the log, with the lines that belong to it."""

    time: datetime
    level: str
    logger: str
    text: str


@dataclass
class TestRecord:
    """One test that Odoo ran, or the set-up of a class that it could not."""

    __test__ = False  # no test itself, whatever pytest thinks of the name

    module: str
    file: str
    cls: str
    method: str
    start: datetime
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    skipped: str | None = None
    hoot_passed: int = 0
    hoot_failed: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """`module.tests.file.Class.method`, without what is the same for all."""
        return f"{self.module}.{self.file}.{self.cls}.{self.method}"


@dataclass
class RunReport:
    """All that one run of Odoo's tests did."""

    tests: list[TestRecord] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Errors which mean that tests may not have run at all."""
    counted: int | None = None
    """How many tests Odoo itself says it ran; None when it did not get that far."""

    @property
    def failed(self) -> list[TestRecord]:
        """The tests that failed."""
        return [test for test in self.tests if test.failures]


def entries(log: str) -> list[Entry]:
    """A log as entries; lines that begin no entry belong to the one before them."""
    found: list[Entry] = []
    for line in log.splitlines():
        match = _LINE.match(line)
        if match:
            time = datetime.strptime(match["time"], "%Y-%m-%d %H:%M:%S,%f")
            found.append(Entry(time, match["level"], match["logger"], match["text"]))
        elif found:
            found[-1].text += "\n" + line
    return found


def parse(log: str) -> RunReport:
    """Read a whole log."""
    report = RunReport()
    current: TestRecord | None = None
    for entry in entries(log):
        started = _started(entry)
        if started or entry.logger in ("odoo.service.server", "odoo.modules.loading"):
            if current:
                current.seconds = (entry.time - current.start).total_seconds()
            current = started
        if started:
            report.tests.append(started)
        else:
            _note(report, current, entry)
    return report


def _started(entry: Entry) -> TestRecord | None:
    """The test that this entry announces, if it does."""
    logger = _TEST_LOGGER.match(entry.logger)
    start = logger and _STARTING.match(entry.text)
    if not start:
        return None
    return TestRecord(logger["module"], logger["file"], start["cls"], start["method"], entry.time)


def _note(report: RunReport, current: TestRecord | None, entry: Entry) -> None:
    """Take from an entry what it says about the test that runs, or about the whole run."""
    summary = entry.logger == "odoo.tests.result" and _SUMMARY.match(entry.text)
    if summary:
        report.counted = int(summary["tests"])
        return
    in_test = _TEST_LOGGER.match(entry.logger) or entry.logger == "odoo.tests.suite"
    if in_test and (skip := _SKIPPED.match(entry.text)):
        _note_skip(report, current, entry, skip)
    elif in_test and entry.level == "ERROR" and (failure := _FAILED.match(entry.text)):
        _note_failure(report, current, entry, failure)
    elif current and entry.logger.endswith(f"{current.cls}.{current.method}.browser"):
        _note_hoot(current, entry)
    elif entry.level in ("ERROR", "CRITICAL") and not _ECHO.match(entry.text):
        if not report.tests or entry.logger.startswith(_MACHINERY):
            report.broken.append(f"{entry.logger}: {entry.text}".rstrip())


def _note_skip(report: RunReport, current: TestRecord | None, entry: Entry, skip: re.Match) -> None:
    """A test was skipped, or a whole class in its set-up."""
    if current and skip["name"] == f"{current.cls}.{current.method}":
        current.skipped = skip["reason"].strip()
    else:
        record = _class_record(skip["name"], entry)
        record.skipped = skip["reason"].strip()
        report.tests.append(record)


def _note_failure(
    report: RunReport, current: TestRecord | None, entry: Entry, failure: re.Match
) -> None:
    """A test failed (perhaps not for the first time), or the set-up of a class."""
    test = next(
        (test for test in reversed(report.tests) if f"{test.cls}.{test.method}" == failure["name"]),
        current,
    )
    if failure["name"] in ("setUpClass", "tearDownClass") or test is None:
        test = _class_record(f"{failure['name']} ({failure['of'] or '?'})", entry)
        report.tests.append(test)
    test.failures.append(entry.text.rstrip())


def _class_record(described: str, entry: Entry) -> TestRecord:
    """A record for the set-up or the clean-up of a class, described as `setUpClass (dotted.Class)`."""
    method, _, dotted = described.rstrip(")").partition(" (")
    path = dotted.removeprefix("odoo.addons.").split(".")
    return TestRecord(path[0], ".".join(path[1:-1]) or "tests", path[-1], method, entry.time)


def _note_hoot(current: TestRecord, entry: Entry) -> None:
    """What the browser's console says: Hoot counts its tests there."""
    count = _HOOT.search(entry.text)
    if count:
        current.hoot_passed += int(count["all"] or count["passed"])
    failed = entry.level == "ERROR" and _HOOT_FAILED.search(entry.text)
    if failed:
        current.hoot_failed.append(f"{failed['name']}\n{entry.text}".rstrip())

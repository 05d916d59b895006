"""The counts of Odoo's tests, read from logs that a real Odoo 19 wrote."""

from pathlib import Path

import pytest

from devtools import odoo_log, testing
from devtools.catalogue import HOOT, PYTHON, TOURS, Case

LOG = (Path(__file__).parent / "data" / "odoo_tests.log").read_text(encoding="utf-8")

CASES = [
    Case("crm_discipline", "tests.test_a", "TestA", ("test_good", "test_bad"), frozenset(), False),
    Case(
        "crm_discipline",
        "tests.test_tours",
        "TestTours",
        ("test_tour_bad", "test_tour_ok"),
        frozenset(("test_tour_bad", "test_tour_ok")),
        False,
    ),
    Case(
        "crm_discipline",
        "tests.test_hoot",
        "TestDisciplineHoot",
        ("test_hoot_all",),
        frozenset(),
        True,
    ),
]

_AT = "2026-11-23 18:49:23,939 10388"


def results_of(log):
    """What `./dev test` makes of a log."""
    results = testing.Results()
    testing.read_odoo(results, odoo_log.parse(log), CASES)
    return results


def line(level, logger, text):
    """One line of a log."""
    return f"{_AT} {level} t1 {logger}: {text}\n"


def test_every_test_is_found():
    report = odoo_log.parse(LOG)
    assert [test.method for test in report.tests] == [
        "test_bad",
        "test_error",
        "test_good",
        "test_skip",
        "test_subs",
        "setUpClass",
        "test_hoot_all",
        "test_tour_bad",
        "test_tour_ok",
    ]
    assert report.counted == 8
    assert report.broken == []


def test_failures_hold_their_traceback():
    failed = {test.method: test for test in odoo_log.parse(LOG).failed}
    assert set(failed) == {
        "test_bad",
        "test_error",
        "test_subs",
        "setUpClass",
        "test_hoot_all",
        "test_tour_bad",
    }
    assert "AssertionError: 1 != 2 : one is not\ntwo" in failed["test_bad"].failures[0]
    assert "KeyError: 'x'" in failed["test_error"].failures[0]
    assert "Element (.o_nowhere) has not been found" in failed["test_tour_bad"].failures[0]
    assert failed["setUpClass"].name == "crm_discipline.tests.test_a.TestSetup.setUpClass"


def test_subtests_are_failures_of_one_test():
    subs = next(test for test in odoo_log.parse(LOG).tests if test.method == "test_subs")
    assert len(subs.failures) == 2


def test_counts_by_kind():
    results = results_of(LOG)
    counts = {kind: (t.passed, len(t.failures), t.skipped) for kind, t in results.kinds.items()}
    assert counts[PYTHON] == (1, 4, 1)
    assert counts[TOURS] == (1, 1, 0)
    assert counts[HOOT] == (2, 1, 0)
    assert results.summary() == "4 passed, 6 failed, 1 skipped"


def test_failing_script_is_named():
    (failure,) = results_of(LOG).kinds[HOOT].failures
    assert failure.name == "@crm_discipline/x/three"
    assert "Expected: 2" in failure.text


def test_browser_that_skips_silently_is_a_failure():
    logger = "odoo.addons.crm_discipline.tests.test_tours"
    log = (
        line("INFO", logger, "Starting TestTours.test_tour_ok ... ")
        + line("INFO", logger, "skipped TestTours.test_tour_ok : Chrome executable not found")
        + line(
            "INFO",
            "odoo.tests.result",
            "0 failed, 0 error(s) of 1 tests when loading database 't1'",
        )
    )
    (failure,) = results_of(log).failures
    assert (failure.kind, "for want of a browser" in failure.text) == (TOURS, True)


@pytest.mark.parametrize(
    ("logger", "level"),
    [
        ("odoo.modules.module", "CRITICAL"),
        ("odoo.registry", "ERROR"),
        ("odoo.tests.tag_selector", "ERROR"),
    ],
)
def test_module_that_does_not_load_is_a_failure(logger, level):
    log = (
        line(level, logger, "Couldn't load module crm_discipline")
        + "Traceback (most recent call last):\nModuleNotFoundError: No module named 'x'\n"
        + line(
            "INFO",
            "odoo.tests.result",
            "0 failed, 0 error(s) of 0 tests when loading database 't1'",
        )
    )
    (failure,) = results_of(log).failures
    assert "No module named 'x'" in failure.text


def test_errors_that_a_test_provokes_are_its_own_business():
    logger = "odoo.addons.crm_discipline.tests.test_a"
    log = (
        line("INFO", logger, "Starting TestA.test_good ... ")
        + line("ERROR", "odoo.sql_db", "bad query: SELECT 1")
        + line(
            "INFO",
            "odoo.tests.result",
            "0 failed, 0 error(s) of 1 tests when loading database 't1'",
        )
    )
    assert results_of(log).summary() == "1 passed, 0 failed"


def test_run_that_does_not_end_is_a_failure():
    log = line("INFO", "odoo.addons.crm_discipline.tests.test_a", "Starting TestA.test_good ... ")
    (failure,) = results_of(log).failures
    assert "did not get to the end" in failure.text


def test_tests_that_the_log_does_not_show_are_a_failure():
    log = line(
        "INFO", "odoo.tests.result", "0 failed, 0 error(s) of 3 tests when loading database 't1'"
    )
    (failure,) = results_of(log).failures
    assert "ran 3 tests, but its log shows 0" in failure.text


def test_script_that_hangs_is_a_failure():
    """Hoot fails without naming a test when it does not come to an end."""
    logger = "odoo.addons.crm_discipline.tests.test_hoot"
    log = (
        line("INFO", logger, "Starting TestDisciplineHoot.test_hoot_all ... ")
        + line(
            "ERROR",
            logger,
            "FAIL: TestDisciplineHoot.test_hoot_all\nAssertionError: Script timeout exceeded",
        )
        + line(
            "ERROR",
            "odoo.tests.result",
            "1 failed, 0 error(s) of 1 tests when loading database 't1'",
        )
    )
    results = results_of(log)
    assert [failure.kind for failure in results.failures] == [HOOT]


def test_hoot_class_that_runs_no_script_proves_nothing():
    logger = "odoo.addons.crm_discipline.tests.test_hoot"
    log = line("INFO", logger, "Starting TestDisciplineHoot.test_hoot_all ... ") + line(
        "INFO", "odoo.tests.result", "0 failed, 0 error(s) of 1 tests when loading database 't1'"
    )
    assert results_of(log).kinds[HOOT].passed == 0


def test_kind_of_which_none_ran_is_a_failure():
    results = results_of(LOG)
    results.require_all_kinds()
    missing = [
        failure.name for failure in results.failures if "no test of the kind" in failure.name
    ]
    assert missing == ["no test of the kind doctests ran", "no test of the kind outside ran"]


def test_junit_report():
    results = testing.Results()
    report = """<testsuites><testsuite name="pytest">
      <testcase classname="tests.test_x" name="test_a" time="0.1"/>
      <testcase classname="tests.test_x" name="test_b"><failure message="m">trace</failure></testcase>
      <testcase classname="tests.test_x" name="test_c"><skipped message="why"/></testcase>
      <testcase classname="" name="tests.test_y"><error message="collection failure">boom</error></testcase>
    </testsuite></testsuites>"""
    testing.read_junit(results, report)
    assert results.summary() == "1 passed, 2 failed, 1 skipped"
    assert [failure.text for failure in results.failures] == ["trace", "boom"]

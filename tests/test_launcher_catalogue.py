"""Which tests there are, and which of them a pattern means."""

import textwrap

import pytest

from devtools import addons, catalogue, core_tests, odoo_log
from devtools.catalogue import HOOT, PYTHON, TOURS
from devtools.errors import Trouble


@pytest.fixture
def root(tmp_path):
    """A checkout with one add-on and its tests."""
    tests = tmp_path / "addon" / "tests"
    tests.mkdir(parents=True)
    (tests / "__init__.py").write_text(
        "from . import test_rule\nfrom . import test_meeting, test_js\n"
    )
    (tests / "common.py").write_text(
        "class Common:\n"
        "    def test_helper(self): ...\n"
        "    def start_as(self, user):\n"
        "        self.start_tour('/odoo', 'c', login=user)\n"
    )
    (tests / "test_forgotten.py").write_text("class TestForgotten:\n    def test_x(self): ...\n")
    (tests / "test_rule.py").write_text(
        "class TestRule:\n    def test_block(self): ...\n    def test_warn(self): ...\n    def help(self): ...\n"
    )
    (tests / "test_meeting.py").write_text(
        textwrap.dedent("""
        class TestMeeting(HttpCase):
            def _walk(self, name):
                self.start_tour("/odoo", name)
            def test_direct(self):
                self.start_tour("/odoo", "a")
            def test_through_a_helper(self):
                self._walk("b")
            def test_through_a_base_class(self):
                self.start_as("x")
            def test_page(self):
                self.url_open("/odoo")
        """)
    )
    (tests / "test_js.py").write_text("class TestJs(HOOTCommon):\n    def test_all(self): ...\n")
    return tmp_path


def test_kinds(root):
    kinds = {
        f"{case.cls}.{method}": case.kind(method)
        for case in catalogue.cases("addon", root)
        for method in case.methods
    }
    assert kinds == {
        "TestForgotten.test_x": PYTHON,
        "TestRule.test_block": PYTHON,
        "TestRule.test_warn": PYTHON,
        "TestMeeting.test_direct": TOURS,
        "TestMeeting.test_through_a_helper": TOURS,
        "TestMeeting.test_through_a_base_class": TOURS,
        "TestMeeting.test_page": PYTHON,
        "TestJs.test_all": HOOT,
    }


def test_file_that_nobody_imports(root):
    assert catalogue.not_imported("addon", root) == ["test_forgotten.py"]


@pytest.mark.parametrize(
    ("pattern", "tags"),
    [
        ("test_rule.py", ["/addon:TestRule"]),
        ("testrule", ["/addon:TestRule"]),
        ("block", ["/addon:TestRule.test_block"]),
        ("test_direct", ["/addon:TestMeeting.test_direct"]),
        ("nothing", []),
    ],
)
def test_pattern(root, pattern, tags):
    assert catalogue.tags(catalogue.cases("addon", root), pattern) == tags


def test_digest_changes_with_what_a_database_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(addons, "ROOT", tmp_path)
    for name in ("models", "tests", "__pycache__"):
        (tmp_path / "addon" / name).mkdir(parents=True)
    (tmp_path / "addon" / "models" / "a.py").write_text("a = 1\n")
    before = addons.digest(["addon"])
    (tmp_path / "addon" / "tests" / "test_a.py").write_text("b = 1\n")
    (tmp_path / "addon" / "__pycache__" / "a.pyc").write_text("c")
    assert addons.digest(["addon"]) == before
    (tmp_path / "addon" / "models" / "a.py").write_text("a = 2\n")
    changed = addons.digest(["addon"])
    assert changed != before
    (tmp_path / "addon" / "models" / "a.py").rename(tmp_path / "addon" / "models" / "b.py")
    assert addons.digest(["addon"]) not in (before, changed)


def test_foreign_depends(tmp_path, monkeypatch):
    monkeypatch.setattr(addons, "ROOT", tmp_path)
    for name, depends in {"crm_discipline": ["crm"], "glue": ["crm_discipline", "mail"]}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__manifest__.py").write_text(repr({"name": name, "depends": depends}))
    assert addons.ours() == ["crm_discipline", "glue"]
    assert addons.foreign_depends(addons.ours()) == ["crm", "mail"]


# -- known failures of Odoo's own tests ----------------------------------------------------------

_KNOWN = f"""
# a remark
[{core_tests.WITHOUT}]
crm.tests.test_a.TestA.test_slow: counts its queries too closely
[{core_tests.INCOMPLETE}]
crm.tests.test_a.TestA.test_meeting: a client without a phone
"""


def report_of(**outcomes):
    """A run in which the named tests of one class passed (True) or failed (False)."""
    report = odoo_log.RunReport(counted=len(outcomes))
    for method, passed in outcomes.items():
        test = odoo_log.TestRecord("crm", "tests.test_a", "TestA", method, None)
        test.failures += [] if passed else ["FAIL"]
        report.tests.append(test)
    return report


def name(method):
    """The name of a test of that class."""
    return f"crm.tests.test_a.TestA.{method}"


def test_known_failures_do_not_fail_the_run():
    known = core_tests.read_known(_KNOWN)
    verdict = core_tests.judge(
        report_of(test_slow=False, test_meeting=False, test_x=True), known, False
    )
    assert (verdict.new, verdict.healed) == ([], [])
    assert verdict.known == [name("test_meeting"), name("test_slow")]


def test_other_failures_do():
    known = core_tests.read_known(_KNOWN)
    verdict = core_tests.judge(
        report_of(test_slow=True, test_meeting=False, test_x=False), known, False
    )
    assert verdict.new == [name("test_x")]
    assert verdict.healed == [name("test_slow")]


def test_incomplete_meetings_are_no_excuse_without_the_addon():
    known = core_tests.read_known(_KNOWN)
    verdict = core_tests.judge(report_of(test_slow=False, test_meeting=False), known, True)
    assert verdict.new == [name("test_meeting")]


@pytest.mark.parametrize(
    "text",
    ["crm.tests.test_a.TestA.test_x: no heading", f"[{core_tests.WITHOUT}]\ncrm.x:", "[other]"],
)
def test_list_without_reasons_is_refused(text):
    with pytest.raises(Trouble, match="Line"):
        core_tests.read_known(text)


def test_committed_list_is_sound():
    known = core_tests.read_known(core_tests.KNOWN.read_text(encoding="utf-8"))
    ours = [*core_tests.MODULES, *core_tests.MAILING_MODULES]
    assert all(entry.split(".")[0] in ours for entry in known)

"""Odoo's command line, but with all tests of the modules in CORE_TESTS_OF run at the end.

Odoo runs most tests of a module while it loads that module, before it loads those which build on it:
an add-on would not be there when the tests of what it extends run. Runs in the virtual environment.
"""

import os

import odoo.cli
from odoo.tests import loader

_make_suite = loader.make_suite


def _make_whole_suite(_names, position="at_install"):
    """All tests after everything is loaded, none before."""
    if position != "post_install":
        return _make_suite([], position)
    names = os.environ["CORE_TESTS_OF"].split(",")
    suite = _make_suite(names, "at_install")
    suite.addTests(_make_suite(names, "post_install"))
    return suite


if __name__ == "__main__":
    loader.make_suite = _make_whole_suite
    odoo.cli.main()

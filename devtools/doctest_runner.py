"""Runs doctests inside the virtual environment: `python doctest_runner.py MODULE …`.

Prints one line of JSON for each docstring with examples: {"name", "failed", "text"}.
"""

import doctest
import importlib
import io
import json
import os
import sys


def _prepare_odoo(addons_path: str) -> None:
    """Make `odoo.addons.<ours>` importable."""
    from odoo.modules.module import initialize_sys_path
    from odoo.tools import config

    config.parse_config([f"--addons-path={addons_path}"])
    initialize_sys_path()


def main(names: list[str]) -> None:
    """Run the doctests of the modules `names`."""
    if any(name.startswith("odoo.addons.") for name in names):
        _prepare_odoo(os.environ["DOCTEST_ADDONS_PATH"])
    out = sys.stdout
    for name in names:
        try:
            module = importlib.import_module(name)
        except Exception as error:  # whatever it is, it is a failure to be told, not to end here
            print(
                json.dumps(
                    {"name": name, "failed": True, "text": f"{name} can't be imported: {error!r}"}
                ),
                file=out,
            )
            continue
        for test in doctest.DocTestFinder(exclude_empty=True).find(module, name):
            if not test.examples:
                continue
            text = io.StringIO()
            result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=text.write)
            line = {"name": test.name, "failed": bool(result.failed), "text": text.getvalue()}
            print(json.dumps(line), file=out, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])

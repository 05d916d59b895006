"""The commands of `./dev`. Each one imports what it needs, so that --help is instant."""

import argparse
import errno
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from devtools.errors import Trouble, from_os_error
from devtools.paths import DEV

_DESCRIPTION = """\
CRM Discipline: an Odoo 19 add-on. This launcher brings what it needs by itself
(Odoo, Python packages, PostgreSQL) into the folder .dev of this checkout.

  ./dev demo    a running CRM with demo data in your browser
  ./dev test    all tests
"""

_EPILOG = """\
environment variables:
  ODOO_HOME          folder of an Odoo 19 that you have, instead of Debian's package
  ODOO_EXTRA_ADDONS  further add-ons folders, separated by commas
  PGHOST, PGPORT, PGUSER, PGPASSWORD
                     a PostgreSQL server that you have, instead of a private one
  DEBIAN_MIRROR      where to fetch Debian's packages, instead of this machine's mirror
  CRM_DEV_HOME       the folder for everything that is made, instead of .dev
  CRM_DEV_PYTHON     the Python to use, instead of the newest found (3.10 to 3.13)
"""


def main(argv: list[str]) -> int:
    """Run one command and return the status for the shell."""
    args, rest = _split(argv)
    if args[:1] == ["bench"]:
        return _guarded(lambda: _bench(argv[1:]))
    options = _parser().parse_args(args)
    if rest and not getattr(options, "takes_rest", False):
        _parser().error(f"{options.command} takes nothing after --")
    return _guarded(lambda: options.run(options, rest))


def _guarded(run: Callable[[], int]) -> int:
    """The status of `run`, with a sentence in place of each error that a user can meet."""
    # Asked to stop by the system (kill, a closed terminal), do what Ctrl-C does.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return run()
    except Trouble as trouble:
        return _complain(str(trouble))
    except KeyboardInterrupt:
        return _complain("stopped.", 130)
    except OSError as error:
        if error.errno is None or (error.filename is None and error.errno != errno.ENOSPC):
            raise
        return _complain(str(from_os_error(error, DEV)))


def _complain(text: str, status: int = 1) -> int:
    """Print what is wrong, and return the status that says so."""
    sys.stdout.flush()
    print(f"dev: {text}", file=sys.stderr, flush=True)
    return status


def _split(argv: list[str]) -> tuple[list[str], list[str]]:
    """What is ours, and what stands behind `--` for another program.

    >>> _split(["odoo", "--", "-d", "x"])
    (['odoo'], ['-d', 'x'])
    """
    if "--" not in argv:
        return argv, []
    at = argv.index("--")
    return argv[:at], argv[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="./dev",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, title="commands"
    )

    def command(name: str, run: Callable, text: str, **defaults) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        made.set_defaults(run=run, **defaults)
        return made

    demo = command("demo", _demo, "serve the CRM with demo data on 127.0.0.1; Ctrl-C stops it")
    demo.add_argument("--port", type=int, default=8069, help="the port to serve on (8069)")
    demo.add_argument(
        "--reset", action="store_true", help="throw the demo's data away and start afresh"
    )

    test = command(
        "test", _test, "run all tests, or those whose file, class or method has PATTERN in its name"
    )
    test.add_argument("pattern", nargs="?", metavar="PATTERN", help="part of a name")

    core = command("core-tests", _core_tests, "run Odoo's own tests with the add-on installed")
    core.add_argument("--without", action="store_true", help="the same without the add-on")
    core.add_argument(
        "--mailings",
        action="store_true",
        help="those of sms, mass_mailing and mass_mailing_sms instead",
    )

    lint = command("lint", _lint, "check style and frequent mistakes in all files")
    lint.add_argument("--fix", action="store_true", help="first mend what can be mended")
    lint.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="CHECKER",
        help="run this checker (repeatable)",
    )

    odoo = command(
        "odoo", _odoo, "run Odoo's own command line: ./dev odoo -- ARGS", takes_rest=True
    )
    _add_server(odoo)
    pictures = command(
        "screenshots", _screenshots, "take the documentation's pictures from the demo"
    )
    pictures.add_argument("names", nargs="*", metavar="NAME", help="a picture (all)")
    pictures.add_argument("--into", type=Path, metavar="FOLDER", help="a folder (docs/pictures)")
    # It has a command line of its own, so it never gets as far as here.
    command("bench", _bench, "measure what the add-on costs, as ratios (./dev bench --help)")

    psql = command(
        "psql", _psql, "open psql on the demo's database, or on another", takes_rest=True
    )
    psql.add_argument("database", nargs="?", metavar="DB", help="the database (the demo's)")
    _add_server(psql)
    shell = command(
        "shell", _shell, "open Odoo's Python shell on the demo's database, or on another"
    )
    shell.add_argument("database", nargs="?", metavar="DB", help="the database (the demo's)")
    _add_server(shell)
    return parser


def _add_server(parser: argparse.ArgumentParser) -> None:
    """Let the user choose between the private servers."""
    parser.add_argument(
        "--server",
        choices=["demo", "test", "bench"],
        default="demo",
        help="which private PostgreSQL server: the demo's (as it is), the tests', or the benchmarks'",
    )


def _demo(options: argparse.Namespace, _rest: list[str]) -> int:
    from devtools import serve

    return serve.demo(options.port, options.reset)


def _test(options: argparse.Namespace, _rest: list[str]) -> int:
    from devtools import testing

    return testing.test(options.pattern)


def _core_tests(options: argparse.Namespace, _rest: list[str]) -> int:
    from devtools import core_tests

    return core_tests.core_tests(options.without, options.mailings)


def _lint(options: argparse.Namespace, _rest: list[str]) -> int:
    from devtools import lint

    return lint.lint(options.fix, options.only)


def _screenshots(options: argparse.Namespace, _rest: list[str]) -> int:
    from devtools import screenshots

    return screenshots.screenshots(options.names, options.into)


def _bench(argv: list[str]) -> int:
    from devtools import bench

    return bench.main(argv)


def _odoo(options: argparse.Namespace, rest: list[str]) -> int:
    from devtools import odoo_command, postgres

    workshop = odoo_command.prepare()
    with postgres.serving(options.server) as server:
        return odoo_command.on(workshop, server, options.server).call(rest)


def _shell(options: argparse.Namespace, _rest: list[str]) -> int:
    from devtools import odoo_command, postgres

    workshop = odoo_command.prepare()
    with postgres.serving(options.server) as server:
        database = options.database or server.name("demo")
        return odoo_command.on(workshop, server, options.server).call(
            ["shell", "-d", database, "--no-http"]
        )


def _psql(options: argparse.Namespace, rest: list[str]) -> int:
    from devtools import odoo_command, postgres

    odoo_command.prepare()
    with postgres.serving(options.server) as server:
        return postgres.open_psql(server, options.database or server.name("demo"), rest)

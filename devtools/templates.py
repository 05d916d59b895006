"""Databases to run tests on: one is installed and kept, and copied for each run in an instant."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.errors import Trouble
from devtools.odoo_command import OdooCommand
from devtools.paths import LOG
from devtools.processes import locked, tail
from devtools.steps import step

# Odoo makes all bundles of scripts and styles before it runs browser tests: those which our add-ons
# do not touch are made once, here.
_BUNDLES = "env['ir.qweb']._pregenerate_assets_bundles(); env.cr.commit()\n"


@contextmanager
def copy_of(odoo: OdooCommand, modules: list[str], bundles: bool = True) -> Iterator[str]:
    """A database of its own with `modules` installed, without demo data, for as long as the block runs.

    :param bundles: whether browsers will use it.
    """
    template = _template(odoo, modules, bundles)
    name = f"{odoo.server.name('run')}_{os.getpid()}"
    try:
        odoo.server.drop(name)
        odoo.server.create(name, template)
        _copy_files(filestore(odoo, template), filestore(odoo, name))
        yield name
    finally:
        odoo.server.drop(name)
        shutil.rmtree(filestore(odoo, name), ignore_errors=True)


def filestore(odoo: OdooCommand, database: str) -> Path:
    """Where Odoo keeps the attachments of a database."""
    return odoo.data / "filestore" / database


def _template(odoo: OdooCommand, modules: list[str], bundles: bool) -> str:
    """The name of the template with `modules`, made if it isn't there."""
    name = _name(odoo, modules, bundles)
    with locked("templates"):
        existing = odoo.server.databases()
        if not bundles and (with_bundles := _name(odoo, modules, True)) in existing:
            return with_bundles
        if name not in existing:
            with step(f"Template database ({', '.join(modules)})"):
                _make(odoo, name, modules, bundles)
    return name


def _name(odoo: OdooCommand, modules: list[str], bundles: bool) -> str:
    """The name of a template: another Odoo or other modules make another one."""
    told = f"{odoo.workshop.odoo.version} {modules} {bundles}"
    return f"{odoo.server.name('template')}_{hashlib.sha256(told.encode()).hexdigest()[:8]}"


def _make(odoo: OdooCommand, name: str, modules: list[str], bundles: bool) -> None:
    """Install `modules` under another name first, so that a half-made database is never copied."""
    making = f"{name}_making"
    odoo.server.drop(making)
    for old in (making, name):
        shutil.rmtree(filestore(odoo, old), ignore_errors=True)
    odoo.server.create(making)
    log = LOG / "template.log"
    args = [
        "-d",
        making,
        "-i",
        ",".join(modules),
        "--stop-after-init",
        "--no-http",
        "--max-cron-threads=0",
    ]
    status = odoo.log(args, log)
    if not status and bundles:
        status = odoo.log(["shell", "-d", making, "--no-http"], log, stdin_text=_BUNDLES)
    if status:
        raise Trouble(
            f"The template database could not be made: {log} tells why.\n{tail(log.read_text())}"
        )
    if filestore(odoo, making).exists():
        filestore(odoo, making).rename(filestore(odoo, name))
    odoo.server.rename(making, name)


def _copy_files(source: Path, target: Path) -> None:
    """Copy attachments as links: Odoo never changes one in place."""
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target, copy_function=os.link)

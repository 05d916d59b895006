"""Refreshing what translators work on, from the add-ons' present terms.

`python -m devtools.translations` exports the template (`i18n/<add-on>.pot`) of each add-on, and brings
its languages (`i18n/*.po`) up to it: what was translated stays, what no longer exists goes, and what
is new is left empty to be filled in.
"""

import sys

from devtools import addons, odoo_command, postgres, templates
from devtools.errors import Trouble
from devtools.odoo_command import OdooCommand
from devtools.paths import LOG, ROOT
from devtools.processes import tail
from devtools.steps import say, step

SAME = {
    "cs": frozenset(
        {'"E-mail"', '"ID"', '"3CX"', '"Asterisk"', '"FreeSWITCH"', '"Twilio"'}
        | {'"%(call)s: %(status)s"', '"SMS"', '"Mailing"'}
    )
}
"""Terms that a language has from English as they are. The checker of languages wants them empty."""

_EMPTY = '""'
# They would make every refresh a change.
_DATES = ('"POT-Creation-Date:', '"PO-Revision-Date:')


def refresh() -> int:
    """Export the terms of our add-ons, and say what is not translated. Returns the shell's status.

    Works on a database without demo data, which is made for it and removed.
    """
    addons.require_main()
    workshop = odoo_command.prepare("test")
    ours = translated()
    base = [name for name in addons.foreign_depends(ours) if name != "base"] or ["base"]
    with postgres.serving("test") as server:
        odoo = odoo_command.on(workshop, server, "test")
        with templates.copy_of(odoo, base, bundles=False) as database:
            with step("Our add-ons"):
                args = ["-i", ",".join(ours), "--stop-after-init", "--no-http"]
                _run(odoo, ["-d", database, *args, "--max-cron-threads=0"])
            with step("Their terms"):
                _run(odoo, ["i18n", "export", "-d", database, *ours, "-l", "pot"])
    missing = sum(_bring_up(name) for name in ours)
    return 1 if missing else 0


def translated() -> list[str]:
    """Our add-ons that have words of their own: those with a folder for them."""
    return [name for name in addons.ours() if (ROOT / name / "i18n").is_dir()]


def _bring_up(name: str) -> int:
    """Bring the languages of an add-on up to its template. Returns how many terms are missing."""
    folder = ROOT / name / "i18n"
    template = folder / f"{name}.pot"
    text = without_dates(template.read_text(encoding="utf-8"))
    template.write_text(text, encoding="utf-8")
    missing = 0
    # Odoo can export languages, too, but takes the terms of code from the file it has just emptied.
    for path in sorted(folder.glob("*.po")):
        merged = merge(text, path.read_text(encoding="utf-8"))
        path.write_text(merged, encoding="utf-8")
        empty = [term for term in untranslated(merged) if term not in SAME.get(path.stem, ())]
        say(f"  {path.relative_to(ROOT)}: {len(empty)} terms to translate")
        for term in empty:
            say(f"    {term}")
        missing += len(empty)
    return missing


def without_dates(text: str) -> str:
    r"""A template without the lines that say when it was made.

    >>> without_dates('msgid ""\nmsgstr ""\n"POT-Creation-Date: 2026-01-01\\n"\n"Language: cs\\n"\n')
    'msgid ""\nmsgstr ""\n"Language: cs\\n"\n'
    """
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(_DATES))


def merge(template: str, language: str) -> str:
    r"""A language with the terms of a template, as far as it has them translated.

    >>> held, note = 'msgid "Held"\nmsgstr ""\n', 'msgid "Note"\nmsgstr ""\n'
    >>> czech = 'msgid ""\nmsgstr "cs"\n\nmsgid "Held"\nmsgstr "Proběhla"\n\nmsgid "Gone"\nmsgstr "Pryč"\n'
    >>> print(merge('\n'.join(['msgid ""\nmsgstr ""\n', held, note]), czech), end="")
    msgid ""
    msgstr "cs"
    <BLANKLINE>
    msgid "Held"
    msgstr "Proběhla"
    <BLANKLINE>
    msgid "Note"
    msgstr ""
    """
    known = {msgid: msgstr for _comments, msgid, msgstr in _entries(language)}
    blocks = []
    for comments, msgid, msgstr in _entries(template):
        translated = known.get(msgid, msgstr)
        # a translation that repeats the term says nothing
        translated = _EMPTY if translated == msgid else translated
        blocks.append(f"{comments}msgid {msgid}\nmsgstr {translated}\n")
    return "\n".join(blocks)


def untranslated(language: str) -> list[str]:
    r"""The terms of a language that nobody has translated yet.

    >>> untranslated('msgid ""\nmsgstr "cs"\n\nmsgid "Held"\nmsgstr ""\n\nmsgid "No"\nmsgstr "Ne"\n')
    ['"Held"']
    """
    return [msgid for _comments, msgid, msgstr in _entries(language) if msgstr == _EMPTY != msgid]


def _entries(text: str) -> list[tuple[str, str, str]]:
    """The comments, the term and the translation of each entry, the latter two as they are written."""
    entries = []
    for block in text.strip("\n").split("\n\n"):
        head, _, translation = block.partition("\nmsgstr ")
        comments, _, term = head.rpartition("msgid ")
        entries.append((comments, term, translation))
    return entries


def _run(odoo: OdooCommand, args: list[str]) -> None:
    """Run Odoo with `args`, or raise what its log says against it."""
    log = LOG / "translations.log"
    if odoo.log(args, log):
        raise Trouble(f"The terms could not be exported: {log} tells why.\n{tail(log.read_text())}")


def main() -> int:
    """Run as a program."""
    try:
        return refresh()
    except Trouble as trouble:
        sys.stderr.write(f"translations: {trouble}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())

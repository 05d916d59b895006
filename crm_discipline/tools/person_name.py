"""Does a name hold a surname and a first name?

Odoo keeps a person's name in one field, in whatever order the country writes it. To know that both
parts are there no order is needed: two words that are names are enough, once titles, initials,
particles and generational suffixes are set aside. Names in Chinese, Japanese and Korean characters
are written without a space.
"""

import re
import unicodedata
from difflib import SequenceMatcher

# Academic and courtesy titles, and generational suffixes, as written in the languages of the
# countries where surname-first and title-heavy forms are usual. Compared without dots and case.
_TITLES = frozenset(
    """
    mr mrs ms miss mx sir dame dr prof rev hon esq jr sr ii iii iv phd md mba msc bsc llm
    paní slečna bc bca mgr mga ing arch mudr mvdr mddr judr phdr rndr pharmdr paeddr thdr
    thlic thmgr doc csc drsc dis ml
    herr frau fräulein dipl dipling
    mme mlle monsieur madame mademoiselle maître
    sra srta doña señor señora dña
    sig sigra signor signora signorina dott dottssa avv rag geom
    """.split()
)
# Parts of a surname or forms of address, never a name by themselves. Only in lower case, as people
# write them: “Van”, “Pan” and “Ma” are also names.
_PARTICLES = frozenset(
    """
    a af al am an auf av bin bint da das de degli dei del della den der des di do dos du e el ibn la
    las le les lo los of og pan st te ten ter the till to und van vom von y z ze zu zum zur
    """.split()
)
_SCRIPTS_WITHOUT_SPACES = ("CJK UNIFIED", "HIRAGANA", "KATAKANA", "HANGUL")
_SEPARATORS = re.compile(r"[\s,;/()]+")
_NOT_IN_WORDS = re.compile(r"[^\w'’\-]|[\d_]")
# How alike two names are that may be one person's: a letter or two differ.
_NEAR = 0.85


def has_full_name(name):
    """Tell whether ``name`` has at least a surname and a first name.

    :param name: a person's name as typed, or a false value
    :return: bool

    >>> [has_full_name(name) for name in ("Jana Nováková", "Nováková, Jana", "Nguyễn Văn An")]
    [True, True, True]
    >>> [has_full_name(name) for name in ("Nováková", "Ing. Novák, Ph.D.", "J. Novák", "paní Nováková")]
    [False, False, False, False]
    >>> has_full_name("de la Cruz"), has_full_name("Penélope de la Cruz"), has_full_name("Van Thanh")
    (False, True, True)
    >>> has_full_name("王小明"), has_full_name("王"), has_full_name("O'Brien 42"), has_full_name("")
    (True, False, False, False)
    """
    if not name:
        return False
    words = [word for word in _SEPARATORS.split(name.strip()) if _is_name(word)]
    if len(words) > 1:
        return True
    return bool(words) and len(words[0]) > 1 and _is_written_without_spaces(words[0])


def fold(name):
    """Return the words of ``name`` that are names, without accents and case, in one order.

    >>> fold("Ing. Jana NOVÁKOVÁ"), fold("Novakova, Jana"), fold(None)
    (('jana', 'novakova'), ('jana', 'novakova'), ())
    """
    words = _SEPARATORS.split((name or "").strip())
    return tuple(sorted(_unaccent(word).lower() for word in words if _is_name(word)))


def is_near(name, other):
    """Tell whether two names may be one person's: the same but for accents, case, order or a slip,
    or one of them a part of the other.

    >>> is_near("Jana Nováková", "novakova jana"), is_near("Jana Nováková", "Jana Nowáková")
    (True, True)
    >>> is_near("Dvořák", "Petr Dvořák"), is_near("Petr Dvořák", "Pavel Dvořák")
    (True, False)
    >>> is_near("", "Petr Dvořák")
    False
    """
    return are_near(fold(name), fold(other))


def are_near(words, others):
    """Tell the same of names that :func:`fold` returned, for many of them.

    >>> are_near(("jana", "novakova"), ("novakova",))
    True
    """
    if not words or not others:
        return False
    if set(words) <= set(others) or set(words) >= set(others):
        return True
    if len(words) != len(others):
        return False
    # word by word, so that one first name is not taken for another
    return all(_is_slip(word, like) for word, like in zip(words, others, strict=True))


def _is_slip(word, like):
    if word == like:
        return True
    # (most are told apart by their letters alone, which takes a fraction of the time)
    matcher = SequenceMatcher(None, word, like, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _NEAR
        and matcher.quick_ratio() >= _NEAR
        and matcher.ratio() >= _NEAR
    )


def get_spellings(name):
    """Return how a name may have been written: both orders, with and without accents.

    What an index on names finds at once.

    >>> get_spellings("jana Nováková")
    ['jana Nováková', 'Nováková jana', 'Jana Nováková', 'Nováková Jana', 'Jana Novakova', 'Novakova Jana']
    >>> get_spellings(" ")
    []
    """
    name = " ".join((name or "").split())
    if not name:
        return []
    spellings = []
    for written in (name, name.title() if name in (name.lower(), name.upper()) else _upper(name)):
        spellings += [written, " ".join(reversed(written.split()))]
    plain = _unaccent(spellings[2])
    spellings += [plain, " ".join(reversed(plain.split()))]
    return list(dict.fromkeys(spellings))


def _upper(name):
    """Return ``name`` with its words beginning in upper case, otherwise as written."""
    return " ".join(word[:1].upper() + word[1:] for word in name.split(" "))


def _unaccent(text):
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _is_name(word):
    """Tell whether ``word`` can be a surname or a first name by itself."""
    bare = _NOT_IN_WORDS.sub("", word)
    letters = [character for character in bare if character.isalpha()]
    if not letters:
        return False
    if len(letters) == 1:
        # an initial; one character is a whole name only where characters are syllables
        return _is_written_without_spaces(letters[0])
    return bare.lower() not in _TITLES and bare not in _PARTICLES


def _is_written_without_spaces(word):
    return all(
        unicodedata.name(character, "").startswith(_SCRIPTS_WITHOUT_SPACES) for character in word
    )

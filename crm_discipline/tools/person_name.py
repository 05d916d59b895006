"""Does a name hold a surname and a first name?

Odoo keeps a person's name in one field, in whatever order the country writes it. To know that both
parts are there no order is needed: two words that are names are enough, once titles, initials,
particles and generational suffixes are set aside. Names in Chinese, Japanese and Korean characters
are written without a space.
"""

import re
import unicodedata

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

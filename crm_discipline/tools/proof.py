"""What a client gives back must be what this server gave out."""

from odoo.tools import consteq


def is_proof(given, expected):
    """Tell whether what came from outside is the token that is expected, and take as long for each that isn't.

    >>> is_proof("3f2a", "3f2a"), is_proof("3f2b", "3f2a")
    (True, False)

    Whatever comes instead of a token is none:

    >>> [is_proof(given, "3f2a") for given in (None, False, "", 7, "žádný", ["3f2a"], "\\ud800")]
    [False, False, False, False, False, False, False]

    :param expected: text in ASCII
    """
    if not isinstance(given, str):
        return False
    return consteq(given.encode(errors="replace"), expected.encode())

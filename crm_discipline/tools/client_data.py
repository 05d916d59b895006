"""What Odoo's own flows may do with clients' personal data for a person who may not do it alone.

A lead becomes a client with the data that the lead holds, a new user gets a contact, a merge keeps
what both opportunities knew. The code that runs such a flow says what it is going to do with
``allowing(records, ALLOW_...)``. Like :mod:`automation`'s mark this is an object of the process: a
client can send any JSON as its context, but never this.
"""

_KEY = "discipline_client_data"

ALLOW_CREATE = "create"
"""Creating contacts, or opportunities with contact data."""
ALLOW_ACCOUNT = "account"
"""What a user's account does to the user's contact: archiving it and its company."""
ALLOW_WRITE = "write"
"""Writing personal data."""


class _Allowance(frozenset):
    """The operations that marked code may do."""


def allowing(records, *operations):
    """Return ``records`` in an environment in which ``operations`` on personal data are allowed."""
    return records.with_context(**{_KEY: _Allowance(operations)})


def is_allowed(env, operation):
    """Tell whether the code that runs in ``env`` was marked for ``operation``."""
    allowance = env.context.get(_KEY)
    return isinstance(allowance, _Allowance) and operation in allowance


def without_defaults(records, fnames):
    """Return ``records`` without what a client's context would fill into ``fnames``."""
    keys = {f"default_{fname}" for fname in fnames}
    context = records.env.context
    if keys.isdisjoint(context):
        return records
    context = {key: value for key, value in context.items() if key not in keys}
    return records.with_env(records.env(context=context))

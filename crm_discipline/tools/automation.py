"""Who is saving: a person, or the system on somebody's behalf.

Rules stop people and never automation. The superuser, a scheduled job, a portal visitor and
the code that Odoo runs for a person as a consequence of something else (the occurrences of a
series, a calendar synchronisation) are automation: what they leave incomplete is marked, not
refused.

The mark travels in the context as an object that exists in this process only. A client can send
any JSON as its context, but never this object, so nobody can exempt themselves.
"""

from odoo.http import request

_KEY = "discipline_automation"
_MARK = object()


def as_automation(records):
    """Return ``records`` in an environment whose saves no rule refuses."""
    return records.with_context(**{_KEY: _MARK})


def is_automation(env):
    """Tell whether what ``env`` saves is nobody's own doing.

    :return: True for the superuser, marked code, a scheduled job and users who are not internal
    """
    if env.su or env.context.get(_KEY) is _MARK:
        return True
    if not request and env.context.get("cron_id"):
        # a scheduled job may run as any user; its context key alone proves nothing, because over
        # RPC a client could send it, but there a request is bound
        return True
    return not env.user._is_internal()

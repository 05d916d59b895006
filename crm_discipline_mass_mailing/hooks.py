"""Leaving without anything half sent."""


def uninstall_hook(env):
    """Stop mailings to audiences, which would not know any more who was reached."""
    env["mailing.mailing"]._stop_for_good_sudo()

"""Odoo's command line as a script, for a server with workers: it starts itself anew to serve the bus,
by the path of what was run."""

import sys

# this folder, whose modules are not Odoo's
del sys.path[0]

import odoo.cli  # noqa: E402

odoo.cli.main()

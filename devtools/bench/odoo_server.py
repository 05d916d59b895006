"""Odoo's command line as a script, for a server with workers: it starts itself anew to serve the bus,
by the path of what was run."""

import sys


def main() -> None:
    """Run Odoo with the arguments of this process."""
    # this folder, whose modules are not Odoo's
    del sys.path[0]
    import odoo.cli

    odoo.cli.main()


if __name__ == "__main__":
    main()

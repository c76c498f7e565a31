"""`central provision`: make an organisation's central store of a PostgreSQL database."""

import argparse
from typing import Final

from app.cli.opening import central_password
from app.cli.output import Output
from storage.central.address import Address
from storage.central.provisioning import provision

_PROVISION: Final = """\
Make the database that URL names an organisation's central store, or bring an older one up to
date; running it again changes nothing. The login in the URL must own the database and may create
roles. It needs PostgreSQL 15 or later and a home is not needed.

The URL is postgresql://LOGIN@HOST:PORT/DATABASE?sslrootcert=CA.pem, or with ?host=/FOLDER for a
socket on this machine. It holds no password: that is read from the file that
ASSAY_CENTRAL_PASSWORD_FILE names, else from libpq's password file, else asked for.

With --json: {"changed": bool}."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``central`` its sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    make = commands.add_parser("provision", help="prepare a database", description=_PROVISION)
    make.add_argument("url", metavar="URL")
    make.add_argument("--admin", metavar="LOGIN", help="the login of whoever founds the deployment")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Prepare the database and say whether there was anything to do."""
    address = Address.read(arguments.url)
    changed = provision(address, central_password(), admin=arguments.admin)
    out.document({"changed": changed})
    done = "is a central store now" if changed else "was a central store already"
    out.line(f"{address.shown()} {done}.")
    return 0

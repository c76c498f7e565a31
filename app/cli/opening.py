"""How a command opens the home: where it is, and whence its passphrase comes."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app import clock
from app.bootstrap import Workstation, home_place, open_workstation
from app.cli.output import Output
from app.errors import SecretError
from app.passphrase import passphrase_from_file, secret_named_by
from app.standing import warnings

if TYPE_CHECKING:
    from storage.central.interface import CentralStore
    from storage.home import Home

RECOVERY_FILE = "ASSAY_RECOVERY_FILE"
CENTRAL_PASSWORD_FILE = "ASSAY_CENTRAL_PASSWORD_FILE"


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Workstation]:
    """Open the home that the arguments name, and close it whatever happens."""
    workstation = open_workstation(home_place(arguments.home), passphrase_source())
    try:
        yield workstation
    finally:
        workstation.close()


@contextmanager
def opened_home(arguments: argparse.Namespace) -> Iterator["Home"]:
    """Open the home alone, without what works on it: it may not be enrolled yet."""
    from storage.home import open_home  # noqa: PLC0415 - most commands open a workstation

    home = open_home(home_place(arguments.home), passphrase=passphrase_source())
    try:
        yield home
    finally:
        home.close()


def tell_clock(workstation: Workstation, out: Output) -> None:
    """Note what ``tell_standing`` notes, and each line of the settings that was skipped."""
    for sentence in workstation.warnings(clock.utc_now):
        out.note(sentence)


def tell_standing(home: "Home", out: Output) -> None:
    """Note where the clock is behind the newest record, and where the roster is past its day."""
    for sentence in warnings(home, clock.utc_now()):
        out.note(sentence)


def passphrase_source(*, twice: bool = False) -> Callable[[], str]:
    """Return what asks for the passphrase when a key file needs it.

    The file that ``ASSAY_PASSPHRASE_FILE`` names comes first, then a prompt on the terminal;
    ``twice`` asks again and compares, for a passphrase that is being set.
    """

    def ask() -> str:
        secret = passphrase_from_file()
        return _from_terminal(twice=twice) if secret is None else secret

    return ask


def recovery_source() -> str:
    """Return the recovery key: from the file that ASSAY_RECOVERY_FILE names, else by prompt.

    Never from the command line, which every process of the machine can read.
    """
    secret = secret_named_by(RECOVERY_FILE)
    if secret is not None:
        return secret
    if not sys.stdin.isatty():
        raise SecretError(
            "The recovery key is needed, and there is no terminal to ask on.",
            advice="Name a file that holds it in ASSAY_RECOVERY_FILE, or start from a terminal.",
        )
    return getpass.getpass("Recovery key: ", sys.stderr)


def central_password() -> str | None:
    """Return the password at the central store, or None to leave it to libpq's password file.

    It is never an argument: those are shown to everybody on the machine. The file that
    ``ASSAY_CENTRAL_PASSWORD_FILE`` names comes first, then libpq's own, then a prompt.
    """
    secret = secret_named_by(CENTRAL_PASSWORD_FILE)
    if secret is not None:
        return secret
    own = os.environ.get("PGPASSFILE") or str(Path.home() / ".pgpass")
    if Path(own).exists() or not sys.stdin.isatty():
        return None
    return getpass.getpass("Password at the central store: ", sys.stderr) or None


@contextmanager
def central_at(home: "Home", url: str | None) -> Iterator["CentralStore | None"]:
    """Give the central store at another address than the home's, None without one.

    A password for the home's own that a file names now is kept for the next time.
    """
    if url is None:
        if home.identity.has_server and os.environ.get(CENTRAL_PASSWORD_FILE):
            home.keep_central_password(central_password() or "")
        yield None
        return
    from storage.central.opening import open_server  # noqa: PLC0415 - most homes have their own

    store = open_server(url, central_password())
    try:
        yield store
    finally:
        store.close()


def _from_terminal(*, twice: bool) -> str:
    if not sys.stdin.isatty():
        raise SecretError("This home opens with a passphrase, and there is no terminal to ask on.")
    try:
        secret = getpass.getpass("Passphrase of this home: ", sys.stderr)
        again = getpass.getpass("The same again: ", sys.stderr) if twice else secret
    except EOFError as error:
        raise SecretError("No passphrase was typed.", advice="Run it again.") from error
    if again != secret:
        raise SecretError("The two passphrases differ.", advice="Run it again.")
    if not secret:
        raise SecretError("The passphrase is empty.", advice="Run it again and type one.")
    return secret

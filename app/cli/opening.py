"""How a command opens the home: where it is, and whence its passphrase comes."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.bootstrap import Workstation, home_place, open_workstation
from app.cli.output import Output
from app.errors import SecretError

PASSPHRASE_FILE = "ASSAY_PASSPHRASE_FILE"


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Workstation]:
    """Open the home that the arguments name, and close it whatever happens."""
    workstation = open_workstation(home_place(arguments.home), passphrase_source())
    try:
        yield workstation
    finally:
        workstation.close()


def tell_clock(workstation: Workstation, out: Output) -> None:
    """Note that the clock is behind the newest record, where it is: what is signed has its date."""
    told = workstation.clock_behind()
    if told is not None:
        out.note(told)


def passphrase_source(*, twice: bool = False) -> Callable[[], str]:
    """Return what asks for the passphrase when a key file needs it.

    The file that ``ASSAY_PASSPHRASE_FILE`` names comes first, then a prompt on the terminal;
    ``twice`` asks again and compares, for a passphrase that is being set.
    """

    def ask() -> str:
        named = os.environ.get(PASSPHRASE_FILE)
        return _from_file(Path(named)) if named else _from_terminal(twice=twice)

    return ask


def _from_file(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SecretError(f"{path}: the passphrase file is not UTF-8 text.") from error
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        raise SecretError(f"{path}: the passphrase file cannot be read ({why}).") from error
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise SecretError(f"{path}: the passphrase file is empty.")
    return secret


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

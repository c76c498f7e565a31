"""The passphrase of a home, as `ASSAY_PASSPHRASE_FILE` names it: for commands and the window."""

import os
from pathlib import Path

from app.errors import SecretError

PASSPHRASE_FILE = "ASSAY_PASSPHRASE_FILE"


def passphrase_from_file() -> str | None:
    """Return the passphrase in the file that `ASSAY_PASSPHRASE_FILE` names; None: none is named.

    Raises:
        SecretError: the file cannot be read, is not UTF-8 text, or is empty.
    """
    named = os.environ.get(PASSPHRASE_FILE)
    return read_secret(Path(named)) if named else None


def read_secret(path: Path) -> str:
    """Return the one line of a file that holds a secret; raises SecretError as above."""
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

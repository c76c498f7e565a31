"""Secrets in files that variables name, the passphrase first: for commands and the window."""

import os
from pathlib import Path

from app.errors import SecretError

PASSPHRASE_FILE = "ASSAY_PASSPHRASE_FILE"


def passphrase_from_file() -> str | None:
    """Return the passphrase in the file that `ASSAY_PASSPHRASE_FILE` names; None: none is named.

    Raises SecretError as ``secret_named_by`` does.
    """
    return secret_named_by(PASSPHRASE_FILE)


def secret_named_by(variable: str) -> str | None:
    """Return the one line of the file that a variable of the environment names; None: none is.

    Raises:
        SecretError: the file cannot be read, is not UTF-8 text, or is empty.
    """
    named = os.environ.get(variable)
    if not named:
        return None
    path = Path(named)
    advice = f"Name a file that can be read in {variable}, or start from a terminal."
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        why = f"{path}: the file that {variable} names is not UTF-8 text."
        raise SecretError(why, advice=advice) from error
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        why = f"{path}: the file that {variable} names cannot be read ({why})."
        raise SecretError(why, advice=advice) from error
    secret = text.removesuffix("\n").removesuffix("\r")
    if not secret:
        raise SecretError(f"{path}: the file that {variable} names is empty.", advice=advice)
    return secret

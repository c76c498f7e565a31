"""The secrets of one home: made at random, kept in the keyring or in a key file."""

import json
import os
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Literal

from grading.late_methods import dataclass
from storage.errors import DamagedKeysError, KeyringError
from storage.keyfile import Cost, open_key_file, write_key_file
from storage.wiping import wipe

KEY_BYTES = 32
KEY_FILE_NAME = "keys.json"

KeyPlace = Literal["keyring", "file"]
Passphrase = Callable[[], str]


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Every key of a home, 32 bytes each. Never printed: its text is its class name.

    ``vault_next`` is there only while the vault key is being changed: what is not wrapped by it
    yet is wrapped by ``vault``.
    """

    signing: bytes
    vault: bytes
    local: bytes
    central: bytes
    vault_next: bytes | None = None

    def forget(self) -> None:
        """Overwrite every key; whoever still holds one of them holds zeros."""
        wipe(*_keys(self).values())

    def __repr__(self) -> str:
        return "Secrets()"


def fresh_secrets() -> Secrets:
    """Make the keys of a new home."""
    return Secrets(*(os.urandom(KEY_BYTES) for _ in range(4)))


def secrets_to_bytes(secrets: Secrets) -> bytes:
    """Write the keys as JSON, to be sealed or given to the keyring and nothing else."""
    return json.dumps({name: key.hex() for name, key in _keys(secrets).items()}).encode()


def _keys(secrets: Secrets) -> dict[str, bytes]:
    named = {field.name: getattr(secrets, field.name) for field in fields(secrets)}
    return {name: key for name, key in named.items() if key is not None}


def secrets_from_bytes(text: bytes) -> Secrets:
    """Read what ``secrets_to_bytes`` wrote, and overwrite it.

    Raises:
        DamagedKeysError: it is something else. The cause is left out: it would hold the text.

    """
    document = text.decode("latin-1")  # decoded here, for json would leave a copy of its own
    try:
        found = json.loads(document)
        secrets = Secrets(**{name: bytes.fromhex(value) for name, value in found.items()})
        wipe(*found.values())
        sound = all(len(key) == KEY_BYTES for key in _keys(secrets).values())
    except (ValueError, TypeError, AttributeError):
        sound = False
    finally:
        wipe(document, text)
    if not sound:
        raise DamagedKeysError("The keys of this home are not readable.") from None
    return secrets


def choose_place(wanted: KeyPlace | None) -> tuple[KeyPlace, str | None]:
    """Say where the keys of a new home go, and why if it is not the keyring.

    Args:
        wanted: what was asked for, or None for the keyring where there is one.

    Raises:
        KeyringError: the keyring was asked for by name and there is none.

    """
    if wanted == "file":
        return "file", None
    # keyring takes a fifth of a second to import
    from storage.system_keyring import trusted_keyring  # noqa: PLC0415 - only who uses it pays

    if trusted_keyring() is not None:
        return "keyring", None
    if wanted == "keyring":
        raise KeyringError(
            "This machine has no keyring that can be trusted.",
            advice="Keep them in a file under a passphrase; by command that is `--keys file`.",
        )
    return "file", "This machine has no keyring, so the keys go into a file under a passphrase."


def has_trusted_keyring() -> bool:
    """Whether this machine has a keyring that keys may go into; asks it over its bus."""
    from storage.system_keyring import trusted_keyring  # noqa: PLC0415 - as in choose_place

    return trusted_keyring() is not None


def keep_secrets(
    home: Path, home_id: str, secrets: Secrets, passphrase: Passphrase | None, cost: Cost | None
) -> None:
    """Keep the keys: in a file where a passphrase is given, else in the keyring."""
    if passphrase is not None:
        text = secrets_to_bytes(secrets)
        write_key_file(home / KEY_FILE_NAME, home_id, text, passphrase(), cost)
        return
    from storage.system_keyring import keep_in_keyring  # noqa: PLC0415 - as in choose_place

    keep_in_keyring(home_id, secrets_to_bytes(secrets).decode())


def forget_secrets(home_id: str) -> None:
    """Take the keys of a home that was never finished out of the keyring, if there is one."""
    from storage.system_keyring import forget_in_keyring  # noqa: PLC0415 - as above

    forget_in_keyring(home_id)


def load_secrets(home: Path, home_id: str, place: KeyPlace, passphrase: Passphrase) -> Secrets:
    """Fetch the keys of a home.

    Raises:
        WrongPassphraseError: the key file does not open with this passphrase.
        DamagedKeysError: what is there is not a set of keys.
        KeyringError: the keyring is locked or has no keys for this home.

    """
    if place == "file":
        return secrets_from_bytes(open_key_file(home / KEY_FILE_NAME, home_id, passphrase))
    from storage.system_keyring import read_from_keyring  # noqa: PLC0415 - as above

    return secrets_from_bytes(read_from_keyring(home_id).encode())

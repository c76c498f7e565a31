"""Changing the keys of a home: the vault key after a shred, all but the old ones in a recovery.

Every function can be cut at any step and run again: which vault key wraps what is found by trying,
and the old one is given up last.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from storage.enrolment import ENROLMENT_NAME, Enrolment, write_enrolment
from storage.errors import DamagedKeysError
from storage.home_file import HomeFile, write_home_file
from storage.keyfile import cost_of
from storage.keys import KEY_BYTES, KEY_FILE_NAME, Passphrase, Secrets, keep_secrets, load_secrets
from storage.recovery import seal_recovery
from storage.signing import SigningKey
from storage.vault import Vault


class KeyChange:
    """The keys of one home, loaded to be changed. The passphrase is asked for once, if at all."""

    def __init__(self, place: Path, identity: HomeFile, passphrase: Passphrase) -> None:
        """Load the keys; the errors are those of opening the home."""
        self._place = place
        self._identity = identity
        self._passphrase = _once(passphrase)
        self._secrets = load_secrets(place, identity.home, identity.keys, self._passphrase)
        if SigningKey(self._secrets.signing).keyid != identity.keyid:
            raise DamagedKeysError(f"{place}: these are the keys of another home.")

    def rotate_vault(
        self,
        vault: Vault,
        forget: str,
        recovery: bytes | None,
        swept: Callable[[int, int], object] = lambda _done, _of: None,
    ) -> None:
        """Destroy the key of a batch, and with it the vault key that ever wrapped it.

        Args:
            vault: the open vault of this home.
            forget: the batch.
            recovery: the public half of the recovery key, if one was printed.
            swept: as of ``Vault.sweep``.

        """
        if self._secrets.vault_next is None:
            self._keep(replace(self._secrets, vault_next=os.urandom(KEY_BYTES)))
        following = self._secrets.vault_next or b""
        vault.rewrap(following, forget=forget)
        final = replace(self._secrets, vault=following, vault_next=None)
        if recovery is not None:
            seal_recovery(self._place, self._identity.home, final, recovery)
        self._keep(final)
        vault.sweep(swept)

    def seal_recovery(self, public: bytes) -> None:
        """Seal the present keys to a recovery key."""
        seal_recovery(self._place, self._identity.home, self._secrets, public)

    def _keep(self, secrets: Secrets) -> None:
        _keep(self._place, self._identity, secrets, self._passphrase)
        self._secrets = secrets


def recover_keys(
    place: Path,
    identity: HomeFile,
    opened: dict[str, bytes],
    *,
    passphrase: Passphrase,
    asks: Callable[[SigningKey], Enrolment],
) -> HomeFile:
    """Give a home new keys from what its recovery key opened; return what it is then.

    Its signing key is new: ``asks`` says what its enrolment file states.
    """
    signer = SigningKey.generate()
    secrets = Secrets(signing=signer.private_bytes(), **opened)
    _keep(place, identity, secrets, passphrase)
    write_enrolment(place / ENROLMENT_NAME, asks(signer), signer)
    recovered = replace(identity, keyid=signer.keyid)
    write_home_file(place, recovered)
    return recovered


def _keep(place: Path, identity: HomeFile, secrets: Secrets, passphrase: Passphrase) -> None:
    in_file = identity.keys == "file"
    cost = cost_of(place / KEY_FILE_NAME) if in_file else None
    keep_secrets(place, identity.home, secrets, passphrase if in_file else None, cost)


def _once(passphrase: Passphrase) -> Passphrase:
    told: list[str] = []

    def ask() -> str:
        if not told:
            told.append(passphrase())
        return told[0]

    return ask

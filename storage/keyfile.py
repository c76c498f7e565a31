"""The key file: Argon2id of a passphrase, then AES-256-GCM-SIV.

The parameters stand in the file and are authenticated with it. They are calibrated when the
file is made, so that one guess costs about a second on the machine that made it.
"""

import base64
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from grading.late_methods import dataclass
from storage.errors import DamagedKeysError, KeysError, WrongPassphraseError
from storage.files import disk_faults, write_whole
from storage.wiping import wipe

FORMAT = 1
SALT_BYTES = 16
NONCE_BYTES = 12
KEY_BYTES = 32
LANES = 4
MIN_MEMORY_KIB = 64 * 1024
MAX_MEMORY_KIB = 4 * 1024 * 1024  # what a damaged or hostile file may make us allocate
MAX_PASSES = 64
MAX_LANES = 16
MAX_FILE_BYTES = 65_536
AIM_S = 1.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at the passphrase costs."""

    memory_kib: int
    passes: int
    lanes: int = LANES

    def is_allowed(self) -> bool:
        """Tell whether it is strong enough and can be computed at all."""
        return (
            MIN_MEMORY_KIB <= self.memory_kib <= MAX_MEMORY_KIB
            and 1 <= self.passes <= MAX_PASSES
            and 1 <= self.lanes <= MAX_LANES
        )


MINIMUM_COST = Cost(MIN_MEMORY_KIB, passes=1)


def calibrated_cost(aim_s: float = AIM_S) -> Cost:
    """Find a cost of about ``aim_s`` on this machine: memory first, then passes."""
    cost, took_s = MINIMUM_COST, _time_once(MINIMUM_COST)
    while took_s < aim_s / 4 and cost.memory_kib * 2 <= 4 * MIN_MEMORY_KIB:
        cost = Cost(cost.memory_kib * 2, passes=1)
        took_s = _time_once(cost)
    passes = max(1, min(MAX_PASSES, round(aim_s / took_s)))
    return Cost(cost.memory_kib, passes)


def _time_once(cost: Cost) -> float:
    start = time.perf_counter()
    _derive("calibration", bytes(SALT_BYTES), cost)
    return time.perf_counter() - start


def write_key_file(
    path: Path, home_id: str, secret: bytes, passphrase: str, cost: Cost | None
) -> None:
    """Seal a secret under a passphrase and write it, whole or not at all.

    Args:
        path: where to.
        home_id: the home it belongs to; it opens for no other.
        secret: what to seal.
        passphrase: must not be empty.
        cost: calibrated here unless given; a throw-away home takes ``MINIMUM_COST``.

    """
    if not passphrase:
        raise KeysError("The passphrase is empty.", advice="Choose one of at least 12 characters.")
    cost = cost or calibrated_cost()
    if not cost.is_allowed():
        raise ValueError("a key file must cost at least 64 MiB and one pass")
    salt, nonce = _drawn_salt(), os.urandom(NONCE_BYTES)
    header = {"format": FORMAT, "home": home_id, "kdf": "argon2id", **asdict(cost)}
    header |= {"salt": _text(salt), "nonce": _text(nonce)}
    sealed = AESGCMSIV(_derive(passphrase, salt, cost)).encrypt(nonce, secret, _bound(header))
    write_whole(path, json.dumps(header | {"sealed": _text(sealed)}, indent=1).encode())


def cost_of(path: Path) -> Cost | None:
    """Return what the key file there costs to guess at, or None if it cannot be read."""
    try:
        return _parsed(path.read_bytes())[1]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def open_key_file(path: Path, home_id: str, passphrase: Callable[[], str]) -> bytes:
    """Return the secret in a key file; the passphrase is asked for only if the file is sound.

    Raises:
        WrongPassphraseError: the passphrase does not open it.
        DamagedKeysError: it is no key file, or another home's.

    """
    with disk_faults(path):
        if not path.is_file():
            raise DamagedKeysError(f"{path}: the key file is missing.")
        content = path.read_bytes()
    try:
        header, cost, salt, nonce, sealed = _parsed(content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedKeysError(f"{path}: the key file is damaged.") from error
    if header["home"] != home_id:
        raise DamagedKeysError(f"{path}: this key file belongs to another home.")
    key = _derive(passphrase(), salt, cost)
    try:
        return AESGCMSIV(key).decrypt(nonce, sealed, _bound(header))
    except InvalidTag:
        raise WrongPassphraseError(f"{path}: the passphrase does not open this home.") from None
    finally:
        wipe(key)


def _parsed(content: bytes) -> tuple[dict[str, object], Cost, bytes, bytes, bytes]:
    if len(content) > MAX_FILE_BYTES:
        raise ValueError("too long")
    header = json.loads(content)
    sealed = base64.b64decode(header.pop("sealed"), validate=True)
    salt = base64.b64decode(header["salt"], validate=True)
    nonce = base64.b64decode(header["nonce"], validate=True)
    cost = Cost(header["memory_kib"], header["passes"], header["lanes"])
    numbers = all(type(number) is int for number in asdict(cost).values())
    named = header["format"] == FORMAT and isinstance(header["home"], str)
    lengths = len(salt) == SALT_BYTES and len(nonce) == NONCE_BYTES and len(sealed) > KEY_BYTES
    if not (named and numbers and cost.is_allowed() and lengths):
        raise ValueError("out of bounds")
    return header, cost, salt, nonce, sealed


def _bound(header: dict[str, object]) -> bytes:
    """Return what is authenticated beside the secret."""
    return json.dumps(header, sort_keys=True, separators=(",", ":")).encode()


def _drawn_salt() -> bytes:
    return os.urandom(SALT_BYTES)


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    derivation = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=cost.passes,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    typed = passphrase.encode()
    try:
        return derivation.derive(typed)
    finally:
        wipe(typed)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()

"""The recovery key: on paper, it opens vault and stores of a home whose keys are gone.

The signing key is not in it: who lost that is enrolled anew. The home knows the public half alone
(X25519; HPKE, RFC 9180, seals to it), so that the vault key can change and be sealed again while
the printed half lies in a safe. The public half is kept in the
encrypted store, where nobody without the home's keys can put another in its place.
"""

import base64
import hashlib
import json
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from storage.errors import DamagedKeysError, RecoveryError
from storage.files import disk_faults, write_whole
from storage.keys import KEY_BYTES, Secrets

RECOVERY_NAME = "recovery.json"
FORMAT = 1
MAX_FILE_BYTES = 65_536
_CHECK_BYTES = 3
_GROUP = 4  # characters of the printed key

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_SEALED = ("vault", "local", "central")


def new_recovery_key() -> tuple[str, bytes]:
    """Make a recovery key; return what is printed, and the 32 bytes of its public half."""
    private = X25519PrivateKey.generate()
    raw = private.private_bytes_raw()
    text = base64.b32encode(raw + _check(raw)).decode()
    printed = "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
    return printed, private.public_key().public_bytes_raw()


def seal_recovery(place: Path, home_id: str, secrets: Secrets, public: bytes) -> None:
    """Seal what opens vault and stores to a recovery key; the file is written whole or not."""
    content = {name: getattr(secrets, name).hex() for name in _SEALED}
    sealed = _SUITE.encrypt(
        json.dumps(content).encode(), X25519PublicKey.from_public_bytes(public), _bound(home_id)
    )
    text = {"format": FORMAT, "home": home_id, "sealed": base64.b64encode(sealed).decode()}
    write_whole(place / RECOVERY_NAME, json.dumps(text, indent=1).encode())


def open_recovery(place: Path, home_id: str, printed: str) -> dict[str, bytes]:
    """Return the keys ``vault``, ``local`` and ``central`` of a home, by its printed key.

    Raises:
        RecoveryError: the key was typed wrongly, or is not this home's; it is not quoted.
        DamagedKeysError: the home has no recovery file, or it is damaged.

    """
    path = place / RECOVERY_NAME
    private = _private(printed)
    with disk_faults(path):
        if not path.is_file():
            raise DamagedKeysError(f"{path}: this home has no recovery key.")
        content = path.read_bytes()[:MAX_FILE_BYTES]
    try:
        header = json.loads(content)
        sealed = base64.b64decode(header["sealed"], validate=True)
        fits = header["format"] == FORMAT and header["home"] == home_id
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedKeysError(f"{path}: the recovery file is damaged.") from error
    if not fits:
        raise DamagedKeysError(f"{path}: this recovery file belongs to another home.")
    try:
        opened = json.loads(_SUITE.decrypt(sealed, private, _bound(home_id)))
    except (InvalidTag, ValueError):
        raise RecoveryError("This recovery key does not open this home.") from None
    return {name: bytes.fromhex(opened[name]) for name in _SEALED}


def _private(printed: str) -> X25519PrivateKey:
    text = "".join(printed.split()).replace("-", "").upper()
    try:
        raw = base64.b32decode(text)
    except ValueError:
        raw = b""
    key, check = raw[:KEY_BYTES], raw[KEY_BYTES:]
    if len(key) != KEY_BYTES or check != _check(key):
        raise RecoveryError("This is not the text of a recovery key.") from None
    return X25519PrivateKey.from_private_bytes(key)


def _check(raw: bytes) -> bytes:
    return hashlib.sha256(b"assay recovery key v1" + raw).digest()[:_CHECK_BYTES]


def _bound(home_id: str) -> bytes:
    return b"assay recovery v1 " + home_id.encode()

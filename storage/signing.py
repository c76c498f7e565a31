"""Ed25519 keys: what signs a record, what checks a signature, what may enter a roster."""

import base64
import hashlib
from dataclasses import field
from functools import lru_cache
from typing import Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from grading.late_methods import dataclass
from storage.errors import UnfitKeyError

KEY_BYTES = 32
SIGNATURE_BYTES = 64

# RFC 8410: the DER SubjectPublicKeyInfo of an Ed25519 key is these bytes and the 32 of the key.
_DER_HEAD = bytes.fromhex("302a300506032b6570032100")

# RFC 8032, section 5.1: the field, the curve and the order of its prime subgroup.
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
# A multiple of 8, and -1 modulo the order: by it each point of the prime subgroup becomes its own
# negative, and whatever a point has beside that is gone. X25519 leaves it as it is.
_STRIPS = X25519PrivateKey.from_private_bytes((5 * _L - 1).to_bytes(KEY_BYTES, "little"))


class Signer(Protocol):
    """What can sign a record: a key of one person on one workstation."""

    @property
    def keyid(self) -> str:
        """The hex SHA-256 of the key's DER SubjectPublicKeyInfo."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature over ``message``."""
        ...


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key: its 32 bytes and its id."""

    raw: bytes
    keyid: str = field(init=False)

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise UnfitKeyError(f"A public key has {KEY_BYTES} bytes, this one {len(self.raw)}.")
        object.__setattr__(self, "keyid", hashlib.sha256(self.der).hexdigest())

    @property
    def der(self) -> bytes:
        """The DER SubjectPublicKeyInfo, of which the key id is the SHA-256."""
        return _DER_HEAD + self.raw

    @property
    def pem(self) -> bytes:
        """The same as PEM text, which openssl reads."""
        # By hand: the library's writer brings 46 modules with it, for keys of every other kind.
        body = base64.b64encode(self.der)
        return b"-----BEGIN PUBLIC KEY-----\n" + body + b"\n-----END PUBLIC KEY-----\n"

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Say whether ``signature`` is this key's over ``message``."""
        try:
            _loaded(self.raw).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """A private Ed25519 key held in memory. Implements ``Signer``."""

    __slots__ = ("_private", "public")

    def __init__(self, private: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(private)
        self.public = PublicKey(self._private.public_key().public_bytes_raw())

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's randomness."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def keyid(self) -> str:
        """The hex SHA-256 of the key's DER SubjectPublicKeyInfo."""
        return self.public.keyid

    def private_bytes(self) -> bytes:
        """Return the 32 secret bytes, for the keyring or the key file and for nothing else."""
        return self._private.private_bytes_raw()

    def forget(self) -> None:
        """Let go of the private key, which its library overwrites; nothing can be signed after."""
        if hasattr(self, "_private"):
            del self._private

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature over ``message``."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.keyid[:12]}…)"


@lru_cache(maxsize=4096)  # each version of a roster states all of them
def require_fit_key(raw: bytes) -> PublicKey:
    """Return the public key if it may enter a roster, or raise UnfitKeyError.

    Refused are encodings that are not canonical, points not on the curve, and points outside the
    subgroup of prime order (small order among them): under such keys one signature can hold for
    several messages, or for several keys. Libraries differ on them, so we never let them in.
    """
    key = PublicKey(raw)
    y = int.from_bytes(raw, "little") & (2**255 - 1)  # above it stands the sign of x
    if y >= _P:
        raise UnfitKeyError("The public key is not in its canonical encoding.")
    # Its x has the square (y^2 - 1) / (d y^2 + 1); both products have a root, or neither has.
    if pow((y * y - 1) * (_D * y * y + 1), (_P - 1) // 2, _P) == _P - 1:
        raise UnfitKeyError("The public key is not a point of the curve.")
    if not _is_of_prime_order(y):
        raise UnfitKeyError("The public key is not a point of the subgroup of prime order.")
    return key


def _is_of_prime_order(y: int) -> bool:
    """Whether both points of the curve with this y are of the prime order.

    A point and its negative share the u of RFC 7748, section 4.1, so a point that `_STRIPS` leaves
    with the same u had nothing to be stripped of.
    """
    if y in {1, _P - 1}:  # the identity, and the point of order 2
        return False
    u = ((1 + y) * pow(1 - y, -1, _P) % _P).to_bytes(KEY_BYTES, "little")
    try:
        return _STRIPS.exchange(X25519PublicKey.from_public_bytes(u)) == u
    except ValueError:  # nothing was left: its order is 4 or 8
        return False


@lru_cache(maxsize=1024)
def _loaded(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)

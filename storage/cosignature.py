"""Cosignatures: a workstation's own signature over the checkpoint that it verified.

C2SP tlog-checkpoint with a cosignature/v1 of C2SP tlog-cosignature. The log has no key of its own;
the name of a cosigner is its key id. What is signed begins with `cosignature/v1`, where the
pre-authentication encoding of a record begins with `DSSEv1`: neither can be taken for the other.
"""

import base64
import binascii
import hashlib
import re

from grading.late_methods import dataclass
from storage.errors import LogProofError
from storage.log import Checkpoint, read_checkpoint
from storage.signing import SIGNATURE_BYTES, PublicKey, SigningKey

_ALGORITHM = b"\x04"  # timestamped Ed25519 cosignatures
_HASH_BYTES, _TIME_BYTES = 4, 8
_BLOB_BYTES = _HASH_BYTES + _TIME_BYTES + SIGNATURE_BYTES
_LINE = re.compile(r"— ([0-9a-f]{64}) ([A-Za-z0-9+/]+=*)\n")


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A checkpoint and who says, when, that they verified it; not believed yet."""

    checkpoint: Checkpoint
    keyid: str
    seconds: int  # since 1970, as the signer's clock claims
    signature: bytes
    key_hash: bytes

    def text(self) -> str:
        """Return the signed note: the checkpoint, an empty line, the signature's line."""
        return f"{self.checkpoint.text()}\n{self.line()}"

    def line(self) -> str:
        """Return the signature's line alone."""
        blob = self.key_hash + self.seconds.to_bytes(_TIME_BYTES, "big") + self.signature
        return f"— {self.keyid} {base64.b64encode(blob).decode()}\n"

    def holds(self, public: PublicKey) -> bool:
        """Return whether this is the key's signature over the checkpoint."""
        try:
            self.verify(public)
        except LogProofError:
            return False
        return True

    def verify(self, public: PublicKey) -> None:
        """Raise LogProofError unless this is the key's signature over the checkpoint."""
        if public.keyid != self.keyid or self.key_hash != _key_hash(public):
            raise LogProofError("The cosignature is of another key.")
        if not public.verifies(self.signature, _message(self.checkpoint, self.seconds)):
            raise LogProofError("The signature of the cosignature does not hold.")


def cosign(checkpoint: Checkpoint, signer: SigningKey, seconds: int) -> Cosignature:
    """Sign a checkpoint that this workstation has verified, at a time in seconds since 1970."""
    signature = signer.sign(_message(checkpoint, seconds))
    return Cosignature(checkpoint, signer.keyid, seconds, signature, _key_hash(signer.public))


def read_cosignature(text: str) -> Cosignature:
    """Read a note with one cosignature. Raises LogProofError if it is not one."""
    stated, _, line = text.partition("\n\n")
    (found,) = read_cosignatures(read_checkpoint(f"{stated}\n"), line) or (None,)
    if found is None:
        raise LogProofError("The note has no cosignature.")
    return found


def read_cosignatures(checkpoint: Checkpoint, lines: str) -> list[Cosignature]:
    """Read the lines of signatures under a checkpoint. Raises LogProofError at anything else."""
    found = []
    for line in lines.splitlines(keepends=True):
        parts = _LINE.fullmatch(line)
        blob = _decoded(parts[2]) if parts else b""
        if parts is None or len(blob) != _BLOB_BYTES:
            raise LogProofError("The cosignature is not in the form of C2SP tlog-cosignature.")
        stamp, signature = blob[_HASH_BYTES:-SIGNATURE_BYTES], blob[-SIGNATURE_BYTES:]
        seconds = int.from_bytes(stamp, "big")
        found.append(Cosignature(checkpoint, parts[1], seconds, signature, blob[:_HASH_BYTES]))
    return found


def _decoded(text: str) -> bytes:
    try:
        blob = base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
    return blob if base64.b64encode(blob).decode() == text else b""


def _key_hash(public: PublicKey) -> bytes:
    name = public.keyid.encode()
    return hashlib.sha256(name + b"\n" + _ALGORITHM + public.raw).digest()[:_HASH_BYTES]


def _message(checkpoint: Checkpoint, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{checkpoint.text()}".encode()

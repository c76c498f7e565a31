"""The log: an RFC 9162 Merkle tree whose leaves are record ids.

Hashes are 32 bytes. A proof is the list of hashes that the RFC names, in its order.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Self

from grading.late_methods import dataclass
from storage.errors import LogProofError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
_SIZE_BYTES = 8
_PROOF_HEAD = "c2sp.org/tlog-proof@v1"
_PROOF = re.compile(
    _PROOF_HEAD + r"\nindex (0|[1-9][0-9]{0,18})\n((?:[A-Za-z0-9+/]{43}=\n){0,63})"
    r"\n([^\n]+\n[^\n]+\n[^\n]+\n)(?:\n((?:— [^ \n]+ [A-Za-z0-9+/]+={0,2}\n)+))?",
    re.ASCII,
)
_CHECKPOINT = re.compile(r"([^\n+]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n", re.ASCII)


def leaf_hash(record_id: str) -> bytes:
    """Return the hash of a record's leaf: SHA-256 of a zero byte and the id's 32 bytes."""
    return hashlib.sha256(b"\0" + bytes.fromhex(record_id)).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: SHA-256 of a one byte and both children."""
    return hashlib.sha256(b"\1" + left + right).digest()


class CompactRange:
    """The roots of the full subtrees of a log, from the largest: enough to extend it.

    A log of a million leaves is twenty hashes here.
    """

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0  # leaves
        self._peaks: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the end."""
        size, peaks, node = self.size, self._peaks, leaf
        while size & 1:  # a full subtree of this height waits for its right neighbour
            node = hashlib.sha256(b"\1" + peaks.pop() + node).digest()
            size >>= 1
        peaks.append(node)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes at the end, in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Return the root of the tree over all leaves so far."""
        if not self._peaks:
            return EMPTY_ROOT
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node

    def copy(self) -> "CompactRange":
        """Return a range that can be extended by itself."""
        made = CompactRange()
        made.size, made._peaks = self.size, list(self._peaks)
        return made

    def to_bytes(self) -> bytes:
        """Return the range as bytes: the size, 8 bytes big-endian, then the hashes."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Self:
        """Read what ``to_bytes`` wrote. Raises LogProofError if it cannot be that."""
        size, hashes = int.from_bytes(kept[:_SIZE_BYTES], "big"), kept[_SIZE_BYTES:]
        if len(kept) < _SIZE_BYTES or len(hashes) != HASH_BYTES * size.bit_count():
            raise LogProofError("The kept state of the log is damaged.")
        made = cls()
        made.size = size
        made._peaks = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
        return made


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the tree over these leaf hashes."""
    tree = CompactRange()
    tree.extend(leaves)
    return tree.root()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: whose it is, how many leaves, and their root."""

    origin: str  # the deployment id
    size: int
    root: bytes

    def text(self) -> str:
        """Return the C2SP tlog-checkpoint text, without signatures."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """Read the C2SP text of a checkpoint. Raises LogProofError if it is not one."""
    found = _CHECKPOINT.fullmatch(text)
    root = base64.b64decode(found[3]) if found else b""
    if not found or base64.b64encode(root).decode() != found[3]:
        raise LogProofError("The checkpoint is not in the form of C2SP tlog-checkpoint.")
    return Checkpoint(found[1], int(found[2]), root)


@dataclass(frozen=True, slots=True)
class LogProof:
    """Shows offline that a leaf stands at ``index`` under a checkpoint."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint
    signed: str = ""  # lines of signatures under the checkpoint, not checked here

    def text(self) -> str:
        """Return the C2SP tlog-proof text."""
        lines = [_PROOF_HEAD, f"index {self.index}"]
        lines += [base64.b64encode(one).decode() for one in self.hashes]
        return "\n".join([*lines, "", self.checkpoint.text()]) + (
            self.signed and f"\n{self.signed}"
        )

    def verify(self, leaf: bytes) -> None:
        """Raise LogProofError unless this shows the leaf under the checkpoint."""
        verify_inclusion(
            index=self.index,
            size=self.checkpoint.size,
            leaf=leaf,
            proof=self.hashes,
            root=self.checkpoint.root,
        )


def read_log_proof(text: str) -> LogProof:
    """Read the C2SP text of a proof. Raises LogProofError if it is not one."""
    found = _PROOF.fullmatch(text)
    if not found:
        raise LogProofError("The proof is not in the form of C2SP tlog-proof.")
    hashes = tuple(base64.b64decode(line) for line in found[2].splitlines())
    return LogProof(int(found[1]), hashes, read_checkpoint(found[3]), found[4] or "")


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the proof that leaf ``index`` is in the tree over ``leaves`` (RFC 9162, 2.1.3.1)."""
    return LogTree(leaves).proof(index)


class LogTree:
    """All nodes over some leaves: proofs for many of them, hashing the tree once."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels = [leaves]
        while len(self._levels[-1]) > 1:
            self._levels.append(_next_level(self._levels[-1]))

    def proof(self, index: int) -> list[bytes]:
        """Return the inclusion proof of leaf ``index``."""
        if not 0 <= index < len(self._levels[0]):
            raise LogProofError(f"The log has no leaf {index}.")
        proof: list[bytes] = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                proof.append(level[sibling])
            index >>= 1
        return proof

    def consistency(self, old_size: int) -> list[bytes]:
        """Return the proof that the first ``old_size`` leaves were the log once (2.1.4.1)."""
        size = len(self._levels[0])
        if not 0 < old_size <= size:
            raise LogProofError(f"No consistency proof from {old_size} to {size} leaves.")
        return self._subproof(0, size, old_size, known=True)

    def _subproof(self, start: int, size: int, old_size: int, *, known: bool) -> list[bytes]:
        if old_size == size:
            return [] if known else [self._node(start, size)]
        split = 1 << (size - 1).bit_length() - 1  # the largest power of two below the size
        if old_size <= split:
            right = self._node(start + split, size - split)
            return [*self._subproof(start, split, old_size, known=known), right]
        left = self._node(start, split)
        rest = self._subproof(start + split, size - split, old_size - split, known=False)
        return [*rest, left]

    def _node(self, start: int, size: int) -> bytes:
        """Return the root over ``size`` leaves, a full subtree or the right edge of the tree."""
        level = (size - 1).bit_length()
        return self._levels[level][start >> level]


def _next_level(level: Sequence[bytes]) -> list[bytes]:
    pairs = len(level) // 2
    above = [node_hash(level[2 * at], level[2 * at + 1]) for at in range(pairs)]
    if len(level) % 2:
        above.append(level[-1])  # without a neighbour it goes up as it is
    return above


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the proof that the first ``old_size`` leaves were the log once (2.1.4.1)."""
    return LogTree(leaves).consistency(old_size)


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Raise LogProofError unless the proof shows the leaf at ``index`` under ``root``."""
    _require_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise LogProofError(f"A log of {size} leaves has no leaf {index}.")
    inner = (index ^ (size - 1)).bit_length()  # levels where the path is not on the right edge
    border = (index >> inner).bit_count()
    if len(proof) != inner + border:
        raise LogProofError(f"The inclusion proof has not {inner + border} hashes.")
    node = leaf
    for level, sibling in enumerate(proof[:inner]):
        node = node_hash(sibling, node) if index >> level & 1 else node_hash(node, sibling)
    for sibling in proof[inner:]:
        node = node_hash(sibling, node)
    if node != root:
        raise LogProofError("The inclusion proof does not lead to the root.")


def verify_consistency(
    *, old_size: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]
) -> None:
    """Raise LogProofError unless the proof shows the older log as the start of the newer."""
    if not 0 < old_size <= size:
        raise LogProofError(f"Nothing is shown by a proof from {old_size} to {size} leaves.")
    if old_size == size:
        if proof or old_root != root:
            raise LogProofError("Two logs of one size must have one root, and need no proof.")
        return
    _require_hashes(old_root, root, *proof)
    old, new = _replay_consistency(old_size, size, old_root, proof)
    if old != old_root or new != root:
        raise LogProofError("The consistency proof does not lead to both roots.")


def _require_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise LogProofError(f"A hash of the proof has not {HASH_BYTES} bytes.")


def _replay_consistency(
    old_size: int, size: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return both roots that the proof leads to: RFC 9162, 2.1.4.2, steps 1 to 7."""
    path = [old_root, *proof] if old_size.bit_count() == 1 else list(proof)
    if not path or not proof:
        raise LogProofError("The consistency proof is empty.")
    first, second = old_size - 1, size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    old = new = path[0]
    for hash_ in path[1:]:
        if not second:
            raise LogProofError("The consistency proof is too long.")
        if first & 1 or first == second:
            old, new = node_hash(hash_, old), node_hash(hash_, new)
            while first and not first & 1:
                first, second = first >> 1, second >> 1
        else:
            new = node_hash(new, hash_)
        first, second = first >> 1, second >> 1
    if second:
        raise LogProofError("The consistency proof is too short.")
    return old, new

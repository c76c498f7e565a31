"""Bundles: records on a stick, with everything that a third party needs to check them.

A bundle is a zip whose bytes depend on nothing but what is in it: names in order, one date, no
compression. `contents.txt` lists every file with its SHA-256, so that one taken out or put in
shows; `verify.sh` checks it with jq, openssl and sha256sum alone. There is no imagery in it.
"""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field, replace
from pathlib import Path

from grading.late_methods import dataclass
from storage.canonical import canonical
from storage.cosignature import Cosignature
from storage.envelope import open_envelope
from storage.errors import VerificationError
from storage.files import disk_faults, sync_folder
from storage.log import Checkpoint, LogProof
from storage.signing import PublicKey

FORMAT = "assay-bundle/1"
CONTENTS, ABOUT, CHECKPOINT = "contents.txt", "bundle.json", "checkpoint.txt"
LEAVES = "leaves.txt"  # of a bundle between desks: the log's leaf hashes, in hex, a line each
WITHHELD, HERE = "withheld", "here"

_RESOURCES = Path(__file__).parent.parent.parent / "resources" / "records"
_SHIPPED = ("verify.sh", "README.txt")
_DATE = (1980, 1, 1, 0, 0, 0)  # the first a zip can hold: a bundle has no clock in it


@dataclass(frozen=True, slots=True)
class ChainLine:
    """One record of a key's chain, whether or not the bundle holds it."""

    seq: int
    record_id: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What a bundle says, before anything of it is believed.

    ``strays`` are names that no bundle has; ``digests`` the SHA-256 of every file by name;
    ``contents`` what the bundle's own list says they are; ``stated`` how much its `bundle.json`
    says is in it.
    """

    deployment: str
    batch: str | None
    first_roster: str
    envelopes: Mapping[str, bytes]  # by record id
    rosters: Mapping[str, bytes]  # envelopes by record id
    keys: Mapping[str, bytes]  # PEM by key id
    schemes: Mapping[str, bytes]  # files by SHA-256
    chains: Mapping[str, tuple[ChainLine, ...]]  # by key id
    checkpoint: Checkpoint | None = None
    cosignatures: tuple[Cosignature, ...] = ()  # of workstations that verified the checkpoint
    proofs: Mapping[str, LogProof] = field(default_factory=dict)  # by record id
    contents: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    strays: tuple[str, ...] = ()
    stated: Mapping[str, object] = field(default_factory=dict)
    leaves: tuple[bytes, ...] = ()  # all of the log under the checkpoint, or none

    def counts(self) -> dict[str, object]:
        """Return how much is in it, by the names that `bundle.json` gives the numbers."""
        withheld = {name: _withheld(chain) for name, chain in self.chains.items()}
        return {
            "records": len(self.envelopes) + len(self.rosters),
            "batch_records": sum(map(self._is_batch_record, self.envelopes.values())),
            "proofs": len(self.proofs),
            "withheld": sum(withheld.values()),
            "withheld_by_key": withheld,
        }

    def signed(self) -> str:
        """Return the lines of the cosignatures, as they stand under the checkpoint."""
        return "".join(one.line() for one in self.cosignatures)

    def _is_batch_record(self, envelope: bytes) -> bool:
        try:
            opened = open_envelope(envelope)
        except VerificationError:
            return False  # the audit of the records tells of it
        return opened.kind == "batch" and opened.predicate.get("batch") == self.batch


def _withheld(chain: Iterable[ChainLine]) -> int:
    return sum(not line.here for line in chain)


def _untold(written: int, of: int) -> None:
    """Writing that nobody watches."""


def write_bundle(
    path: Path,
    bundle: Bundle,
    *,
    public_keys: Iterable[PublicKey],
    tick: Callable[[int, int], object] = _untold,
) -> None:
    """Write a bundle: whole or not at all. ``keys``, ``contents``, ``digests`` are made here.

    So is ``stated``. ``tick`` is told before each file in it how many are written, and of how
    many; what it raises ends the writing. Raises DiskFullError or UnwritableStoreError; an older
    file then stays.
    """
    files = _files(bundle, public_keys)
    files[CONTENTS] = "".join(
        f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)
    ).encode()
    unfinished = path.with_name(f"{path.name}.part")
    with disk_faults(path):
        try:
            _write_zip(unfinished, files, tick)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        sync_folder(path.absolute().parent)


def _files(bundle: Bundle, public_keys: Iterable[PublicKey]) -> dict[str, bytes]:
    about = {
        "format": FORMAT,
        "deployment": bundle.deployment,
        "batch": bundle.batch,
        "first_roster": bundle.first_roster,
        **bundle.counts(),
    }
    files = {name: (_RESOURCES / name).read_bytes() for name in _SHIPPED}
    files[ABOUT] = canonical(about)
    files |= {f"envelopes/{name}.json": envelope for name, envelope in bundle.envelopes.items()}
    files |= {f"roster/{name}.json": envelope for name, envelope in bundle.rosters.items()}
    files |= {f"keys/{key.keyid}.pem": key.pem for key in public_keys}
    files |= {f"schemes/{name}.toml": scheme for name, scheme in bundle.schemes.items()}
    for keyid, chain in bundle.chains.items():
        lines = [f"{one.seq} {one.record_id} {HERE if one.here else WITHHELD}\n" for one in chain]
        files[f"chains/{keyid}.txt"] = "".join(lines).encode()
    signed = bundle.signed()
    if bundle.checkpoint is not None:
        files[CHECKPOINT] = (bundle.checkpoint.text() + (signed and f"\n{signed}")).encode()
    if bundle.leaves:
        files[LEAVES] = "".join(f"{leaf.hex()}\n" for leaf in bundle.leaves).encode()
    for name, proof in bundle.proofs.items():
        # Each by itself is one that the tools of others can check: its checkpoint is a signed note.
        files[f"proofs/{name}.tlog-proof"] = replace(proof, signed=signed).text().encode()
    return files


def _write_zip(path: Path, files: Mapping[str, bytes], tick: Callable[[int, int], object]) -> None:
    with path.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for written, name in enumerate(sorted(files)):
                tick(written, len(files))
                entry = zipfile.ZipInfo(name, _DATE)
                entry.create_system = 3  # Unix, whatever this machine is: the mode below counts
                entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
                archive.writestr(entry, files[name])
            tick(len(files), len(files))
        file.flush()
        os.fsync(file.fileno())

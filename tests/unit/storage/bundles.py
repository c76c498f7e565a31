"""Bundles of the tests: made from an office, taken apart and put together again."""

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

from storage.exchange.bundle import Bundle, ChainLine
from storage.exchange.bundle_audit import BundleAudit
from storage.exchange.bundle_reading import read_bundle
from storage.log import Checkpoint, LogProof, LogTree, leaf_hash, root_of
from tests.unit.storage.office import BATCH, SCHEME_FILE, Office

Files = dict[str, bytes]


def bundle_of(office: Office, *, withheld: int = 2) -> Bundle:
    """A bundle of all records of an office but a few in the middle of the chain."""
    ids = [sealed.record_id for sealed in office.records]
    leaves = [leaf_hash(one) for one in ids]
    checkpoint = Checkpoint(office.deployment, len(leaves), root_of(leaves))
    tree = LogTree(leaves)
    held = {one.record_id: one.envelope for one in office.records}
    for one in ids[3 : 3 + withheld]:
        del held[one]
    first = ids[0]
    scheme = SCHEME_FILE.read_bytes()
    return Bundle(
        deployment=office.deployment,
        batch=BATCH,
        first_roster=first,
        rosters={first: held.pop(first)},
        envelopes=held,
        keys={},
        schemes={hashlib.sha256(scheme).hexdigest(): scheme},
        chains={
            office.key.keyid: tuple(
                ChainLine(number, one, one in held or one == first)
                for number, one in enumerate(ids, start=1)
            )
        },
        checkpoint=checkpoint,
        proofs={
            one: LogProof(index, tuple(tree.proof(index)), checkpoint)
            for index, one in enumerate(ids)
        },
    )


def files_of(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewrite(path: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def faults(path: Path, pin: str | None = None) -> list[str]:
    audit = BundleAudit(read_bundle(path), pin)
    return [f"{one.step} {one.record_id} {one.why}" for one in audit.faults()]

"""Use case: hand out the signed records of a batch as a bundle. There is no imagery in it."""

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from app.cosigning import given
from app.pace import UNWATCHED, Watch
from grading.late_methods import dataclass
from storage.cosignature import Cosignature
from storage.envelope import open_envelope
from storage.exchange.bundle import Bundle, ChainLine, write_bundle
from storage.log import Checkpoint, LogProof, LogTree

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.home import Home
    from storage.records import LocalStore
    from storage.rows import StoredRecord


@dataclass(frozen=True, slots=True)
class BundleSummary:
    """What a bundle holds: records in it, others of the same keys, and log proofs."""

    records: int
    withheld: int
    proofs: int
    first_roster: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle is to hold: records by id, of one batch or none, with the whole log or not."""

    records: Mapping[str, "StoredRecord"]
    batch: str | None = None
    with_log: bool = False


def export_bundle(
    ws: "Workstation", batch: str, place: Path, *, watch: Watch = UNWATCHED
) -> BundleSummary:
    """Write all records of a batch that are here, with what a third party needs to check them.

    Raises:
        StoppedError: ``watch`` stopped it; as below.
        DiskFullError, UnwritableStoreError: Nothing was written; an older file stays.
    """
    local = ws.home.local
    rosters = {one.record_id: one for one in local.records(kind="roster")}
    return write_contents(ws, Contents(_records_of(local, batch, rosters), batch), place, watch)


def write_contents(
    ws: "Workstation", contents: Contents, place: Path, watch: Watch = UNWATCHED
) -> BundleSummary:
    """Write a bundle of these records and of all rosters; the errors are those of above."""
    local, home = ws.home.local, ws.home
    rosters = {one.record_id: one for one in local.records(kind="roster")}
    records = {name: one for name, one in contents.records.items() if name not in rosters}
    held = {**records, **rosters}
    chains = _chains(local, held, watch)
    if contents.batch is None:  # what a key signed since is not for this reader
        chains = {keyid: _until_last_here(lines) for keyid, lines in chains.items()}
    checkpoint, proofs = _proofs(ws, chains, watch)
    size = checkpoint.size if checkpoint is not None and contents.with_log else 0
    bundle = Bundle(
        deployment=home.deployment,
        batch=contents.batch,
        first_roster=home.identity.roster,
        envelopes={name: one.envelope for name, one in records.items()},
        rosters={name: one.envelope for name, one in rosters.items()},
        keys={},
        schemes=_schemes(ws, records.values()),
        chains={keyid: tuple(lines) for keyid, lines in chains.items()},
        checkpoint=checkpoint,
        cosignatures=_cosignatures(home, checkpoint),
        proofs=proofs,
        leaves=tuple(local.logbook.leaves(0, size)),
    )
    keys = [key.public for keyid in chains if (key := home.roster.key(keyid)) is not None]
    write_bundle(place, bundle, public_keys=keys, tick=_telling(watch))
    withheld = sum(not line.here for lines in chains.values() for line in lines)
    return BundleSummary(len(held), withheld, len(proofs), home.identity.roster)


def _telling(watch: Watch) -> Callable[[int, int], None]:
    """Return what tells how many files of a bundle are written."""
    sizes = [0]
    tick = watch.ticks("writing", lambda: sizes[0])

    def told(written: int, of: int) -> None:
        sizes[0] = of
        tick(written)

    return told


def _until_last_here(lines: list[ChainLine]) -> list[ChainLine]:
    last = max((at for at, line in enumerate(lines) if line.here), default=-1)
    return lines[: last + 1]


def _records_of(
    local: "LocalStore", batch: str, rosters: Mapping[str, "StoredRecord"]
) -> dict[str, "StoredRecord"]:
    """Return the batch's records, the policies, and what approves or withdraws any of them."""
    found = {one.record_id: one for one in local.records(batch=batch)}
    found |= {one.record_id: one for one in local.records(kind="policy")}
    for kind in ("approval", "withdrawal"):
        about = (one for one in local.records(kind=kind) if one.subject in {**found, **rosters})
        found |= {one.record_id: one for one in list(about)}
    return found


def _chains(
    local: "LocalStore", held: Mapping[str, "StoredRecord"], watch: Watch
) -> dict[str, list[ChainLine]]:
    """Return the whole chain of every key that signed something in the bundle."""
    chains: dict[str, list[ChainLine]] = {one.keyid: [] for one in held.values()}
    pace = watch.pace("reading", local.count())
    for one in local.records():
        watch.go_on()
        pace.more()
        if one.keyid in chains:
            line = ChainLine(one.seq, one.record_id, one.record_id in held)
            chains[one.keyid].append(line)
    for lines in chains.values():
        lines.sort(key=lambda line: line.seq)
    return chains


def _schemes(ws: "Workstation", records: Iterable["StoredRecord"]) -> dict[str, bytes]:
    """Return the bytes of every scheme that a record names and that is here."""
    named = {
        (said["id"], said["version"], said["sha256"])
        for record in records
        if (said := open_envelope(record.envelope).predicate.get("scheme"))
    }
    found = (ws.schemes.exact(*one) for one in sorted(named))
    return {scheme.sha256: ws.schemes.bytes_of(scheme) for scheme in found if scheme is not None}


def _proofs(
    ws: "Workstation", chains: Mapping[str, list[ChainLine]], watch: Watch
) -> tuple[Checkpoint | None, dict[str, LogProof]]:
    """Return the log as this machine verified it, and the places in it of what is in the bundle.

    A record left out has a proof too where the next of its key is in: that one shows that its
    predecessor was logged.
    """
    logbook = ws.home.local.logbook
    pin = logbook.pin()
    if pin is None:
        return None, {}
    checkpoint = Checkpoint(ws.home.deployment, pin.size, bytes.fromhex(pin.root))
    tree = LogTree(logbook.leaves(0, pin.size))
    wanted = _with_predecessors(chains)
    places = {one: at for at, one in logbook.record_ids(0, pin.size).items() if one in wanted}
    pace = watch.pace("proving", len(places))
    proofs = {}
    for one, at in places.items():
        watch.go_on()
        proofs[one] = LogProof(at, tuple(tree.proof(at)), checkpoint)
        pace.more()
    return checkpoint, proofs


def _cosignatures(home: "Home", checkpoint: Checkpoint | None) -> tuple[Cosignature, ...]:
    """Return this workstation's cosignature of the checkpoint, where it gave one."""
    said = given(home, checkpoint) if checkpoint is not None else None
    return (said,) if said is not None else ()


def _with_predecessors(chains: Mapping[str, list[ChainLine]]) -> set[str]:
    wanted = set()
    for lines in chains.values():
        wanted |= {line.record_id for line in lines if line.here}
        wanted |= {before.record_id for before, line in pairwise(lines) if line.here}
    return wanted

"""Audit of the log: that it still is what this machine confirmed, and that nothing is missing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from grading.late_methods import dataclass
from storage.audit import CHAIN_STEP, Fault
from storage.log import CompactRange, leaf_hash


@dataclass(frozen=True, slots=True)
class LogView:
    """A log as a store shows it: the records it holds by index, and its leaf hashes."""

    where: str
    records: Mapping[int, str]  # id by log index
    leaves: Sequence[bytes]
    whole: bool = True  # False where not every record of the log need be here


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What this machine verified and kept, and what the signers of its records say they saw."""

    checkpoints: Mapping[int, bytes] = field(default_factory=dict)  # root by size
    receipts: Mapping[int, str] = field(default_factory=dict)  # record id by log index
    seen: Mapping[tuple[int, str], str] = field(default_factory=dict)  # record that says it saw it


def audit_log(view: LogView, confirmed: Confirmed) -> Iterator[Fault]:
    """Yield every fault of a log, neighbours with the same fault in one line."""
    size = max(len(view.leaves), 1 + max(view.records, default=-1))
    wrong = {**_wrong_receipts(view, confirmed, size), **_wrong_leaves(view, size)}
    for first, last, why in _runs(wrong):
        yield _fault(view, confirmed, range(first, last + 1), why)
    if not wrong:
        roots = list(_wrong_roots(view, confirmed))
        yield from roots or _wrongly_seen(view, confirmed)


def _wrong_leaves(view: LogView, size: int) -> dict[int, str]:
    # A store that keeps leaves and records in one row loses both at once; its leaves then are
    # those of the records left, in order, and say nothing about an index.
    if len(view.leaves) == len(view.records) < size:
        leaves = dict(zip(sorted(view.records), view.leaves, strict=True))
    else:
        leaves = dict(enumerate(view.leaves))
    wrong: dict[int, str] = {}
    for index in range(size):
        identity = view.records.get(index)
        if identity is None:
            if view.whole:
                wrong[index] = "missing from the log"
        elif leaves.get(index) != leaf_hash(identity):
            wrong[index] = "not the record that the log's leaf stands for"
    return wrong


def _wrong_receipts(view: LogView, confirmed: Confirmed, size: int) -> dict[int, str]:
    wrong: dict[int, str] = {}
    for index, identity in confirmed.receipts.items():
        if index >= size:
            wrong[index] = "confirmed to this machine and no longer in the log"
        elif not view.whole and index not in view.records:
            if index < len(view.leaves) and view.leaves[index] != leaf_hash(identity):
                wrong[index] = "not the record that was confirmed to this machine"
        elif view.records.get(index) != identity:
            wrong[index] = "not the record that was confirmed to this machine"
    return wrong


def _wrong_roots(view: LogView, confirmed: Confirmed) -> Iterator[Fault]:
    tree = CompactRange()
    for size, root in sorted(confirmed.checkpoints.items()):
        tree.extend(view.leaves[tree.size : size])
        if tree.size < size:
            most = max(confirmed.checkpoints)
            why = f"the log has {tree.size} records, this machine has confirmed {most}"
        elif tree.root() != root:
            why = f"the first {size} records have another root than this machine confirmed"
        else:
            continue
        yield Fault(CHAIN_STEP, None, view.where, why)
        return  # every later checkpoint differs with this one


def _wrongly_seen(view: LogView, confirmed: Confirmed) -> Iterator[Fault]:
    """Yield one fault for the first record whose signer saw another log than this one."""
    tree = CompactRange()
    for (size, root), record in sorted(confirmed.seen.items()):
        tree.extend(view.leaves[tree.size : size])
        if tree.size < size or tree.root().hex() != root:
            why = f"its signer saw the log with {size} records under another root"
            yield Fault(CHAIN_STEP, record, view.where, why)
            return


def _runs(wrong: Mapping[int, str]) -> Iterator[tuple[int, int, str]]:
    """Yield first index, last index and reason of each run of neighbours with one reason."""
    run: tuple[int, int, str] | None = None
    for index in sorted(wrong):
        if run and run[1] == index - 1 and run[2] == wrong[index]:
            run = (run[0], index, run[2])
            continue
        if run:
            yield run
        run = (index, index, wrong[index])
    if run:
        yield run


def _fault(view: LogView, confirmed: Confirmed, indexes: range, why: str) -> Fault:
    first, last = indexes[0], indexes[-1]
    known = confirmed.receipts.get(first) or view.records.get(first)
    if len(indexes) == 1:
        return Fault(CHAIN_STEP, known, view.where, f"at log index {first}: {why}")
    why = f"at log indexes {first} to {last}, {len(indexes)} records: {why}"
    return Fault(CHAIN_STEP, known, view.where, why)

"""The batches of a home, found by what a person calls them and described in full."""

from typing import TYPE_CHECKING

from app.elsewhere import batch_elsewhere, entries_signed
from app.errors import UnknownBatchError
from app.intake.manifest import manifest_entry
from app.names import shown
from app.pace import UNWATCHED, Watch
from app.worklist import BatchSummary, Worklist

if TYPE_CHECKING:
    from app.bootstrap import Workstation

_SHORTEST_PREFIX = 4  # hex digits


def batch_named(worklist: Worklist, named: str) -> BatchSummary:
    """Return the batch taken in here with this id, with an id that begins so, or this title."""
    return _only(_called(worklist.batches(), named), named)


def known_batch(worklist: Worklist, named: str) -> BatchSummary:
    """Return a batch of this home named as in ``batch_named``, else one that others signed.

    Raises:
        UnknownBatchError: no batch, or more than one, is called that.
    """
    here = _called(worklist.batches(), named)
    return _only(here or _called(worklist.elsewhere(), named), named)


def _called(batches: list[BatchSummary], named: str) -> list[BatchSummary]:
    exact = [batch for batch in batches if named in {batch.id, batch.title}]
    lower = named.lower()
    long_enough = len(lower) >= _SHORTEST_PREFIX
    return exact or [b for b in batches if long_enough and b.id.startswith(lower)]


def _only(found: list[BatchSummary], named: str) -> BatchSummary:
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownBatchError(f"{len(found)} batches are called '{shown(named)}'.")
    raise UnknownBatchError(f"There is no batch called '{shown(named)}' in this home.")


def logged_batch(ws: "Workstation", named: str) -> tuple[str, frozenset[str]]:
    """Return id and items of a batch by what people signed, wherever its evidence lies.

    Raises:
        UnknownBatchError: no batch, or more than one, is called that.
    """
    batch = known_batch(Worklist(ws), named).id
    items = {one["sha256"] for one in entries_signed(ws.home.local, batch)}
    return batch, frozenset(items | {row.item for row in ws.home.local.items(batch)})


def batch_document(batch: BatchSummary) -> dict[str, object]:
    """Return one line of `batch list --json`.

    ``unreadable`` is what `batch add` lists under that name: ``other_files`` are among them.
    """
    return {
        "batch": batch.id,
        "title": batch.title,
        "items": batch.counts.items,
        "files": batch.counts.files,
        "graded": batch.counts.graded,
        "unreadable": batch.counts.unreadable + batch.counts.other_files,
        "other_files": batch.counts.other_files,
        "signed": batch.signed,
        "started_at": batch.started_at,
        "taken_in_by": batch.taken_in_by,
    }


def shown_batch(
    ws: "Workstation", batch: BatchSummary, watch: Watch = UNWATCHED
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Return a batch as JSON, and each of its items in manifest order; they are counted as read."""
    counts = batch.counts
    document = {
        **batch_document(batch),
        "to_grade": counts.to_grade,
        "set_aside": counts.set_aside,
        "passed": counts.passed,
        "second_opinion": counts.second_opinion,
        "not_selected": counts.not_selected,
        "undecided": counts.undecided,
        "carried_over": counts.carried_over,
        "with_others": counts.with_others,
    }
    elsewhere = batch_elsewhere(ws.home, batch.id) if batch.taken_in_by is not None else None
    items = ws.home.local.items(batch.id) if elsewhere is None else elsewhere.items
    tick = watch.ticks("reading", lambda: counts.items)
    manifest = []
    for row in items:
        manifest.append(manifest_entry(row))
        tick(len(manifest))
    return document, manifest

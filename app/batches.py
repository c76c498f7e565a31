"""The batches of a home, found by what a person calls them and described in full."""

from typing import TYPE_CHECKING

from app.errors import UnknownBatchError
from app.intake.manifest import manifest_entry
from app.names import shown
from app.worklist import BatchSummary, Worklist

if TYPE_CHECKING:
    from app.bootstrap import Workstation

_SHORTEST_PREFIX = 4  # hex digits


def batch_named(worklist: Worklist, named: str) -> BatchSummary:
    """Return the batch with this id, with an id that begins so, or with this title."""
    batches = worklist.batches()
    exact = [batch for batch in batches if named in {batch.id, batch.title}]
    lower = named.lower()
    long_enough = len(lower) >= _SHORTEST_PREFIX
    found = exact or [b for b in batches if long_enough and b.id.startswith(lower)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownBatchError(f"{len(found)} batches are called {shown(named)!r}.")
    raise UnknownBatchError(f"There is no batch called {shown(named)!r} in this home.")


def batch_document(batch: BatchSummary) -> dict[str, object]:
    """Return one line of `batch list --json`."""
    return {
        "batch": batch.id,
        "title": batch.title,
        "items": batch.counts.items,
        "files": batch.counts.files,
        "graded": batch.counts.graded,
        "unreadable": batch.counts.unreadable,
        "signed": batch.signed,
        "started_at": batch.started_at,
    }


def shown_batch(
    ws: "Workstation", batch: BatchSummary
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Return a batch as JSON, and each of its items in manifest order."""
    counts = batch.counts
    document = {
        **batch_document(batch),
        "to_grade": counts.to_grade,
        "set_aside": counts.set_aside,
        "passed": counts.passed,
        "second_opinion": counts.second_opinion,
    }
    items = [manifest_entry(row) for row in ws.home.local.items(batch.id)]
    return document, items

"""The batches of a home, found by what a person calls them and described in full."""

from typing import TYPE_CHECKING

from app.errors import UnknownBatchError
from app.intake.manifest import manifest_entry
from app.names import shown
from app.worklist import BatchSummary, Worklist
from storage.envelope import open_envelope

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
        raise UnknownBatchError(f"{len(found)} batches are called '{shown(named)}'.")
    raise UnknownBatchError(f"There is no batch called '{shown(named)}' in this home.")


def logged_batch(ws: "Workstation", named: str) -> tuple[str, frozenset[str]]:
    """Return id and items of a batch by what people signed, wherever its evidence lies.

    A batch of this home may be named as in ``batch_named``, one of another home by its title too
    as long as no two are called so.

    Raises:
        UnknownBatchError: no batch, or more than one, is called that.
    """
    try:
        batch = batch_named(Worklist(ws), named).id
    except UnknownBatchError:
        titles = {
            row.subject: open_envelope(row.envelope).predicate["title"]
            for row in ws.home.local.records(kind="batch")
        }
        exact = {one for one, title in titles.items() if named in {one, title}}
        lower = named.lower()
        long_enough = len(lower) >= _SHORTEST_PREFIX
        found = exact or {one for one in titles if long_enough and one.startswith(lower)}
        if len(found) != 1:
            raise
        (batch,) = found
    kinds = ("batch", "batch-supplement")
    rows = (row for kind in kinds for row in ws.home.local.records(kind=kind, batch=batch))
    listed = (open_envelope(row.envelope).predicate["items"] for row in rows)
    items = {one["sha256"] for part in listed for one in part}
    return batch, frozenset(items | {row.item for row in ws.home.local.items(batch)})


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

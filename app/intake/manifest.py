"""The signed manifest of a batch: what was taken in, under which names, with which digests."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from app.clock import as_rfc3339, utc_now
from app.intake.request import IntakeRequest
from app.intake.sources import Source, not_signed_yet, signed_rows
from storage.records import LocalStore
from storage.rows import ItemRow
from storage.statement import Draft

ITEMS_A_RECORD = 5_000  # what an envelope may hold; the rest goes into supplements


def sign_manifest(
    local: LocalStore,
    batch: str,
    request: IntakeRequest,
    sources: Sequence[Source] = (),
    *,
    now: Callable[[], datetime] = utc_now,
) -> None:
    """Sign whatever no record of the batch lists yet, items and rows of a manifest: all or none."""
    waiting = local.unsigned(batch)
    said = not_signed_yet(local, batch, sources) if sources else []
    before = _parts_signed(local, batch)
    starts = range(0, max(len(waiting), len(said)), ITEMS_A_RECORD)
    decided_at = as_rfc3339(now())
    drafts = [
        Draft(
            kind="batch" if part == 1 else "batch-supplement",
            subject=batch,
            fields={
                "batch": batch,
                "title": request.title,
                "source_url": request.source_url,
                "country": request.country,
                "declared_ai": request.declared_ai,
                "items": [manifest_entry(row) for row in waiting[start : start + ITEMS_A_RECORD]],
                "part": part,
                **signed_rows(said[start : start + ITEMS_A_RECORD]),
            },
            decided_at=decided_at,
        )
        for part, start in enumerate(starts, before + 1)
    ]
    if drafts:
        local.keep(drafts, also=lambda _: local.mark_signed(waiting))


def _parts_signed(local: LocalStore, batch: str) -> int:
    kinds = ("batch", "batch-supplement")
    return sum(1 for kind in kinds for _ in local.records(kind=kind, batch=batch))


def manifest_entry(row: ItemRow) -> dict[str, object]:
    """Return what a manifest says of one item, in JSON types."""
    return {
        "sha256": row.item,
        "sha1": row.sha1,
        "md5": row.md5,
        "size": row.size_bytes,
        "type": row.media_type,
        "width": row.width_px,
        "height": row.height_px,
        "frames": row.frames,
        "unreadable": row.unreadable,
        "names": list(row.names),
    }


def item_of_entry(batch: str, entry: Mapping[str, Any]) -> ItemRow:
    """Return the item of which a verified manifest says this."""
    return ItemRow(
        item=entry["sha256"],
        batch=batch,
        sha1=entry["sha1"],
        md5=entry["md5"],
        size_bytes=entry["size"],
        media_type=entry["type"],
        width_px=entry["width"],
        height_px=entry["height"],
        frames=entry["frames"],
        unreadable=entry["unreadable"],
        names=tuple(entry["names"]),
    )

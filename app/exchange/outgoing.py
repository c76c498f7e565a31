"""Use case: bundles between desks: what one person may read, or what waits to be logged."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from app.exchange.reader import Reader, person_named
from app.exporting import BundleSummary, Contents, write_contents
from app.pace import UNWATCHED, Watch

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.rows import StoredRecord


def export_for(
    ws: "Workstation", person: str, place: Path, *, watch: Watch = UNWATCHED
) -> BundleSummary:
    """Write what the central store would show a person, with the log as this home verified it.

    Args:
        ws: an open workstation.
        person: their id, login or name.
        place: the file.
        watch: is told how much is read, proved and written, and may stop it.

    Raises:
        StoppedError: as the last of these.
        UsageError: nobody, or more than one person, is called that.
        DiskFullError, UnwritableStoreError: nothing was written; an older file stays.

    """
    reader = Reader(ws.home, person_named(ws.home, person).person)
    held = {one.record_id: one for one in _read(ws, watch) if reader.may_read(one.envelope)}
    return write_contents(ws, Contents(held, with_log=True), place, watch)


def export_waiting(ws: "Workstation", place: Path, *, watch: Watch = UNWATCHED) -> BundleSummary:
    """Write what is in no log yet, for who carries it to the central store."""
    held: Mapping[str, StoredRecord] = {
        one.record_id: one for one in _read(ws, watch) if one.log_index is None
    }
    return write_contents(ws, Contents(held, with_log=False), place, watch)


def _read(ws: "Workstation", watch: Watch) -> Iterator["StoredRecord"]:
    pace = watch.pace("reading", ws.home.local.count())
    for record in ws.home.local.records():
        watch.go_on()
        pace.more()
        yield record

"""Use case: take in a Project VIC case or hash set as known material, and report on its safety."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from datetime import datetime
from pathlib import Path
from typing import Any

from app.clock import as_rfc3339, utc_now
from app.errors import TableError
from app.known.importing import list_digest, source_name
from app.names import shown
from app.pace import UNWATCHED, Watch, whole_or_nothing
from app.table_reading import RowFault
from app.vics.entries import BadEntryError, EntryReader
from app.vics.entry_text import (
    AsItCame,
    EntryTextError,
    exact_entry,
    fields_as_they_came,
    read_entry,
)
from app.vics.profiles import VicsProfile
from app.vics.reading import Marker, VicsFile
from grading.late_methods import dataclass
from storage.home import Home
from storage.known.assertion import ListAbout
from storage.known.store import ListWriter

FAULTS_KEPT = 1_000
CONFLICTS_NAMED = 100
_TOLD_EVERY = 10_000  # entries


@dataclass(slots=True)
class VicsReport:
    """What a file held, and what of it must not be relied on.

    Attributes:
        marker: What the file says it is.
        entries: Entries in it; ``refused`` of them were left out, ``faults`` names the first.
        new: Digests that it now asserts something of.
        codes: Entries by category code, as they stand in the file.
        seen: How often was met: ``ungraded``; ``unsettled``, a code 0 or 5 that the profile gives
            no meaning; ``photodna``, kept but never compared; ``precategorized``, which is not
            believed; ``flags_as_text``; ``unreadable_dates``.
        conflicting: MD5s to which entries give different categories; ``conflicts`` names some.
        unknown_fields: Names of fields that are not understood. Of a case they are kept.
        originals: Entries of a case kept as they came.
        here_already: Whether this very file was here: then nothing changed.
    """

    marker: Marker
    profile: VicsProfile
    source: str
    entries: int = 0
    new: int = 0
    repeated: int = 0
    refused: int = 0
    faults: list[RowFault] = field(default_factory=list)
    codes: dict[int, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    conflicting: int = 0
    conflicts: list[str] = field(default_factory=list)
    unknown_fields: tuple[str, ...] = ()
    originals: int = 0
    here_already: bool = False

    def leave_out(self, number: int, reason: str) -> None:
        """Note an entry that could not be read."""
        self.refused += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(RowFault(number, reason))


def import_vics(
    home: Home,
    file: Path,
    profile: VicsProfile,
    *,
    source: str | None = None,
    watch: Watch = UNWATCHED,
    now: Callable[[], datetime] = utc_now,
) -> VicsReport:
    """Take in a file, all of its good entries in one transaction.

    Raises:
        TableError: The file cannot be read to its end, or no entry of it is sound: nothing of it
            was kept.
        StorageError: The disk is full or failed: nothing of it was kept.
        StoppedWholeError: It was stopped: nothing of it was kept.
    """
    opened = VicsFile(file)
    report = VicsReport(opened.marker(), profile, source_name(source or file.stem))
    about = ListAbout(
        source=report.source,
        profile=f"vics:{profile.name}",
        sha256=list_digest(file),
        dated=None,
        added_at=as_rfc3339(now()),
        added_by=home.local.author,
    )
    store = home.known()
    if store.has_list(about.sha256, about.profile):
        report.here_already = True
        return report
    with whole_or_nothing(), store.adding(about) as writer:
        _take(opened, report, writer, watch)
        report.conflicting, report.conflicts = writer.conflicting(CONFLICTS_NAMED)
        report.new, report.repeated = writer.new, writer.repeated
        if not writer.new:
            raise TableError(
                f"{shown(str(file))}: no entry of it could be taken in ({_first(report)}).",
                advice="Ask for a sound file.",
            )
    return report


def _take(opened: VicsFile, report: VicsReport, writer: ListWriter, watch: Watch) -> None:
    pace = watch.pace("reading", opened.size_bytes)
    reader = EntryReader(report.profile)
    keeps_originals = report.marker.form == "cases"
    for number, text in opened.entries(report.marker.form):
        report.entries = number
        try:
            entry = reader.read(read_entry(text))
        except (BadEntryError, EntryTextError) as fault:
            report.leave_out(number, str(fault))
            continue
        writer.put("md5", [entry.md5], entry.stated)
        if entry.sha1 is not None:
            writer.put("sha1", [entry.sha1], entry.stated)
        if keeps_originals:
            writer.keep_original(entry.md5, number, text)
            report.originals += 1
        if number % _TOLD_EVERY == 0:
            pace.reached(opened.read_bytes)
            watch.go_on()
    report.codes, report.seen = dict(sorted(reader.codes.items())), dict(reader.seen)
    report.unknown_fields = tuple(sorted(reader.unknown_fields))


def _first(report: VicsReport) -> str:
    if not report.faults:
        return "there is none"
    return f"entry {report.faults[0].row}: {report.faults[0].reason}"


def originals_of(home: Home, md5s: Sequence[str]) -> dict[str, dict[str, AsItCame]]:
    """Return the newest entry of a case on each file that has one, as it came; at most 500."""
    found = {}
    for md5, body in _newest(home, md5s).items():
        with suppress(EntryTextError):
            found[md5] = fields_as_they_came(body)
    return found


def original_of(home: Home, md5: str) -> dict[str, Any]:
    """Return what the newest entry of a case on a file says; empty where there is none."""
    for body in _newest(home, [md5]).values():
        with suppress(EntryTextError):
            entry = exact_entry(body)
            return entry if isinstance(entry, dict) else {}
    return {}


def _newest(home: Home, md5s: Sequence[str]) -> Mapping[str, bytes]:
    return home.known().newest_originals(md5s) if home.has_known else {}

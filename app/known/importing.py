"""Use case: take in a list of known digests: a match then says who asserted what, and when."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from app.clock import as_rfc3339, utc_now
from app.errors import TableError, UsageError
from app.known.profiles import Profile
from app.known.reading import ListReader
from app.names import shown
from app.pace import UNWATCHED, Watch, whole_or_nothing
from app.table_reading import RowFault
from grading.late_methods import dataclass
from storage.home import Home
from storage.known.assertion import KIND_NUMBERS, ListAbout

CONFLICTS_NAMED = 20
_CHUNK_BYTES = 1 << 20
_LONGEST_SOURCE = 200  # characters


@dataclass(frozen=True, slots=True)
class ListSummary:
    """What became of a list.

    Attributes:
        source: Whose it is.
        profile: How it was read.
        lines: Lines in it that are not blank, the header not counted.
        new: Digests that this list now asserts something of.
        repeated: Digests in it that stand in it before.
        refused: How many lines were left out.
        faults: The first thousand of those, with the reason.
        unused: Columns that are not understood.
        conflicting: Digests that it gives more than one category; each is kept.
        conflicts: The first of them, in hex.
        open_end: The row of its last line where that has no line end, so that nothing tells
            whether the list was cut off within it; None where it is whole.
        here_already: Whether this very file was here: then nothing changed.
    """

    source: str
    profile: str
    lines: int = 0
    new: int = 0
    repeated: int = 0
    refused: int = 0
    faults: tuple[RowFault, ...] = ()
    unused: tuple[str, ...] = ()
    conflicting: int = 0
    conflicts: tuple[str, ...] = ()
    open_end: int | None = None
    here_already: bool = False


def import_hashes(
    home: Home,
    file: Path,
    profile: Profile,
    *,
    source: str | None = None,
    dated: str | None = None,
    watch: Watch = UNWATCHED,
    now: Callable[[], datetime] = utc_now,
) -> ListSummary:
    """Take in a list, all of its good lines in one transaction.

    Args:
        home: Where it goes.
        file: The list.
        profile: How it is laid out.
        source: Who asserts what it says; None for the name of the file.
        dated: Its date, ``YYYY-MM-DD``, as its source claims.
        watch: Is told how many bytes of the file are read, and may stop it.
        now: The clock.

    Raises:
        UsageError: The source or the date cannot be kept.
        TableError: The list as a whole cannot be understood; nothing of it was kept.
        StorageError: The disk is full or failed; nothing of it was kept.
        StoppedWholeError: It was stopped; nothing of it was kept.
    """
    named = source_name(file.stem if source is None else source)
    about = ListAbout(
        source=named,
        profile=profile.name,
        sha256=list_digest(file),
        dated=_date(dated),
        added_at=as_rfc3339(now()),
        added_by=home.local.author,
    )
    store = home.known()
    if store.has_list(about.sha256, about.profile):
        return ListSummary(named, profile.name, here_already=True)
    reader = ListReader(file, profile)
    pace = watch.pace("reading", file.stat().st_size)
    with whole_or_nothing(), store.adding(about) as writer:
        for kind, digests, stated in reader.groups():
            writer.put(kind, digests, stated)
            pace.reached(reader.read_bytes)
            watch.go_on()
        conflicting, conflicts = writer.conflicting(CONFLICTS_NAMED, tuple(KIND_NUMBERS))
        if not writer.new:
            raise TableError(
                f"{shown(str(file))}: no line of it holds a digest ({_first(reader)}).",
                advice="Look at the file, or name its profile with --profile.",
            )
    return ListSummary(
        source=named,
        profile=profile.name,
        lines=reader.lines,
        new=writer.new,
        repeated=writer.repeated,
        refused=reader.refused,
        faults=tuple(reader.faults),
        unused=reader.unused,
        conflicting=conflicting,
        conflicts=tuple(conflicts),
        open_end=reader.open_end,
    )


def _first(reader: ListReader) -> str:
    if not reader.faults:
        return "there are none"
    return f"row {reader.faults[0].row}: {reader.faults[0].reason}"


def list_digest(file: Path) -> str:
    """Return the SHA-256 of a list's file, hex; raises TableError where it cannot be read."""
    digest = hashlib.sha256()
    try:
        with file.open("rb") as opened:
            while chunk := opened.read(_CHUNK_BYTES):
                digest.update(chunk)
    except OSError as error:
        why = (error.strerror or "cannot be read").lower()
        raise TableError(
            f"{shown(str(file))}: the list cannot be read ({why}).", advice="Look at its path."
        ) from error
    return digest.hexdigest()


def source_name(source: str) -> str:
    """Return a source as it is kept; raises UsageError where it cannot be."""
    kept = source.strip()
    if not kept or len(kept) > _LONGEST_SOURCE or not kept.isprintable():
        raise UsageError(
            "The source of the list is empty, too long or not printable.",
            advice="Name who asserts what it says with --source.",
        )
    return kept


def _date(dated: str | None) -> str | None:
    if dated is None:
        return None
    try:
        return datetime.strptime(dated.strip(), "%Y-%m-%d").date().isoformat()  # noqa: DTZ007
    except ValueError:
        raise UsageError(
            f"'{shown(dated)}' is not a date.", advice="Write it as 2026-03-31."
        ) from None

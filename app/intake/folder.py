"""Use case: a folder becomes a batch. Every file is read once; nothing plain is written.

Reading, digests and decoding run on threads and in decoder children; what they find comes back in
the order of names, so that evidence and manifest do not depend on which child was quicker, nor on
how often a run was stopped and begun again.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import FolderError
from app.intake.files import FileFault, Found, find_files
from app.intake.given import given_batch
from app.intake.kinds import NOT_A_PICTURE
from app.intake.manifest import sign_manifest
from app.intake.reading import Readers, Taken
from app.intake.request import IntakeRequest, checked
from app.intake.shelving import Shelving
from app.intake.sources import Manifest, read_manifest
from app.names import shown
from app.shredding import refuse_shredded
from app.table_reading import RowFault
from blur.limits import DEFAULT
from grading.late_methods import dataclass

if TYPE_CHECKING:
    from app.bootstrap import Workstation

__all__ = [
    "FileFault",
    "IntakeProgress",
    "IntakeRequest",
    "IntakeSummary",
    "add_folder",
]

TELL_EVERY_S = 0.2
_KNOWN_RATE_AFTER_S = 1.0  # before that, what is left is a guess
_KNOWN_RATE_SHARE = 0.01  # of all bytes: the first small file tells nothing


@dataclass(frozen=True, slots=True)
class IntakeProgress:
    """How far an intake is; ``left_s`` is None until it can be told, and at the end."""

    done: int
    of: int
    done_bytes: int
    of_bytes: int
    left_s: float | None


@dataclass(frozen=True, slots=True)
class IntakeSummary:
    """What an intake did with each file of the folder.

    Every file counts once: ``added`` new items, ``copies`` further files of a content that is
    here already, ``already`` files known from an earlier run, and the two lists. A cancelled
    intake is not signed; run again it goes on. ``rows`` of a manifest were kept,
    ``refused_rows`` were not.
    """

    batch: str
    added: int
    copies: int
    already: int
    unreadable: tuple[FileFault, ...]
    refused: tuple[FileFault, ...]
    cancelled: bool = False
    rows: int = 0
    refused_rows: tuple[RowFault, ...] = ()

    @property
    def other_files(self) -> int:
        """How many of the ``unreadable`` are neither pictures nor videos."""
        return sum(fault.reason == NOT_A_PICTURE for fault in self.unreadable)


def _silent(_: IntakeProgress) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    return False


def add_folder(
    ws: "Workstation",
    request: IntakeRequest,
    *,
    progress: Callable[[IntakeProgress], None] = _silent,
    cancelled: Callable[[], bool] = _never,
) -> IntakeSummary:
    """Add every file below the folder to its batch, and sign the batch's manifest.

    ``progress`` and ``cancelled`` are called on this thread, a few times a second at most and
    between any two files.

    Raises:
        UsageError: the title, source address or country cannot be kept.
        RightError: the person may not add batches.
        FolderError: the folder is not there, is no folder, holds nothing, or is the home.
        TableError: the manifest cannot be understood as a whole; nothing was taken in.
        OSError: the folder cannot be listed; no batch is made.
        StorageError: the disk is full or failed; what was kept stays, and a new run goes on.

    """
    request = checked(request)
    given = given_batch(ws, request.title)
    if given is not None and request.manifest is not None:
        raise FolderError(
            "A manifest is signed by who adds the batch.", advice="Leave it out: it is known."
        )
    folder = _checked(request.folder, ws.home.place)
    found = find_files(folder, keep_out=ws.home.place, limit_bytes=DEFAULT.most_bytes())
    if not found.files and not found.unreadable:
        raise FolderError(
            f"{_said(folder)}: there is no file in this folder that can be read{_beside(found)}.",
            advice="Name the folder that holds the files.",
        )
    manifest = _manifest(request, found)
    named, only = given or (None, None)
    batch = ws.home.local.intake_begin(folder, request.title, named).batch_id
    refuse_shredded(ws, batch)
    shelving = Shelving(ws.home.local, ws.home.vault, batch, only)
    watch = _Watch(found, progress)
    with ws.home.local.with_room():
        finished = _take_all(found, shelving, watch, cancelled)
    if finished and given is not None:
        ws.home.local.mark_signed(ws.home.local.unsigned(batch))  # by others
    elif finished:
        sign_manifest(ws.home.local, batch, request, manifest.sources)
    return IntakeSummary(
        batch=batch,
        added=shelving.added,
        copies=shelving.copies,
        already=shelving.already,
        unreadable=_in_order(found.unreadable, shelving.unreadable),
        refused=_in_order(found.refused, shelving.refused),
        cancelled=not finished,
        rows=len(manifest.sources),
        refused_rows=manifest.refused,
    )


def _manifest(request: IntakeRequest, found: Found) -> Manifest:
    if request.manifest is None:
        return Manifest((), ())
    names = {file.name for file in found.files}
    names |= {fault.file for fault in (*found.refused, *found.unreadable)}
    return read_manifest(request.manifest, names)


def _take_all(
    found: Found, shelving: Shelving, watch: "_Watch", cancelled: Callable[[], bool]
) -> bool:
    """Take the files in, in order; False if it was cancelled."""
    with shelving, Readers(found.files, shelving.is_known) as readers:
        while True:
            if cancelled():
                shelving.flush()
                return False
            taken = readers.next(wait_s=TELL_EVERY_S)
            if isinstance(taken, Taken):
                shelving.take(taken)
                is_known = taken.facts is None and taken.unreadable is None
                watch.count(taken.found.size_bytes, is_known=is_known)
            elif taken is None:
                break
            watch.tell()
        shelving.flush()
    watch.tell(last=True)
    return True


class _Watch:
    """Says how far the intake is, not more often than a person can read."""

    def __init__(self, found: Found, progress: Callable[[IntakeProgress], None]) -> None:
        self._of = len(found.files)
        self._of_bytes = sum(file.size_bytes for file in found.files)
        self._done = self._done_bytes = 0
        self._known_bytes = 0  # at the beginning: what an earlier run took in tells nothing of pace
        self._progress = progress
        self._begun_s = self._told_s = time.monotonic()

    def count(self, size_bytes: int, *, is_known: bool) -> None:
        """Count one file as done; what was known before took no decoder's time."""
        if is_known and self._known_bytes == self._done_bytes:
            self._known_bytes += size_bytes
            self._begun_s = time.monotonic()
        self._done += 1
        self._done_bytes += size_bytes

    def tell(self, *, last: bool = False) -> None:
        """Tell, if it is time."""
        now_s = time.monotonic()
        if not last and now_s - self._told_s < TELL_EVERY_S:
            return
        self._told_s = now_s
        self._progress(
            IntakeProgress(
                self._done, self._of, self._done_bytes, self._of_bytes, self._left_s(now_s)
            )
        )

    def _left_s(self, now_s: float) -> float | None:
        passed_s = now_s - self._begun_s
        done, of = self._done_bytes - self._known_bytes, self._of_bytes - self._known_bytes
        share = done / of if of else 1.0
        if passed_s < _KNOWN_RATE_AFTER_S or not _KNOWN_RATE_SHARE <= share < 1:
            return None
        return passed_s * (of - done) / done


def _checked(folder: Path, home: Path) -> Path:
    try:
        resolved = folder.resolve(strict=True)
    except FileNotFoundError as error:
        raise FolderError(
            f"{_said(folder)}: there is no such folder.", advice="Look at the spelling."
        ) from error
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before Python 3.13
        raise FolderError(
            f"{_said(folder)}: this folder cannot be reached.", advice="Look at its permissions."
        ) from error
    if not resolved.is_dir():
        raise FolderError(
            f"{_said(folder)}: this is not a folder.",
            advice="Name the folder that holds the files.",
        )
    if resolved.is_relative_to(home.resolve()):
        raise FolderError(
            f"{_said(folder)}: this folder is inside the home of this program.",
            advice="Name the folder that holds the files.",
        )
    os.scandir(resolved).close()  # a folder that cannot be listed makes no batch
    return resolved


def _said(folder: Path) -> str:
    return shown(str(folder))


def _beside(found: Found) -> str:
    if not found.refused:
        return ""
    first = found.refused[0]
    return f" ({len(found.refused)} refused, first {shown(first.file)}: {first.reason})"


def _in_order(first: tuple[FileFault, ...], then: list[FileFault]) -> tuple[FileFault, ...]:
    return tuple(sorted([*first, *then], key=lambda fault: fault.file))

"""Use case: a folder becomes a batch. Every file is read once; nothing plain is written."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.bootstrap import Workstation


@dataclass(frozen=True, slots=True)
class IntakeRequest:
    """A folder to add: its title, and what is declared of all its files."""

    folder: Path
    title: str
    source_url: str | None = None
    country: str | None = None
    declared_ai: bool = False


@dataclass(frozen=True, slots=True)
class IntakeProgress:
    """How far an intake is; ``left_s`` is None until it can be told."""

    done: int
    of: int
    done_bytes: int
    of_bytes: int
    left_s: float | None


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file that was not read or not taken, by its relative name, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class IntakeSummary:
    """What an intake did.

    ``added`` counts new items, ``copies`` further files of a content that is here already,
    ``already`` files known from an earlier run. A cancelled intake is not signed; run again it
    goes on.
    """

    batch: str
    added: int
    copies: int
    already: int
    unreadable: tuple[FileFault, ...]
    refused: tuple[FileFault, ...]
    cancelled: bool = False


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

    ``progress`` and ``cancelled`` are called on this thread, at most a few times a second and
    between any two files.
    """
    raise NotImplementedError

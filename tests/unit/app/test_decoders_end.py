"""What starts decoders for a few files ends them with its work, done or broken off."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.bootstrap import Workstation
from app.inspect import inspect_files
from app.intake.folder import IntakeRequest, add_folder
from blur.decoder import Decoder
from tests.lent_decoders import BORROWERS
from tests.unit.app.folders import write_bitmaps

FILES = 4
PATIENCE_S = 60.0


class Started(Decoder):
    """A decoder that knows which process it had."""

    def __init__(self, command: Sequence[str]) -> None:
        super().__init__(command)
        self.protections()  # it runs
        self.had = self.pid

    def has_ended(self) -> bool:
        return self.had is not None and not os.path.exists(f"/proc/{self.had}")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Started]:
    """The decoders that are started from now on, none of them lent."""
    all_started: list[Started] = []

    def start(command: Sequence[str]) -> Started:
        all_started.append(Started(command))
        return all_started[-1]

    for borrower in BORROWERS:
        monkeypatch.setattr(borrower, "Decoder", start)
    return all_started


def have_ended(started: list[Started]) -> bool:
    """Whether all are gone; that the machine has taken them away lasts a moment."""
    until_s = time.monotonic() + PATIENCE_S
    while not all(decoder.has_ended() for decoder in started) and time.monotonic() < until_s:
        time.sleep(0.01)  # no event tells of the end of a process that another thread reaps
    return bool(started) and all(decoder.has_ended() for decoder in started)


@pytest.mark.parametrize("is_stopped", [False, True])
def test_that_an_intake_ends_the_decoders_it_started(
    ws: Workstation, tmp_path: Path, started: list[Started], is_stopped: bool
) -> None:
    folder = write_bitmaps(tmp_path / "in", FILES)
    asked = iter(range(FILES))
    summary = add_folder(
        ws,
        IntakeRequest(folder, "Orchard"),
        cancelled=lambda: is_stopped and next(asked) > 0,
    )
    assert summary.cancelled is is_stopped
    assert have_ended(started)


def test_that_an_inspection_ends_the_decoders_it_started(
    tmp_path: Path, started: list[Started]
) -> None:
    folder = write_bitmaps(tmp_path / "in", FILES)
    assert all(file.studied for file in inspect_files(sorted(folder.iterdir())))
    assert have_ended(started)

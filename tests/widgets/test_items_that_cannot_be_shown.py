"""Items that cannot be shown, met in the window: each is left, marked and counted, none lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.bootstrap import open_workstation
from app.intake.folder import IntakeRequest, add_folder
from app.sentences import said, speak
from app.session.grading import GradingSession
from app.session.types import Stage
from app.texts import read_texts
from tests.hostile.bombs import BOMBS
from tests.unit.blur.pictures import blocks, saved
from tests.widgets.conftest import (
    ITEMS,
    PASSPHRASE,
    PATIENCE_MS,
    MadeHome,
    OpenWindow,
    press,
    sign_in,
    stage,
)
from widgets.main_window import MainWindow

K = Qt.Key
DAMAGED = 3


def damage(home: Path, count: int) -> None:
    """Change some bytes of the evidence on the disk, whichever items they are of."""
    files = sorted(file for file in (home / "vault").rglob("*") if file.is_file())
    for file in files[:count]:
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 0x5A
        file.chmod(0o600)
        file.write_bytes(data)


@pytest.fixture
def german() -> Iterator[None]:
    """The rooms speak German, as in a German window."""
    speak(read_texts("de"))
    yield
    speak(read_texts())


def batch_at_hand(grading: GradingSession) -> str | None:
    at = grading.at_hand
    return None if at is None else at.batch


def go_on(qtbot: QtBot, window: MainWindow) -> None:
    """Press Enter once the person can have read why; a key before that counts for nothing."""
    assert window.rooms is not None
    gate = window.rooms.desk._gate
    qtbot.waitUntil(lambda: gate.is_open, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_Return)
    qtbot.waitUntil(lambda: stage(window) is not Stage.UNREADABLE, timeout=PATIENCE_MS)


def walked(qtbot: QtBot, window: MainWindow) -> tuple[set[str], int]:
    """Go to the end of the batch by keys; return what was seen, and how often nothing could be."""
    seen: set[str] = set()
    unreadable = 0
    assert window.sitting is not None
    assert window.rooms is not None
    canvas = window.rooms.desk.canvas
    for _ in range(3 * ITEMS):
        qtbot.waitUntil(
            lambda: (
                (stage(window) is Stage.ASKING and canvas.shows_item)
                or stage(window) in (Stage.UNREADABLE, Stage.FINISHED)
            ),
            timeout=PATIENCE_MS,
        )
        if stage(window) is Stage.FINISHED:
            break
        if stage(window) is Stage.UNREADABLE:
            unreadable += 1
            go_on(qtbot, window)
            continue
        at = window.sitting.grading.at_hand
        assert at is not None
        if at.item in seen:
            break  # the last item: there is no next one
        seen.add(at.item)
        press(qtbot, window, K.Key_N)
    return seen, unreadable


def test_that_evidence_that_cannot_be_shown_is_left_and_all_the_rest_is_seen(
    qtbot: QtBot, open_window: OpenWindow, made_home: MadeHome, german: None
) -> None:
    """And why is kept in English, whatever language it is said in."""
    damage(made_home.place, DAMAGED)
    window = open_window()
    qtbot.waitUntil(window.sign_in._passphrase.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClicks(window.sign_in._passphrase, PASSPHRASE)
    qtbot.keyClick(window.sign_in._passphrase, K.Key_Return)
    qtbot.waitUntil(lambda: window.sitting is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: stage(window) in (Stage.ASKING, Stage.UNREADABLE), timeout=PATIENCE_MS)
    seen, unreadable = walked(qtbot, window)
    assert len(seen) == ITEMS - DAMAGED
    assert unreadable == DAMAGED
    assert window.sitting is not None
    rows = window.sitting._ws.home.local.items(made_home.batch)
    assert len(rows) == ITEMS  # none is lost
    assert seen.isdisjoint({row.item for row in rows} - seen)
    kept = {row.unreadable for row in rows if row.unreadable is not None}
    assert kept
    assert window.rooms is not None
    assert window.rooms.desk._reason in {said(reason) for reason in kept} - kept


def test_that_hostile_files_stay_in_their_batch_and_the_good_one_comes_to_the_screen(
    qtbot: QtBot, open_window: OpenWindow, made_home: MadeHome, tmp_path: Path
) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    for name in ("a JPEG of headers", "an endless canvas", "JPEG and ZIP"):
        (folder / f"{name}.jpg").write_bytes(BOMBS[name]())
    (folder / "cut.png").write_bytes(saved(blocks())[:300])
    (folder / "good.png").write_bytes(saved(blocks()))
    ws = open_workstation(made_home.place, lambda: PASSPHRASE)
    summary = add_folder(ws, IntakeRequest(folder, "Hostile"))
    rows = ws.home.local.items(summary.batch)
    ws.close()
    assert len(rows) == 5
    assert sum(row.unreadable is not None for row in rows) == 3
    window = open_window()
    sign_in(qtbot, window)
    assert window.sitting is not None
    grading = window.sitting.grading
    grading.open_batch(summary.batch)
    qtbot.waitUntil(lambda: batch_at_hand(grading) == summary.batch, timeout=PATIENCE_MS)
    seen, unreadable = walked(qtbot, window)
    assert (len(seen), unreadable) == (2, 0)

"""An analyst's first batch, by keyboard: a new home, a folder, ten items, sync, verify, report."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.keymap import read_keymap
from app.session.opening import OpeningSession
from app.session.types import Stage
from app.texts import read_texts
from tests.widgets.patterns import write_patterns
from widgets.fittings import Fittings
from widgets.look import Look
from widgets.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
PASSPHRASE = "first day at the desk"
PATIENCE_MS = 60_000  # Argon2id on a shared machine
ITEMS = 12
# What the grader types for each item, down to the leaf, and how it must be counted.
ANSWERS = (
    ("51", "Off Remit"),
    ("211", "Age in Question"),
    ("3211", "Non-Photographic Imagery"),
    ("3111", "Adult No Sexual Activity"),
    ("11421", "Child No Sexual Activity"),
    ("52", "Off Remit"),
    ("221", "Non-Photographic Imagery"),
    ("4111", "Adult No Sexual Activity"),
    ("51", "Off Remit"),
    ("53", "Off Remit"),
)


class Analyst:
    """Hands on the keyboard of one window."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self._qtbot = qtbot
        self.window = window

    def types(self, words: str) -> None:
        self._qtbot.keyClicks(self._at(), words)

    def presses(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        held = modifier or Qt.KeyboardModifier.NoModifier
        self._qtbot.keyClick(self._at(), key, held)

    def waits_for_an_item(self) -> None:
        def there() -> bool:
            sitting, rooms = self.window.sitting, self.window.rooms
            if sitting is None or rooms is None or not rooms.desk.takes_keys:
                return False
            return sitting.grading.stage in (Stage.ASKING, Stage.DECIDED)

        self._qtbot.waitUntil(there, timeout=PATIENCE_MS)

    def _at(self) -> QWidget:
        return self.window.focusWidget() or self.window


@pytest.fixture
def analyst(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Analyst]:
    """An analyst before a window on a place where no home is yet, at whatever hour."""
    look = Look()
    look.load_fonts()
    look.apply("light", 100)
    opening = OpeningSession(tmp_path / "home")
    window = MainWindow(Fittings(look, read_texts(), read_keymap()), opening)
    window.resize(1366, 768)
    with qtbot.waitActive(window, timeout=PATIENCE_MS):
        window.show()
        window.activateWindow()
    opening.start()
    yield Analyst(qtbot, window)
    window.close()
    opening.close()
    window.deleteLater()
    QApplication.processEvents()


def go_through_the_assistant(qtbot: QtBot, analyst: Analyst) -> None:
    """Answer what is asked at the first start."""
    window = analyst.window
    qtbot.waitUntil(
        lambda: window.sign_in.currentWidget() is window.sign_in._new, timeout=PATIENCE_MS
    )
    analyst.types("Ada Analyst")
    analyst.presses(K.Key_Return)
    qtbot.waitUntil(window.sign_in._new.first.isVisible, timeout=PATIENCE_MS)
    for field in (window.sign_in._new.first, window.sign_in._new.again):
        field.setFocus()
        analyst.types(PASSPHRASE)
    analyst.presses(K.Key_Return)
    analyst.presses(K.Key_Return)  # the central store is on this computer
    window.sign_in._new.ends["none"].click()  # at whatever hour
    analyst.presses(K.Key_Return)


def test_that_a_first_batch_goes_from_a_folder_to_a_report(
    qtbot: QtBot, analyst: Analyst, tmp_path: Path
) -> None:
    window = analyst.window
    go_through_the_assistant(qtbot, analyst)
    qtbot.waitUntil(lambda: window.sitting is not None, timeout=PATIENCE_MS)
    sitting, rooms = window.sitting, window.rooms
    assert sitting is not None
    assert rooms is not None
    qtbot.waitUntil(lambda: sitting.grading.stage is Stage.EMPTY, timeout=PATIENCE_MS)

    qtbot.waitUntil(rooms.isVisible, timeout=PATIENCE_MS)
    analyst.presses(K.Key_2, CONTROL)
    qtbot.waitUntil(rooms.batches._empty.isVisible, timeout=PATIENCE_MS)
    analyst.presses(K.Key_A)
    analyst.types(str(write_patterns(tmp_path / "found", ITEMS)))
    with qtbot.waitSignal(sitting.intake.finished, timeout=PATIENCE_MS) as added:
        analyst.presses(K.Key_Return)
    assert added.args is not None
    assert added.args[0].added == ITEMS
    qtbot.waitUntil(lambda: rooms.batches.table.chosen() is not None, timeout=PATIENCE_MS)
    analyst.presses(K.Key_Return)
    analyst.waits_for_an_item()

    for digits, _ in ANSWERS:
        analyst.types(digits)
        with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
            analyst.presses(K.Key_Return)
        analyst.waits_for_an_item()
    analyst.presses(K.Key_R, CONTROL)
    qtbot.waitUntil(lambda: sitting.sync.state.waiting == 0, timeout=PATIENCE_MS)
    analyst.presses(K.Key_Q, CONTROL)
    qtbot.waitUntil(lambda: window.sitting is None, timeout=PATIENCE_MS)

    assert command(tmp_path, "verify").returncode == 0
    said = reported(tmp_path)
    assert (said["graded"], said["to_grade"]) == (len(ANSWERS), ITEMS - len(ANSWERS))
    counted = {line["label"]: line["items"] for line in said["by_reason"] if line["items"]}
    assert counted == Counter(reason for _, reason in ANSWERS)


def reported(folder: Path) -> dict[str, Any]:
    """Return the report on the only batch, as the command line gives it."""
    (batch,) = json.loads(command(folder, "batch", "list", "--json").stdout)
    file = folder / "report.json"
    options = ("--format", "json", "--out", str(file))
    written = command(folder, "report", "--batch", batch["batch"], *options)
    assert written.returncode == 0, written.stderr
    said: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return said


def command(folder: Path, *argv: str) -> "subprocess.CompletedProcess[str]":
    """Run a command on the home that the window made."""
    secret = folder / "passphrase"
    secret.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    environment = {
        **os.environ,
        "ASSAY_HOME": str(folder / "home"),
        "ASSAY_PASSPHRASE_FILE": str(secret),
    }
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *argv],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

"""Modules with classes of Qt are loaded by the window's own thread, all others beside it."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.session.first_item import WITH_QT
from app.session.sitting import Sitting
from tests.widgets.conftest import PATIENCE_MS
from widgets.doors import DOORS
from widgets.loading_ahead import SHEETS, SHEETS_OF

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("module", "by_the_window"),
    [("widgets.legend", True), ("app.session.learning", True), ("app.drawer.filling", False)],
)
def test_that_classes_of_qt_are_made_by_no_other_thread(
    qtbot: QtBot,
    sitting: Sitting,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    by_the_window: bool,
) -> None:
    loaded: list[tuple[str, bool]] = []
    called: list[str] = []

    def load(name: str) -> None:
        loaded.append((name, threading.current_thread() is threading.main_thread()))

    monkeypatch.setattr("app.session.first_item.import_module", load)
    sitting.first.load(module, lambda: called.append(module))
    qtbot.waitUntil(lambda: called == [module], timeout=PATIENCE_MS)
    assert loaded == [(module, by_the_window)]


def test_that_what_is_loaded_beside_the_window_loads_no_class_of_qt() -> None:
    ahead = {*SHEETS, *(needed for door in DOORS for needed in door.needs)}
    ahead |= {sheet for sheets in SHEETS_OF.values() for sheet in sheets}
    beside = sorted(module for module in ahead if not module.startswith(WITH_QT))
    assert beside
    asked = f"import sys, {', '.join(beside)}; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {name for name in ran.stdout.split() if name.startswith(("PySide6", *WITH_QT))}

"""Modules with classes of Qt are loaded by the window's own thread, all others beside it."""

import threading

import pytest
from pytestqt.qtbot import QtBot

from app.session.sitting import Sitting
from tests.widgets.conftest import PATIENCE_MS


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

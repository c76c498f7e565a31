"""Pages that nobody turned to go with those that somebody did."""

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from shiboken6 import delete, isValid

from widgets.late_pages import LatePages


@pytest.mark.usefixtures("qapp")
def test_that_pages_nobody_turned_to_go_with_their_room_whether_or_not_they_are_gone(
    qtbot: QtBot,
) -> None:
    seen, late, gone = QLabel("seen"), QLabel("late"), QLabel("gone")
    pages = LatePages([seen, late, gone])
    pages.turn_to(seen)
    delete(gone)  # as where the application ends before its rooms
    with qtbot.captureExceptions() as raised:
        delete(pages)
    assert not raised
    assert not isValid(late)
    assert not isValid(seen)

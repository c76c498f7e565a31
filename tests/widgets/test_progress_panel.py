"""The left side of the Desk."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from app.session.types import Progress
from widgets.fittings import Fittings
from widgets.main_window import MainWindow
from widgets.progress_panel import ProgressPanel


@pytest.mark.parametrize(("graded", "share"), [(0, 0.0), (3, 0.5), (6, 1.0)])
def test_that_the_bar_counts_what_is_graded_of_what_can_be(
    qtbot: QtBot, fit: Fittings, graded: int, share: float
) -> None:
    panel = ProgressPanel(fit)
    qtbot.addWidget(panel)
    panel.show_progress(Progress(10, 10, 6 - graded, graded, 0, 0, 4, 0))
    assert panel._bar._share == share


def test_that_an_item_of_another_batch_has_no_number(
    window: MainWindow,
) -> None:
    assert window.rooms is not None
    assert window.sitting is not None
    desk, session = window.rooms.desk, window.sitting.grading
    assert session.at_hand is not None
    window.resize(900, 700)
    desk._show_narrow()
    assert window.edges.status._item.text() == "Item 1 of 12"
    session._at = replace(session.at_hand, number=0)
    desk._show_narrow()
    desk.left.show_place(session._at)
    assert window.edges.status._item.text() == "Item in another batch"
    assert desk.left._place._figure.text() == "in another batch"

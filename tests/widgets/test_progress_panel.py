"""The left side of the Desk."""

import pytest
from pytestqt.qtbot import QtBot

from app.session_types import Progress
from widgets.fittings import Fittings
from widgets.progress_panel import ProgressPanel


@pytest.mark.parametrize(("graded", "share"), [(0, 0.0), (3, 0.5), (6, 1.0)])
def test_that_the_bar_counts_what_is_graded_of_what_can_be(
    qtbot: QtBot, fit: Fittings, graded: int, share: float
) -> None:
    panel = ProgressPanel(fit)
    qtbot.addWidget(panel)
    panel.show_progress(Progress(10, 10, 6 - graded, graded, 0, 0, 4, 0))
    assert panel._bar._share == share

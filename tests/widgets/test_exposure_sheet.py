"""The person's own exposure: reached from everywhere, chart and table alike, never a score."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.session.types import Today
from app.texts import read_texts
from storage.rows import ExposureRow
from tests.widgets.conftest import PATIENCE_MS, press
from widgets.exposure_sheet import ExposureSheet, _limits
from widgets.fittings import Fittings
from widgets.main_window import MainWindow
from widgets.status_line import clock

K = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
ITEM = "ab" * 32


@pytest.fixture
def sheet(qtbot: QtBot, window: MainWindow) -> ExposureSheet:
    """The sheet after three days with something viewed, opened by its key."""
    assert window.sitting is not None
    local = window.sitting._ws.home.local
    for back, desk_ms, revealed_ms in ((3, 7_200_000, 61_000), (1, 3_600_000, 5_000), (0, 1000, 0)):
        day = (date.today() - timedelta(days=back)).isoformat()  # noqa: DTZ011 - as shown
        local.exposure_add(ExposureRow(day, f"{day}T09:00:00Z", ITEM, 3, revealed_ms, 0, desk_ms))
    return opened(qtbot, window)


def opened(qtbot: QtBot, window: MainWindow) -> ExposureSheet:
    assert window.sitting is not None
    with qtbot.waitSignal(window.sitting.duty.reviewed, timeout=PATIENCE_MS):
        qtbot.keyClick(window.focusWidget() or window, K.Key_E, CONTROL)
    return window.sheets.exposure


def test_that_chart_and_table_tell_the_same(
    qtbot: QtBot, window: MainWindow, sheet: ExposureSheet
) -> None:
    assert sheet.days.isVisible()
    charted = {bar.name: bar for bar in sheet.days._bars}
    press(qtbot, window, K.Key_T)
    assert sheet.table.isVisible()
    assert not sheet.days.isVisible()
    rows = {cells[0]: cells for _, cells in sheet.table.rows._rows}
    assert list(rows) == list(charted)
    assert len(rows) == 7  # days without viewing have their line
    for name, bar in charted.items():
        assert rows[name][1:3] == (clock(bar.whole_ms), clock(bar.filled_ms))
        assert bar.said in sheet.days.accessibleDescription()
        assert clock(bar.whole_ms) in bar.said
    assert "2:00:00" in {cells[1] for cells in rows.values()}
    press(qtbot, window, K.Key_T)
    assert sheet.days.isVisible()


def test_that_what_is_counted_while_it_is_open_is_one_figure_everywhere(
    qtbot: QtBot, window: MainWindow, sheet: ExposureSheet
) -> None:
    assert window.sitting is not None
    duty = window.sitting.duty
    duty.revealed(ITEM, 3, 39_000)
    said = f"{clock(39_000)} revealed"
    qtbot.waitUntil(lambda: said in sheet.figures.text(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: sheet.days._bars[-1].filled_ms // 1000 == 39, timeout=PATIENCE_MS)
    assert sheet.table.rows._rows[-1][1][2] == clock(39_000)


def test_that_the_chart_is_read_without_colour(qtbot: QtBot, sheet: ExposureSheet) -> None:
    qtbot.waitUntil(
        lambda: sheet.days.size() == sheet.days.sizeHint().expandedTo(sheet.days.size()),
        timeout=PATIENCE_MS,
    )
    grey = sheet.days.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    row = sheet.days._look.px("row")
    line = max(range(7), key=lambda number: sheet.days._bars[number].whole_ms)
    tones = [grey.pixelColor(x, line * row + row // 2).lightness() for x in range(grey.width())]
    runs = {tone for tone in tones if tones.count(tone) > 1}
    # Ground, filled part and outlined part are three greys, each plainly apart from the next.
    assert sum(1 for a, b in pairwise(sorted(runs)) if b - a >= 5) >= 2, sorted(runs)


def test_that_the_sheet_is_reached_from_every_room_and_by_name(
    qtbot: QtBot, window: MainWindow, sheet: ExposureSheet
) -> None:
    press(qtbot, window, K.Key_Return)
    assert not sheet.isVisible()
    for room in (K.Key_2, K.Key_3, K.Key_6, K.Key_1):
        qtbot.keyClick(window.focusWidget() or window, room, CONTROL)
        assert opened(qtbot, window).isVisible()
        press(qtbot, window, K.Key_Return)
    qtbot.keyClick(window.focusWidget() or window, K.Key_K, CONTROL)
    qtbot.keyClicks(window.focusWidget(), "exposure")
    press(qtbot, window, K.Key_Return)
    assert sheet.isVisible()
    assert not window.sheets.palette.isVisible()


def test_that_keys_of_the_desk_do_nothing_below_it(
    qtbot: QtBot, window: MainWindow, sheet: ExposureSheet
) -> None:
    assert window.sitting is not None
    before = window.sitting.grading._work.state
    press(qtbot, window, K.Key_5, K.Key_1, K.Key_Space)
    assert window.sitting.grading._work.state == before
    assert not window.sitting.viewing.state.revealed


def test_that_it_says_so_where_nothing_was_viewed(
    qtbot: QtBot, window: MainWindow, fit: Fittings
) -> None:
    sheet = ExposureSheet(fit, window)
    sheet.open()
    hour_ms = 3_600_000
    sheet._take_today(Today(0, 0, 4 * hour_ms, 0, {}, hour_ms, 0, False, False, False, False))
    sheet._take_week(())
    assert sheet.empty.isVisible()
    assert not sheet.days.isVisible()
    assert "The next break is in 60 min." in sheet.limits.text()


def test_that_no_word_of_it_praises_or_warns() -> None:
    texts = read_texts()
    said = " ".join(
        texts(one, **dict.fromkeys(texts.blanks(one), 1))
        for one in texts.ids()
        if one.startswith(("exposure.", "status.", "pause."))
        and not one.startswith("status.scoring")  # what classifiers do, not a person
    ).lower()
    for word in ("score", "goal", "streak", "well done", "warning", "danger", "!", "best"):
        assert word not in said


def test_that_the_ceiling_of_heavy_items_is_told_where_there_is_one(fit: Fittings) -> None:
    today = Today(0, 0, 4 * 3_600_000, 0, {}, 3_600_000, 0, False, False, False, False)
    assert "Heavy" not in _limits(fit, today)
    told = _limits(fit, replace(today, heavy=1, heavy_ceiling=3))
    assert "Heavy items in the last hour: 1; at 3 a pause is due." in told

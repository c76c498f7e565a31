"""A document of which one page is damaged: it is told, and the other pages are graded."""

import random
import secrets

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.session.sitting import Sitting
from grading.verdict import verdict_from_predicate
from storage.envelope import open_envelope
from tests.unit.blur.pictures import with_a_damaged_page
from tests.widgets.conftest import (
    PATIENCE_MS,
    MadeHome,
    at_hand,
    hold,
    make_home,
    press,
    wait_for_item,
)
from widgets.desk import Desk
from widgets.main_window import MainWindow

K = Qt.Key
PAGES = 4
OFF_REMIT = (K.Key_5, K.Key_1)


@pytest.fixture(scope="module")
def damaged() -> int:
    """Which page is damaged, from 0; never the first, which says what the item is."""
    return 1 + secrets.randbelow(PAGES - 1)


@pytest.fixture(scope="module")
def drawn_home(tmp_path_factory: pytest.TempPathFactory, damaged: int) -> MadeHome:
    root = tmp_path_factory.mktemp("damaged")
    folder = root / "found"
    folder.mkdir()
    dice = random.Random(damaged)  # noqa: S311 - a pattern
    pages = [Image.frombytes("L", (80, 60), dice.randbytes(4800)) for _ in range(PAGES)]
    (folder / "1.tif").write_bytes(with_a_damaged_page(pages, damaged))
    return make_home(root, folder, 1)


def reveal(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    """Hold Space until the page is seen, and let go."""
    hold(window, K.Key_Space, down=True)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    hold(window, K.Key_Space, down=False)


def test_that_a_damaged_page_is_told_and_the_other_pages_are_graded(
    qtbot: QtBot, window: MainWindow, desk: Desk, damaged: int
) -> None:
    wait_for_item(qtbot, window)
    sitting = window.sitting
    assert isinstance(sitting, Sitting)
    viewing, item = sitting.viewing, at_hand(window).item
    for page in range(PAGES):
        assert f"Picture {page + 1} of {PAGES}" in desk.canvas.bar.text
        if page == damaged:
            qtbot.waitUntil(lambda: bool(viewing.stills.state.why_not), timeout=PATIENCE_MS)
            assert "cannot be shown: the picture's data is damaged" in desk.canvas.bar.text
            assert desk.canvas._rest is None  # solid: no other page's veil stands for this one
            for _ in range(2):
                hold(window, K.Key_Space, down=True)
                qtbot.waitUntil(lambda: not viewing.state.revealed, timeout=PATIENCE_MS)
                hold(window, K.Key_Space, down=False)
        else:
            assert "cannot be shown" not in desk.canvas.bar.text
            reveal(qtbot, window, desk)
        press(qtbot, window, K.Key_Right)
    assert at_hand(window).item == item
    press(qtbot, window, *OFF_REMIT)
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    (row,) = sitting._ws.home.local.records(kind="verdict", item=item)
    verdict = verdict_from_predicate(open_envelope(row.envelope).predicate)
    assert verdict.frames is not None
    assert (verdict.frames.seen, verdict.frames.of) == (PAGES - 1, PAGES)

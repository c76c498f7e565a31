"""From Select to the Desk and back: what is not signed stays, what was left out is gone."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.errors import UsageError
from app.near_copies import NearCopy
from app.selection.signing import Choice
from app.session.types import Stage
from tests.unit.app.desks import DRAWING
from tests.widgets.conftest import (
    PATIENCE_MS,
    MadeHome,
    OpenPlace,
    at_hand,
    make_home,
    press,
    press_chord,
    sign_in,
    wait_for_item,
)
from tests.widgets.test_select_room import (
    ALONE,
    COPIES,
    go_in,
    say,
    session_of,
    wait_here,
    write_found,
)
from widgets.main_window import MainWindow

K = Qt.Key


@pytest.fixture(scope="module")
def drawn_home(tmp_path_factory: pytest.TempPathFactory) -> MadeHome:
    root = tmp_path_factory.mktemp("found")
    return make_home(root, write_found(root / "found"), COPIES + ALONE)


@pytest.fixture
def window(qtbot: QtBot, open_place: OpenPlace, made_home: MadeHome) -> MainWindow:
    window = open_place(made_home.place)
    sign_in(qtbot, window)
    go_in(qtbot, window)
    return window


def test_that_select_takes_no_unsigned_work_from_the_desk_and_leaves_out_nothing_graded(
    qtbot: QtBot, window: MainWindow, made_home: MadeHome
) -> None:
    session, sitting = session_of(window), window.sitting
    assert sitting is not None
    grading = sitting.grading
    graded = say(qtbot, window, K.Key_1)
    press_chord(qtbot, window, "Ctrl+1")
    wait_for_item(qtbot, window)
    assert at_hand(window).item == graded
    for value in DRAWING.values():
        grading.answer(value)
    with qtbot.waitSignal(grading.begun, timeout=PATIENCE_MS):
        grading.sign()
    with qtbot.waitSignal(grading.begun, timeout=PATIENCE_MS):
        grading.correct_last()
    grading.back()
    answers = grading._work.state.answers
    go_in(qtbot, window)
    assert not session.can_undo
    with pytest.raises(UsageError, match="graded already"):
        session._store.keep([Choice(graded, "no-child")])
    press(qtbot, window, K.Key_3)
    out = say(qtbot, window, K.Key_3)
    press_chord(qtbot, window, "Ctrl+1")
    assert at_hand(window).corrects is not None
    assert grading._work.state.answers == answers
    assert not grading.waits(out)
    go_in(qtbot, window)
    press(qtbot, window, K.Key_U)
    wait_here(qtbot, window)
    assert say(qtbot, window, K.Key_1) == out
    press_chord(qtbot, window, "Ctrl+1")
    qtbot.waitUntil(lambda: grading.waits(out), timeout=PATIENCE_MS)
    grading.open_batch(made_home.batch)  # asked for in Batches: once the correction is left
    grading.open_batch()  # what is dealt out anew asks for no batch, and forgets none
    assert grading._asked == (made_home.batch,)
    assert grading._work.state.answers == answers
    with qtbot.waitSignal(grading.opened, timeout=PATIENCE_MS):
        grading.step()


def test_that_a_sheet_on_the_desk_stays_as_it_is_but_for_what_select_leaves_out(
    qtbot: QtBot, window: MainWindow
) -> None:
    session, sitting = session_of(window), window.sitting
    assert sitting is not None
    group = sitting.group
    press(qtbot, window, K.Key_N)
    wait_here(qtbot, window)
    assert session.at_hand is not None
    out = session.at_hand.item
    assert session._round is not None
    first, second, third, fourth = session._round._order[:4]
    assert (at_hand(window).item, out) == (first, second)
    press_chord(qtbot, window, "Ctrl+1")
    group.lay(tuple(NearCopy(item, 0) for item in (first, second, third, fourth)))
    group.choose(2)
    group.exclude()
    go_in(qtbot, window)
    press(qtbot, window, K.Key_2)
    assert say(qtbot, window, K.Key_2) == out
    press_chord(qtbot, window, "Ctrl+1")
    assert group.state.excluded == {second, third}
    assert group.taken == (first, fourth)


def test_that_a_selection_that_is_on_disk_only_after_one_left_counts_at_the_desk(
    qtbot: QtBot, window: MainWindow
) -> None:
    session, sitting = session_of(window), window.sitting
    assert sitting is not None
    grading = sitting.grading
    out = at_hand(window).item
    press(qtbot, window, K.Key_2)
    with qtbot.waitSignal(session.changed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_2)
        press_chord(qtbot, window, "Ctrl+1")
        assert session.stage is Stage.SAVING
    wait_for_item(qtbot, window)
    assert not grading.waits(out)
    assert sitting.duty._item == at_hand(window).item != out

"""Select: one key signs what becomes of an item, under its veil; nothing is hidden unsaid."""

import json
import random
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.selection.signing import Selecting
from app.session.selecting import SelectSession
from app.session.types import Stage
from app.worklist import Worklist
from storage.envelope import open_envelope
from tests.unit.blur.pdq_pictures import picture
from tests.unit.blur.pictures import saved
from tests.unit.blur.test_pdq import scene
from tests.widgets.conftest import (
    PATIENCE_MS,
    MadeHome,
    OpenPlace,
    at_hand,
    hold,
    make_home,
    press,
    press_chord,
    sign_in,
    wait_for_item,
)
from tests.widgets.takes_under import assert_that_all_causes_take_it_back_under
from tests.widgets.walker import cut_off
from widgets.look import Look
from widgets.main_window import MainWindow
from widgets.select import SelectRoom
from widgets.words import Words

COPIES, ALONE = 3, 3
K = Qt.Key


def write_found(folder: Path) -> Path:
    """Three near-copies, three pictures by themselves, and a file that is no picture."""
    folder.mkdir()
    base = scene(random.Random(4), (640, 480))  # noqa: S311 - what is drawn is no secret
    for number in range(COPIES):
        data = saved(base, "JPEG", quality=95 - 5 * number)
        (folder / f"copy {number}.jpg").write_bytes(data)
    for number in range(ALONE):
        (folder / f"other {number}.png").write_bytes(saved(picture(11 + 4 * number, 500, 400)))
    (folder / "weights.zip").write_bytes(b"PK\x03\x04" + bytes(60))
    return folder


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


def go_in(qtbot: QtBot, window: MainWindow) -> None:
    press_chord(qtbot, window, "Ctrl+7")
    wait_here(qtbot, window)


def room_of(window: MainWindow) -> SelectRoom:
    assert window.rooms is not None
    room = window.rooms._rooms["select"]
    assert isinstance(room, SelectRoom)
    return room


def session_of(window: MainWindow) -> SelectSession:
    assert window.sitting is not None
    return window.sitting.selecting


def wait_here(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until a veiled item is on the screen and a digit would count."""
    room = room_of(window)

    def there() -> bool:
        shown = room.canvas.shows_item or session_of(window).sheet.state.is_open
        return session_of(window).stage is Stage.ASKING and shown and room._gate.is_open

    qtbot.waitUntil(there, timeout=PATIENCE_MS)


def look_at(qtbot: QtBot, window: MainWindow) -> None:
    """Hold Space until the item is clear on the screen, then let go."""
    room = room_of(window)
    assert window.sitting is not None
    viewing = window.sitting.viewing
    qtbot.waitUntil(lambda: viewing._loaded, timeout=PATIENCE_MS)
    hold(window, K.Key_Space, down=True)
    qtbot.waitUntil(lambda: room.canvas.shows_clear, timeout=PATIENCE_MS)
    hold(window, K.Key_Space, down=False)
    assert not room.canvas.shows_clear


def say(qtbot: QtBot, window: MainWindow, key: Qt.Key) -> str:
    """Answer the item at hand, wait until it is signed, and return which it was."""
    session = session_of(window)
    assert session.at_hand is not None
    item = session.at_hand.item
    with qtbot.waitSignal(session.kept, timeout=PATIENCE_MS):
        press(qtbot, window, key)
    return item


def selected(window: MainWindow, item: str) -> list[dict[str, object]]:
    """What was signed on an item, the oldest first."""
    assert window.sitting is not None
    local = window.sitting._ws.home.local
    return [
        dict(open_envelope(row.envelope).predicate)
        for row in local.records(kind="selection", item=item)
    ]


def test_that_one_key_signs_and_the_desk_has_what_was_not_left_out(
    qtbot: QtBot, window: MainWindow, made_home: MadeHome
) -> None:
    session = session_of(window)
    look_at(qtbot, window)
    out = say(qtbot, window, K.Key_2)
    wait_here(qtbot, window)
    kept = say(qtbot, window, K.Key_1)
    wait_here(qtbot, window)
    [signed] = selected(window, out)
    assert signed["selection"] == "no-child"
    assert isinstance(signed["revealed_ms"], int)
    assert signed["revealed_ms"] > 0
    [signed] = selected(window, kept)
    assert (signed["selection"], signed["revealed_ms"]) == ("assess", 0)
    qtbot.waitUntil(lambda: session.stage is Stage.ASKING, timeout=PATIENCE_MS)
    with qtbot.waitSignal(session.counted, timeout=PATIENCE_MS) as counted:
        session._count()
    assert counted.args is not None
    counts = counted.args[0]
    assert (counts.found, counts.selected, counts.undecided) == (7, 5, 4)
    assert (counts.no_child, counts.other_files) == (1, 1)
    assert window.sitting is not None
    press_chord(qtbot, window, "Ctrl+1")
    wait_for_item(qtbot, window)
    waits = Worklist(window.sitting._ws).order(made_home.batch)
    assert out not in waits
    assert kept in waits
    assert not window.sitting.grading.waits(out)
    assert window.rooms is not None
    left = window.rooms.desk.left
    figure = left._counts["not_selected"]._figure
    qtbot.waitUntil(lambda: figure.text() == "1", timeout=PATIENCE_MS)
    assert left._counts["undecided"]._figure.text() == "4"
    assert not left._counts["undecided"].isHidden()


def test_that_the_look_counts_here_and_in_no_verdict_on_the_same_item(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.sitting is not None
    grading, duty = window.sitting.grading, window.sitting.duty
    session = session_of(window)
    assert session.at_hand is not None
    assert session.at_hand.item == at_hand(window).item
    before = duty.today.revealed_ms if duty.today else 0
    look_at(qtbot, window)
    assert grading._work.revealed_ms == 0
    assert duty._item == session.at_hand.item
    qtbot.waitUntil(
        lambda: duty.today is not None and duty.today.revealed_ms > before, timeout=PATIENCE_MS
    )
    press_chord(qtbot, window, "Ctrl+2")
    assert window.sitting.viewing.item is None
    assert not room_of(window).canvas.shows_item


def test_that_the_item_at_hand_is_that_of_the_room_one_is_in(
    qtbot: QtBot, window: MainWindow
) -> None:
    sitting, session = window.sitting, session_of(window)
    assert sitting is not None
    session.step(1)
    wait_here(qtbot, window)
    here = session.at_hand
    assert here is not None
    assert here.item != at_hand(window).item  # the Desk holds another one below
    assert sitting.item_at_hand == here.item
    press_chord(qtbot, window, "Ctrl+2")
    assert sitting.item_at_hand is None
    press_chord(qtbot, window, "Ctrl+1")
    assert sitting.item_at_hand == at_hand(window).item


def test_that_each_count_stands_in_one_line_with_its_figure_at_every_size_of_text(
    window: MainWindow, look: Look
) -> None:
    for percent in (100, 200):
        look.apply("light", percent)
        for size in ((2560, 1440), (1366, 768)):
            window.resize(*size)
            for _ in range(4):
                QApplication.processEvents()
            assert window.size().toTuple() == size
            assert cut_off(window) == []
            room = room_of(window)  # another size of text makes it anew
            counts = [count for count in room.left._counts.values() if count.isVisible()]
            assert bool(counts) is room.left.isVisible()
            for count in counts:
                name, figure = count.findChildren(Words)
                middle = (
                    name.y() + name.heightForWidth(name.width()) / 2
                )  # a text begins at the top
                assert abs(middle - figure.y() - figure.height() / 2) <= 1


def test_that_leaving_out_what_was_not_looked_at_is_asked_for_twice(
    qtbot: QtBot, window: MainWindow
) -> None:
    session = session_of(window)
    press(qtbot, window, K.Key_3)
    assert session.stage is Stage.ASKING
    assert "not looked at" in room_of(window).panel._note.text()
    item = say(qtbot, window, K.Key_3)
    [signed] = selected(window, item)
    assert (signed["selection"], signed["revealed_ms"]) == ("child-non-criminal", 0)


def test_that_a_selection_taken_back_is_said_anew_by_one_more_record(
    qtbot: QtBot, window: MainWindow, made_home: MadeHome
) -> None:
    session = session_of(window)
    first = say(qtbot, window, K.Key_1)
    wait_here(qtbot, window)
    press(qtbot, window, K.Key_U)
    wait_here(qtbot, window)
    assert session.at_hand is not None
    assert session.at_hand.item == first
    assert "Assess" in room_of(window).panel._note.text()
    press(qtbot, window, K.Key_2)
    say(qtbot, window, K.Key_2)
    assert [one["selection"] for one in selected(window, first)] == ["assess", "no-child"]
    assert window.sitting is not None
    selecting = Selecting(window.sitting._ws, made_home.batch)
    assert selecting.chosen == {first: "no-child"}


def test_that_near_copies_are_selected_with_one_answer_and_the_record_says_which_were_viewed(
    qtbot: QtBot, window: MainWindow
) -> None:
    session = session_of(window)
    qtbot.waitUntil(lambda: bool(session._groups), timeout=PATIENCE_MS)
    while len(session.near) != COPIES:
        assert session.at_hand is not None
        before = session.at_hand.item
        press(qtbot, window, K.Key_N)
        wait_here(qtbot, window)
        assert session.at_hand.item != before
    press(qtbot, window, K.Key_J)
    qtbot.waitUntil(lambda: session.sheet.state.compared == COPIES, timeout=PATIENCE_MS)
    items = session.sheet.state.items
    assert cut_off(window) == []
    press(qtbot, window, K.Key_Right, K.Key_D, K.Key_Left)
    assert session.sheet.taken == (items[0], items[2])
    look_at(qtbot, window)
    say(qtbot, window, K.Key_2)
    signed = {item: selected(window, item) for item in items}
    assert [len(signed[item]) for item in items] == [1, 0, 1]
    assert [signed[item][0]["viewed"] for item in (items[0], items[2])] == ["individually", "group"]
    assert signed[items[0]][0]["group"] == signed[items[2]][0]["group"]
    press(qtbot, window, K.Key_U)
    qtbot.waitUntil(lambda: session.sheet.state.corrects, timeout=PATIENCE_MS)
    assert set(session.sheet.state.items) == {items[0], items[2]}


def test_that_it_goes_back_under_with_calm_and_resumes_where_it_was_left(
    qtbot: QtBot, window: MainWindow
) -> None:
    session, room = session_of(window), room_of(window)
    say(qtbot, window, K.Key_1)
    wait_here(qtbot, window)
    press(qtbot, window, K.Key_N)
    wait_here(qtbot, window)
    assert session.at_hand is not None
    item = session.at_hand.item
    assert window.sitting is not None
    qtbot.waitUntil(lambda: window.sitting.viewing._loaded, timeout=PATIENCE_MS)  # type: ignore[union-attr]
    hold(window, K.Key_Space, down=True)
    qtbot.waitUntil(lambda: room.canvas.shows_clear, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_Escape)
    assert not room.canvas.shows_clear
    assert not room.canvas.shows_item
    hold(window, K.Key_Space, down=False)
    press(qtbot, window, K.Key_Return)
    wait_here(qtbot, window)
    press_chord(qtbot, window, "Ctrl+3")
    go_in(qtbot, window)
    assert session.at_hand is not None
    assert session.at_hand.item == item


def test_that_every_cause_takes_an_item_that_is_looked_at_back_under(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert_that_all_causes_take_it_back_under(qtbot, window, room_of(window).canvas)


def test_that_a_file_that_is_no_picture_is_listed_marked_and_never_opened(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, session = room_of(window), session_of(window)
    assert window.sitting is not None
    monkeypatch.setattr(window.sitting._ws.home.vault, "get", _nobody_opens)
    press(qtbot, window, K.Key_O)
    assert room.place == "other_files"
    [other] = room._files
    assert (other.names, other.type) == (("weights.zip",), "application/zip")
    assert other.item not in session._opened.waiting  # type: ignore[union-attr]
    for offered in (True, False):
        with qtbot.waitSignal(session.kept, timeout=PATIENCE_MS):
            press(qtbot, window, K.Key_Return)
        assert room._files[0].preview is offered
    [signed] = selected(window, other.item)
    assert signed["selection"] == "actionable-preview"
    local = window.sitting._ws.home.local
    assert len(list(local.records(kind="withdrawal"))) == 1
    press(qtbot, window, K.Key_O)
    assert room.place == "select_item"


def _nobody_opens(batch: str, item: str) -> bytes:
    raise AssertionError(json.dumps([batch, item]))


def test_that_everything_looked_at_says_the_counts_and_leads_to_the_desk(
    qtbot: QtBot, window: MainWindow, made_home: MadeHome
) -> None:
    session, room = session_of(window), room_of(window)
    for _ in range(COPIES + ALONE):
        wait_here(qtbot, window)
        say(qtbot, window, K.Key_1)
    qtbot.waitUntil(lambda: session.stage is Stage.FINISHED, timeout=PATIENCE_MS)
    assert room._middle.currentWidget() is room.notice
    qtbot.waitUntil(lambda: "7 found" in room.notice._words.text(), timeout=PATIENCE_MS)
    room.notice.pressed.emit("desk")
    wait_for_item(qtbot, window)
    assert window.rooms is not None
    assert window.rooms.name == "desk"
    assert at_hand(window).batch == made_home.batch


def test_that_a_batch_is_taken_from_batches_to_select_and_to_its_near_copies(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.rooms is not None
    assert window.sitting is not None
    group = window.sitting.group
    press_chord(qtbot, window, "Ctrl+2")
    table = window.rooms.batches.table
    qtbot.waitUntil(lambda: table.rows.rowCount() == 1, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_E)
    assert window.rooms.name == "select"
    wait_here(qtbot, window)
    press_chord(qtbot, window, "Ctrl+2")
    qtbot.waitUntil(lambda: table.chosen() is not None, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_G)
    assert window.rooms.name == "desk"
    qtbot.waitUntil(lambda: len(group.state.items) == COPIES, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_J)
    assert not group.state.is_open
    press_chord(qtbot, window, "Shift+J")
    qtbot.waitUntil(lambda: len(group.state.items) == COPIES, timeout=PATIENCE_MS)

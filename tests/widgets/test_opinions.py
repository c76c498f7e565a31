"""Second opinions by keyboard: an item is taken, answered blind, compared, resolved."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from pytestqt.qtbot import QtBot

from app.near_copies import NearCopy
from app.pace import Progress
from app.session.opinions import OpinionStage
from app.session.types import Stage
from grading.scheme import Scheme
from storage.envelope import open_envelope
from tests.unit.app.desks import SCHEME, settled
from tests.widgets.conftest import (
    PATIENCE_MS,
    OpenPlace,
    press,
    press_chord,
    sign_in,
    wait_for_item,
)
from tests.widgets.office import DRAWING, PASSPHRASE, REMIT, Office, asking
from tests.widgets.takes_under import (
    assert_that_all_causes_take_it_back_under,
    release,
    reveal,
)
from widgets.fittings import Fittings
from widgets.main_window import MainWindow
from widgets.opinions import OpinionsRoom
from widgets.queue_list import reason, standing
from widgets.queue_page import QueuePage

K = Qt.Key


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """The first item is disputed, the second asked about, the third one's own."""
    made = Office.make(tmp_path / "office", sue="supervisor")
    made.grade("ann", 0, DRAWING, asking("which of the two?"))
    made.grade("ben", 0, REMIT)
    made.grade("ann", 1, DRAWING, asking("age?"))
    made.grade("chief", 2, REMIT, asking("mine"))
    made.bureau.sync()
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, office: Office, open_place: OpenPlace) -> MainWindow:
    """The chief's window, in the room of second opinions."""
    office.close("chief")
    window = open_place(office.place)
    sign_in(qtbot, window, PASSPHRASE)
    assert window.sitting is not None
    for seat in office.bureau.seats.values():
        seat.central = window.sitting._ws.home.central()  # it is open there now
        seat.opinions._central = seat.central
    enter(qtbot, window)
    return window


def enter(qtbot: QtBot, window: MainWindow) -> None:
    press_chord(qtbot, window, "Ctrl+4")
    qtbot.waitUntil(lambda: room_of(window).queue.has_rows, timeout=PATIENCE_MS)


def room_of(window: MainWindow) -> OpinionsRoom:
    assert window.rooms is not None
    room = window.rooms._room("opinions")
    assert isinstance(room, OpinionsRoom)
    return room


def until_stage(qtbot: QtBot, window: MainWindow, stage: OpinionStage) -> None:
    session = room_of(window)._session
    qtbot.waitUntil(lambda: session.stage is stage, timeout=PATIENCE_MS)


def until_keys(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until the item that is open has been seen for as long as anybody needs."""
    gate = room_of(window).view._gate
    qtbot.waitUntil(lambda: gate.is_open, timeout=PATIENCE_MS)


def choose(window: MainWindow, item: str) -> None:
    room = room_of(window)
    room.list.choose(room.list.rows.place_of(item))


def open_item(qtbot: QtBot, window: MainWindow, item: str) -> None:
    choose(window, item)
    press(qtbot, window, K.Key_Return)
    until_stage(qtbot, window, OpinionStage.ASKING)
    until_keys(qtbot, window)


def digits(scheme: Scheme, facts: dict[str, str]) -> str:
    """The keys that answer with these facts."""
    keys = []
    for fact, value in facts.items():
        choice = scheme.question(fact).choice(value)
        assert choice is not None
        keys.append(choice.key)
    return "".join(keys)


def answer_blind(qtbot: QtBot, window: MainWindow) -> None:
    """Walk the questions by digits and sign one's own answer."""
    keys = digits(room_of(window)._session.scheme, dict(DRAWING))
    qtbot.keyClicks(window.focusWidget(), keys)
    until_stage(qtbot, window, OpinionStage.DECIDED)
    press(qtbot, window, K.Key_Return)
    until_stage(qtbot, window, OpinionStage.COMPARING)
    until_keys(qtbot, window)


def cells(window: MainWindow) -> list[list[str]]:
    model = room_of(window).view.table.model_of
    return [
        [str(model.index(line, column).data()) for column in range(model.columnCount())]
        for line in range(model.rowCount())
    ]


def kinds(office: Office, name: str, item: int) -> list[str]:
    local = office.bureau[name].ws.home.local
    return [row.kind for row in local.records(item=office.items[item])]


def test_that_an_item_is_resolved_by_keyboard_alone(
    qtbot: QtBot, window: MainWindow, office: Office
) -> None:
    room = room_of(window)
    assert room.queue._rows is not None
    assert {row.item for row in room.queue._rows} == set(office.items[:3])
    open_item(qtbot, window, office.items[0])
    assert room.canvas.shows_item
    assert not room.view.table.isVisible()
    reveal(qtbot, window, room.canvas)
    release(qtbot, window)
    answer_blind(qtbot, window)
    table = cells(window)
    assert table[0][0].startswith("◆ Who is shown?")
    assert "part here" in table[0][0]
    assert [row for row in table if row[0].startswith("◆")] == table[:1]
    assert "not asked" in table[1]
    press(qtbot, window, K.Key_2)
    assert room.place == "input"
    press(qtbot, window, K.Key_Return)  # without a reason nothing is signed
    assert room.resolving._fault.isVisible()
    qtbot.keyClicks(window.focusWidget(), "No person is shown.")
    press(qtbot, window, K.Key_Return)
    until_stage(qtbot, window, OpinionStage.LIST)
    qtbot.waitUntil(lambda: len(room.queue._rows or ()) == 2, timeout=PATIENCE_MS)
    office.bureau["sue"].sync()
    said = kinds(office, "sue", 0)
    assert said.count("opinion") == said.count("adjudication") == 1
    local = office.bureau["sue"].ws.home.local
    own = next(row for row in local.records(item=office.items[0]) if row.kind == "opinion")
    spent = open_envelope(own.envelope).predicate
    assert 0 < spent["revealed_ms"] <= spent["active_ms"]
    stands = office.bureau["sue"].opinions.queue
    stands.waiting()
    consensus = stands.consensus_of(office.items[0])
    assert (consensus.state, consensus.outcome) == ("resolved", settled(REMIT).outcome)


def test_that_every_cause_takes_an_item_of_the_queue_back_under(
    qtbot: QtBot, window: MainWindow, office: Office
) -> None:
    open_item(qtbot, window, office.items[0])
    assert_that_all_causes_take_it_back_under(qtbot, window, room_of(window).canvas)


def test_that_a_row_says_why_and_who_may_take_it_and_nothing_of_the_answers(
    window: MainWindow, office: Office
) -> None:
    room = room_of(window)
    assert room.queue._rows is not None
    by_item = {row.item: row for row in room.queue._rows}
    said = {item: reason(room._fit, row) for item, row in by_item.items()}
    assert said[office.items[0]] == "Asked, disputed"
    assert said[office.items[1]] == "Asked"
    assert standing(room._fit, by_item[office.items[2]]) == "You graded it yourself"
    room.list.choose(room.list.rows.place_of(office.items[2]))
    assert not room._may_open()
    shown = [str(room.list.rows.index(n, 0).data()) for n in range(room.list.rows.rowCount())]
    shown += [room.queue.notice._line.text(), room.queue.notice._words.text()]
    for outcome in (settled(DRAWING).outcome, settled(REMIT).outcome):
        for words in (room._session.scheme.words(outcome), outcome.outcome, outcome.reason or ""):
            assert words == "" or all(words not in line for line in shown)


def test_that_the_queue_says_how_far_reading_is_until_it_was_read(
    window: MainWindow, fit: Fittings
) -> None:
    sitting, room = window.sitting, room_of(window)
    assert sitting is not None
    assert room.queue._rows is not None
    page = QueuePage(fit, room, sitting)
    page.say()
    assert (page.notice._line.text(), page.notice._words.text()) == ("Reading what waits.", "")
    told = {
        "reading": "12,000 of 20,000 records read, about 9 s left.",
        "judging": "12,000 of 20,000 items gone through, about 9 s left.",
    }
    for stage, words in told.items():
        sitting.opinions.queue.far.emit(Progress(stage, 12_000, 20_000, 9.4))
        assert page.notice._words.text() == words
    page.show_rows(room.queue._rows)
    said = page.notice._words.text()
    sitting.opinions.queue.far.emit(Progress("reading", 1, 2, 9.4))
    assert page.notice._words.text() == said


def test_that_an_item_of_the_list_is_sent_to_a_colleague_by_keyboard(
    qtbot: QtBot, window: MainWindow, office: Office
) -> None:
    room = room_of(window)
    room.list.choose(room.list.rows.place_of(office.items[1]))
    press(qtbot, window, K.Key_F)
    panel = room.inputs._open
    assert panel is not None
    middle = QRect(room._middle.mapTo(room, QPoint()), room._middle.size())
    assert middle.contains(panel.geometry())  # the list beside it stays in sight
    press(qtbot, window, K.Key_Down)
    qtbot.keyClicks(window.focusWidget(), "how old?")
    to = panel.words().about
    assert to == room._session.persons[1]
    press(qtbot, window, K.Key_Return)
    qtbot.waitUntil(lambda: "is sent" in room.queue.notice._aside.text(), timeout=PATIENCE_MS)
    assert window.focusWidget() is room.list
    assert window.sitting is not None
    home = window.sitting._ws.home
    (hold,) = home.local.records(kind="hold", item=office.items[1])
    said = open_envelope(hold.envelope).predicate
    assert (home.roster.name_of(said["for"]), said["why"]) == (to, "how old?")
    press(qtbot, window, K.Key_F)
    press_chord(qtbot, window, "Ctrl+D")
    assert window.focusWidget() is room.list


def test_that_an_answer_that_comes_meanwhile_is_told_and_nothing_is_signed(
    qtbot: QtBot, window: MainWindow, office: Office
) -> None:
    room = room_of(window)
    open_item(qtbot, window, office.items[1])
    answer_blind(qtbot, window)
    press(qtbot, window, K.Key_1)
    qtbot.keyClicks(window.focusWidget(), "As I see it.")
    office.grade("ben", 1, REMIT)
    press(qtbot, window, K.Key_Return)
    qtbot.waitUntil(room.resolving._news.isVisible, timeout=PATIENCE_MS)
    assert room.resolving._news.text().startswith("1 new answer came")
    assert "new" in str(room.view.table.model_of.headerData(3, Qt.Orientation.Horizontal))
    assert room.resolving.words == "As I see it."
    assert window.sitting is not None
    local = window.sitting._ws.home.local
    assert "adjudication" not in [row.kind for row in local.records(item=office.items[1])]
    until_keys(qtbot, window)
    qtbot.keyClick(room.canvas, "1")
    press(qtbot, window, K.Key_Return)
    until_stage(qtbot, window, OpinionStage.LIST)
    assert "adjudication" in [row.kind for row in local.records(item=office.items[1])]


def test_that_what_returned_is_counted_on_the_desk_read_and_acknowledged(
    qtbot: QtBot, office: Office, open_place: OpenPlace
) -> None:
    sue = office.bureau["sue"]
    sue.opinions.resolve(office.items[2], SCHEME, settled(DRAWING), reasons="It is a drawing.")
    office.close("chief")
    window = open_place(office.place)
    sign_in(qtbot, window, PASSPHRASE)
    assert window.rooms is not None
    left = window.rooms.desk.left
    qtbot.waitUntil(left._read.isVisible, timeout=PATIENCE_MS)
    assert left._returned.accessibleName() == "Returned to me: 1"
    press(qtbot, window, K.Key_M)
    sheet = window.sheets.returned
    assert sheet._title.text().startswith("Sue resolved it: ")
    assert "It is a drawing." in sheet._words.text()
    press(qtbot, window, K.Key_Return)
    qtbot.waitUntil(lambda: not sheet.isVisible(), timeout=PATIENCE_MS)
    assert left._returned.accessibleName() == "Returned to me: 0"
    assert window.sitting is not None
    kinds = [row.kind for row in window.sitting._ws.home.local.records(kind="acknowledgement")]
    assert len(kinds) == 1
    assert not window.rooms.desk.canvas.shows_clear


def test_that_the_desk_takes_nothing_onto_the_canvas_of_an_item_of_the_queue(
    qtbot: QtBot, window: MainWindow, office: Office
) -> None:
    open_item(qtbot, window, office.items[1])
    sitting = window.sitting
    assert sitting is not None
    grading, viewing, group = sitting.grading, sitting.viewing, sitting.group
    with qtbot.waitSignal(grading.asking, timeout=PATIENCE_MS):
        grading.open_batch()  # such as after a sync, or asked for in the room before
    assert grading.at_hand is not None
    at_desk = grading.at_hand.item
    assert at_desk != office.items[1]
    group.lay((NearCopy(at_desk, 0), NearCopy(office.items[5], 4)))
    group.close()
    grading.staged.emit(Stage.FINISHED)  # as where the last item of a batch was signed
    assert viewing.item == sitting.duty._item == office.items[1]
    assert not grading._work._active.runs
    assert room_of(window).canvas.shows_item
    press_chord(qtbot, window, "Ctrl+1")
    wait_for_item(qtbot, window)
    assert viewing.item == sitting.duty._item == at_desk
    assert grading._work._active.runs

"""The Quality room on real records: by keyboard, as table, into files, withheld and veiled."""

import csv
import gc
import random
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation
from app.pace import UNWATCHED
from app.session.sitting import Sitting
from tests.stories.simulated_desk import SimulatedDesk
from tests.widgets.conftest import PATIENCE_MS
from widgets.closing import Closing
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.quality import QualityRoom
from widgets.room import QUALITY
from widgets.rooms import Rooms
from widgets.sightlines import Sightlines
from widgets.status_line import StatusLine

ITEMS = 60


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedDesk]:
    """Three analysts of whom each two share some items, however these are drawn."""
    dice = random.Random(random.SystemRandom().getrandbits(32))  # noqa: S311
    folder = tmp_path_factory.mktemp("desk")
    made = SimulatedDesk(folder, dice, items=ITEMS, analysts=3, supervisors=0)
    made.grade()
    made.bureau["quinn"].sync()
    yield made
    made.close()


@pytest.fixture
def sitting(desk: SimulatedDesk) -> Iterator[Sitting]:
    """QA sits down."""
    with seated(desk.bureau["quinn"].ws) as sitting:
        yield sitting


@contextmanager
def seated(ws: Workstation) -> Iterator[Sitting]:
    """A sitting at a home that stays open for the next test; its decoders do not."""
    sitting = Sitting(ws)
    yield sitting
    for jobs in sitting._jobs.values():
        jobs.close()
    if ws._viewing is not None:
        ws._viewing.close()
        ws._viewing = None


@pytest.fixture
def deeds(fit: Fittings) -> Deeds:
    """What keys do."""
    made = Deeds(fit.keymap, lambda: None)
    made.enter(QUALITY)
    return made


@pytest.fixture
def room(qtbot: QtBot, fit: Fittings, sitting: Sitting, deeds: Deeds) -> QualityRoom:
    """The room with all of its figures."""
    made = QualityRoom(fit, sitting, Sightlines())
    qtbot.addWidget(made)
    made.resize(1366, 700)
    with deeds.of_room(QUALITY):
        made.declare(deeds)
    made.show()
    with qtbot.waitSignal(sitting.quality.compared, timeout=PATIENCE_MS):
        made.enter()
    return made


def test_that_the_room_is_gone_through_by_keyboard_alone(
    qtbot: QtBot, room: QualityRoom, deeds: Deeds, sitting: Sitting, tmp_path: Path
) -> None:
    overview = room.overview
    questions, heat = overview.questions, overview.heat
    assert len(questions.data.rows) == 12
    assert questions.data.rows[0].number == f"{ITEMS} of {ITEMS}"
    # What the pointer shows on a cell the keyboard shows too: n and interval.
    heat.setFocus()
    assert "95 % interval" in overview.heat_card._said.text()
    before = heat.at
    qtbot.keyClick(heat, Qt.Key.Key_Down)
    assert heat.at != before
    shared = [pair for pair in sitting.quality._graders.pairs if pair.shared]
    assert all(
        cell.hatched == (pair.shared < 20)
        for pair in shared
        for at, cell in heat.data.cells.items()
        if at == (pair.second, pair.first)
    )
    # One key turns the chart with the keyboard into its table, and back.
    deeds.do("quality_table")
    table = overview.heat_card.table
    assert table is not None
    assert table.rows.rowCount() == len(heat.twin().rows) == 3
    deeds.do("quality_table")
    assert not overview.heat_card.as_table
    _exports(qtbot, room, sitting, tmp_path)
    # A pair opens crossed, a cell its items.
    heat.setFocus()
    with qtbot.waitSignal(sitting.quality.crossed, timeout=PATIENCE_MS):
        deeds.do("quality_open")
    assert room.page == "pairs"
    confusion = room.pairs.confusion
    confusion.setFocus()
    cell = max(confusion.data.cells, key=lambda at: confusion.data.cells[at].shade)
    confusion.choose(cell)
    with qtbot.waitSignal(sitting.quality.listed, timeout=PATIENCE_MS):
        deeds.do("quality_open")
    assert room.page == "items"
    assert f"{room.items.table.rows.rowCount()} of " in room.items._title.text()


def test_that_at_twice_the_size_pages_scroll_and_the_mark_stays_in_sight(
    qtbot: QtBot, fit: Fittings, sitting: Sitting, deeds: Deeds
) -> None:
    fit.look.apply("light", 200)
    room = QualityRoom(fit, sitting, Sightlines())
    qtbot.addWidget(room)
    with deeds.of_room(QUALITY):
        room.declare(deeds)
    assert room.minimumSizeHint().height() <= 600  # of 768, with header and status line
    room.resize(1366, 600)
    room.show()
    with qtbot.waitSignal(sitting.quality.compared, timeout=PATIENCE_MS):
        room.enter()
    chart, area = room.overview.questions, room.overview.area

    def is_in_sight() -> bool:
        mark = chart.rect_of(chart.at, QSizeF(chart.size())).center()
        mark = chart.mapTo(area.viewport(), mark.toPoint())
        return area.viewport().rect().contains(mark)

    # What was shown last is laid out a turn later, and the mark is kept in sight then.
    qtbot.waitUntil(lambda: chart.height() > area.viewport().height(), timeout=PATIENCE_MS)
    chart.setFocus()
    for _ in chart.places():
        qtbot.keyClick(chart, Qt.Key.Key_Down)
        qtbot.waitUntil(is_in_sight, timeout=PATIENCE_MS)
    # Nothing is cut: what a row means has a line of its own, where its words lack room beside.
    columns = chart._columns(chart.width())
    metrics = QFontMetricsF(fit.look.font(strong=True, figures=True))
    words = [metrics.horizontalAdvance(row.reading) for row in chart.data.rows]
    assert columns.in_two_lines
    assert max(words) <= columns.reading[1]
    assert room.pages.rests.width() >= room.pages.rests.sizeHint().width()


def test_that_the_plan_takes_digits_and_is_left_by_a_key(room: QualityRoom, deeds: Deeds) -> None:
    deeds.do("quality_plan")
    assert room.place == "input"  # a digit belongs to its fields, and leads to no other page
    deeds.do("drop_input")
    assert room.page == "overview"


def _exports(qtbot: QtBot, room: QualityRoom, sitting: Sitting, folder: Path) -> None:
    chart = room.overview.heat
    for kind, begins in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b"")):
        path = folder / f"pairs.{kind}"
        with qtbot.waitSignal(sitting.quality.written, timeout=PATIENCE_MS):
            room.write(path, chart.twin(), chart)
        assert path.read_bytes().startswith(begins)
    rows = list(csv.reader((folder / "pairs.csv").read_text().splitlines()))
    assert rows[2][:3] == ["Grader", "With", "Shared"]
    assert len(rows) == 3 + 3


def test_that_an_item_is_opened_veiled_counted_and_left_without_a_pixel(
    qtbot: QtBot, room: QualityRoom, deeds: Deeds, sitting: Sitting
) -> None:
    with qtbot.waitSignal(sitting.quality.listed, timeout=PATIENCE_MS):
        deeds.do("quality_items")
    assert room.legend == "quality_list"
    # The evidence lies elsewhere: that is said where the item would be.
    with qtbot.waitSignal(sitting.viewing.unreadable, timeout=PATIENCE_MS):
        deeds.do("quality_open")
    assert room.view.is_open
    assert room.place == "quality_item"
    assert room.items.canvas._message
    sitting.room = "quality"
    assert sitting.viewing.item is not None
    assert sitting.item_at_hand == sitting.viewing.item  # it is what a referral would be about
    room.leave()
    assert sitting.item_at_hand is None
    assert not room.view.is_open
    assert not room.items.canvas.shows_item


def test_that_names_come_only_after_the_reason_is_on_record(
    qtbot: QtBot, room: QualityRoom, deeds: Deeds, sitting: Sitting
) -> None:
    assert all(name.startswith("Grader") for name in sitting.quality.basis.graders)
    deeds.do("quality_names")
    with qtbot.waitSignal(sitting.quality.failed, timeout=PATIENCE_MS):
        deeds.do("keep_input")
    assert not sitting.quality.by_name
    room.names._why.setText("Calibration")
    with qtbot.waitSignals(
        [sitting.quality.unmasked, sitting.quality.compared], timeout=PATIENCE_MS
    ):
        deeds.do("keep_input")
    assert all(name.startswith("Ana") for name in sitting.quality.basis.graders)
    kinds = [row.kind for row in sitting._ws.home.local.records(kind="unmasking")]
    assert kinds == ["unmasking"]


def test_that_a_filter_leaves_out_the_others_and_a_day_that_is_none_is_said(
    qtbot: QtBot, room: QualityRoom, deeds: Deeds, sitting: Sitting
) -> None:
    deeds.do("quality_filter")
    room.filter.since.setText("yesterday")
    deeds.do("keep_input")
    assert room.page == "filter"
    assert room.filter._keep.isVisible()
    room.filter.since.setText("")
    batch, tick = room.filter._ticks["batches"][0]
    tick.setChecked(True)
    with qtbot.waitSignal(sitting.quality.compared, timeout=PATIENCE_MS):
        room.filter._keep.click()
    votes = sitting.quality._review.votes(sitting.quality.basis)
    assert {one.batch for one in votes.counted} == {batch}


def test_that_the_room_says_how_far_reading_is_while_it_takes_long(
    qtbot: QtBot, fit: Fittings, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.second_opinion.voices.KEPT_AT_ONCE", 10)
    monkeypatch.setattr("app.quality.gradings.KEPT_AT_ONCE", 10)
    monkeypatch.setattr("app.pace.TELL_EVERY_S", 0.0)
    monkeypatch.setattr("app.pace._KNOWN_AFTER_S", 0.0)  # as if each step took a while
    room = QualityRoom(fit, sitting, Sightlines())
    qtbot.addWidget(room)
    said: list[str] = []
    monkeypatch.setattr(room.pages.rests, "say", said.append)
    with qtbot.waitSignal(sitting.quality.based, timeout=PATIENCE_MS):
        room.enter()
    records = sitting._ws.home.local.count()
    assert said[0] == "Reading the verdicts"
    assert "3 graders" in said[-1]
    far = [f"Reading the verdicts, {n:,} of {records:,} records, " for n in range(10, records, 10)]
    far += [f"Going through the items, {n} of {ITEMS}, " for n in range(10, ITEMS, 10)]
    assert len(said) == len(far) + 2  # with none left there is no more to say of it
    assert all(one.startswith(begins) for one, begins in zip(said[1:-1], far, strict=True))
    assert all(one.endswith(" left") for one in said[1:-1])


def test_that_a_room_built_anew_at_another_size_of_text_shows_the_figures_that_are_known(
    qtbot: QtBot, fit: Fittings, room: QualityRoom, deeds: Deeds, sitting: Sitting
) -> None:
    fact = sitting.quality._agreement.questions[0].table.fact
    with qtbot.waitSignal(sitting.quality.trended, timeout=PATIENCE_MS):
        sitting.quality.trend(fact)
    room.leave()
    again = QualityRoom(fit, sitting, Sightlines())
    qtbot.addWidget(again)
    with deeds.of_room(QUALITY):
        again.declare(deeds)
    again.show()
    with qtbot.waitSignal(sitting.quality.trended, timeout=PATIENCE_MS) as weeks:
        again.enter()
    assert weeks.args[0] is None  # the new room has the outcome chosen
    for chart in ("questions", "heat", "trend"):
        shown, kept = (getattr(one.overview, chart).twin() for one in (again, room))
        assert shown.rows
        assert chart == "trend" or shown == kept
    assert again.overview.trend.data.points
    assert again.pages.rests.text() == room.pages.rests.text()
    assert again._graders is sitting.quality._graders
    with qtbot.waitSignal(sitting.quality.listed, timeout=PATIENCE_MS):
        deeds.do("quality_items")


def test_that_a_room_with_nothing_in_it_shows_what_the_next_sync_brings(
    qtbot: QtBot, fit: Fittings, desk: SimulatedDesk, deeds: Deeds
) -> None:
    chief = desk.bureau["chief"]
    with seated(chief.ws) as sitting:
        room = QualityRoom(fit, sitting, Sightlines())
        qtbot.addWidget(room)
        with deeds.of_room(QUALITY):
            room.declare(deeds)
        room.show()
        with qtbot.waitSignal(sitting.quality.based, timeout=PATIENCE_MS):
            room.enter()
        assert room.page == "empty"
        assert room.pages.rests.text() == ""  # no counts of nothing
        assert room._empty._words.text().startswith("No verdict is here yet.")
        basis = sitting.quality.basis
        assert basis is not None
        sitting.quality.based.emit(replace(basis, alone=True))
        assert room._empty._words.text().startswith("Only one person has graded this,")
        chief.sync()
        with qtbot.waitSignal(sitting.quality.compared, timeout=PATIENCE_MS):
            sitting.sync.ended.emit()
        assert room.page == "overview"


def test_that_what_the_room_read_is_let_go_of_after_the_keys(
    room: QualityRoom, sitting: Sitting
) -> None:
    review = room._session._review
    assert review is not None
    known = review._known
    assert list(known.items())
    for step in sitting.let_go()._steps:
        if step != sitting._ws.close:  # the home stays open for the next test
            step()
    assert not list(known.items())
    assert not list(known.voices.items())
    assert known._watch is known.voices._watch is UNWATCHED  # it knows nothing of Qt any more


@pytest.mark.parametrize("by", ["a lock", "another size of text"])
def test_that_no_page_outlives_its_room_turned_to_or_not(
    qtbot: QtBot, fit: Fittings, sitting: Sitting, deeds: Deeds, by: str
) -> None:
    status = StatusLine(fit)
    qtbot.addWidget(status)
    rooms = Rooms(fit, sitting, status, Closing(status), deeds)
    rooms.go(QUALITY)
    room = rooms._rooms[QUALITY]
    assert isinstance(room, QualityRoom)
    late: list[QWidget] = [room.plan, room.calibration, room.classifiers]
    assert {page.parent() for page in late} == {None}  # none of them was turned to
    held = [weakref.ref(one) for one in (room, room.pages, *late)]
    del room
    late.clear()
    if by == "a lock":
        rooms.deleteLater()
        deeds.forget_rooms()
        del rooms
    else:
        qtbot.addWidget(rooms)
        rooms.take_down()
        rooms.put_up()
        assert rooms.name == QUALITY

    def is_gone() -> bool:
        gc.collect()
        return [one() for one in held] == [None] * len(held)

    qtbot.waitUntil(is_gone, timeout=PATIENCE_MS)

"""Calibration in Quality by keyboard: begun, compared blind and side by side, put into words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.calibration import begin_calibration, calibrations, casebook
from app.session.calibrating import CalibratingSession
from app.session.sitting import Sitting
from storage.statement import Draft
from tests.unit.app.desks import DRAWING, REMIT, Bureau, settled
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest
from tests.widgets.conftest import PATIENCE_MS
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.quality import QualityRoom
from widgets.quality_calibration import BEGIN, EMPTY, ENTRY, ONE, SETS, CalibrationPage
from widgets.room import QUALITY
from widgets.sightlines import Sightlines

WORDS = ("x", "y", "z")
ENTER = Qt.Key.Key_Return


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """Two analysts, a supervisor and QA; one batch of three items is signed."""
    made = Bureau(tmp_path / "bureau", ana="analyst", ben="analyst", quinn="qa")
    entries = [_entry(word) for word in WORDS]
    fields = {"batch": BATCH, "title": "Orchard", "items": entries, "part": 1}
    made["chief"].ws.home.local.keep(
        [Draft(kind="batch", subject=BATCH, fields=fields, decided_at=DECIDED_AT)]
    )
    made.sync()
    yield made
    made.close()


def _entry(word: str) -> dict[str, object]:
    return {
        "sha256": digest(word),
        "sha1": "1" * 40,
        "md5": "2" * 32,
        "size": 1,
        "type": "image/png",
        "width": 8,
        "height": 8,
        "frames": 1,
        "names": [f"{word}.png"],
        "unreadable": None,
    }


@pytest.fixture
def sitting(bureau: Bureau, request: pytest.FixtureRequest) -> Iterator[Sitting]:
    """QA sits down, or who is asked for."""
    made = Sitting(bureau[getattr(request, "param", "quinn")].ws)
    yield made
    for jobs in made._jobs.values():
        jobs.close()


@pytest.fixture
def deeds(fit: Fittings) -> Deeds:
    """What keys do."""
    made = Deeds(fit.keymap, lambda: None)
    made.enter(QUALITY)
    return made


@pytest.fixture
def room(qtbot: QtBot, fit: Fittings, sitting: Sitting, deeds: Deeds) -> QualityRoom:
    """The room, at its fifth page."""
    made = QualityRoom(fit, sitting, Sightlines())
    qtbot.addWidget(made)
    made.resize(1366, 700)
    with deeds.of_room(QUALITY):
        made.declare(deeds)
    made.show()
    made.enter()
    with qtbot.waitSignal(sitting.calibrating.listed, timeout=PATIENCE_MS):
        deeds.do("quality_calibration")
    return made


def rows(page: CalibrationPage) -> list[str]:
    """How each item of the set stands."""
    return [cells[1] for _, cells in page.items.rows._rows]


def test_that_a_set_is_begun_compared_and_ends_in_the_casebook_by_keyboard(
    qtbot: QtBot, room: QualityRoom, deeds: Deeds, sitting: Sitting, bureau: Bureau
) -> None:
    page, session = room.calibration, sitting.calibrating
    assert page.at == EMPTY
    deeds.do("calibration_begin")
    assert (page.at, room.place) == (BEGIN, "input")
    for line, said in zip(page.begin_form._lines, ("Edges", "Orchard", "Ana", "9"), strict=True):
        line.setText(said)
    with qtbot.waitSignal(session.failed, timeout=PATIENCE_MS):
        qtbot.keyClick(page.begin_form, ENTER)
    assert "3 items" in page.begin_form._fault.text()
    page.begin_form._lines[3].setText("2")
    with qtbot.waitSignal(session.failed, timeout=PATIENCE_MS):
        qtbot.keyClick(page.begin_form, ENTER)
    assert "two people" in page.begin_form._fault.text()
    page.begin_form._lines[2].setText("Ana, Ben")
    with qtbot.waitSignals([session.begun, session.listed], timeout=PATIENCE_MS):
        qtbot.keyClick(page.begin_form, ENTER)
    (made,) = calibrations(sitting._ws.home)
    assert (page.at, len(made.items)) == (SETS, 2)

    deeds.do("calibration_open")
    assert page.at == ONE
    assert rows(page) == ["2 still to answer"] * 2
    assert not page.beside.isVisible()
    _answer(bureau, made.items)
    with qtbot.waitSignal(session.listed, timeout=PATIENCE_MS):
        session.look()
    apart, same = rows(page)
    assert apart.startswith("part at: ")
    assert same == "all alike"
    assert page.beside.isVisible()
    assert page.beside.model_of.first == 0
    deeds.do("calibration_enter")
    _enter(qtbot, page, session, bureau)


def _enter(
    qtbot: QtBot, page: CalibrationPage, session: CalibratingSession, bureau: Bureau
) -> None:
    """Write what was agreed on; it is found from the Desk of an analyst."""
    assert page.at == ENTRY
    page.entry_form.title.setText("Drawn figures")
    with qtbot.waitSignal(session.failed, timeout=PATIENCE_MS):
        qtbot.keyClick(page.entry_form, ENTER)
    assert "text of the entry is empty" in page.entry_form._fault.text()
    page.entry_form.words.setPlainText("A figure drawn in outline is no person.")
    with qtbot.waitSignal(session.entered, timeout=PATIENCE_MS):
        qtbot.keyClick(page.entry_form.words, ENTER)
    assert page.at == ONE
    bureau.sync()
    (entry,) = casebook(bureau["ana"].ws.home, "outline")  # as the Desk looks it up
    assert (entry.title, entry.question) == ("Drawn figures", "person")


@pytest.fixture
def answered_set(bureau: Bureau) -> None:
    """A set of two items, which both analysts have answered."""
    items = [digest(word) for word in WORDS[:2]]
    made = begin_calibration(bureau["quinn"].ws, "Edges", BATCH, items, ["Ana", "Ben"])
    bureau.sync()
    _answer(bureau, made.items)


@pytest.mark.usefixtures("answered_set")
@pytest.mark.parametrize("sitting", ["chief"], indirect=True)
def test_that_a_supervisor_is_shown_no_answer_to_an_item_that_waits_for_their_own(
    room: QualityRoom, deeds: Deeds, sitting: Sitting, bureau: Bureau, qtbot: QtBot
) -> None:
    page = room.calibration
    deeds.do("calibration_open")
    waits, same = rows(page)
    assert (waits, same) == ("waits for your own answer", "all alike")
    assert not page.beside.isVisible()
    assert "Second opinions" in page._nothing.text()
    (made,) = calibrations(sitting._ws.home)
    bureau["chief"].opinions.answer(made.items[0], sitting.calibrating.scheme, settled(DRAWING))
    with qtbot.waitSignal(sitting.calibrating.listed, timeout=PATIENCE_MS):
        sitting.calibrating.look()
    assert page.beside.isVisible()


def _answer(bureau: Bureau, items: tuple[str, ...]) -> None:
    """Ana and Ben part on the first item and not on the second."""
    by_digest = {digest(word): word for word in WORDS}
    for name, facts in (("ana", (DRAWING, REMIT)), ("ben", (REMIT, REMIT))):
        bureau[name].sync()
        for item, said in zip(items, facts, strict=True):
            bureau[name].grade(by_digest[item], said)
    bureau.sync()

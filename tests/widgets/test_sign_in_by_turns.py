"""Between a passphrase and the rooms the window works in turns, and anything may happen between."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.bootstrap import open_workstation
from app.exposure import Ledger
from app.session.duty import DutySession
from app.session.scoring import ScoringState
from app.session.sitting import Sitting
from app.session.sync import Lamp, SyncState
from app.session.types import Stage
from tests.widgets.conftest import (
    PASSPHRASE,
    PATIENCE_MS,
    MadeHome,
    OpenWindow,
    press_chord,
    sign_in,
    wait_for_item,
)
from widgets.in_turns import InTurns
from widgets.main_window import MainWindow
from widgets.words import Words

K = Qt.Key
A_MINUTE_MS = 60_000
FAULT = "The central store of the person before could not be reached."


def said(window: MainWindow) -> str:
    """All that the edges say, to the eye and to who listens."""
    parts = [
        part
        for edge in (window.edges.top, window.edges.status)
        for part in edge.findChildren(Words)
    ]
    spoken = (
        f"{part.text()} {part.toolTip()} {part.accessibleDescription()}"
        for part in (*parts, window.edges._banner.words)
    )
    return " ".join((*spoken, window.edges._banner.accessibleName()))


def test_that_nothing_of_a_persons_day_or_faults_is_left_for_who_sits_down_next(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert window.sitting is not None
    name = window.sitting.person
    edges, status = window.edges, window.edges.status
    qtbot.waitUntil(lambda: bool(status._pause.text() and status._day.text()), timeout=PATIENCE_MS)
    window.sitting.sync._timer.stop()
    edges._show_sync(SyncState(Lamp.FAILED, waiting=3, fault=FAULT))
    status.show_scoring(ScoringState(failed=FAULT))
    day, pause = status._day.text(), status._pause.text()
    told = said(window)
    assert all(words in told for words in (name, day, pause, FAULT))
    window.lock()
    told = said(window)
    assert not any(words in told for words in (name, day, pause, FAULT))
    seen: list[str] = []
    start = DutySession.start

    def started(duty: DutySession) -> None:
        seen.append(said(window))  # the edges are seen, and no figure has come yet
        assert edges.top.isVisible()
        start(duty)

    monkeypatch.setattr(DutySession, "start", started)
    sign_in(qtbot, window)
    assert len(seen) == 1
    assert name in seen[0]
    assert not any(words in seen[0] for words in (day, pause, FAULT))


def begin(qtbot: QtBot, window: MainWindow) -> None:
    """Type the passphrase, and do not wait for what comes."""
    field = window.sign_in._passphrase
    qtbot.waitUntil(field.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClicks(field, PASSPHRASE)
    qtbot.keyClick(field, K.Key_Return)


def wait_for_question(qtbot: QtBot, window: MainWindow) -> Sitting:
    """Wait until an item has come to the Desk, seen or not."""

    def asked() -> bool:
        return window.sitting is not None and window.sitting.grading.stage is Stage.ASKING

    qtbot.waitUntil(asked, timeout=PATIENCE_MS)
    assert window.sitting is not None
    qtbot.waitUntil(
        lambda: bool(window.sitting and window.sitting.first.is_there), timeout=PATIENCE_MS
    )
    return window.sitting


def counts(sitting: Sitting) -> tuple[bool, bool]:
    """Whether time runs for the verdict, and for the day."""
    return sitting.grading._work._active.runs, sitting.duty._open.runs


@pytest.fixture
def between(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[MainWindow], object]], None]:
    """Have something done once the rooms are built, in the moment before they are seen."""
    show = MainWindow._show_rooms

    def have(deed: Callable[[MainWindow], object]) -> None:
        def shown(window: MainWindow, sitting: Sitting) -> None:
            deed(window)
            show(window, sitting)

        monkeypatch.setattr(MainWindow, "_show_rooms", shown)

    return have


Between = Callable[[Callable[[MainWindow], object]], None]


def test_that_whoever_hides_everything_while_the_rooms_are_built_has_it_hidden(
    qtbot: QtBot, open_window: OpenWindow, between: Between
) -> None:
    covered: list[bool] = []

    def hide(window: MainWindow) -> None:
        press_chord(qtbot, window, "Esc")
        covered.append(window.sheets.is_calm)

    between(hide)
    window = open_window()
    begin(qtbot, window)
    sitting = wait_for_question(qtbot, window)
    assert covered == [True]
    assert window.sheets.is_calm
    assert window.focusWidget() is window.sheets.calm_screen
    assert counts(sitting) == (False, False)
    press_chord(qtbot, window, window._fit.keymap.key("come_back"))
    assert not window.sheets.is_calm
    wait_for_item(qtbot, window)
    assert counts(sitting) == (True, True)


def test_that_no_time_counts_where_the_window_lost_the_keyboard_while_the_rooms_were_built(
    qtbot: QtBot, open_window: OpenWindow, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = [False]

    def turn(window: MainWindow) -> None:
        QApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))

    between(turn)
    window = open_window()
    monkeypatch.setattr(window, "isActiveWindow", lambda: active[0])
    begin(qtbot, window)
    sitting = wait_for_question(qtbot, window)
    assert counts(sitting) == (False, False)
    active[0] = True
    turn(window)
    assert counts(sitting) == (True, True)


def test_that_no_key_leads_anywhere_before_the_first_room_is_seen(
    qtbot: QtBot, window: MainWindow, between: Between
) -> None:
    doors = ("batches", "reports", "administration")
    assert any(window.deeds.knows(door) for door in doors)
    window.lock()
    theirs = (*doors, "sync", "stop_sync", "sound")
    assert not [action for action in theirs if window.deeds.knows(action)]
    entered: list[str] = []

    def try_doors(window: MainWindow) -> None:
        for door in doors:
            press_chord(qtbot, window, window._fit.keymap.key(door))
        assert window.rooms is not None
        entered.extend(window.rooms.built)

    between(try_doors)
    sign_in(qtbot, window)
    assert entered == ["desk"]
    press_chord(qtbot, window, window._fit.keymap.key("batches"))
    assert window.rooms is not None
    assert window.rooms.name == "batches"


@pytest.fixture
def larger_home(made_home: MadeHome) -> MadeHome:
    """A home of somebody who reads larger text, and was at the Desk today."""
    ws = open_workstation(made_home.place, lambda: PASSPHRASE)
    ws.settings.change("look.text_percent", 125)
    ledger = Ledger(ws)
    ledger.add("ab" * 32, level=1, active_ms=2 * A_MINUTE_MS, desk_ms=2 * A_MINUTE_MS)
    ws.close()
    return made_home


@pytest.mark.usefixtures("larger_home")
def test_that_the_day_so_far_is_told_to_whoever_reads_larger_text_than_the_window_wore(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    before = window.sheets.duty
    begin(qtbot, window)
    qtbot.waitUntil(lambda: window.sheets.duty is not before, timeout=PATIENCE_MS)
    qtbot.waitUntil(window.sheets.duty.isVisible, timeout=PATIENCE_MS)
    assert "0:0" in window.sheets.duty._today.text()


@pytest.mark.usefixtures("larger_home")
def test_that_the_day_so_far_waits_for_whoever_is_behind_the_calm_screen(
    qtbot: QtBot, open_window: OpenWindow, between: Between
) -> None:
    between(lambda window: press_chord(qtbot, window, "Esc"))
    window = open_window()
    begin(qtbot, window)
    wait_for_question(qtbot, window)
    qtbot.waitUntil(lambda: window.sheets._day_waits, timeout=PATIENCE_MS)
    assert window.sheets.is_calm
    assert not window.sheets.duty.isVisible()
    press_chord(qtbot, window, window._fit.keymap.key("come_back"))
    assert window.sheets.duty.isVisible()


@pytest.mark.usefixtures("larger_home")
def test_that_sheets_of_another_size_come_also_where_the_home_is_locked_before_they_do(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    before = window.sheets.duty
    window._opening.opened.connect(window.lock)
    begin(qtbot, window)
    qtbot.waitUntil(lambda: window.sheets.duty is not before, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window._leaving, timeout=PATIENCE_MS)
    assert window.rooms is None
    assert not window._turns._left


def test_that_a_step_that_fails_keeps_no_other_from_its_turn(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    turns = InTurns(open_window())
    taken: list[str] = []

    def fail() -> None:
        taken.append("failed")
        raise OSError("it could not be built")

    with qtbot.captureExceptions() as raised:
        turns.take([fail, lambda: taken.append("after")])
        qtbot.waitUntil(lambda: "after" in taken, timeout=PATIENCE_MS)
    assert taken == ["failed", "after"]
    assert [kind for kind, _, _ in raised] == [OSError]

"""What was resolved before is offered on the Desk, and carried over by one key, never shown."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.intake.folder import IntakeRequest, add_folder
from app.near_copies import NearCopy
from app.record import Recorder
from app.session.types import Stage
from app.worklist import Worklist
from storage.envelope import open_envelope
from storage.statement import Draft
from tests.unit.app.desks import DRAWING, SCHEME, Bureau, settled
from tests.unit.storage.homes import DECIDED_AT
from tests.widgets.conftest import (
    PATIENCE_MS,
    OpenPlace,
    at_hand,
    hold,
    press,
    press_chord,
    sign_in,
    wait_for_item,
)
from tests.widgets.office import PASSPHRASE, asking, drawing_nothing
from tests.widgets.patterns import write_patterns
from widgets.group_desk import GroupDesk
from widgets.key_gate import SEEN_NS
from widgets.main_window import MainWindow

ITEMS, RESOLVED = 5, 3
K = Qt.Key


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ben's home: he has the evidence, and others have resolved some of it."""
    return ben_at_home(tmp_path_factory.mktemp("resolved"), confirm=True)


def ben_at_home(root: Path, *, confirm: bool) -> Path:
    calm = drawing_nothing()
    policy = replace(calm, known=replace(calm.known, confirm=confirm))
    bureau = Bureau(root / "bureau", policy, ann="analyst", ben="analyst")
    ben = bureau["ben"].ws
    add_folder(ben, IntakeRequest(write_patterns(root / "found", ITEMS), "Batch 114"))
    [batch] = ben.home.local.batches()
    items = [row.item for row in ben.home.local.items(batch.batch_id)]
    for item in items[-RESOLVED:]:
        recorder = Recorder(bureau["ann"].ws)
        recorder.keep(settled(DRAWING), item, batch.batch_id, extras=asking("sure?"))
    bureau.sync()
    for item in items[-RESOLVED:]:
        bureau["chief"].opinions.resolve(item, SCHEME, settled(DRAWING), reasons="seen")
    bureau.sync()
    home = ben.home.place
    bureau.close()
    return home


@pytest.fixture
def window(place: Path, tmp_path: Path, open_place: OpenPlace) -> MainWindow:
    copy = tmp_path / "home"
    shutil.copytree(place, copy)
    copy.chmod(0o700)
    return open_place(copy)


def desk_of(window: MainWindow) -> GroupDesk:
    assert window.rooms is not None
    return window.rooms.desk


def carried(window: MainWindow) -> list[dict[str, object]]:
    assert window.sitting is not None
    local = window.sitting._ws.home.local
    return [dict(open_envelope(r.envelope).predicate) for r in local.records(kind="carry-over")]


def wait_for_offer(qtbot: QtBot, window: MainWindow) -> None:
    def there() -> bool:
        desk = desk_of(window) if window.rooms is not None else None
        return desk is not None and desk.takes_offer

    qtbot.waitUntil(there, timeout=PATIENCE_MS)


def come_in(qtbot: QtBot, window: MainWindow) -> None:
    field = window.sign_in._passphrase
    qtbot.waitUntil(field.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClicks(field, PASSPHRASE)
    qtbot.keyClick(field, K.Key_Return)
    wait_for_offer(qtbot, window)


def test_that_one_key_carries_an_item_over_and_another_all_of_the_batch(
    qtbot: QtBot, window: MainWindow
) -> None:
    come_in(qtbot, window)
    desk, sitting = desk_of(window), window.sitting
    assert sitting is not None
    first = at_hand(window).item
    assert len(sitting.grading.resolved) == RESOLVED
    assert not desk.canvas.shows_item
    assert sitting.viewing.item is None  # it is not even fetched
    press(qtbot, window, K.Key_1)  # no answer counts for what is not seen
    assert sitting.grading._work.state.answers == ()
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_K)
    wait_for_offer(qtbot, window)
    [one] = carried(window)
    assert (one["item"], one["viewed"], one["matched"]) == (first, "not", "sha256")
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        press_chord(qtbot, window, "Shift+K")
    wait_for_item(qtbot, window)
    assert len(carried(window)) == RESOLVED
    assert desk._seen.currentWidget() is desk.canvas
    progress = Worklist(sitting._ws).progress(at_hand(window).batch)
    assert (progress.carried_over, progress.to_grade) == (RESOLVED, ITEMS - RESOLVED)
    press(qtbot, window, K.Key_K)
    assert len(carried(window)) == RESOLVED


def test_that_what_was_said_meanwhile_is_told_and_nothing_is_signed(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_in(qtbot, window)
    assert window.sitting is not None
    carrying = window.sitting.grading._store._carrying
    monkeypatch.setattr(carrying, "offered", lambda _: ())
    with qtbot.waitSignal(window.sitting.grading.failed, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_K)
    assert carried(window) == []
    assert "meanwhile" in desk_of(window)._resolved._fault.text()
    assert desk_of(window)._resolved._fault.isVisible()


def test_that_an_offer_that_was_not_seen_yet_is_not_carried_over(
    qtbot: QtBot, window: MainWindow
) -> None:
    come_in(qtbot, window)
    desk, sitting = desk_of(window), window.sitting
    assert sitting is not None
    grading, now = sitting.grading, [time.monotonic_ns()]
    desk._offer_gate._now_ns = lambda: now[0]
    with qtbot.waitSignal(grading.begun, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_K)
    qtbot.waitUntil(lambda: desk._offer_gate._run.painted_ns is not None, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_K)
    press_chord(qtbot, window, "Shift+K")
    assert grading.stage is Stage.ASKING
    assert len(carried(window)) == 1
    now[0] += 2 * SEEN_NS
    with qtbot.waitSignal(grading.saved, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_K)
    assert len(carried(window)) == 2


def test_that_what_is_offered_unseen_is_neither_answered_nor_looked_at_after_a_sheet(
    qtbot: QtBot, window: MainWindow
) -> None:
    come_in(qtbot, window)
    desk, sitting = desk_of(window), window.sitting
    assert sitting is not None
    group, grading = sitting.group, sitting.grading
    group.lay(tuple(NearCopy(one.item, 0) for one in grading.resolved))
    qtbot.waitUntil(lambda: desk.takes_keys, timeout=PATIENCE_MS)
    press(qtbot, window, K.Key_J)
    assert not group.state.is_open
    assert desk._seen.currentWidget() is desk._resolved
    assert sitting.viewing.item is None
    press(qtbot, window, K.Key_1)
    for value in DRAWING.values():  # as an earlier draft may have it
        grading.answer(value)
    press(qtbot, window, K.Key_Return)
    hold(window, K.Key_Space, down=True)
    assert not sitting.viewing.state.revealed
    hold(window, K.Key_Space, down=False)
    assert grading.stage is Stage.DECIDED
    assert len(grading._work.state.answers) == len(DRAWING)
    assert window.edges.status._told.text().startswith("This item is offered")


def test_that_an_offer_that_holds_no_more_is_gone_when_its_turn_comes(
    qtbot: QtBot, window: MainWindow
) -> None:
    come_in(qtbot, window)
    sitting = window.sitting
    assert sitting is not None
    grading = sitting.grading
    assert grading._round is not None
    dealt = grading._round._order[1]
    assert dealt in {one.item for one in grading.resolved}
    me = sitting._ws.home.person.id
    fields = {"item": dealt, "for": [me], "why": "golden"}  # as sync brings it
    said = Draft(kind="assignment", subject=dealt, fields=fields, decided_at=DECIDED_AT)
    sitting._ws.home.local.keep([said])
    press(qtbot, window, K.Key_N)
    wait_for_item(qtbot, window)
    assert at_hand(window).item == dealt
    assert grading.resolved == ()
    assert desk_of(window).canvas.shows_item


def test_that_it_can_be_looked_at_and_graded_all_the_same(qtbot: QtBot, window: MainWindow) -> None:
    come_in(qtbot, window)
    item = at_hand(window).item
    press(qtbot, window, K.Key_L)
    wait_for_item(qtbot, window)
    assert at_hand(window).item == item
    assert desk_of(window).canvas.shows_item
    assert carried(window) == []


def test_that_without_the_mode_nothing_is_offered_or_said(
    qtbot: QtBot, tmp_path: Path, open_place: OpenPlace
) -> None:
    window = open_place(ben_at_home(tmp_path, confirm=False))
    sign_in(qtbot, window, PASSPHRASE)
    assert window.sitting is not None
    assert window.sitting.grading._offers == {}
    press(qtbot, window, K.Key_K)
    assert carried(window) == []
    assert desk_of(window)._seen.currentWidget() is desk_of(window).canvas

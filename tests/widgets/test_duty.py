"""What a sitting counts: the ledger and the verdict tell the same, and nothing waits for a kill."""

import dataclasses
import json

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation
from app.exposure import NOTE, Ledger
from app.session.sitting import Sitting
from app.session.types import Stage
from storage.envelope import open_envelope
from tests.widgets.conftest import PATIENCE_MS
from widgets.duty_sheet import DutySheet
from widgets.fittings import Fittings


def shown(qtbot: QtBot, sitting: Sitting) -> None:
    """Put the item at hand on the screen, veiled."""
    with qtbot.waitSignal(sitting.viewing.veiled, timeout=PATIENCE_MS):
        sitting.viewing.show_item(sitting.grading.at_hand)


def test_that_verdict_and_ledger_tell_the_same_revealed_time(
    qtbot: QtBot, workstation: Workstation, sitting: Sitting
) -> None:
    shown(qtbot, sitting)
    with qtbot.waitSignal(sitting.viewing.revealed, timeout=PATIENCE_MS):
        sitting.viewing.reveal()
    qtbot.waitUntil(lambda: sitting.viewing._shown.ms() > 20, timeout=PATIENCE_MS)
    sitting.viewing.conceal()
    for value in ("off-remit", "no-sign-seen"):
        sitting.grading.answer(value)
    qtbot.waitUntil(lambda: sitting.grading.stage is Stage.DECIDED, timeout=PATIENCE_MS)
    with qtbot.waitSignal(sitting.grading.left, timeout=PATIENCE_MS) as left:
        sitting.grading.sign()
    assert left.args is not None
    (record,) = workstation.home.local.records(kind="verdict")
    said = open_envelope(record.envelope).predicate
    qtbot.waitUntil(
        lambda: sitting.duty.today is not None and sitting.duty.today.outcomes != {},
        timeout=PATIENCE_MS,
    )
    today = sitting.duty.today
    assert today is not None
    assert today.outcomes == {said["outcome"]["outcome"]: 1}
    assert said["revealed_ms"] == today.revealed_ms > 20
    assert said["active_ms"] >= said["revealed_ms"]
    assert json.dumps(today.outcomes) == json.dumps({left.args[0].outcome: 1})


def test_that_a_reveal_that_lasts_is_counted_while_it_lasts(
    qtbot: QtBot, workstation: Workstation, sitting: Sitting
) -> None:
    shown(qtbot, sitting)
    with qtbot.waitSignal(sitting.viewing.revealed, timeout=PATIENCE_MS):
        sitting.viewing.reveal()
    qtbot.waitUntil(lambda: sitting.viewing._shown.ms() > 20, timeout=PATIENCE_MS)
    with qtbot.waitSignal(sitting.duty.counted, timeout=PATIENCE_MS):
        sitting.duty._timer.timeout.emit()  # a piece ends; a kill would lose no more than the next
    assert sitting.viewing.state.revealed
    qtbot.waitUntil(lambda: Ledger(workstation).today().revealed_ms > 20, timeout=PATIENCE_MS)


def test_that_an_item_taken_up_again_counts_no_more_as_set_aside(
    qtbot: QtBot, sitting: Sitting
) -> None:
    def outcomes() -> dict[str, int]:
        today = sitting.duty.today
        return {} if today is None else dict(today.outcomes)

    sitting.grading.set_aside(None)
    qtbot.waitUntil(lambda: outcomes() == {"set-aside": 1}, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: sitting.grading.stage is Stage.ASKING, timeout=PATIENCE_MS)
    sitting.grading.take_up_set_aside()
    qtbot.waitUntil(lambda: outcomes() == {}, timeout=PATIENCE_MS)


def opened_item(workstation: Workstation) -> str | None:
    """The item of which the ledger knows that somebody is at it."""
    opened = (workstation.home.local.note_get(NOTE) or {}).get("opened")
    return None if opened is None else str(opened["item"])


def test_that_the_ledger_knows_whether_somebody_is_at_an_item(
    qtbot: QtBot, workstation: Workstation, sitting: Sitting
) -> None:
    at = sitting.grading.at_hand
    assert at is not None
    qtbot.waitUntil(lambda: opened_item(workstation) == at.item, timeout=PATIENCE_MS)
    sitting.set_present(False)
    qtbot.waitUntil(lambda: opened_item(workstation) is None, timeout=PATIENCE_MS)
    sitting.set_present(True)
    qtbot.waitUntil(lambda: opened_item(workstation) == at.item, timeout=PATIENCE_MS)
    sitting.duty.stop()
    qtbot.waitUntil(lambda: opened_item(workstation) is None, timeout=PATIENCE_MS)


def test_that_a_sitting_counts_the_piece_in_which_the_last_one_died(
    qtbot: QtBot, workstation: Workstation
) -> None:
    Ledger(workstation).attend("ab" * 32)  # and then nothing more is written
    sitting = Sitting(workstation)
    sitting.duty.start()
    qtbot.waitUntil(lambda: sitting.duty.today is not None, timeout=PATIENCE_MS)
    assert sitting.duty.today is not None
    assert sitting.duty.today.items == 1
    assert opened_item(workstation) is None
    sitting.close()


def test_that_a_break_is_due_when_it_is_and_not_with_the_next_piece(
    qtbot: QtBot, workstation: Workstation, sitting: Sitting
) -> None:
    shown(qtbot, sitting)
    ledger = sitting.duty._ledger()
    assert isinstance(ledger, Ledger)
    ledger._policy = dataclasses.replace(ledger._policy, break_every_s=1)
    sitting.duty.count()
    qtbot.waitUntil(sitting.duty._due.isActive, timeout=PATIENCE_MS)
    assert sitting.duty._due.interval() <= 1000
    qtbot.waitUntil(sitting.duty.pause_due, timeout=PATIENCE_MS)
    sitting.duty.stop()
    assert not sitting.duty._due.isActive()


def test_that_who_sits_down_within_a_break_is_told_how_long_it_lasts_and_sees_it_end(
    qtbot: QtBot, sitting: Sitting, fit: Fittings
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.show()
    sheet = DutySheet(fit, window)
    sheet.follow(sitting)
    due = dataclasses.replace(
        sitting.duty._ledger().today(),
        desk_ms=3_600_000,
        since_break_ms=3_600_000,
        next_break_in_ms=0,
        break_due=True,
    )
    sitting.duty._keep(due)
    sheet.open()
    assert sheet._break.text() == "A break is due."
    sitting.duty._keep(dataclasses.replace(due, break_left_ms=271_000))
    assert sheet._break.text() == "A break is running: 0:04:31 left."
    hour_ms = 3_600_000
    over = dataclasses.replace(due, next_break_in_ms=hour_ms, since_break_ms=0, break_due=False)
    sitting.duty._keep(over)
    assert "The next is due in 60 min." in sheet._break.text()
    sheet.follow(None)

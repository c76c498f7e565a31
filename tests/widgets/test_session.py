"""One grader at work on a real home, without a window."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation, open_workstation
from app.record import Extras
from app.session.sitting import Sitting
from app.session.types import Asking, Decided, Stage, Typed
from app.worklist import Worklist
from grading.verdict import SecondOpinion
from storage.errors import DiskFullError
from tests.widgets.conftest import ITEMS, PASSPHRASE, PATIENCE_MS, MadeHome


def answer(sitting: Sitting, *values: str) -> None:
    for value in values:
        sitting.grading.answer(value)


def wait_for_stage(qtbot: QtBot, sitting: Sitting, *stages: Stage) -> None:
    qtbot.waitUntil(lambda: sitting.grading.stage in stages, timeout=PATIENCE_MS)


def test_that_a_killed_sitting_loses_no_answer(
    qtbot: QtBot, made_home: MadeHome, sitting: Sitting
) -> None:
    answer(sitting, "child", "yes")
    sitting.grading.note(Extras(comment="half-way"))
    sitting.grading.hold_words(Typed("set_aside", "perhaps"))
    at = sitting.grading.at_hand
    sitting.close()

    ws = open_workstation(made_home.place, lambda: PASSPHRASE)
    again = Sitting(ws)
    typed: list[Typed] = []
    again.grading.typing.connect(typed.append)
    with qtbot.waitSignal(again.grading.asking, timeout=PATIENCE_MS) as asked:
        again.start()
    asking = asked.args[0] if asked.args else None
    try:
        assert isinstance(asking, Asking)
        assert [a.value for a in asking.answers] == ["child", "yes"]
        assert again.grading.at_hand == at
        assert typed == [Typed("set_aside", "perhaps")]
        assert again.grading._work.extras.comment == "half-way"
    finally:
        again.close()


def test_that_a_failed_save_keeps_the_item_and_the_answers(
    qtbot: QtBot, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(sitting, "off-remit", "no-sign-seen")

    def full(*_: object, **__: object) -> None:
        raise DiskFullError("the disk of this home is full.")

    with monkeypatch.context() as while_full:
        while_full.setattr(sitting.grading._store._recorder, "keep", full)
        with qtbot.waitSignal(sitting.grading.failed, timeout=PATIENCE_MS) as failed:
            sitting.grading.sign()
    assert failed.args is not None
    assert "full" in failed.args[0]
    assert sitting.grading.stage is Stage.DECIDED
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        sitting.grading.sign()


def test_that_a_verdict_keeps_the_time_of_every_answer(
    qtbot: QtBot, workstation: Workstation, sitting: Sitting
) -> None:
    at = sitting.grading.at_hand
    assert at is not None
    qtbot.wait(20)  # the passing of time is what is counted
    answer(sitting, "off-remit", "no-sign-seen")
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        sitting.grading.sign()
    wait_for_stage(qtbot, sitting, Stage.ASKING)
    own = Worklist(workstation).latest_own_verdict(at.item)
    assert own is not None
    times = [answer.ms for answer in own.verdict.answers]
    assert times[0] is not None
    assert times[0] >= 15
    assert own.verdict.active_ms >= times[0]


def test_that_no_time_counts_while_nobody_is_there(qtbot: QtBot, sitting: Sitting) -> None:
    sitting.set_present(False)
    before = sitting.grading._work._active.ms()
    qtbot.wait(30)  # the passing of time is what is counted
    assert sitting.grading._work._active.ms() == before


def test_that_going_back_drops_a_second_opinion_on_a_question_no_longer_asked(
    sitting: Sitting,
) -> None:
    answer(sitting, "child", "yes")
    sitting.grading.note(Extras(second_opinion=SecondOpinion("severity", "which?")))
    sitting.grading.back(0)
    assert sitting.grading._work.extras.second_opinion is None


def test_that_a_due_break_comes_after_the_item_at_hand(qtbot: QtBot, sitting: Sitting) -> None:
    answer(sitting, "off-remit", "no-sign-seen")
    due = True
    sitting.grading._pause_due = lambda: due
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        sitting.grading.sign()
    wait_for_stage(qtbot, sitting, Stage.RESTING)
    sitting.grading.step()
    assert sitting.grading.stage is Stage.RESTING
    due = False
    sitting.grading.step()
    wait_for_stage(qtbot, sitting, Stage.ASKING)


def test_that_an_item_that_cannot_be_shown_is_left_and_counted(
    qtbot: QtBot, workstation: Workstation, sitting: Sitting
) -> None:
    at = sitting.grading.at_hand
    assert at is not None
    with qtbot.waitSignal(sitting.grading.progressed, timeout=PATIENCE_MS) as told:
        sitting.grading.mark_unreadable(at.item, "it is cut off")
    assert told.args is not None
    assert told.args[0].unreadable == 1
    assert sitting.grading.stage is Stage.UNREADABLE
    sitting.grading.step()
    wait_for_stage(qtbot, sitting, Stage.ASKING)
    assert at.item not in Worklist(workstation).order(at.batch)


@pytest.mark.parametrize(
    "call",
    [
        lambda grading: grading.answer("child"),
        lambda grading: grading.back(),
        lambda grading: grading.sign(),
        lambda grading: grading.pass_on(),
        lambda grading: grading.set_aside(None),
        lambda grading: grading.step(1),
        lambda grading: grading.correct_last(),
        lambda grading: grading.open_batch(),
        lambda grading: grading.note(Extras(comment="x")),
    ],
)
def test_that_calls_are_ignored_while_a_verdict_is_being_saved(
    qtbot: QtBot, sitting: Sitting, call: Callable[[object], None]
) -> None:
    answer(sitting, "off-remit", "no-sign-seen")
    sitting.grading.sign()
    assert sitting.grading.stage is Stage.SAVING
    call(sitting.grading)
    assert sitting.grading.stage is Stage.SAVING
    wait_for_stage(qtbot, sitting, Stage.ASKING)


def test_that_an_item_taken_up_again_has_no_words_left_in_the_field_of_its_reason(
    qtbot: QtBot, sitting: Sitting
) -> None:
    at = sitting.grading.at_hand
    assert at is not None
    typed: list[Typed] = []
    sitting.grading.typing.connect(typed.append)
    answer(sitting, "child")
    sitting.grading.hold_words(Typed("set_aside", "ask Ben"))
    with qtbot.waitSignal(sitting.grading.saved, timeout=PATIENCE_MS):
        sitting.grading.set_aside("ask Ben")
    wait_for_stage(qtbot, sitting, Stage.ASKING)
    sitting.grading.take_up_set_aside()
    wait_for_stage(qtbot, sitting, Stage.ASKING)
    again = sitting.grading.at_hand
    assert again is not None
    assert again.item == at.item
    assert [one.value for one in sitting.grading._work.state.answers] == ["child"]
    assert typed == []


def test_that_an_item_keeps_its_number_and_nothing_wraps(qtbot: QtBot, sitting: Sitting) -> None:
    grading = sitting.grading

    def number() -> int:
        wait_for_stage(qtbot, sitting, Stage.ASKING, Stage.DECIDED)
        assert grading.at_hand is not None
        assert grading.at_hand.of == ITEMS
        return grading.at_hand.number

    grading.step(-1)
    assert number() == 1
    answer(sitting, "off-remit", "no-sign-seen")
    grading.sign()
    assert number() == 2
    grading.correct_last()
    assert number() == 1
    grading.step(0)
    assert number() == 2
    grading.set_aside(None)
    assert number() == 3
    grading.step(-1)
    assert number() == 3
    grading.take_up_set_aside()
    assert number() == 2
    grading.step(1)
    assert number() == 3


def test_that_closing_while_saving_waits_for_the_disk(
    qtbot: QtBot, made_home: MadeHome, sitting: Sitting
) -> None:
    at = sitting.grading.at_hand
    assert at is not None
    answer(sitting, "off-remit", "no-sign-seen")
    sitting.grading.sign()
    sitting.close()
    ws = open_workstation(made_home.place, lambda: PASSPHRASE)
    try:
        own = Worklist(ws).latest_own_verdict(at.item)
    finally:
        ws.close()
    assert own is not None


def test_that_nothing_holds_a_sitting_that_was_closed(
    qtbot: QtBot, workstation: Workstation
) -> None:
    sitting = Sitting(workstation)
    sitting.start()
    wait_for_stage(qtbot, sitting, Stage.ASKING)
    sitting.close()
    held = [weakref.ref(one) for one in (sitting, sitting.grading, sitting.viewing, sitting.sync)]
    del sitting

    def let_go_of() -> bool:
        gc.collect()
        return not any(one() for one in held)

    qtbot.waitUntil(let_go_of, timeout=PATIENCE_MS)


def test_that_a_decided_walk_can_be_told_again_to_a_window_built_anew(
    qtbot: QtBot, sitting: Sitting
) -> None:
    answer(sitting, "off-remit", "no-sign-seen")
    with qtbot.waitSignal(sitting.grading.decided, timeout=PATIENCE_MS) as told:
        sitting.grading.tell()
    assert told.args is not None
    assert isinstance(told.args[0], Decided)


def test_that_nothing_plain_of_the_evidence_is_in_the_home(
    qtbot: QtBot, made_home: MadeHome, sitting: Sitting
) -> None:
    found = [path.read_bytes() for path in sorted(made_home.folder.iterdir())]
    marks = {data[20:60] for data in found}
    for path in _files(made_home.place):
        kept = path.read_bytes()
        assert not any(mark in kept for mark in marks), path.name


def _files(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def test_that_the_last_word_of_an_item_is_kept_however_quickly_it_is_left(
    qtbot: QtBot, made_home: MadeHome, sitting: Sitting
) -> None:
    """Many changes, then another item and the end, while the first change is being written."""
    first = sitting.grading.at_hand
    assert first is not None
    for word in range(200):
        sitting.grading.hold_words(Typed("comment", f"word {word}"))
    with qtbot.waitSignal(sitting.grading.turned, timeout=PATIENCE_MS):
        sitting.grading.step(1)
    second = sitting.grading.at_hand
    assert second is not None
    for word in range(200):
        sitting.grading.hold_words(Typed("comment", f"other {word}"))
    sitting.close()

    ws = open_workstation(made_home.place, lambda: PASSPHRASE)
    kept = [ws.home.local.draft_get(at.item) for at in (first, second)]
    ws.close()
    assert [draft["typed"]["text"] for draft in kept] == ["word 199", "other 199"]

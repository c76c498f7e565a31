"""Where the next item cannot be taken up, the one at hand stays, whole."""

import pytest
from pytestqt.qtbot import QtBot

from app.session.sitting import Sitting
from app.session.store import DeskStore
from app.session.types import Stage
from storage.errors import DiskFullError
from tests.widgets.conftest import PATIENCE_MS


def test_that_an_item_stays_with_its_drawer_and_its_turn_where_another_cannot_be_taken_up(
    qtbot: QtBot, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    grading, evidence = sitting.grading, sitting.evidence
    first = grading.at_hand
    assert first is not None
    assert grading._round is not None
    second, hindrance = grading._round.ahead(2)[1], evidence.state.hindrance

    def full(*_: object) -> None:
        raise DiskFullError("local.db: the disk is full.")

    with monkeypatch.context() as disk:
        disk.setattr(DeskStore, "turn_to", full)
        with qtbot.waitSignal(grading.failed, timeout=PATIENCE_MS):
            grading.step(1)
    assert grading.stage is Stage.ASKING
    assert grading.at_hand == first
    assert evidence.state.hindrance == hindrance
    for value in ("off-remit", "no-sign-seen"):
        grading.answer(value)
    with qtbot.waitSignal(grading.saved, timeout=PATIENCE_MS):
        grading.sign()
    assert grading.at_hand is not None
    assert grading.at_hand.item == second

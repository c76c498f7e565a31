"""A ceiling of heavy items holds before the next item is there, not one item later."""

import dataclasses

import pytest
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation
from app.exposure import Ledger
from app.session.sitting import Sitting
from app.session.types import Stage
from tests.widgets.conftest import PATIENCE_MS

CATEGORY_A = ("child", "yes", "A", "11-13", "female", "no-sign-seen")


@pytest.fixture
def ceiling(workstation: Workstation) -> int:
    """One heavy item an hour."""
    exposure = dataclasses.replace(
        workstation.policy.exposure, heavy_an_hour=1, heavy_categories=("A",), viewing_ends=None
    )
    workstation.policy = dataclasses.replace(workstation.policy, exposure=exposure)
    return 1


@pytest.mark.usefixtures("ceiling")
def test_that_no_item_is_taken_up_after_the_one_that_reaches_the_ceiling(
    qtbot: QtBot, sitting: Sitting
) -> None:
    grading, turned = sitting.grading, list[object]()
    sitting.duty.start()
    qtbot.waitUntil(lambda: sitting.duty.today is not None, timeout=PATIENCE_MS)
    assert not sitting.duty.pause_due()
    for value in CATEGORY_A:
        assert grading.stage is Stage.ASKING
        grading.answer(value)
    assert grading.stage is Stage.DECIDED
    grading.turned.connect(turned.append)
    with qtbot.waitSignal(grading.saved, timeout=PATIENCE_MS):
        grading.sign()
    assert turned == []
    assert grading.stage is Stage.RESTING
    qtbot.waitUntil(lambda: Ledger(sitting._ws).today().heavy == 1, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not sitting._jobs["store"].waiting, timeout=PATIENCE_MS)
    assert sitting.duty.pause_due()  # the ledger says so too
    assert grading.stage is Stage.RESTING

"""Whoever waits for the interpreter waits a fifth of a millisecond once the first item is seen."""

import sys
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app import switching
from tests.widgets.conftest import PATIENCE_MS, OpenWindow, sign_in, wait_for_item
from widgets.window import _switch_after_the_first_item


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


def test_that_threads_take_turns_quickly_from_the_first_item_on_and_not_before(
    qtbot: QtBot, open_window: OpenWindow
) -> None:
    switching.switch_as_at_start()
    window = open_window()
    window._opening.opened.connect(lambda _: _switch_after_the_first_item(window))
    seen: list[float] = []
    window._opening.opened.connect(lambda _: seen.append(sys.getswitchinterval()))
    sign_in(qtbot, window)
    wait_for_item(qtbot, window)
    assert seen == [pytest.approx(switching.AT_START_S)]
    qtbot.waitUntil(lambda: sys.getswitchinterval() < 2 * switching.AT_WORK_S, timeout=PATIENCE_MS)

"""The item at which a person left off is decoded while the window is still being built."""

import dataclasses
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.bootstrap import Workstation, open_workstation
from app.session.head_start import (
    CANVAS_NOTE,
    LOOK_NOTE,
    fetch_where_it_was_left,
    note_sight,
)
from app.session.opening import OpeningSession
from app.session.sitting import Sitting
from app.session.store import DeskStore
from blur.errors import NotLoadedError
from blur.look import Look
from grading.scheme import Scheme
from storage.errors import CorruptStoreError
from storage.home import open_home
from tests.widgets.conftest import PASSPHRASE, PATIENCE_MS, MadeHome
from tests.widgets.lender import Lender

FIT_PX = (1280, 800)
LOOK = Look(level=3, grey=False, fit_px=FIT_PX)


@pytest.fixture
def left_at(made_home: MadeHome) -> str:
    """The item at which the person left off, not the first of the batch."""
    ws = open_workstation(made_home.place, lambda: PASSPHRASE)
    scheme: Scheme = ws.schemes.newest("uk-ew")
    store = DeskStore(ws, scheme)
    opened = store.open_batch(None)
    assert opened is not None
    item = opened.order[4]
    store.turn_to(item, made_home.batch)
    note_sight(ws, LOOK)
    ws.close()
    return item


@pytest.fixture
def opening(made_home: MadeHome, lender: Lender) -> Iterator[OpeningSession]:
    """A home on its way to being opened, with no window."""
    opening = OpeningSession(made_home.place, decoders=lender)
    yield opening
    opening.close()


def opened_with(qtbot: QtBot, opening: OpeningSession) -> Workstation:
    with qtbot.waitSignal(opening.refused, timeout=PATIENCE_MS):
        opening.start()  # asks for the passphrase
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS) as opened:
        opening.unlock(PASSPHRASE)
    assert opened.args is not None
    ws = opened.args[0]
    assert isinstance(ws, Workstation)
    return ws


def test_that_the_item_at_which_one_left_off_is_on_its_way_before_there_are_rooms(
    qtbot: QtBot, left_at: str, made_home: MadeHome, opening: OpeningSession
) -> None:
    ws = opened_with(qtbot, opening)
    try:
        viewing = ws.viewing()
        loaded = viewing.veiled(left_at)  # raises for an item that nobody has asked for
        assert viewing.ready(left_at, made_home.batch, FIT_PX) is loaded
        foreseen = viewing._running().foreseen
        assert (foreseen.level, foreseen.grey, foreseen.edges) == (3, False, False)
    finally:
        ws.close()


@pytest.mark.usefixtures("left_at")
def test_that_nothing_is_fetched_where_it_may_be_carried_over_unseen(
    workstation: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = workstation.policy
    confirming = dataclasses.replace(policy.known, confirm=True)
    monkeypatch.setattr(workstation, "policy", dataclasses.replace(policy, known=confirming))
    fetch_where_it_was_left(workstation)
    assert workstation._viewing is None


def test_that_nothing_is_fetched_where_nobody_has_left_off(workstation: Workstation) -> None:
    fetch_where_it_was_left(workstation)
    assert workstation._viewing is None


def test_that_a_home_that_cannot_be_read_on_is_closed_and_can_be_opened_again(
    qtbot: QtBot, made_home: MadeHome, opening: OpeningSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Workstation) -> None:
        raise CorruptStoreError("The notes could not be read.")

    with qtbot.waitSignal(opening.refused, timeout=PATIENCE_MS):
        opening.start()
    with monkeypatch.context() as patch:
        patch.setattr("app.session.opening.fetch_where_it_was_left", fail)
        with qtbot.waitSignal(opening.refused, timeout=PATIENCE_MS):
            opening.unlock(PASSPHRASE)
    open_home(made_home.place, passphrase=lambda: PASSPHRASE).close()  # its lock is free


def test_that_an_item_that_nobody_asked_for_is_not_waited_for(workstation: Workstation) -> None:
    with pytest.raises(NotLoadedError):  # else the first test could not fail
        workstation.viewing().veiled("nobody's", timeout_s=0)


def test_that_a_sitting_remembers_how_large_its_canvas_was(
    qtbot: QtBot, sitting: Sitting, workstation: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: dict[str, object] = {}
    monkeypatch.setattr(workstation.home.local, "note_put", kept.__setitem__)
    sitting.viewing.sight.resize((900, 760))
    sitting.viewing.sight.change_level(-1)
    sitting.viewing.sight.toggle("grey")
    look = sitting.viewing.sight.look
    sitting.close()
    assert kept[CANVAS_NOTE] == [900, 760]
    assert kept[LOOK_NOTE] == [look.level, look.grey, False] == [3, False, False]


@pytest.mark.usefixtures("left_at")  # before the home is opened
@pytest.mark.parametrize("said", [None, 4, [7, True, False], [4, 1, False], [4, True]])
def test_that_an_item_is_fetched_where_it_is_not_known_how_it_will_be_revealed(
    workstation: Workstation, left_at: str, said: object
) -> None:
    workstation.home.local.note_put(LOOK_NOTE, said)
    fetch_where_it_was_left(workstation)
    workstation.viewing().veiled(left_at)
    assert workstation.viewing()._running().foreseen == Look()


@pytest.mark.usefixtures("left_at")
@pytest.mark.parametrize("said", [None, "wide", [900], [900, "760"], {"wide": 900}])
def test_that_nothing_is_fetched_where_the_size_of_the_canvas_is_not_known(
    workstation: Workstation, said: object
) -> None:
    workstation.home.local.note_put(CANVAS_NOTE, said)
    fetch_where_it_was_left(workstation)
    assert workstation._viewing is None

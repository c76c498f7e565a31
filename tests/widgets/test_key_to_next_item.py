"""From the key that ends a verdict to the next item: what is done, and before what. Nothing timed.

A verdict is on the disk before the next item is shown. What that item needs may be done meanwhile,
and nothing is drawn that it would have to wait for.
"""

import dataclasses
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.session import group_grading
from app.session.sitting import Sitting
from app.session.store import DeskStore, Kept
from app.session.types import AtHand, Stage
from app.session.viewing import ViewingSession
from blur.frame import Frame
from storage.errors import UnwritableStoreError
from tests.widgets.conftest import PATIENCE_MS, at_hand, press, stage, wait_for_item
from tests.widgets.test_work_counted import is_idle
from widgets.canvas import Canvas
from widgets.desk import Desk
from widgets.fittings import Fittings
from widgets.main_window import MainWindow

K = Qt.Key
OFF_REMIT = (K.Key_5, K.Key_1)


class Paintings(QObject):
    """Notes what is painted of some widgets and all that is in them, by name, in order."""

    def __init__(self, watched: dict[QWidget, str]) -> None:
        super().__init__()
        self._watched = watched
        self.order: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note a painting of what is watched."""
        if event.type() is QEvent.Type.Paint and isinstance(watched, QWidget):
            name = next((self._watched[one] for one in self._watched if is_in(watched, one)), None)
            if name is not None:
                self.order.append(name)
        return False


def is_in(widget: QWidget, whole: QWidget) -> bool:
    """Whether a widget is a part of another, or that itself."""
    return widget is whole or whole.isAncestorOf(widget)


@pytest.fixture
def slow_disk(window: MainWindow) -> Iterator[threading.Event]:
    """The store is busy with something until this is set."""
    may_go_on = threading.Event()
    assert window.sitting is not None
    sitting = window.sitting
    yield hold_store(sitting, may_go_on)
    may_go_on.set()


def hold_store(sitting: Sitting, may_go_on: threading.Event) -> threading.Event:
    """Keep the store thread busy until it may go on."""
    sitting._jobs["store"].run(lambda: may_go_on.wait(PATIENCE_MS / 1000), bool, bool)
    return may_go_on


def rest(qtbot: QtBot, window: MainWindow) -> Sitting:
    """Wait until nothing is on its way that would have something painted."""
    sitting = window.sitting
    assert sitting is not None
    qtbot.waitUntil(lambda: is_idle(sitting), timeout=PATIENCE_MS)
    QApplication.processEvents()
    return sitting


def next_is_there(sitting: Sitting) -> bool:
    """Whether the item after the one at hand is loaded already."""
    at = sitting.grading.at_hand
    return at is not None and is_loaded(sitting, at.ahead[1], at)


def is_loaded(sitting: Sitting, item: str, at: AtHand) -> bool:
    shows, fit_px = sitting._ws.viewing(), sitting.viewing.sight.fit_px
    return shows.ready(item, at.batch, fit_px) is not None


def cannot(*_: object, **__: object) -> Kept:
    """Keep nothing."""
    raise UnwritableStoreError("The disk is away.")


def alone(qtbot: QtBot, sitting: Sitting) -> tuple[AtHand, str]:
    """Show the item at hand with nothing fetched ahead; return it, and what comes after it."""
    grading, viewing = sitting.grading, sitting.viewing
    grading._depth = lambda: 0
    at, following = grading.at_hand, grading._following()
    assert at is not None
    assert following is not None
    grading._at = at = dataclasses.replace(at, ahead=(at.item,))
    grading.turned.connect(viewing.show_item)
    with qtbot.waitSignal(viewing.veiled, timeout=PATIENCE_MS):
        viewing.show_item(at)
    return at, following


def test_that_of_an_item_fetched_ahead_the_canvas_is_painted_once_and_first(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    sitting = rest(qtbot, window)
    desk.panel._saving.setInterval(PATIENCE_MS)  # however slow the disk of this machine is
    press(qtbot, window, *OFF_REMIT)
    qtbot.waitUntil(lambda: next_is_there(sitting), timeout=PATIENCE_MS)
    rest(qtbot, window)
    first = at_hand(window).item
    painted = Paintings({desk.canvas: "item", desk.panel: "panel"})
    QApplication.instance().installEventFilter(painted)  # type: ignore[union-attr]
    press(qtbot, window, K.Key_Return)
    wait_for_item(qtbot, window)
    qtbot.waitUntil(lambda: "panel" in painted.order, timeout=PATIENCE_MS)  # in a later turn
    QApplication.instance().removeEventFilter(painted)  # type: ignore[union-attr]
    assert at_hand(window).item != first
    assert painted.order[: painted.order.index("panel")] == ["item"], painted.order


def test_that_a_disk_that_takes_long_is_seen_and_the_panel_lives_again_after_it(
    qtbot: QtBot, window: MainWindow, desk: Desk, slow_disk: threading.Event
) -> None:
    press(qtbot, window, *OFF_REMIT, K.Key_Return)
    buttons = desk.panel._buttons.values()
    qtbot.waitUntil(lambda: not any(one.isEnabled() for one in buttons), timeout=PATIENCE_MS)
    assert not desk.panel._leaf.sign.isEnabled()
    assert stage(window) is Stage.SAVING
    slow_disk.set()
    wait_for_item(qtbot, window)
    assert all(one.isEnabled() for one in buttons)
    press(qtbot, window, *OFF_REMIT)
    assert desk.panel._leaf.sign.isEnabled()


def test_that_the_next_item_is_loaded_while_the_verdict_is_kept_and_shown_after_it(
    qtbot: QtBot, sitting: Sitting
) -> None:
    grading, viewing = sitting.grading, sitting.viewing
    at, following = alone(qtbot, sitting)
    assert not is_loaded(sitting, following, at)
    veiled: list[Frame | None] = []
    viewing.veiled.connect(veiled.append)
    for value in ("off-remit", "no-sign-seen"):
        grading.answer(value)
    may_go_on = hold_store(sitting, threading.Event())
    grading.sign()
    qtbot.waitUntil(lambda: is_loaded(sitting, following, at), timeout=PATIENCE_MS)
    assert (grading.stage, viewing.item, veiled) == (Stage.SAVING, at.item, [])
    with qtbot.waitSignal(grading.saved, timeout=PATIENCE_MS):
        may_go_on.set()
    assert viewing.item == following
    assert len(veiled) == 1


def test_that_where_a_verdict_cannot_be_kept_the_item_at_hand_stays_and_can_be_looked_at(
    qtbot: QtBot, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    grading, viewing = sitting.grading, sitting.viewing
    at, _ = alone(qtbot, sitting)
    monkeypatch.setattr(DeskStore, "sign", cannot)
    for value in ("off-remit", "no-sign-seen"):
        grading.answer(value)
    with qtbot.waitSignal(grading.failed, timeout=PATIENCE_MS):
        grading.sign()
    assert (grading.stage, viewing.item) == (Stage.DECIDED, at.item)
    with qtbot.waitSignal(viewing.revealed, timeout=PATIENCE_MS):
        viewing.reveal()
    ahead = sitting._ws.viewing()._ahead
    assert ahead is not None
    assert ahead._order == (at.item,)  # what was expected is dropped: nothing is ahead here


def test_that_the_drawer_stays_shut_while_a_verdict_is_kept_and_may_open_where_it_cannot_be(
    qtbot: QtBot, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    grading, evidence = sitting.grading, sitting.evidence
    for value in ("child", "yes", "A", "3-6", "both", "no-sign-seen"):
        grading.answer(value)
    assert grading.stage is Stage.DECIDED
    assert evidence.state.hindrance == ""
    monkeypatch.setattr(DeskStore, "sign", cannot)
    may_go_on = hold_store(sitting, threading.Event())
    grading.sign()
    evidence.toggle()
    assert not evidence.state.is_open
    with qtbot.waitSignal(grading.failed, timeout=PATIENCE_MS):
        may_go_on.set()
    assert evidence.state.hindrance == ""  # the photograph question is answered as it was


@pytest.mark.parametrize("why", ["looks elsewhere", "can be carried over", "a pause is due"])
def test_that_what_will_not_be_shown_next_is_not_loaded_for_it(
    qtbot: QtBot, sitting: Sitting, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    grading, expected = sitting.grading, list[object]()
    grading.expecting.connect(lambda items, _: expected.append(items))
    for value in ("off-remit", "no-sign-seen"):
        grading.answer(value)
    following = grading._following()
    assert following is not None
    if why == "looks elsewhere":
        grading.look_here(False)
    elif why == "can be carried over":
        monkeypatch.setattr(grading, "_offers", {following: object()})
    else:
        monkeypatch.setattr(grading, "_pause_due", lambda: True)
    with qtbot.waitSignal(grading.saved, timeout=PATIENCE_MS):
        grading.sign()
    assert expected == []


def test_that_an_item_is_given_before_what_comes_after_it_is_asked_for(
    qtbot: QtBot, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewing, shows, order = sitting.viewing, sitting._ws.viewing(), list[str]()
    want = shows.want

    def want_and_note(items: tuple[str, ...], batch: str, fit_px: tuple[int, int]) -> None:
        order.append("wanted")
        want(items, batch, fit_px)

    monkeypatch.setattr(shows, "want", want_and_note)
    at = sitting.grading.at_hand
    assert at is not None
    want(at.ahead, at.batch, viewing.sight.fit_px)
    shows.veiled(at.item)
    viewing.veiled.connect(lambda frame: order.append("given" if frame else "none"))
    viewing.show_item(at)
    assert order == ["given", "wanted"]


def test_that_an_item_that_is_not_there_is_with_its_decoder_before_the_record_is_signed(
    qtbot: QtBot, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    grading, viewing, shows = sitting.grading, sitting.viewing, sitting._ws.viewing()
    at, order, want, sign = grading.at_hand, list[str](), shows.want, DeskStore.sign
    assert at is not None
    with qtbot.waitSignal(viewing.veiled, timeout=PATIENCE_MS):
        viewing.show_item(dataclasses.replace(at, ahead=(at.item,)))
    for value in ("off-remit", "no-sign-seen"):
        grading.answer(value)

    def want_and_note(*asked: Any) -> None:
        *what, gone = asked
        want(*what, lambda: (order.append("with its decoder"), gone()))

    def sign_and_note(*what: Any, **named: Any) -> Kept:
        order.append("signed")
        return sign(*what, **named)

    monkeypatch.setattr(group_grading, "AWAITED_S", PATIENCE_MS / 1000)
    monkeypatch.setattr(DeskStore, "sign", sign_and_note)
    monkeypatch.setattr(shows, "want", want_and_note)
    with qtbot.waitSignal(grading.saved, timeout=PATIENCE_MS):
        grading.sign()
        monkeypatch.setattr(shows, "want", want)
    assert order == ["with its decoder", "signed"]


def frame_of(shade: int) -> Frame:
    return Frame(8, 8, 1, bytes([shade]) * 64, 8)


def test_that_what_is_drawn_over_an_earlier_item_is_as_on_a_fresh_canvas(
    qtbot: QtBot, fit: Fittings
) -> None:
    drawn = []
    for shades in ((255, 40), (40,)):
        canvas = Canvas(fit)
        qtbot.addWidget(canvas)
        canvas.resize(401, 303)
        for shade in shades:
            canvas.show_rest(frame_of(shade))
            canvas.grab()
        assert canvas._rest_scaled is not None
        drawn.append(canvas._rest_scaled.toImage())
    assert drawn[0] == drawn[1]


def test_that_a_canvas_that_waits_holds_the_pixels_of_no_item(qtbot: QtBot, fit: Fittings) -> None:
    canvas = Canvas(fit)
    qtbot.addWidget(canvas)
    canvas.resize(401, 303)
    canvas.show_rest(frame_of(200))
    canvas.grab()
    canvas.clear("On its way")
    assert canvas._rest_scaled is not None
    image = canvas._rest_scaled.toImage()
    colours = {image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(image.height())}
    assert colours == {fit.look.colour("canvas").rgb()}
    canvas.clear()
    assert canvas._rest_scaled is None


def test_that_nothing_is_expected_while_every_pixel_is_let_go_of(
    qtbot: QtBot, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewing: ViewingSession = sitting.viewing
    at = sitting.grading.at_hand
    assert at is not None
    with qtbot.waitSignal(viewing.veiled, timeout=PATIENCE_MS):
        viewing.show_item(at)
    wanted: list[object] = []
    shows, fit_px, may_go_on = sitting._ws.viewing(), viewing.sight.fit_px, threading.Event()
    monkeypatch.setattr(shows, "want", lambda *asked: wanted.append(asked))
    monkeypatch.setattr(shows, "ready", lambda *_: None)
    sitting._jobs["calm"].run(lambda: may_go_on.wait(PATIENCE_MS / 1000), bool, bool)
    viewing.calm()
    items = (at.ahead[1], at.item)
    gone: list[object] = []
    viewing.expect(items, lambda: gone.append("calm"))
    viewing._fetching.expect(
        items, at.batch, fit_px, lambda: gone.append("too")
    )  # as if the item were still there
    assert (wanted, gone) == ([], ["calm", "too"])  # no record waits for it
    may_go_on.set()
    qtbot.waitUntil(lambda: not sitting._jobs["calm"].waiting, timeout=PATIENCE_MS)
    viewing._fetching.expect(items, at.batch, fit_px, bool)
    assert wanted == [(items, at.batch, fit_px, bool)]


def test_that_the_tile_that_is_looked_at_is_kept_behind_what_is_expected_after_its_group(
    qtbot: QtBot, sitting: Sitting, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewing: ViewingSession = sitting.viewing
    at = sitting.grading.at_hand
    assert at is not None
    here, following, later, *_, tile = at.ahead
    with qtbot.waitSignal(viewing.veiled, timeout=PATIENCE_MS):
        viewing.show_item(dataclasses.replace(at, item=tile, ahead=(tile,)))
    wanted: list[tuple[str, ...]] = []
    shows = sitting._ws.viewing()
    monkeypatch.setattr(shows, "want", lambda items, *_: wanted.append(items))
    monkeypatch.setattr(shows, "ready", lambda *_: None)
    viewing.expect((following, here, later), bool)
    viewing.expect((following, here, tile, later), bool)
    assert wanted == [(following, tile, here, later)] * 2

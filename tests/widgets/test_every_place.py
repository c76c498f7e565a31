"""Every room, page, form and sheet, for each role: by keyboard alone, told in words, as it looked.

One walk through a window serves all that is asked of each place, since to get there costs the time.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractAnimation, Qt, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import PATIENCE_MS, OpenPlace
from tests.widgets.inventory import apart, is_seen, thing_of, things
from tests.widgets.mirrored import mirror_faults
from tests.widgets.near_tour import NEAR, NearTour
from tests.widgets.painting_thread import HELD_MS, WORK_MS, PaintingThread
from tests.widgets.room_pictures import MOST_CHANGED, THEMES, Critic, Grey, changed, halved
from tests.widgets.tour import ROLES, Homes, Tour
from tests.widgets.walker import Walker, cut_off
from widgets.buttons import KeyButton
from widgets.desk import Desk
from widgets.main_window import MainWindow

MIRRORED = ("chief", "ann", NEAR)  # between them they see every room
BLOCKS = " ".join(["0123456789abcdef"] * 4)  # letters of other widths break lines elsewhere
FINGERPRINT = "12345 67890 12345 67890 12345 67890"  # one of letters so large would be a change
LARGE = ("tim", "quinn", "adam")  # they have their text at twice the size
AT_TWICE_THE_SIZE = '"look.theme" = "light"\n"look.text_percent" = 200\n'
WALKS_MORE = 2  # where something took too long, which on a busy machine it may for once


@pytest.mark.parametrize("who", ROLES)
def test_that_each_place_is_worked_by_keyboard_heard_in_words_and_looks_as_it_did(
    qtbot: QtBot,
    every_role: Homes,
    open_place: OpenPlace,
    tmp_path: Path,
    who: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.quality.review.pseudonyms", every_role.numbered)
    monkeypatch.setattr("app.roster.listing.fingerprint", lambda _: FINGERPRINT)
    for page in ("roster.in_blocks", "central_log.in_blocks"):
        monkeypatch.setattr(f"widgets.{page}", lambda _: BLOCKS)

    def anew() -> Tour:
        place = copied(every_role.folder / who, tmp_path)
        if who in LARGE:
            (place / "settings.toml").write_text(AT_TWICE_THE_SIZE, encoding="utf-8")
        return Tour(qtbot, open_place(place))

    tour = anew()
    faults = walked(tour, who, monkeypatch, anew)
    assert tour.window._fit.look.percent == (200 if who in LARGE else 100)
    assert not faults, "\n".join(faults)


def test_that_select_and_a_group_with_items_in_them_are_places_like_any_other(
    qtbot: QtBot,
    near_copies: Path,
    open_place: OpenPlace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def anew() -> NearTour:
        return NearTour(qtbot, open_place(copied(near_copies, tmp_path)))

    faults = walked(anew(), NEAR, monkeypatch, anew)
    assert not faults, "\n".join(faults)


def copied(home: Path, folder: Path) -> Path:
    """Copy a home into a folder, in which there may be copies already."""
    place = Path(shutil.copytree(home, folder / f"{home.name}{len(list(folder.iterdir())) or ''}"))
    place.chmod(0o700)
    return place


def walked(
    tour: Tour, who: str, monkeypatch: pytest.MonkeyPatch, anew: Callable[[], Tour]
) -> list[str]:
    """Go from place to place, by Tab, by ear and by eye; return what is not as it should be.

    Where something took too long, somebody goes there ``anew``, and no further than the last such
    place: only what does each time counts.
    """
    # In light a veiled item has more greys than a kept picture.
    themes = ("light",) if who in LARGE else ("dark",) if who == NEAR else THEMES
    walker, critic, watch = Walker(tour), Critic(tour, who, themes), PaintingThread()
    for stop in watch.over(tour.stops(), monkeypatch):
        critic.look_at(stop)
        walker.walk(stop)
        walker.faults += [f"{stop}: {cut} is cut" for cut in cut_off(tour.window)]
        assert still(tour.window), stop
        if who in MIRRORED:
            walker.faults += mirror_faults(tour, stop)
    critic.look_back()
    late = watch.late()
    for _ in range(WALKS_MORE):
        if late:
            tour.window.close()
            tour = anew()
            late = late_again(tour, late, monkeypatch)
    held = [f"{where}: the window stands still for {ms:.0f} ms" for where, ms in late.items()]
    return watch.faults + held + walker.faults + critic.faults


def late_again(
    tour: Tour, late: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> dict[str, float]:
    """Go to the places that were late, and return those that are again, with the shorter time."""
    watch = PaintingThread()
    for _ in watch.over(tour.stops(), monkeypatch):
        if watch.has_passed(late):
            break
    more = watch.late()
    return {where: min(ms, more[where]) for where, ms in late.items() if where in more}


def test_that_what_holds_the_window_is_named_and_what_does_not_is_not(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compute(for_ms: float) -> None:
        until_s = time.thread_time() + for_ms / 1000
        while time.thread_time() < until_s:
            pass

    def turn(for_ms: float) -> None:
        timer = QTimer(singleShot=True, interval=0)
        timer.timeout.connect(lambda: compute(for_ms))
        with qtbot.waitSignal(timer.timeout, timeout=PATIENCE_MS):
            timer.start()

    def stops() -> Iterator[str]:
        yield "at the door"
        for _ in range(20):  # a long way in short steps
            turn(HELD_MS / 15)
        yield "in a quick room"
        turn(2 * HELD_MS)
        yield "in a slow room"

    # The machine is as quick as the one of the promise; the hold is of the thread's own time.
    monkeypatch.setattr("tests.widgets.painting_thread.known_work_ms", lambda: WORK_MS)
    watch = PaintingThread()
    assert len(list(watch.over(stops(), monkeypatch))) == 3
    assert list(watch.late()) == ["after in a quick room"]
    assert watch.has_passed(watch.late())
    assert not PaintingThread().has_passed(watch.late())


def still(window: MainWindow) -> bool:
    """Whether nothing moves, fades or blinks, nor would if it were shown."""
    effects = set(Qt.UIEffect) - {Qt.UIEffect.UI_General}  # the first only allows the others
    fades = any(QApplication.isEffectEnabled(effect) for effect in effects)
    blinks = QApplication.cursorFlashTime() != 0
    return not fades and not blinks and not window.findChildren(QAbstractAnimation)


def test_that_a_panel_which_is_gone_narrower_or_moved_is_seen_in_the_comparison(
    window: MainWindow, desk: Desk
) -> None:
    kept = halved(window.grab().toImage())
    assert seen_anew(window, kept) < MOST_CHANGED / 4  # a clock went on
    desk.left.hide()
    assert seen_anew(window, kept) > MOST_CHANGED
    desk.left.show()
    assert seen_anew(window, kept) < MOST_CHANGED / 4  # a clock went on
    desk.panel.setFixedWidth(desk.panel.width() - 48)
    assert seen_anew(window, kept) > MOST_CHANGED
    desk.panel.setFixedWidth(desk.panel.width() + 48)
    desk.panel.setContentsMargins(0, 24, 0, 0)
    assert seen_anew(window, kept) > MOST_CHANGED


def test_that_one_small_button_that_has_gone_or_come_is_told_by_the_list_of_things(
    window: MainWindow, desk: Desk
) -> None:
    kept = things(window)
    assert apart(kept, kept) == ([], [])
    button = next(one for one in desk.findChildren(KeyButton) if is_seen(one))
    policy = button.sizePolicy()
    policy.setRetainSizeWhenHidden(True)  # nothing else moves up
    button.setSizePolicy(policy)
    (lost,) = [one for one in kept if one == thing_of(button, window)]
    button.hide()
    QApplication.processEvents()
    assert apart(kept, things(window)) == ([lost], [])
    assert apart(things(window), kept) == ([], [lost])


def seen_anew(window: MainWindow, kept: Grey) -> float:
    """How much of the window differs, once it is laid out anew."""
    for _ in range(3):
        QApplication.processEvents()
    return changed(kept, halved(window.grab().toImage()))

"""Every room, page, form and sheet, for each role: by keyboard alone, told in words, as it looked.

One walk through a window serves all that is asked of each place, since to get there costs the time.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractAnimation, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.quality.pseudonyms import pseudonyms
from tests.widgets.conftest import OpenPlace
from tests.widgets.room_pictures import MOST_CHANGED, Critic, Grey, changed, halved
from tests.widgets.tour import ROLES, Tour, office_with_work
from tests.widgets.walker import Walker, cut_off
from widgets.desk import Desk
from widgets.main_window import MainWindow

PICTURED = ("chief", "ann")  # between them they see every room
LARGE = ("tim", "quinn", "adam")  # they have their text at twice the size


@dataclass(frozen=True)
class Homes:
    """The homes of an office, one a person, in one folder; and what each person id is called."""

    folder: Path
    names: dict[str, str]

    def numbered(self, persons: Iterable[str], _: str, *, me: str | None = None) -> dict[str, str]:
        """Pseudonyms drawn from names: ids are new in each run, and so is the order they draw."""
        own = self.names.get(me or "")
        called = pseudonyms((self.names[one] for one in persons), "of the pictures", me=own)
        return {one: called[name] for one, name in self.names.items() if name in called}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    """An office of every role."""
    made = office_with_work(tmp_path_factory.mktemp("office"))
    seats = made.bureau.seats.items()
    names = {seat.ws.home.person.id: name for name, seat in seats}
    made.close()
    return Homes(made.place.parent, names)


@pytest.mark.parametrize("who", ROLES)
def test_that_each_place_is_worked_by_keyboard_heard_in_words_and_looks_as_it_did(
    qtbot: QtBot,
    office: Homes,
    open_place: OpenPlace,
    tmp_path: Path,
    who: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.quality.review.pseudonyms", office.numbered)
    place = Path(shutil.copytree(office.folder / who, tmp_path / who))
    place.chmod(0o700)
    if who in LARGE:
        settings = place / "settings.toml"
        settings.write_text('"look.theme" = "light"\n"look.text_percent" = 200\n', encoding="utf-8")
    tour = Tour(qtbot, open_place(place))
    tour.sign_in()
    assert tour.window._fit.look.percent == (200 if who in LARGE else 100)
    walker, critic = Walker(tour), Critic(tour, who)
    for stop in tour.stops():
        if who in PICTURED:
            critic.look_at(stop)
        walker.walk(stop)
        walker.faults += [f"{stop}: {cut} is cut" for cut in cut_off(tour.window)]
        assert still(tour.window), stop
    critic.look_back()
    assert not walker.faults + critic.faults, "\n".join(walker.faults + critic.faults)


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


def seen_anew(window: MainWindow, kept: Grey) -> float:
    """How much of the window differs, once it is laid out anew."""
    for _ in range(3):
        QApplication.processEvents()
    return changed(kept, halved(window.grab().toImage()))

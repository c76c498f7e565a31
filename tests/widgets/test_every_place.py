"""Every room, page, form and sheet, for each role: by keyboard alone, told in words, as it looked.

One walk through a window serves all that is asked of each place, since to get there costs the time.
"""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractAnimation, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import OpenPlace
from tests.widgets.room_pictures import Critic
from tests.widgets.tour import ROLES, Tour, office_with_work
from tests.widgets.walker import Walker
from widgets.main_window import MainWindow

PICTURED = ("chief", "ann")  # between them they see every room


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The homes of an office, one a person."""
    made = office_with_work(tmp_path_factory.mktemp("office"))
    made.close()
    return made.place.parent


@pytest.mark.parametrize("who", ROLES)
def test_that_each_place_is_worked_by_keyboard_heard_in_words_and_looks_as_it_did(
    qtbot: QtBot, office: Path, open_place: OpenPlace, tmp_path: Path, who: str
) -> None:
    place = Path(shutil.copytree(office / who, tmp_path / who))
    place.chmod(0o700)
    tour = Tour(qtbot, open_place(place))
    tour.sign_in()
    walker, critic = Walker(tour), Critic(tour, who)
    for stop in tour.stops():
        if who in PICTURED:
            critic.look_at(stop)
        walker.walk(stop)
        assert still(tour.window), stop
    assert not walker.faults + critic.faults, "\n".join(walker.faults + critic.faults)


def still(window: MainWindow) -> bool:
    """Whether nothing moves, fades or blinks, nor would if it were shown."""
    effects = [effect for effect in Qt.UIEffect if QApplication.isEffectEnabled(effect)]
    is_steady = QApplication.cursorFlashTime() == 0
    return is_steady and not effects[1:] and not window.findChildren(QAbstractAnimation)

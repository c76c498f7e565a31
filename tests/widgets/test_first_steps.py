"""The first start by keyboard alone: each step and mistake, told in words, as it looked."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.widgets.conftest import OpenPlace
from tests.widgets.first_steps import FirstSteps, nowhere
from tests.widgets.mirrored import mirror_faults
from tests.widgets.room_pictures import THEMES, Critic
from tests.widgets.walker import Walker, cut_off
from widgets.dress import Dress
from widgets.fittings import Fittings
from widgets.opening_form import OpeningPage
from widgets.words import Words


@pytest.mark.parametrize(
    ("whose", "themes", "percent"), [("new", THEMES, 100), ("large", ("light",), 200)]
)
def test_that_a_first_start_is_gone_through_by_keyboard_with_a_way_back_from_every_mistake(
    qtbot: QtBot,
    open_place: OpenPlace,
    fit: Fittings,
    tmp_path: Path,
    whose: str,
    themes: tuple[str, ...],
    percent: int,
) -> None:
    fit.look.apply(themes[-1], percent)
    tour = FirstSteps(qtbot, open_place(nowhere(tmp_path)))
    walker, critic = Walker(tour), Critic(tour, whose, themes)
    tops, rests = set[int](), set[int]()
    for stop in tour.stops():
        form = tour.window.sign_in._new
        if form.isVisible():
            title = form.findChildren(Words)[0]
            tops.add(title.mapTo(form._inner, title.rect().topLeft()).y())
            rests.add(form._area.verticalScrollBar().maximum())
        critic.look_at(stop)
        walker.walk(stop)
        walker.faults += [f"{stop}: {cut} is cut" for cut in cut_off(tour.window)]
        walker.faults += mirror_faults(tour, stop)
    critic.look_back()
    assert percent > 100 or len(tops) == 1  # where all fits, the title stays where it is
    assert percent > 100 or rests == {0}  # and all fits on a small screen, the longest page too
    assert not walker.faults + critic.faults, "\n".join(walker.faults + critic.faults)


class Staying(OpeningPage):
    """A page whose title does not move."""

    stays = True


def test_that_the_space_above_a_title_that_stays_follows_a_change_of_text_size(
    qtbot: QtBot, fit: Fittings
) -> None:
    page = Staying(fit)
    Dress(fit.look, page)
    page.place(Words(fit, "Who works here"))
    qtbot.addWidget(page)
    page.resize(900, 1800)
    page.show()
    spaces = []
    for percent in (100, 200, 100):
        fit.look.apply("light", percent)
        QApplication.processEvents()
        spaces.append(page._above.sizeHint().height())
        assert spaces[-1] == (page.height() - fit.look.px("opening")) * 2 // 5
    assert spaces[0] == spaces[2] > spaces[1]

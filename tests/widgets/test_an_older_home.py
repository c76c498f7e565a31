"""A home of an earlier version: the start says that it is brought up to date, and may be left."""

from contextlib import closing

import pytest
from pytestqt.qtbot import QtBot

from storage.home import Home, open_home
from storage.upgrade_watch import Count, upgrades_counted
from tests.unit.storage.homes import an_older_one
from tests.widgets.conftest import PASSPHRASE, PATIENCE_MS, MadeHome, OpenWindow, sign_in
from widgets.fittings import Fittings


def opened(home: MadeHome) -> Home:
    return open_home(home.place, passphrase=lambda: PASSPHRASE)


@pytest.fixture
def older(made_home: MadeHome) -> MadeHome:
    """The home as the version before left it."""
    with closing(opened(made_home)) as home:
        an_older_one(home)
    return made_home


@pytest.mark.usefixtures("older")
def test_that_the_start_says_how_far_an_older_home_is_brought_up_to_date(
    qtbot: QtBot, fit: Fittings, open_window: OpenWindow
) -> None:
    window = open_window()
    said: list[str] = []
    window._opening.upgrading.connect(lambda _: said.append(window.sign_in._working.text()))
    sign_in(qtbot, window)
    assert fit.texts("opening.copying", done=1, of=1) in said
    assert said[-1] == fit.texts("opening.upgrading", done=1, of=1)


def test_that_a_window_that_closes_gives_the_upgrade_up_and_it_begins_anew(
    older: MadeHome, qtbot: QtBot, open_window: OpenWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    qtbot.waitUntil(window.sign_in._passphrase.hasFocus, timeout=PATIENCE_MS)
    ending = window._opening._ending

    def keep_copy_until_the_end(*_: object) -> None:
        assert ending.wait(PATIENCE_MS / 1000)

    with monkeypatch.context() as patch:
        patch.setattr("storage.upgrading.keep_copy", keep_copy_until_the_end)
        window._opening.unlock(PASSPHRASE)
        window.close()
        window._opening.close()
    stages = []

    def counting(stage: str) -> Count:
        stages.append(stage)
        return lambda done, of: None

    with upgrades_counted(counting), closing(opened(older)):
        assert stages == ["copying", "upgrading"]  # nothing of it was done

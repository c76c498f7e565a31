"""The first start with the home in another folder: typed or chosen, refused or found again."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.bootstrap import home_place
from app.chosen_home import keep_chosen_home
from app.session.new_home import ALONE, Step
from app.session.opening import ROLES
from storage.home import default_home
from storage.home_file import HOME_FILE_NAME
from storage.keyfile import MINIMUM_COST
from tests.widgets.conftest import PASSPHRASE, PATIENCE_MS, MadeHome, OpenPlace, press
from widgets.first_run import FirstRun
from widgets.main_window import MainWindow

K = Qt.Key


def asked_who(qtbot: QtBot, window: MainWindow) -> FirstRun:
    """The assistant at its first step, with a name."""
    form = window.sign_in._new
    qtbot.waitUntil(form.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClicks(form.name, "Ada")
    return form


def go_to(qtbot: QtBot, window: MainWindow, place: str) -> None:
    """Type where the home is to be, and go on."""
    line = window.sign_in._new.site.line
    line.selectAll()
    line.setFocus()
    qtbot.keyClicks(line, place)
    press(qtbot, window, K.Key_Return)


def test_that_a_home_is_made_where_it_was_asked_for_and_found_there_the_next_time(
    qtbot: QtBot, open_place: OpenPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.keyfile.calibrated_cost", lambda: MINIMUM_COST)
    window = open_place(tmp_path / "usual")
    form = asked_who(qtbot, window)
    taken, wanted = tmp_path / "taken", tmp_path / "Ada's home"
    taken.mkdir()
    (taken / "letter.txt").touch()
    for place, said in ((str(taken), "not empty"), ("here", "no whole path"), ("", "whole path")):
        with qtbot.waitSignal(window._opening.refused, timeout=PATIENCE_MS):
            go_to(qtbot, window, place)
        assert said in form._fault.text()
        assert form.step is Step.WHO
        assert form.site.line.hasFocus()
    monkeypatch.setattr(form.site, "_asked_folder", lambda: str(wanted))
    form.site.browse.click()
    assert not form._fault.isVisible()  # it was of another folder
    press(qtbot, window, K.Key_Return)
    qtbot.waitUntil(lambda: form.step is Step.KEYS, timeout=PATIENCE_MS)
    for field in (form.first, form.again):
        field.setText("long enough")
    press(qtbot, window, K.Key_Return)
    form.stores[ALONE].click()
    press(qtbot, window, K.Key_Return)
    press(qtbot, window, K.Key_Return)
    qtbot.waitUntil(lambda: window.sitting is not None, timeout=PATIENCE_MS)
    assert (wanted / HOME_FILE_NAME).is_file()
    qtbot.waitUntil(lambda: home_place(None) == wanted, timeout=PATIENCE_MS)
    assert home_place(tmp_path) == tmp_path  # --home comes first
    monkeypatch.setenv("ASSAY_HOME", str(taken))
    assert home_place(None) == taken


def test_that_a_home_that_is_there_is_opened_and_one_that_cannot_be_leads_back(
    qtbot: QtBot, open_place: OpenPlace, made_home: MadeHome, tmp_path: Path
) -> None:
    window = open_place(tmp_path / "usual")
    form = asked_who(qtbot, window)
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / HOME_FILE_NAME).write_text("format = 99\n")
    for place, said in ((newer, "newer version"), (made_home.place, "may read")):
        made_home.place.chmod(0o755)
        with qtbot.waitSignal(window._opening.refused, timeout=PATIENCE_MS):
            go_to(qtbot, window, str(place))
        assert said in form._fault.text()
        assert form.isVisible()
    made_home.place.chmod(0o700)
    press(qtbot, window, K.Key_Return)
    locked = window.sign_in._locked
    qtbot.waitUntil(locked.isVisible, timeout=PATIENCE_MS)
    qtbot.keyClicks(window.sign_in._passphrase, PASSPHRASE)
    press(qtbot, window, K.Key_Return)
    qtbot.waitUntil(lambda: window.sitting is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: home_place(None) == made_home.place, timeout=PATIENCE_MS)
    keep_chosen_home(default_home())
    assert home_place(None) == default_home()


def test_that_the_assistant_says_of_each_role_what_it_may_do(
    qtbot: QtBot, open_place: OpenPlace, tmp_path: Path
) -> None:
    window = open_place(tmp_path / "usual")
    form = asked_who(qtbot, window)
    said = set()
    form.roles["analyst"].setFocus()
    for role in ROLES:
        assert form.roles[role].isChecked()
        assert form._means.text() == form.roles[role].accessibleDescription() != ""
        said.add(form._means.text())
        press(qtbot, window, K.Key_Right)
    assert len(said) == len(ROLES)

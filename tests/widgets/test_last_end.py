"""A window that a fault in a library ended: the next one says so in one line, once."""

import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.dumps import LAST_LINES, LastLines
from app.messages import log_of_the_person
from app.session.opening import OpeningSession
from app.texts import read_texts
from tests.widgets.conftest import PASSPHRASE, PATIENCE_MS, MadeHome, OpenWindow, press, sign_in
from widgets.fittings import Fittings
from widgets.last_end import tell_last_end

PATIENCE_S = 300
MOST_TABS = 60
LEFT = """\
Fatal Python error: Aborted

Current thread 0x00007f3a5b7fe740 (most recent call first):
  File "/somewhere/widgets/canvas.py", line 3 in paintEvent
"""


def started(home: MadeHome, deed: str) -> "subprocess.CompletedProcess[str]":
    """The real program, from start to end, in which one thing is done."""
    return subprocess.run(
        [sys.executable, "-m", "tests.widgets.window_falls", str(home.place), deed],
        env={**os.environ, "LC_ALL": "C.UTF-8"},  # it speaks English
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def own_faults_to_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave it to pytest to tell how this process falls."""
    monkeypatch.setattr("app.dumps.faulthandler.enable", lambda _: None)


@pytest.fixture
def left(made_home: MadeHome, monkeypatch: pytest.MonkeyPatch) -> LastLines:
    """What a start finds in this process, after an end by a fault."""
    (made_home.place / "log").mkdir()
    (made_home.place / "log" / LAST_LINES).write_text(LEFT)
    own_faults_to_pytest(monkeypatch)
    lines = LastLines()
    lines.go_into(made_home.place / "log")
    return lines


def test_that_a_window_that_fell_is_told_of_at_the_next_start_and_where_it_stood(
    made_home: MadeHome,
) -> None:
    fell = started(made_home, "fall")
    assert fell.returncode == -signal.SIGSEGV, fell.stderr
    assert not list((made_home.place / "log").glob("crash-*.txt"))
    looked = started(made_home, "look")
    assert looked.returncode == 0, looked.stderr
    (file,) = (made_home.place / "log").glob("crash-*.txt")
    said = read_texts()("fault.last_end", file=file)
    assert looked.stdout == f"{[said + ' ' + read_texts()('keys.last_end_seen')]}\n"
    told = file.read_text()
    assert told.splitlines()[1] == "SIGSEGV"
    assert re.search(r"^  widgets/launch\.py:\d+ run$", told, re.MULTILINE)
    assert re.search(r"^  widgets/window_falls\.py:\d+ fall$", told, re.MULTILINE)
    assert not (made_home.place / "log" / LAST_LINES).read_bytes()  # so nobody is told again


def test_that_the_line_stands_over_sign_in_and_rooms_until_it_is_put_away(
    left: LastLines, fit: Fittings, qtbot: QtBot, open_window: OpenWindow
) -> None:
    window = open_window()
    field = window.sign_in._passphrase
    qtbot.waitUntil(field.hasFocus, timeout=PATIENCE_MS)
    line = tell_last_end(fit, window, left)
    assert line is not None
    assert field.hasFocus()  # it takes the keyboard from nobody
    sign_in(qtbot, window)
    assert line.isVisible()
    for _ in range(MOST_TABS):
        if not line.seen.hasFocus():
            press(qtbot, window, Qt.Key.Key_Tab)
    assert line.seen.hasFocus()
    press(qtbot, window, Qt.Key.Key_Return)
    assert not line.isVisible()
    assert window.rooms is not None
    assert window.rooms.isAncestorOf(window.focusWidget())
    assert tell_last_end(fit, window, left) is None


@pytest.mark.usefixtures("qapp")
def test_that_it_goes_into_the_log_of_the_home_or_of_the_person_and_a_demo_leaves_none(
    made_home: MadeHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_faults_to_pytest(monkeypatch)
    begun = []
    for place, demo in ((made_home.place, False), (tmp_path / "found", False), (None, True)):
        with closing(OpeningSession(place, demo=demo)) as opening:
            opening.keep_last_lines()
            begun.append(opening.last_lines.file)
    assert begun == [made_home.place / "log" / LAST_LINES, log_of_the_person() / LAST_LINES, None]


def test_that_from_the_making_of_a_home_on_it_goes_into_the_log_of_that(
    made_home: MadeHome, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_faults_to_pytest(monkeypatch)
    place = tmp_path / "later"
    with closing(OpeningSession(place)) as opening:
        opening.keep_last_lines()
        made_home.place.rename(place)
        with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS) as opened:
            opening.unlock(PASSPHRASE)
        assert opening.last_lines.file == place / "log" / LAST_LINES
        opened.args[0].close()

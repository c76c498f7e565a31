"""Where the signed policy or the person allows no sound, none is played, and the Desk says why."""

import dataclasses
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.policies import default_policy
from app.session.sitting import Sitting
from app.session.types import Heard
from tests.unit.blur.tones import spoken
from tests.widgets.conftest import PATIENCE_MS, MadeHome, hold, make_home, press_chord
from tests.widgets.test_sound import FILM, TONE, Recorder, has_ended, listen, take_up
from widgets.desk import Desk
from widgets.main_window import MainWindow

K = Qt.Key


def home_with_a_film(root: Path, *, sound: bool) -> MadeHome:
    folder = root / "found"
    folder.mkdir()
    (folder / "1.mp4").write_bytes(spoken(TONE, FILM))
    policy = default_policy()
    veil = dataclasses.replace(policy.veil, sound=sound)
    return make_home(root, folder, 1, policy=dataclasses.replace(policy, veil=veil))


@pytest.fixture(scope="module")
def both_homes(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, MadeHome]:
    """A home whose policy allows sound, and one whose policy forbids it."""
    return {
        sound: home_with_a_film(tmp_path_factory.mktemp(f"sound-{sound}"), sound=sound)
        for sound in (True, False)
    }


@pytest.fixture
def drawn_home(both_homes: dict[bool, MadeHome], request: pytest.FixtureRequest) -> MadeHome:
    """The one that the test asks for."""
    return both_homes[request.param]


@pytest.fixture
def sitting(window: MainWindow) -> Sitting:
    assert window.sitting is not None
    return window.sitting


@pytest.fixture
def recorder(sitting: Sitting) -> Recorder:
    sitting.sound.loudspeaker = made_one = Recorder()
    return made_one


def legend_shows_sound(qtbot: QtBot, window: MainWindow) -> bool:
    press_chord(qtbot, window, "?")
    lines = {action.id: line for action, line in window.sheets.legend._lines}
    shown = lines["sound"].isVisible()
    assert lines["play"].isVisible()
    press_chord(qtbot, window, "?")
    return shown


@pytest.mark.parametrize("drawn_home", [False], indirect=True)
def test_that_a_policy_without_sound_keeps_a_video_silent_whatever_is_held(
    qtbot: QtBot, window: MainWindow, desk: Desk, sitting: Sitting, recorder: Recorder
) -> None:
    take_up(qtbot, window, "1.mp4")
    frames: list[object] = []
    sitting.viewing.revealed.connect(frames.append)
    hold(window, K.Key_V, down=True)
    hold(window, K.Key_S, down=True)
    sitting.sound.hold()  # not only its key is dead
    qtbot.waitUntil(lambda: len(frames) >= 3, timeout=PATIENCE_MS)
    assert sitting.sound._jobs.waiting == 0
    assert recorder.begun == 0
    assert sitting.sound.state is Heard.FORBIDDEN
    assert "the signed policy allows no sound" in desk.canvas._chip_text()
    assert "allows no sound" in window.edges.status._told.text()
    for key in (K.Key_S, K.Key_V):
        hold(window, key, down=False)
    assert not legend_shows_sound(qtbot, window)
    assert "sound" not in dict(desk.canvas.bar.hints)
    sitting.preferences.change("veil.silent", value=False)
    assert sitting.preferences.one("veil.silent").value is True
    assert not sitting.sound.may_be_heard


@pytest.mark.parametrize("drawn_home", [True], indirect=True)
def test_that_a_person_silences_videos_at_once_and_takes_it_back(
    qtbot: QtBot, window: MainWindow, desk: Desk, sitting: Sitting, recorder: Recorder
) -> None:
    take_up(qtbot, window, "1.mp4")
    assert "sound" in dict(desk.canvas.bar.hints)
    listen(qtbot, window, recorder)
    sitting.preferences.change("veil.silent", value=True)
    assert recorder.waiting_ms == 0
    assert sitting.sound.state is Heard.SILENCED
    assert not legend_shows_sound(qtbot, window)
    sitting.preferences.change("veil.silent", value=False)
    assert legend_shows_sound(qtbot, window)
    for key in (K.Key_S, K.Key_V):
        hold(window, key, down=False)
    listen(qtbot, window, recorder)
    hold(window, K.Key_V, down=False)
    assert has_ended(qtbot, window, recorder)

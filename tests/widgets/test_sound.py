"""Sound on the Desk: heard only while its key is held with play, silent at once, counted."""

import dataclasses
import sys
import threading
from collections.abc import Callable, Generator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.loudspeaker import Loudspeaker
from app.session.sitting import Sitting
from app.session.sounding import SoundSession
from app.session.types import Heard
from blur.sound import FRAME_BYTES, RATE_HZ
from tests.unit.blur.films import Film, made
from tests.unit.blur.tones import Tone, pitch_hz, spoken
from tests.widgets.conftest import (
    PATIENCE_MS,
    MadeHome,
    at_hand,
    hold,
    make_home,
    press,
)
from tests.widgets.takes_under import lose_decoder
from widgets.desk import Desk
from widgets.main_window import MainWindow

K = Qt.Key
PITCH_HZ = 660
# A minute, so that a slow machine never comes to its end.
FILM = Film(scenes=(150, 150), rate=5, wide_px=64, high_px=48)
TONE = Tone(pitches_hz=(PITCH_HZ,) * 60, rate=8_000, layout="mono")
ELSEWHERE = ("WASAPI",) if sys.platform != "win32" else ("COREAUDIO",)


class Recorder(Loudspeaker):
    """The real thing over the library's device of no one, with a copy of what it hands out."""

    def __init__(self) -> None:
        super().__init__(("NULL",))
        self.begun = 0
        self.handed = bytearray()
        self.hushed = 0  # by the window itself, which waits for no other thread to be silent

    def hush(self) -> None:
        self.hushed += threading.current_thread() is threading.main_thread()
        super().hush()

    def begin(self) -> None:
        self.begun += 1
        super().begin()

    def _taking(self) -> Generator[bytes, int, None]:
        inner = super()._taking()
        frames = yield next(inner)
        while True:
            taken = inner.send(frames)
            self.handed += taken
            frames = yield taken


@pytest.fixture(scope="module")
def drawn_home(tmp_path_factory: pytest.TempPathFactory) -> MadeHome:
    """A film with a tone, and one without."""
    root = tmp_path_factory.mktemp("spoken")
    folder = root / "found"
    folder.mkdir()
    (folder / "1.mp4").write_bytes(spoken(TONE, FILM))
    (folder / "2.mp4").write_bytes(made(dataclasses.replace(FILM, scenes=(20, 20, 20))))
    return make_home(root, folder, 2)


@pytest.fixture
def sitting(window: MainWindow) -> Sitting:
    assert window.sitting is not None
    return window.sitting


@pytest.fixture
def recorder(window: MainWindow) -> Recorder:
    session(window).loudspeaker = made_one = Recorder()
    return made_one


def take_up(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Have the item of that name on the Desk, its stills chosen."""
    sitting = window.sitting
    assert sitting is not None
    rows = sitting._ws.home.local.items(at_hand(window).batch)
    wanted = next(row.item for row in rows if name in row.names)
    if at_hand(window).item != wanted:
        press(qtbot, window, K.Key_N)
        qtbot.waitUntil(lambda: at_hand(window).item == wanted, timeout=PATIENCE_MS)
    stills = sitting.viewing.stills
    qtbot.waitUntil(
        lambda: stills.state.is_video and stills.state.is_ready and stills._item == wanted,
        timeout=PATIENCE_MS,
    )


def listen(qtbot: QtBot, window: MainWindow, recorder: Recorder) -> None:
    """Hold V and S until the tone is heard."""
    sound = session(window)
    handed = len(recorder.handed)
    hold(window, K.Key_V, down=True)
    hold(window, K.Key_S, down=True)
    qtbot.waitUntil(lambda: sound.state is Heard.ON, timeout=PATIENCE_MS)
    more = FRAME_BYTES * RATE_HZ // 4
    qtbot.waitUntil(lambda: len(recorder.handed) >= handed + more, timeout=PATIENCE_MS)


def session(window: MainWindow) -> SoundSession:
    assert window.sitting is not None
    return window.sitting.sound


@pytest.fixture
def heard(qtbot: QtBot, window: MainWindow, recorder: Recorder) -> Recorder:
    """The film plays, V and S are held, and the tone is heard."""
    take_up(qtbot, window, "1.mp4")
    listen(qtbot, window, recorder)
    return recorder


def is_silent(window: MainWindow, recorder: Recorder) -> bool:
    """Whether nothing is left that could be heard, and no time of it runs."""
    sound = session(window)
    return (
        sound.state is Heard.OFF
        and recorder.waiting_ms == 0
        and not sound._heard.runs
        and sound._item is None
    )


def has_ended(qtbot: QtBot, window: MainWindow, recorder: Recorder) -> bool:
    """Whether it is silent now, the device is closed a moment later, and nothing came between."""
    if not is_silent(window, recorder):
        return False
    handed = len(recorder.handed)
    jobs = session(window)._jobs
    qtbot.waitUntil(lambda: jobs.waiting == 0, timeout=PATIENCE_MS)
    return recorder._device is None and len(recorder.handed) == handed


def test_that_the_tone_is_heard_and_counted_while_both_keys_are_held(
    qtbot: QtBot, window: MainWindow, desk: Desk, sitting: Sitting, heard: Recorder
) -> None:
    assert abs(pitch_hz(bytes(heard.handed[: RATE_HZ // 4 * FRAME_BYTES])) - PITCH_HZ) < 8
    assert "with sound" in desk.canvas._chip_text()
    hold(window, K.Key_S, down=False)
    assert is_silent(window, heard)
    assert sitting.viewing.state.playing
    assert "playing, silent" in desk.canvas._chip_text()
    duty, store = sitting.duty, sitting._jobs["store"]
    qtbot.waitUntil(lambda: store.waiting == 0, timeout=PATIENCE_MS)  # a piece may come before
    assert duty.today is not None
    counted_ms = duty.today.heard_ms
    assert counted_ms >= 100  # of a quarter of a second; a device takes some of it ahead of time
    duty.counting.emit()
    duty.count()
    qtbot.waitUntil(lambda: store.waiting == 0, timeout=PATIENCE_MS)
    assert duty.today.heard_ms == counted_ms
    hold(window, K.Key_V, down=False)


def test_that_either_key_alone_is_silent_and_both_are_pressed_anew_to_hear_more(
    qtbot: QtBot, window: MainWindow, sitting: Sitting, recorder: Recorder
) -> None:
    take_up(qtbot, window, "1.mp4")
    frames: list[object] = []
    sitting.viewing.revealed.connect(frames.append)
    hold(window, K.Key_S, down=True)
    assert is_silent(window, recorder)
    hold(window, K.Key_S, down=False)
    hold(window, K.Key_V, down=True)
    qtbot.waitUntil(lambda: len(frames) >= 2, timeout=PATIENCE_MS)
    assert is_silent(window, recorder)
    assert recorder.begun == 0
    listen(qtbot, window, recorder)
    hold(window, K.Key_V, down=False)
    seen = len(frames)
    hold(window, K.Key_V, down=True)  # S is still down
    qtbot.waitUntil(lambda: len(frames) >= seen + 2, timeout=PATIENCE_MS)
    assert is_silent(window, recorder)
    hold(window, K.Key_V, down=False)


CAUSES: dict[str, Callable[[MainWindow], object]] = {
    "play released": lambda window: hold(window, K.Key_V, down=False),
    "another still": lambda window: hold(window, K.Key_Right, down=True),
    "the keyboard lost": lambda window: window._presence.show_active(False),
    "the screen locked": lambda window: window._presence._hide(),
    "nobody there": lambda window: session(window)._viewing._idle.timeout.emit(),
}


def test_that_what_takes_the_film_back_under_ends_its_sound_at_once(
    qtbot: QtBot, window: MainWindow, heard: Recorder
) -> None:
    for cause, happens in CAUSES.items():
        before = heard.hushed
        happens(window)
        assert heard.hushed > before, cause
        assert has_ended(qtbot, window, heard), cause
        for key in (K.Key_S, K.Key_V):
            hold(window, key, down=False)
        listen(qtbot, window, heard)


@pytest.mark.parametrize("key", [K.Key_Escape, K.Key_N, K.Key_F1])
def test_that_calm_another_item_and_the_legend_end_it_at_once(
    qtbot: QtBot, window: MainWindow, heard: Recorder, key: Qt.Key
) -> None:
    hold(window, key, down=True)
    assert has_ended(qtbot, window, heard)


def test_that_where_nothing_can_be_heard_one_sentence_says_why_and_nothing_is_counted(
    qtbot: QtBot, window: MainWindow, desk: Desk, sitting: Sitting
) -> None:
    counted: list[int] = []
    sitting.sound.counted.connect(lambda _item, heard_ms: counted.append(heard_ms))
    for name, systems, said in (
        ("1.mp4", ELSEWHERE, "no sound can be played on this machine"),
        ("2.mp4", ("NULL",), "there is no sound in it"),
    ):
        sitting.sound.loudspeaker = Loudspeaker(systems)
        take_up(qtbot, window, name)
        hold(window, K.Key_V, down=True)
        hold(window, K.Key_S, down=True)
        qtbot.waitUntil(lambda said=said: said in desk.canvas._chip_text(), timeout=PATIENCE_MS)
        assert sitting.viewing.state.playing
        hold(window, K.Key_S, down=False)
        hold(window, K.Key_V, down=False)
    assert counted == []


def test_that_a_home_that_closes_while_it_is_heard_leaves_no_device_open(
    window: MainWindow, sitting: Sitting, heard: Recorder
) -> None:
    sitting.close()
    assert heard._device is None
    assert is_silent(window, heard)


def test_that_a_decoder_lost_while_it_plays_names_the_key_to_press_again(
    qtbot: QtBot, window: MainWindow, sitting: Sitting
) -> None:
    take_up(qtbot, window, "1.mp4")
    with qtbot.waitSignal(sitting.viewing.revealed, timeout=PATIENCE_MS):
        hold(window, K.Key_V, down=True)
    lose_decoder(qtbot, window)
    assert "Let go, and press V again to look." in window.edges.status._told.text()
    hold(window, K.Key_V, down=False)

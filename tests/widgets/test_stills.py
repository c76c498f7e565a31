"""Items of several frames on the Desk: stills stepped by keys, seen, played, and named."""

import secrets
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QRect, Qt
from pytestqt.qtbot import QtBot

from app.session.sitting import Sitting
from app.session.types import GREY, Frame
from grading.verdict import Verdict, verdict_from_predicate
from storage.envelope import open_envelope
from tests.unit.blur.films import Film, made
from tests.unit.blur.test_veil import fine_energy
from tests.widgets.conftest import (
    PATIENCE_MS,
    MadeHome,
    at_hand,
    hold,
    make_home,
    press,
    press_chord,
    wait_for_item,
)
from widgets.desk import Desk
from widgets.main_window import MainWindow
from widgets.moments import moment

K = Qt.Key
FILM = Film(scenes=(30, 25, 40))
STILLS = 7  # two a second of 95 frames at 25 a second
GIF_FRAMES, PAGES = 30, 3
OFF_REMIT = (K.Key_5, K.Key_1)
# A row of facts over a pattern: child, photograph, B, 11 to 13, female, no sign of AI seen.
IN_A_CATEGORY = (K.Key_1, K.Key_1, K.Key_2, K.Key_4, K.Key_1, K.Key_1)


@pytest.fixture(scope="module")
def drawn_home(tmp_path_factory: pytest.TempPathFactory) -> MadeHome:
    """A film, a moving picture of 30 frames, a document of three pages, and a plain picture."""
    root = tmp_path_factory.mktemp("moving")
    folder = root / "found"
    folder.mkdir()
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    rng = np.random.default_rng(seed)
    (folder / "1.mp4").write_bytes(made(FILM))
    shades = [Image.fromarray(rng.integers(0, 256, (60, 80), np.uint8)) for _ in range(GIF_FRAMES)]
    shades[0].save(folder / "2.gif", save_all=True, append_images=shades[1:], duration=20)
    shades[0].save(folder / "3.tif", save_all=True, append_images=shades[1:PAGES])
    shades[5].save(folder / "4.png")
    return make_home(root, folder, 4)


def sitting(window: MainWindow) -> Sitting:
    assert window.sitting is not None
    return window.sitting


def take_up(qtbot: QtBot, window: MainWindow, name: str, by: Qt.Key = K.Key_N) -> None:
    """Step to the item whose file is called so, and wait for its stills."""
    local = sitting(window)._ws.home.local
    for _ in range(4):
        if name in next(
            r.names for r in local.items(at_hand(window).batch) if r.item == at_hand(window).item
        ):
            break
        before = at_hand(window).item
        press(qtbot, window, by)
        qtbot.waitUntil(
            lambda before=before: (
                sitting(window).grading.at_hand is not None and at_hand(window).item != before
            ),
            timeout=PATIENCE_MS,
        )
        wait_for_item(qtbot, window)
    stills = sitting(window).viewing.stills
    qtbot.waitUntil(
        lambda: stills.state.is_ready and stills._item == at_hand(window).item, timeout=PATIENCE_MS
    )


def reveal(qtbot: QtBot, window: MainWindow, desk: Desk) -> None:
    """Hold Space until the item is seen, and let go."""
    hold(window, K.Key_Space, down=True)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    hold(window, K.Key_Space, down=False)


def signed(qtbot: QtBot, window: MainWindow) -> Verdict:
    """Grade the item at hand as off remit and return what was signed."""
    press(qtbot, window, *OFF_REMIT)
    return signed_now(qtbot, window)


def signed_now(qtbot: QtBot, window: MainWindow) -> Verdict:
    """Sign what the outcome says."""
    item = at_hand(window).item
    with qtbot.waitSignal(sitting(window).grading.saved, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Return)
    (row,) = sitting(window)._ws.home.local.records(kind="verdict", item=item)
    return verdict_from_predicate(open_envelope(row.envelope).predicate)


def test_that_the_arrows_step_through_the_stills_of_a_video_each_veiled(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    stills = sitting(window).viewing.stills
    assert desk.place == "stills"
    assert stills.state.of == STILLS
    for number in (1, 2, 3):
        hold(window, K.Key_Space, down=True)
        qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
        first = desk.canvas._rest
        press(qtbot, window, K.Key_Right)
        assert not desk.canvas.shows_clear
        assert stills.state.at == number
        qtbot.waitUntil(lambda old=first: desk.canvas._rest is not old, timeout=PATIENCE_MS)
        hold(window, K.Key_Space, down=False)
    assert f"Still 4 of {STILLS}" in desk.canvas.bar.text
    assert "play" in dict(desk.canvas.bar.hints)
    assert f"seen 3 of {STILLS}" in desk.canvas.bar.text
    press(qtbot, window, K.Key_Left)
    assert stills.state.at == 2


def test_that_the_arrows_move_the_view_once_it_is_zoomed(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    viewing = sitting(window).viewing
    press(qtbot, window, K.Key_Plus, K.Key_Right)
    assert desk.place == "desk"
    assert viewing.state.middle[0] > 0.5
    assert viewing.stills.state.at == 0


def test_that_the_verdict_says_how_many_stills_were_seen_and_when_the_worst_is(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    stills = sitting(window).viewing.stills
    reveal(qtbot, window, desk)
    press(qtbot, window, K.Key_Right)
    reveal(qtbot, window, desk)
    press(qtbot, window, K.Key_W)
    when_ms = stills.state.times_ms[1]
    verdict = signed(qtbot, window)
    assert verdict.frames is not None
    assert verdict.worst is not None
    assert (verdict.frames.seen, verdict.frames.of) == (2, STILLS)
    assert (verdict.worst.frame, verdict.worst.ms) == (2, when_ms)


def test_that_what_was_seen_is_still_known_after_another_item(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    reveal(qtbot, window, desk)
    take_up(qtbot, window, "4.png")
    assert desk.canvas.bar.isHidden()
    take_up(qtbot, window, "1.mp4", K.Key_P)
    assert f"seen 1 of {STILLS}" in desk.canvas.bar.text


def test_that_what_was_seen_is_still_said_after_the_calm_screen(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    reveal(qtbot, window, desk)
    press(qtbot, window, K.Key_Right)
    reveal(qtbot, window, desk)
    with qtbot.waitSignal(sitting(window).viewing.veiled, timeout=PATIENCE_MS):
        press(qtbot, window, K.Key_Escape, K.Key_Return)
    stills = sitting(window).viewing.stills
    qtbot.waitUntil(lambda: stills.state.is_ready, timeout=PATIENCE_MS)
    assert f"seen 2 of {STILLS}" in desk.canvas.bar.text
    qtbot.waitUntil(lambda: stills.state.at == 1, timeout=PATIENCE_MS)


def test_that_one_goes_on_frame_by_frame_around_a_still_while_it_is_revealed(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    stills = sitting(window).viewing.stills
    press(qtbot, window, K.Key_Right)
    still_ms = stills.state.times_ms[1]
    hold(window, K.Key_Space, down=True)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    press_chord(qtbot, window, ".")
    qtbot.waitUntil(lambda: stills.state.time_ms == still_ms + 40, timeout=PATIENCE_MS)
    assert desk.canvas.shows_clear
    assert "After still 2" in desk.canvas.bar.text
    for expected_ms in (still_ms, still_ms - 40):
        press_chord(qtbot, window, ",")
        qtbot.waitUntil(lambda at=expected_ms: stills.state.time_ms == at, timeout=PATIENCE_MS)
    hold(window, K.Key_Space, down=False)
    assert not desk.canvas.shows_clear


def test_that_a_moving_picture_has_some_of_its_frames_as_stills_and_all_by_finer_steps(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "2.gif")
    stills = sitting(window).viewing.stills
    assert (stills.state.of, stills.state.seen_of) == (24, GIF_FRAMES)
    for _ in range(30):
        press(qtbot, window, K.Key_Right)
    assert stills.state.frame == GIF_FRAMES - 1
    press_chord(qtbot, window, ",")
    assert f"Picture {GIF_FRAMES - 1} of {GIF_FRAMES}" in desk.canvas.bar.text
    reveal(qtbot, window, desk)
    verdict = signed(qtbot, window)
    assert verdict.frames is not None
    assert (verdict.frames.seen, verdict.frames.of) == (1, GIF_FRAMES)
    assert verdict.worst is None


def test_that_every_page_of_a_document_can_be_seen(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "3.tif")
    seen = []
    for _ in range(PAGES):
        hold(window, K.Key_Space, down=True)
        qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
        assert desk.canvas._clear is not None
        seen.append(desk.canvas._clear.image)
        hold(window, K.Key_Space, down=False)
        press(qtbot, window, K.Key_Right)
    assert all(a != b for a, b in pairwise(seen))
    assert f"seen {PAGES} of {PAGES}" in desk.canvas.bar.text
    assert "play" not in dict(desk.canvas.bar.hints)


def test_that_a_plain_picture_says_nothing_of_frames(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "4.png")
    assert desk.place == "desk"
    press(qtbot, window, K.Key_W)
    verdict = signed(qtbot, window)
    assert verdict.frames is None
    assert verdict.worst is None


@pytest.mark.parametrize("name", ["1.mp4", "2.gif"])
def test_that_play_lasts_as_long_as_its_key_is_held_and_counts(
    qtbot: QtBot, window: MainWindow, desk: Desk, name: str
) -> None:
    take_up(qtbot, window, name)
    viewing = sitting(window).viewing
    counted: list[int] = []
    viewing.counted.connect(lambda _item, _level, shown_ms: counted.append(shown_ms))
    frames: list[bool] = []

    def let_go_at_the_second(_: object) -> None:
        frames.append(desk.canvas.shows_clear)
        if len(frames) == 2:  # a machine under load may show no more of a short one
            hold(window, K.Key_V, down=False)
            assert not desk.canvas.shows_clear

    viewing.revealed.connect(let_go_at_the_second)
    hold(window, K.Key_V, down=True)
    qtbot.waitUntil(lambda: len(frames) >= 2, timeout=PATIENCE_MS)
    assert all(frames)
    assert not desk.canvas.shows_clear
    assert sum(counted) > 0
    shown = len(frames)
    press_chord(qtbot, window, ".")  # what was on its way has come by the time this has
    qtbot.waitUntil(lambda: sitting(window)._jobs["viewing"].waiting == 0, timeout=PATIENCE_MS)
    assert len(frames) == shown
    assert not desk.canvas.shows_clear


def test_that_play_to_the_end_sees_every_still_and_goes_back_under(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    viewing = sitting(window).viewing
    hold(window, K.Key_V, down=True)
    qtbot.waitUntil(lambda: viewing.state.playing, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not viewing.state.playing, timeout=PATIENCE_MS)
    assert not desk.canvas.shows_clear
    assert viewing.stills.state.seen == STILLS
    hold(window, K.Key_V, down=False)


def test_that_the_outcome_asks_for_the_frame_that_decides_and_does_not_insist(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    leaf = desk.panel._leaf
    press(qtbot, window, K.Key_Right)
    press(qtbot, window, *IN_A_CATEGORY)
    assert leaf._unnamed.isVisible()
    press(qtbot, window, K.Key_W)  # nobody has seen it: it cannot decide
    assert leaf._unnamed.isVisible()
    assert "revealed" in window.edges.status._told.text()
    reveal(qtbot, window, desk)
    assert leaf.sign.isEnabled()  # a nudge: the verdict may be signed as it is
    qtbot.mouseClick(leaf.name_worst, Qt.MouseButton.LeftButton)
    assert not leaf._unnamed.isVisible()
    when = moment(sitting(window).viewing.stills.state.times_ms[1], exact=True)
    assert leaf._beside_rows._rows["worst"][1].text() == f"still 2, at {when}"
    press(qtbot, window, K.Key_W)  # taken back
    assert leaf._unnamed.isVisible()
    verdict = signed_now(qtbot, window)
    assert verdict.outcome.category == "B"
    assert verdict.worst is None


def test_that_an_outcome_without_a_category_or_of_one_frame_asks_for_no_frame(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    press(qtbot, window, *OFF_REMIT)
    assert desk.panel._leaf.isVisible()
    assert not desk.panel._leaf._unnamed.isVisible()
    take_up(qtbot, window, "4.png")
    press(qtbot, window, *IN_A_CATEGORY)
    assert desk.panel._leaf.isVisible()
    assert not desk.panel._leaf._unnamed.isVisible()


def strip_of(qtbot: QtBot, window: MainWindow, desk: Desk) -> dict[int, Frame]:
    """Wait for the whole strip; return its small stills."""
    session = sitting(window).strip
    stills = sitting(window).viewing.stills
    qtbot.waitUntil(lambda: len(session._there) == stills.state.of, timeout=PATIENCE_MS)
    assert set(desk.canvas.bar._strip._tiles) == set(session._there)
    return session._there


def test_that_the_strip_shows_every_still_of_a_video_and_goes_where_one_clicks(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    bar, stills = desk.canvas.bar, sitting(window).viewing.stills
    small = strip_of(qtbot, window, desk)
    assert len({frame.pixels for frame in small.values()}) == STILLS
    place = bar._strip_place()
    seen = bar._strip.seen(place, stills.state)
    assert seen.start == 0
    tile = bar._strip._tile(3, place, stills.state)
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=tile.center().toPoint())
    assert stills.state.at == 3
    press(qtbot, window, *[K.Key_Right] * STILLS)
    assert STILLS - 1 in bar._strip.seen(place, stills.state)
    frame_of_strip = QRect(0, int(place.top()), bar.width(), int(place.height()))
    assert desk.canvas.room().bottom() < bar.mapToParent(frame_of_strip.topLeft()).y()


def test_that_small_stills_are_veiled_and_none_is_kept_on_the_calm_screen(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "2.gif")
    for frame in strip_of(qtbot, window, desk).values():  # of noise, which has detail to lose
        assert frame.channels == GREY
        rows = np.frombuffer(frame.pixels, np.uint8).reshape(frame.height_px, -1)
        assert fine_energy(rows[:, : frame.width_px]) < 1e-4
    press(qtbot, window, K.Key_Escape)
    assert desk.canvas.bar._strip._tiles == {}
    press(qtbot, window, K.Key_Return)
    wait_for_item(qtbot, window)
    qtbot.waitUntil(
        lambda: len(desk.canvas.bar._strip._tiles) == sitting(window).viewing.stills.state.of,
        timeout=PATIENCE_MS,
    )


def test_that_where_the_canvas_is_low_the_item_keeps_most_of_it_and_the_small_stills_give_way(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    take_up(qtbot, window, "1.mp4")
    canvas = desk.canvas
    window.resize(1366, 360)
    qtbot.waitUntil(lambda: not canvas.bar._has_strip, timeout=PATIENCE_MS)
    assert canvas.bar.height() == canvas.bar.wanted_height < canvas.room().height()
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: canvas.bar._has_strip, timeout=PATIENCE_MS)
    assert canvas.bar.height() == canvas.bar.wanted_height < canvas.room().height()

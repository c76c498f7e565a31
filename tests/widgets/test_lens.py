"""Looking closer: the lens, pixels one to one, edges; never lighter than the policy allows."""

import secrets

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QCursor, QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.session.viewing import ViewingSession
from tests.widgets.conftest import PATIENCE_MS, MadeHome, hold, make_home, press
from widgets.desk import Desk
from widgets.main_window import MainWindow

K = Qt.Key
WIDE_PX, HIGH_PX = 2400, 1600


@pytest.fixture(scope="module")
def drawn_home(tmp_path_factory: pytest.TempPathFactory) -> MadeHome:
    """One picture of noise, larger than the canvas."""
    root = tmp_path_factory.mktemp("noise")
    folder = root / "found"
    folder.mkdir()
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    noise = np.random.default_rng(seed).integers(0, 256, (HIGH_PX, WIDE_PX), np.uint8)
    Image.fromarray(noise).save(folder / "noise.png", compress_level=1)
    return make_home(root, folder, 1)


@pytest.fixture
def noise(drawn_home: MadeHome) -> NDArray[np.uint8]:
    """Its pixels."""
    return np.asarray(Image.open(drawn_home.folder / "noise.png"))


@pytest.fixture
def viewing(window: MainWindow) -> ViewingSession:
    assert window.sitting is not None
    return window.sitting.viewing


def hold_lens(window: MainWindow, *, down: bool) -> None:
    """Send one half of a press of Shift and Space."""
    kind = QEvent.Type.KeyPress if down else QEvent.Type.KeyRelease
    event = QKeyEvent(kind, K.Key_Space, Qt.KeyboardModifier.ShiftModifier, " ")
    QApplication.sendEvent(window.focusWidget() or window, event)


def pixels(image: QImage) -> NDArray[np.uint8]:
    """The grey pixels of an image."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].copy()


def clear_pixels(desk: Desk) -> NDArray[np.uint8]:
    """The grey pixels of what the canvas shows clear."""
    assert desk.canvas._clear is not None
    return pixels(desk.canvas._clear.image)


def clear_levels(qtbot: QtBot, window: MainWindow) -> None:
    """Choose that a reveal is clear."""
    press(qtbot, window, K.Key_B, K.Key_B)


def lens_frame(qtbot: QtBot, desk: Desk, viewing: ViewingSession) -> NDArray[np.uint8]:
    """Wait until what is under the lens is on the screen, and return its pixels."""
    qtbot.waitUntil(
        lambda: (
            desk.canvas.shows_clear
            and viewing.state.lens is not None
            and viewing.state.lens_at is not None
            and np.allclose(viewing.state.lens_at, viewing.state.lens)
        ),
        timeout=PATIENCE_MS,
    )
    return clear_pixels(desk)


def part(noise: NDArray[np.uint8], seen: NDArray[np.uint8], at: tuple[float, float]) -> int:
    """How far the pixels seen are from those of the picture about a place, at best, in levels."""
    high, wide = seen.shape
    left, top = at[0] * WIDE_PX - wide / 2, at[1] * HIGH_PX - high / 2
    return min(
        int(np.abs(noise[y : y + high, x : x + wide].astype(int) - seen).max())
        for x in (int(left), round(left))
        for y in (int(top), round(top))
    )


def test_that_a_lens_shows_pixels_one_to_one_and_leaves_the_rest_veiled(
    qtbot: QtBot,
    window: MainWindow,
    desk: Desk,
    viewing: ViewingSession,
    noise: NDArray[np.uint8],
) -> None:
    clear_levels(qtbot, window)
    hold_lens(window, down=True)
    seen = lens_frame(qtbot, desk, viewing)
    side = seen.shape[0]
    assert side < min(desk.canvas.room().height(), desk.canvas.room().width()) // 2
    assert viewing.state.lens_at is not None
    assert part(noise, seen, viewing.state.lens_at) <= 1
    shown = pixels(desk.canvas.grab().toImage())
    room = desk.canvas._shown_place()
    inside = shown[room.top() : room.bottom(), room.left() : room.right()]
    assert np.abs(np.diff(inside.astype(int)[: inside.shape[0] // 5])).max() < 6  # above the lens
    hold_lens(window, down=False)
    assert not desk.canvas.shows_clear
    assert viewing.state.lens is None


@pytest.mark.parametrize("first", [K.Key_Shift, K.Key_Space])
def test_that_letting_go_of_either_key_ends_the_lens_until_it_is_pressed_anew(
    qtbot: QtBot, window: MainWindow, desk: Desk, viewing: ViewingSession, first: Qt.Key
) -> None:
    hold_lens(window, down=True)
    lens_frame(qtbot, desk, viewing)
    hold(window, first, down=False)
    assert not desk.canvas.shows_clear
    assert (viewing.state.revealed, viewing.state.lens) == (False, None)
    hold(window, K.Key_Space, down=True, repeat=True)  # what is still held reveals nothing
    assert not viewing.state.revealed
    hold(window, K.Key_Space, down=False)
    hold(window, K.Key_Space, down=True)
    assert viewing.state.revealed
    assert viewing.state.lens is None
    hold(window, K.Key_Space, down=False)


def test_that_arrows_move_an_open_lens_up_to_the_edge(
    qtbot: QtBot,
    window: MainWindow,
    desk: Desk,
    viewing: ViewingSession,
    noise: NDArray[np.uint8],
) -> None:
    clear_levels(qtbot, window)
    hold_lens(window, down=True)
    lens_frame(qtbot, desk, viewing)
    before = viewing.state.lens
    assert before is not None
    left = QKeyEvent(QEvent.Type.KeyPress, K.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    QApplication.sendEvent(window.focusWidget() or window, left)  # Shift stays down, as Space does
    press(qtbot, window, K.Key_Up)
    seen = lens_frame(qtbot, desk, viewing)
    now = viewing.state.lens
    assert now is not None
    assert now[0] < before[0]
    assert now[1] < before[1]
    for _ in range(12):
        press(qtbot, window, K.Key_Left, K.Key_Up)
    seen = lens_frame(qtbot, desk, viewing)
    assert part(noise, seen, viewing.state.lens_at or (0, 0)) <= 1
    assert int(np.abs(noise[: seen.shape[0], : seen.shape[1]].astype(int) - seen).max()) <= 1
    hold_lens(window, down=False)


def test_that_a_lens_opens_under_the_pointer_and_follows_it(
    qtbot: QtBot, window: MainWindow, desk: Desk, viewing: ViewingSession
) -> None:
    place = desk.canvas._shown_place()
    first = QPoint(place.x() + place.width() // 3, place.y() + place.height() // 3)
    QCursor.setPos(desk.canvas.mapToGlobal(first))
    hold_lens(window, down=True)
    lens_frame(qtbot, desk, viewing)
    assert viewing.state.lens == pytest.approx((1 / 3, 1 / 3), abs=0.01)
    second = QPoint(place.x() + place.width() // 2, place.y() + place.height() * 2 // 3)
    qtbot.mouseMove(desk.canvas, second)
    qtbot.waitUntil(
        lambda: viewing.state.lens == pytest.approx((1 / 2, 2 / 3), abs=0.01), timeout=PATIENCE_MS
    )
    lens_frame(qtbot, desk, viewing)
    hold_lens(window, down=False)


def test_that_a_picture_can_be_seen_pixel_for_pixel_and_moved(
    qtbot: QtBot,
    window: MainWindow,
    desk: Desk,
    viewing: ViewingSession,
    noise: NDArray[np.uint8],
) -> None:
    clear_levels(qtbot, window)
    press(qtbot, window, K.Key_Z, K.Key_Right, K.Key_Down)
    hold(window, K.Key_Space, down=True)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    seen = clear_pixels(desk)
    assert part(noise, seen, viewing.state.middle) <= 1
    assert desk.canvas._clear is not None
    drawn = desk.canvas._clear_place(desk.canvas._clear)
    assert (drawn.width(), drawn.height()) == (seen.shape[1], seen.shape[0])
    assert viewing.state.middle[0] > 0.5
    hold(window, K.Key_Space, down=False)
    press(qtbot, window, K.Key_0)
    assert not viewing.state.true_size


def test_that_edges_are_shown_alone_and_no_sharper_than_the_level(
    qtbot: QtBot, window: MainWindow, desk: Desk
) -> None:
    hold(window, K.Key_Space, down=True)
    qtbot.waitUntil(lambda: desk.canvas.shows_clear, timeout=PATIENCE_MS)
    plain = clear_pixels(desk)
    press(qtbot, window, K.Key_E)
    qtbot.waitUntil(lambda: not np.array_equal(clear_pixels(desk), plain), timeout=PATIENCE_MS)
    edges = clear_pixels(desk)
    assert np.abs(np.diff(edges.astype(int))).max() <= np.abs(np.diff(plain.astype(int))).max() + 8
    assert "edges only" in desk.canvas._chip_text()
    hold(window, K.Key_Space, down=False)

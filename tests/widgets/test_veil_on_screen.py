"""The veil's promise on the screen: what the canvas draws of the veiled frame is held to it too.

Frames are made by the code of the decoder process; what is judged is the picture that the canvas
scaled for the screen, for windows of 400 to 3,840 pixels.
"""

from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from blur.child.cabinet import Cabinet
from blur.frame import Frame
from blur.limits import Limits
from tests.unit.blur.pictures import saved
from tests.unit.blur.test_veil import SHARE, fine_energy, subjects
from widgets.canvas import Canvas
from widgets.fittings import Fittings

TELLING = ("step", "noise", "dot of 1/24 on 0", "dot of 1/100 on 0", "dot of 1/100 on 255")
PICTURES = [(64, 64), (64, 90), (133, 200), (640, 480), (3000, 2000)]
STRIPS = [(12_000, 64), (64, 12_000), (4000, 300), (300, 4000), (1200, 100)]
WINDOWS = [(400, 300), (1366, 768), (3840, 2160)]
FLOOR_PX = (64, 64)  # the least room that a viewing session ever names


@pytest.fixture
def canvas(qtbot: QtBot, fit: Fittings) -> Canvas:
    made = Canvas(fit)
    qtbot.addWidget(made)
    return made


@cache
def telling(size: tuple[int, int]) -> dict[str, bytes]:
    """The files of the subjects that tell most, of a size."""
    found = subjects(*size)
    return {name: saved(one, "PNG", compress_level=1) for name, one in found if name in TELLING}


def at_rest(data: bytes, room: tuple[int, int]) -> Frame:
    """The frame that the decoder process answers a load with."""
    _, grey = Cabinet(Limits()).load(bytes(16), data, room)
    high, wide = grey.shape
    stride = -(-wide // 4) * 4
    rows = np.zeros((high, stride), np.uint8)
    rows[:, :wide] = grey
    return Frame(wide, high, 1, rows.tobytes(), stride)


def drawn(canvas: Canvas, frame: Frame, window: tuple[int, int]) -> NDArray[np.uint8]:
    """What the canvas of a window's size draws of a frame, chip and ground left out."""
    canvas.resize(QSize(*window))
    canvas.show_rest(frame)
    canvas.grab()
    assert canvas._rest_scaled is not None
    image = canvas._rest_scaled.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width()].copy()


def room_of(canvas: Canvas, window: tuple[int, int]) -> tuple[int, int]:
    """The room that a canvas of a window's size names to the decoder."""
    canvas.resize(QSize(*window))
    return max(canvas.room().width(), FLOOR_PX[0]), max(canvas.room().height(), FLOOR_PX[1])


def worst(canvas: Canvas, size: tuple[int, int], *, made_for: tuple[int, int]) -> dict[str, float]:
    """How much that is too fine a canvas draws of each subject, where it draws most."""
    found = {}
    for name, data in telling(size).items():
        frame = at_rest(data, made_for)
        found[name] = fine_energy(drawn(canvas, frame, (canvas.width(), canvas.height())))
    return {name: energy for name, energy in found.items() if energy >= SHARE}


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("size", PICTURES)
def test_that_what_is_drawn_at_rest_has_nothing_finer(
    canvas: Canvas, size: tuple[int, int], window: tuple[int, int]
) -> None:
    assert worst(canvas, size, made_for=room_of(canvas, window)) == {}


@pytest.mark.parametrize("size", STRIPS)
def test_that_a_strip_at_rest_has_nothing_finer(canvas: Canvas, size: tuple[int, int]) -> None:
    assert worst(canvas, size, made_for=room_of(canvas, WINDOWS[-1])) == {}


@pytest.mark.parametrize("made_for", [FLOOR_PX, (88, 56), (368, 236)])
@pytest.mark.parametrize("size", [(640, 480), (64, 90), (4000, 300)])
def test_that_a_frame_made_for_a_small_window_keeps_it_in_a_large_one(
    canvas: Canvas, size: tuple[int, int], made_for: tuple[int, int]
) -> None:
    room_of(canvas, WINDOWS[-1])
    assert worst(canvas, size, made_for=made_for) == {}


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    wide=st.integers(64, 3000),
    high=st.integers(64, 3000),
    window=st.tuples(st.integers(400, 3840), st.integers(300, 2160)),
    seed=st.integers(0, 2**32 - 1),
)
def test_that_no_picture_of_any_shape_keeps_more_in_a_window_of_any_size(
    canvas: Canvas, wide: int, high: int, window: tuple[int, int], seed: int
) -> None:
    random = np.random.default_rng(seed)
    picture = np.full((high, wide), random.integers(0, 256), np.uint8)
    for _ in range(random.integers(1, 6)):  # plates, some of them of noise
        top, left = random.integers(0, high), random.integers(0, wide)
        plate = picture[
            top : top + random.integers(1, high), left : left + random.integers(1, wide)
        ]
        least = random.integers(0, 256)
        plate[:] = random.integers(least, 256 if random.random() < 0.5 else least + 1, plate.shape)
    frame = at_rest(saved(picture, "PNG", compress_level=1), room_of(canvas, window))
    assert fine_energy(drawn(canvas, frame, window)) < SHARE


def test_that_the_spectrum_finds_a_frame_enlarged_with_corners() -> None:
    frame = at_rest(telling((640, 480))["step"], (368, 236))
    rows = np.frombuffer(frame.pixels, np.uint8).reshape(frame.height_px, -1)
    blocky = np.repeat(np.repeat(rows[::4, : frame.width_px : 4], 16, 0), 16, 1)
    assert fine_energy(np.ascontiguousarray(blocky)) > SHARE

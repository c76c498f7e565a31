"""A revealed frame is painted pixel for pixel, whatever the scale of the screen."""

import random

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from blur.frame import BGRX, GREY, Frame
from widgets.clear_frame import ClearFrame

WIDE, HIGH = 64, 48
LEFT, TOP = 10, 20
_SMOOTH = Qt.TransformationMode.SmoothTransformation


def frame(dice: random.Random, channels: int) -> Frame:
    pixels = bytearray(dice.randbytes(WIDE * HIGH * channels))
    if channels == BGRX:
        pixels[3::4] = b"\xff" * (WIDE * HIGH)
    return Frame(WIDE, HIGH, channels, bytes(pixels), WIDE * channels)


def painted(shown: ClearFrame, ratio: float, times: int = 1) -> QImage:
    """Return what of a screen with so many pixels to a point lies where the frame was put."""
    screen = QImage(400, 300, QImage.Format.Format_RGB32)
    screen.setDevicePixelRatio(ratio)
    screen.fill(0)
    painter = QPainter(screen)
    wide, high = WIDE * times, HIGH * times
    place = QRectF(LEFT / ratio, TOP / ratio, wide / ratio, high / ratio)
    shown.draw(painter, place)
    painter.end()
    return screen.copy(LEFT, TOP, wide, high)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("channels", [GREY, BGRX])
@pytest.mark.usefixtures("qapp")
def test_that_a_frame_of_the_size_of_its_place_is_painted_to_the_bit(
    dice: random.Random, ratio: float, channels: int
) -> None:
    given = frame(dice, channels)
    if channels == GREY:
        wanted = b"".join(bytes((shade, shade, shade, 255)) for shade in given.pixels)
    else:
        wanted = bytes(given.pixels)
    assert bytes(painted(ClearFrame(given), ratio).constBits()) == wanted


@pytest.mark.usefixtures("qapp")
def test_that_a_smaller_frame_fills_its_place_and_follows_it(dice: random.Random) -> None:
    shown = ClearFrame(frame(dice, BGRX))
    small, large = painted(shown, 1.0), painted(shown, 1.0, times=3)
    assert large == shown.image.scaled(WIDE * 3, HIGH * 3, mode=_SMOOTH)
    assert painted(shown, 1.0) == small  # scaled from what came, not from what was drawn

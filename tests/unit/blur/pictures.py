"""Small abstract pictures, as arrays and as files of every kind."""

import io
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from blur.frame import Frame

STRIPS = TiffImagePlugin.STRIPOFFSETS, TiffImagePlugin.STRIPBYTECOUNTS
MAIN = Path(__file__).resolve().parents[3] / "main.py"
COMMAND = (sys.executable, str(MAIN), "--decoder")


def blocks(wide: int = 240, high: int = 160) -> NDArray[np.uint8]:
    """Six flat blocks of colour, each even in itself, so that a codec cannot bend its middle."""
    picture = np.zeros((high, wide, 3), np.uint8)
    tones = [
        (200, 30, 40),
        (30, 160, 60),
        (40, 60, 200),
        (230, 230, 230),
        (128, 128, 128),
        (9, 9, 9),
    ]
    for place, tone in enumerate(tones):
        row, column = divmod(place, 3)
        picture[
            row * high // 2 : (row + 1) * high // 2, column * wide // 3 : (column + 1) * wide // 3
        ] = tone
    return picture


def noise(wide: int, high: int, seed: int = 1) -> NDArray[np.uint8]:
    """Noise of every fineness."""
    return np.random.default_rng(seed).integers(0, 256, (high, wide, 3), dtype=np.uint8)


def saved(pixels: NDArray[np.generic] | Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return a picture as a file's bytes."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def with_a_damaged_page(pages: Sequence[Image.Image], which: int) -> bytes:
    """Return a TIFF of packed pages, what one of them (from 0) holds overwritten by chance."""
    data = bytearray(
        saved(
            pages[0],
            "TIFF",
            save_all=True,
            append_images=pages[1:],
            compression="tiff_adobe_deflate",
        )
    )
    with TiffImagePlugin.TiffImageFile(io.BytesIO(data)) as document:
        document.seek(which)
        start, size = (document.tag_v2[tag][0] for tag in STRIPS)
    data[start : start + size] = b"\0" + secrets.token_bytes(size - 1)  # no stream begins so
    return bytes(data)


def oriented(pixels: NDArray[np.uint8], which: int) -> bytes:
    """Return a JPEG whose EXIF says that it is to be turned."""
    exif = Image.Exif()
    exif[0x0112] = which
    return saved(pixels, "JPEG", quality=95, exif=exif)


def pixels_of(frame: Frame) -> NDArray[np.uint8]:
    """Return a frame as rows of grey or of red, green, blue."""
    rows = np.frombuffer(frame.pixels, np.uint8).reshape(frame.height_px, frame.stride_bytes)
    if frame.channels == 1:
        return rows[:, : frame.width_px]
    bgrx = rows[:, : frame.width_px * 4].reshape(frame.height_px, frame.width_px, 4)
    return np.ascontiguousarray(bgrx[:, :, 2::-1])


def enlarged(grey: NDArray[np.uint8], room_px: int) -> NDArray[np.uint8]:
    """Return a frame as a window draws it: enlarged with linear blending, rounded again."""
    share = room_px / max(grey.shape)
    wide, high = (max(1, round(side * share)) for side in reversed(grey.shape))
    return np.asarray(cv2.resize(grey, (wide, high), interpolation=cv2.INTER_LINEAR), np.uint8)

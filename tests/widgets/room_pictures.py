"""Compares what a place looks like with the picture of it that was looked at and kept.

The kept pictures are grey and half as large. They are compared in cells of 8 by 8 of their pixels:
letters drawn by another rasteriser, another date or another number change a cell by some grey
levels, a control that has moved, gone or changed its ground changes many cells by more. So a place
is as it was while at most `MOST_CHANGED` of its cells differ by more than `APART`.

`make references` takes them anew. See docs/decisions, "Rooms are compared with kept pictures".
"""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from tests.widgets.tour import Tour

FOLDER = Path(__file__).resolve().parent / "pictures"
RENEWS = "RENEW_PICTURES"  # set in the environment: the pictures are kept anew
THEMES = ("light", "dark")  # the tour goes on in the last of them
HALF = 2
CELL = 8  # pixels of the kept picture, 16 of the screen
GREYS = 16  # kept, of 256: the file is a third as large
APART = 10  # grey levels of 255 between the means of two cells
MOST_CHANGED = 0.015  # of all cells

Grey = NDArray[np.uint8]


class Critic:
    """Looks at each place in both themes, and keeps what is not as it was."""

    def __init__(self, tour: Tour, whose: str) -> None:
        self._tour, self._whose = tour, whose
        self.faults: list[str] = []
        self.shares: dict[str, float] = {}  # of its cells that differ, by picture

    def look_at(self, stop: str) -> None:
        """Compare a place in both themes, or keep how it looks."""
        look = self._tour.window._fit.look
        for theme in THEMES:
            look.apply(theme, 100)
            self._tour.settle()
            self._compare(f"{self._whose} {stop} {theme}".replace(",", "").replace(" ", "-"))

    def _compare(self, name: str) -> None:
        seen = halved(self._tour.window.grab().toImage())
        file = FOLDER / f"{name}.png"
        if os.environ.get(RENEWS):
            keep(seen, file)
        elif not file.exists():
            self.faults.append(f"{name}: there is no picture of it; make references takes one")
        else:
            share = self.shares[name] = changed(np.asarray(Image.open(file).convert("L")), seen)
            if share > MOST_CHANGED:
                self.faults.append(f"{name}: {share:.1%} of it is not as in its picture")


def halved(picture: QImage) -> Grey:
    """The picture in grey, half as wide and high."""
    wide, high = picture.width() // HALF, picture.height() // HALF
    ratio, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    small = picture.scaled(wide, high, ratio, smooth).convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(small.constBits(), np.uint8).reshape(high, small.bytesPerLine())
    return np.asarray(Image.fromarray(rows[:, : wide * 3].reshape(high, wide, 3)).convert("L"))


def keep(seen: Grey, file: Path) -> None:
    """Keep a picture with few greys, in four bits a pixel."""
    file.parent.mkdir(exist_ok=True)
    few = Image.fromarray(seen).quantize(GREYS, dither=Image.Dither.NONE)
    few.save(file, optimize=True, bits=4)
    file.chmod(0o644)


def changed(kept: Grey, seen: Grey) -> float:
    """The share of cells that are clearly lighter or darker than they were; 1 for another size."""
    if kept.shape != seen.shape:
        return 1.0
    apart = np.abs(means(kept) - means(seen)) > APART
    return float(apart.mean())


def means(picture: Grey) -> NDArray[np.float64]:
    """The mean grey of each whole cell."""
    high, wide = (side // CELL for side in picture.shape)
    cells = picture[: high * CELL, : wide * CELL].reshape(high, CELL, wide, CELL)
    return cells.mean(axis=(1, 3))

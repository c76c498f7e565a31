"""Compares what a place looks like with the picture of it that was looked at and kept.

The kept pictures are grey and half as large. They are compared in cells of 8 by 8 of their pixels:
letters drawn by another rasteriser, another date or another number change a cell by some grey
levels, a control that has moved, gone or changed its ground changes many cells by more. So a place
is as it was while at most `MOST_CHANGED` of its cells differ by more than `APART`, and no more than
`LARGEST` of these lie side by side: a button that has gone is too little of a whole window.

`make references` takes them anew. See docs/decisions, "Rooms are compared with kept pictures".
"""

import os
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from tests.widgets.inventory import FOLDER, RENEWS, Inventory
from tests.widgets.tour import Tour

THEMES = ("light", "dark")  # the tour goes on in the last of them
HALF = 2
CELL = 8  # pixels of the kept picture, 16 of the screen
GREYS = 16  # kept, of 256: the file is a third as large
APART = 10  # grey levels of 255 between the means of two cells
MOST_CHANGED = 0.015  # of all cells
LARGEST = 24  # cells side by side

Grey = NDArray[np.uint8]


class Critic:
    """Looks at each place, in both themes or those given, and keeps what is not as it was."""

    def __init__(self, tour: Tour, whose: str, themes: tuple[str, ...] = THEMES) -> None:
        self._tour, self._whose, self._themes = tour, whose, themes
        self._inventory = Inventory(whose)
        self.faults: list[str] = []
        self._names: set[str] = set()
        self.shares: dict[str, float] = {}  # of its cells that differ, by picture
        self.patches: dict[str, int] = {}

    def look_at(self, stop: str) -> None:
        """Compare a place in each theme, or keep how it looks; and what stands in it."""
        look = self._tour.window._fit.look
        for theme in self._themes:
            look.apply(theme, look.percent)
            self._tour.settle()
            self._compare(f"{self._whose} {stop} {theme}".replace(",", "").replace(" ", "-"))
        self._inventory.look_at(stop, self._tour.window)

    def _compare(self, name: str) -> None:
        self._names.add(name)
        seen = halved(self._tour.window.grab().toImage())
        file = FOLDER / f"{name}.png"
        if os.environ.get(RENEWS):
            keep(seen, file)
        elif not file.exists():
            self.faults.append(f"{name}: there is no picture of it; make references takes one")
        else:
            kept = np.asarray(Image.open(file).convert("L"))
            share = self.shares[name] = changed(kept, seen)
            patch = self.patches[name] = largest_patch(kept, seen)
            # A letter of twice the size is in four times as many cells.
            most = MOST_CHANGED * (self._tour.window._fit.look.percent / 100) ** 2
            if share > most or patch > LARGEST:
                told = f"{share:.1%} of it, {patch} cells side by side,"
                self.faults.append(f"{name}: {told} are not as in its picture")

    def look_back(self) -> None:
        """Find what was kept and not come to: a form that opens no more is seen by nobody."""
        kept = {file.stem for file in FOLDER.glob(f"{self._whose}-*.png")}
        self.faults += [f"{name}: not come to" for name in sorted(kept - self._names)]
        self.faults += self._inventory.look_back()


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


def largest_patch(kept: Grey, seen: Grey) -> int:
    """How many cells that differ clearly hang together, at most; all of them for another size."""
    if kept.shape != seen.shape:
        return kept.size // CELL**2
    apart = np.abs(means(kept) - means(seen)) > APART
    _, _, patches, _ = cv2.connectedComponentsWithStats(apart.astype(np.uint8), connectivity=4)
    return int(max(patches[1:, cv2.CC_STAT_AREA], default=0))


def means(picture: Grey) -> NDArray[np.float64]:
    """The mean grey of each whole cell."""
    high, wide = (side // CELL for side in picture.shape)
    cells = picture[: high * CELL, : wide * CELL].reshape(high, CELL, wide, CELL)
    return cells.mean(axis=(1, 3))

"""What stands where in a place: each control and each line of words, beside the kept picture.

A picture tells a small thing that has gone from a date that is another only by how much of it is
another; a list tells it at once. Kept is of what kind a thing is and where it begins, not what it
says: words are data, and the ends of lines move with them.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QHeaderView, QWidget

from tests.widgets.walker import CONTROLS, layer_of
from widgets.main_window import MainWindow
from widgets.words import Words

FOLDER = Path(__file__).resolve().parent / "pictures"
RENEWS = "RENEW_PICTURES"  # set in the environment: pictures and lists are kept anew
NEAR_PX = 16  # a line of words more or less above it, or a longer name before it, moves it by less


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """Something that is seen: of what kind, and the corner where it begins, in pixels.

    It begins on the left, or on the right where the language is read from there.
    """

    kind: str
    x: int
    y: int

    def is_by(self, other: "Thing") -> bool:
        """Whether the other may be the same, moved a little."""
        near = abs(self.x - other.x) <= NEAR_PX and abs(self.y - other.y) <= NEAR_PX
        return self.kind == other.kind and near

    def __str__(self) -> str:
        return f"{self.kind} at {self.x}, {self.y}"


class Inventory:
    """The things of each place of one person, and what is not as it was kept."""

    def __init__(self, whose: str) -> None:
        self._file = FOLDER / f"{whose}.json"
        self._seen: dict[str, list[Thing]] = {}

    def look_at(self, stop: str, window: MainWindow) -> None:
        """Note what stands there."""
        self._seen[stop] = things(window)

    def look_back(self) -> list[str]:
        """Return what went and what came in each place, or keep what there is."""
        if os.environ.get(RENEWS):
            keep(self._seen, self._file)
            return []
        kept = {
            stop: [Thing(*one) for one in listed]
            for stop, listed in json.loads(self._file.read_text(encoding="utf-8")).items()
        }
        faults = [f"{stop}: not in the list of its things" for stop in self._seen.keys() - kept]
        for stop in self._seen.keys() & kept:
            gone, come = apart(kept[stop], self._seen[stop])
            faults += [f"{stop}: gone is {one}" for one in gone]
            faults += [f"{stop}: new is {one}" for one in come]
        return sorted(faults)


def keep(seen: dict[str, list[Thing]], file: Path) -> None:
    """Keep what stands in each place, a place a line."""
    places = [
        f"{json.dumps(stop)}: {json.dumps([[one.kind, one.x, one.y] for one in found])}"
        for stop, found in seen.items()
    ]
    file.write_text("{\n" + ",\n".join(places) + "\n}\n", encoding="utf-8")
    file.chmod(0o644)


def things(window: MainWindow) -> list[Thing]:
    """Every control and every line of words that is seen in the topmost layer, in order."""
    layer = layer_of(window)
    return sorted(
        thing_of(one, window)
        for one in layer.findChildren(QWidget)
        if _counts(one) and is_seen(one)
    )


def thing_of(widget: QWidget, window: QWidget) -> Thing:
    """A widget as a thing of the window."""
    at = widget.mapTo(window, QPoint(0, 0))
    leftward = window.layoutDirection() == Qt.LayoutDirection.RightToLeft
    x = window.width() - at.x() - widget.width() if leftward else at.x()
    return Thing(type(widget).__name__, x, at.y())


def apart(kept: list[Thing], seen: list[Thing]) -> tuple[list[Thing], list[Thing]]:
    """What of either has no partner in the other; each is the partner of one."""
    left, gone = list(seen), []
    for thing in kept:
        near = [one for one in left if thing.is_by(one)]
        if near:
            left.remove(min(near, key=lambda one: abs(one.x - thing.x) + abs(one.y - thing.y)))
        else:
            gone.append(thing)
    return gone, left


def is_seen(widget: QWidget) -> bool:
    """Whether most of it is in sight: what scrolls may hide it."""
    if not widget.isVisible() or widget.size().isEmpty():
        return False
    shown = widget.visibleRegion().boundingRect()
    return shown.height() * 2 > widget.height() and shown.width() * 2 > widget.width()


def _counts(widget: QWidget) -> bool:
    if isinstance(widget, Words):
        return bool(widget.text().strip())
    return isinstance(widget, CONTROLS) and not isinstance(widget, QHeaderView)

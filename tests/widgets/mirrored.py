"""The window as it is laid out for a language that is read from the right: its own mirror."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication

from tests.widgets.inventory import apart, things
from tests.widgets.tour import Tour
from tests.widgets.walker import cut_off
from widgets.canvas import Canvas
from widgets.inputs import InputPanel
from widgets.main_window import MainWindow


@contextmanager
def read_leftward() -> Iterator[None]:
    """Lay everything out for a language that is read from the right."""
    QApplication.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        yield
    finally:
        QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def mirror_faults(tour: Tour, stop: str) -> list[str]:
    """What does not begin as far from the right there as it begins from the left else."""
    rightward = things(tour.window)
    with read_leftward():
        tour.settle()
        place_anew(tour.window)
        gone, come = apart(rightward, things(tour.window))
        cut = cut_off(tour.window)
    tour.settle()
    place_anew(tour.window)
    faults = [f"{stop}, read from the right: no more {one}" for one in gone]
    faults += [f"{stop}, read from the right: there is {one}" for one in come]
    return faults + [f"{stop}, read from the right: {one} is cut" for one in cut]


def place_anew(window: MainWindow) -> None:
    """Have what lies over the item placed as it is when it is opened."""
    panels = [panel for panel in window.findChildren(InputPanel) if panel.isVisible()]
    for canvas in window.findChildren(Canvas) if panels else []:
        if canvas.isVisible():
            QApplication.sendEvent(canvas, QResizeEvent(canvas.size(), canvas.size()))

"""Goes round a place by Tab, as somebody without a mouse, and hears it as somebody without eyes.

Tab and Shift+Tab reach each control; the ring around it is seen; it has a role and a name.
"""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QWidget,
)

from tests.widgets.tour import Tour
from widgets.buttons import KeyButton
from widgets.chart import Chart
from widgets.chips import Switch
from widgets.help_sheet import HelpSheet
from widgets.inputs import InputPanel
from widgets.main_window import MainWindow
from widgets.palette import Palette
from widgets.scrolled import Scrolled
from widgets.tables import Table
from widgets.words import Words

CONTROLS = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView, Chart)
LEAST_SEEN = 0.4  # of the ring; a part of it may lie below the edge of what scrolls
NO_ROLE = (QAccessible.Role.NoRole, QAccessible.Role.Client)
SAMPLED = 5  # one pixel of so many along the ring
CHANGED = 24  # of 255, summed over the colours: more than any rounding


class Walker:
    """Goes round each place by Tab and back by Shift+Tab, and keeps what is not as it should be."""

    def __init__(self, tour: Tour) -> None:
        self._tour, self._window = tour, tour.window
        self._met: set[QWidget] = set()
        self._places: dict[QWidget, QRect] = {}  # of each, when the keyboard came to it
        self.faults: list[str] = []

    def walk(self, stop: str) -> None:
        """Go round, and come back to where the keyboard was."""
        began = self._window.focusWidget()
        wanted = controls(layer_of(self._window))
        for way in ("Tab", "Shift+Tab"):
            reached = self._round(way, stop, len(wanted))
            if way == "Tab":
                self.faults += [f"{stop}: {one}" for one in self._out_of_turn(reached)]
            for missed in wanted:
                if missed not in reached and not stands_for(missed, reached):
                    self.faults.append(f"{stop}: {way} does not reach {named(missed)}")
            for lost in reached:
                if wanted and lost not in wanted:
                    self.faults.append(f"{stop}: {way} goes to {named(lost)}")
        if began is not None:
            began.setFocus()
        QApplication.processEvents()

    def _out_of_turn(self, reached: list[QWidget]) -> list[str]:
        """Where Tab goes back to what stands above, and is no further to the right.

        It may once: from the last to the first. Of a window that is from the last control of the
        room to the tabs of the rooms, which lie above all others.
        """
        back = [
            f"Tab goes from {named(before)} back to {named(after)}"
            for before, after in zip(reached, [*reached[1:], *reached[:1]], strict=True)
            if goes_back(self._places[before], self._places[after])
        ]
        return back if len(back) > 1 else []

    def _round(self, way: str, stop: str, stops: int) -> list[QWidget]:
        """Press a key until the keyboard is again where it was; return where it came by."""
        reached: list[QWidget] = []
        for _ in range(stops + 2):
            self._tour.press(way)
            now = QApplication.focusWidget()
            if now is None or now in reached:
                break
            reached.append(now)
            self._places[now] = QRect(now.mapTo(self._window, QPoint(0, 0)), now.size())
            if isinstance(now, CONTROLS) and now not in self._met:
                self._met.add(now)
                share = ring_seen(self._window, now)
                if share < LEAST_SEEN:
                    self.faults.append(f"{stop}: ring of {named(now)} seen by {share:.2f}")
            if not is_told(now):
                self.faults.append(f"{stop}: {named(now)} has no name or no role")
        return reached


def goes_back(before: QRect, after: QRect) -> bool:
    """Whether a place lies wholly above another, and not wholly right of it."""
    return after.bottom() < before.top() and after.left() <= before.right()


def is_told(widget: QWidget) -> bool:
    """Whether a screen reader is told what has the keyboard, and how it is called."""
    told = QAccessible.queryAccessibleInterface(widget)
    name = told.text(QAccessible.Text.Name) if told is not None else ""
    return bool(name.strip()) and told.role() not in NO_ROLE


def stands_for(missed: QWidget, reached: list[QWidget]) -> bool:
    """Whether Tab stops at another of a row of which only one may be on: arrows do the rest."""
    if not isinstance(missed, Switch) or not missed.autoExclusive():
        return False
    return any(one in reached for one in missed._row())


def layer_of(window: MainWindow) -> QWidget:
    """What the keyboard is for: a sheet, a panel over the Desk, or the whole window."""
    sheets = window.sheets
    if sheets.is_calm:
        return sheets.calm_screen
    panels = [panel for panel in window.findChildren(InputPanel) if panel.isVisible()]
    return sheets._top() or next(iter(panels), window)


def controls(layer: QWidget) -> list[QWidget]:
    """Every control in it that can be worked.

    A table in which there is nothing to choose is none, nor a list that the field above it drives.
    """
    return [
        widget
        for widget in layer.findChildren(QWidget)
        if (isinstance(widget, CONTROLS) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.isVisible()
        and widget.isEnabled()
        and not isinstance(widget, QHeaderView)
        and not (isinstance(widget, Table) and widget.focusPolicy() == Qt.FocusPolicy.NoFocus)
        and not (isinstance(widget, QListWidget) and isinstance(layer, Palette | HelpSheet))
    ]


def ring_seen(window: MainWindow, widget: QWidget) -> float:
    """The share of the ring that is another picture with the keyboard there than without."""
    ring = window.sheets.ring
    if not ring.isVisible():
        return 0.0
    place = QRect(ring.geometry())
    with_focus = window.grab(place).toImage()
    widget.clearFocus()
    QApplication.processEvents()
    without = window.grab(place).toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    edge = edge_of(place.width(), place.height())
    return sum(differs(with_focus, without, x, y) for x, y in edge) / len(edge)


def edge_of(width: int, height: int) -> list[tuple[int, int]]:
    """The pixels one in from the edge, in the midst of the ring, without the round corners."""
    across, down = range(12, width - 12, SAMPLED), range(12, height - 12, SAMPLED)
    upright = [(x, y) for x in (1, width - 2) for y in down]
    level = [(x, y) for y in (1, height - 2) for x in across]
    return upright + level or [(1, 1)]


def differs(one: QImage, other: QImage, x: int, y: int) -> bool:
    """Whether a pixel is clearly another."""
    was, now = one.pixelColor(x, y), other.pixelColor(x, y)
    apart = zip(was.getRgb()[:3], now.getRgb()[:3], strict=True)
    return sum(abs(a - b) for a, b in apart) > CHANGED


def cut_off(window: MainWindow) -> list[str]:
    """Words that are higher than where they stand, buttons narrower than their words or beyond."""
    seen = [widget for widget in window.findChildren(QWidget) if widget.isVisible()]
    words = [w for w in seen if isinstance(w, Words) and w.hasHeightForWidth() and w.text().strip()]
    cut = [repr(one.text()) for one in words if one.height() < one.heightForWidth(one.width())]
    for button in [widget for widget in seen if isinstance(widget, QAbstractButton)]:
        place = QRect(button.mapTo(window, QPoint(0, 0)), button.size())
        is_beyond = not window.rect().contains(place) and not scrolls(button)
        is_narrow = isinstance(button, KeyButton) and button.width() < button.sizeHint().width()
        if is_beyond or is_narrow:
            cut.append(named(button))
    return cut


def scrolls(widget: QWidget) -> bool:
    """Whether a widget lies in something that scrolls."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, Scrolled):
        above = above.parentWidget()
    return above is not None


def named(widget: QWidget) -> str:
    """A widget as a person would name it."""
    return f"{type(widget).__name__} {widget.accessibleName()!r}"

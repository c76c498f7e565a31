"""The head of a page or panel: what it is, and beside that, or below it, what goes with it."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from widgets.fittings import Fittings
from widgets.flow import flow_of
from widgets.layouts import row
from widgets.words import Words


class Head(QWidget):
    """A title, and at the other edge an aside or buttons; where both do not fit, one below.

    Neither is cut while there is room for it: with large text, or in a language of longer words.
    """

    def __init__(self, fit: Fittings, title: Words, beside: QWidget) -> None:
        super().__init__()
        self._title, self._beside = title, beside
        self._box = row(self, gap=fit.look.px("s2"))
        self._box.addWidget(title, 1, Qt.AlignmentFlag.AlignVCenter)
        self._box.addWidget(beside)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay both beside each other, or one below the other."""
        super().resizeEvent(event)
        self._make_room()

    def event(self, event: QEvent) -> bool:
        """The same where either has other words, or a button has gone or come."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._make_room()
        return super().event(event)

    def _make_room(self) -> None:
        wanted = self._title.sizeHint().width() + self._beside.sizeHint().width()
        below = wanted + self._box.spacing() > self.width()
        ways = QBoxLayout.Direction
        way = ways.TopToBottom if below else ways.LeftToRight
        if self._box.direction() != way:
            self._box.setDirection(way)
            if isinstance(self._beside, Words):
                self._beside.stand(right=not below)


def page_head(fit: Fittings, title: str, *buttons: QWidget) -> Head:
    """Return the head of a page of a room, with its buttons in as many rows as they need."""
    held, flow = flow_of(fit.look.px("s2"))
    for button in buttons:
        flow.addWidget(button)
    words = Words(fit, title, kind="question", strong=True, wrap=False)
    return Head(fit, words, held)

"""Pages of which one is seen; each is dressed and laid out when it is first turned to.

A room with many pages would else hold the window for all of them on the first visit, though one
is seen. Until then a page lies in no window, and goes with the pages that do.
"""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QStackedWidget, QWidget
from shiboken6 import isValid


class LatePages(QStackedWidget):
    """Takes a page in when it is turned to."""

    def __init__(self, pages: Iterable[QWidget] = ()) -> None:
        """Take charge of pages; none is laid out yet."""
        super().__init__()
        self._late = list(pages)
        self.destroyed.connect(partial(_end, self._late))

    def keep(self, page: QWidget) -> None:
        """Take charge of one more page."""
        self._late.append(page)

    def turn_to(self, page: QWidget) -> None:
        """Show a page."""
        if page in self._late:
            self._late.remove(page)
        if self.indexOf(page) < 0:
            self.addWidget(page)
        self.setCurrentWidget(page)


def _end(late: list[QWidget]) -> None:
    """Delete the pages that nobody turned to, at once: they have no parent that would.

    What a page of a room that is gone is connected to would hold the whole room, and it would
    still hear of what the next one does.
    """
    while late:
        page = late.pop()
        if not isValid(page):
            continue  # gone already, as all are where the application ends first
        page.deleteLater()
        QCoreApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete.value)

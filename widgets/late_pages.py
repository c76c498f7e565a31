"""Pages of which one is seen; each is dressed and laid out when it is first turned to.

A room with many pages would else hold the window for all of them on the first visit, though one
is seen. Until then a page lies in no window: whoever made it keeps it.
"""

from PySide6.QtWidgets import QStackedWidget, QWidget


class LatePages(QStackedWidget):
    """Takes a page in when it is turned to."""

    def turn_to(self, page: QWidget) -> None:
        """Show a page."""
        if self.indexOf(page) < 0:
            self.addWidget(page)
        self.setCurrentWidget(page)

"""The stylesheet on one part of the window: put on while it is seen, else when it is shown."""

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QWidget

from widgets.look import Look
from widgets.stylesheet import stylesheet


class Dress(QObject):
    """Keeps one part of the window in the theme and the scale in force; belongs to that part.

    Not one stylesheet for the application: another theme would then be worked out for every
    control of every room and sheet at once, though one room is seen.
    """

    def __init__(self, look: Look, part: QWidget) -> None:
        super().__init__(part)
        self._look, self._part = look, part
        self._is_new = False
        look.changed.connect(self._renew)
        part.installEventFilter(self)
        self._put_on()

    @property
    def is_new(self) -> bool:
        """Whether the part wears the theme and the scale in force."""
        return self._is_new

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What was hidden while the look changed is dressed as it is shown."""
        if event.type() == QEvent.Type.Show and watched is self._part and not self._is_new:
            self._put_on()
        return super().eventFilter(watched, event)

    @Slot()
    def _renew(self) -> None:
        self._is_new = False
        if self._part.isVisible():
            self._put_on()

    def _put_on(self) -> None:
        self._is_new = True
        self._part.setStyleSheet(stylesheet(self._look))

"""A window of its own process that says what it hears of a key that is held on a real display."""

import sys

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from widgets.key_repeat import tell_presses_from_repetitions


class Listener(QWidget):
    """Writes `down`, `again` and `up` as it hears them; ends once a key is let go."""

    def showEvent(self, event: QShowEvent) -> None:
        """Take the keyboard, there being nobody to give it."""
        super().showEvent(event)
        QTimer.singleShot(0, self.activateWindow)

    def changeEvent(self, event: QEvent) -> None:
        """Say that keys come here now."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self._say("here")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Say whether it is a press."""
        self._say("again" if event.isAutoRepeat() else "down")

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Say whether it is let go, and how the display then has it."""
        if not event.isAutoRepeat():
            self._say("up")
            QTimer.singleShot(100, QApplication.quit)  # for what may still come

    def _say(self, word: str) -> None:
        sys.stdout.write(word + "\n")
        sys.stdout.flush()


def main() -> int:
    """Listen until a key was held and let go."""
    application = QApplication([])
    listener = Listener()
    listener.show()
    tell_presses_from_repetitions(listener)
    return application.exec()


if __name__ == "__main__":
    raise SystemExit(main())

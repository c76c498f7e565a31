"""How wide a part may be at most: a token at the size of text in force, also after it changes."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from widgets.look import Look


class Widest(QObject):
    """Keeps a part no wider than some tokens together; belongs to that part."""

    def __init__(self, look: Look, part: QWidget, *tokens: str) -> None:
        super().__init__(part)
        self._look, self._part, self._tokens = look, part, tokens
        look.changed.connect(self._measure)
        self._measure()

    @Slot()
    def _measure(self) -> None:
        """Ask the tokens anew, since they are in pixels of the text."""
        self._part.setMaximumWidth(sum(self._look.px(token) for token in self._tokens))

"""A quiet page: one large line, some words, at most two buttons."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.flow import flow_of
from widgets.layouts import column, emptied, lay_above_the_middle
from widgets.reader_roles import reads_as
from widgets.scrolled import Scrolled
from widgets.words import Words


class Notice(QWidget):
    """Says what a place is for, or why nothing goes on, and what to do."""

    pressed = Signal(str)  # the id of an action

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("room")
        reads_as(self, QAccessible.Role.Grouping)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._line = Words(fit, kind="calm")
        self._words = Words(fit, kind="field", tone="text2")
        self._aside = Words(fit, tone="text3")
        ways, self._buttons = flow_of(fit.look.px("s3"))  # one below the other where need be
        inner = QWidget()
        inner.setMaximumWidth(fit.look.px("page"))
        box = column(inner, gap=fit.look.px("s4"))
        side, ends = fit.look.px("s8"), fit.look.px("s4")
        box.setContentsMargins(side, ends, side, ends)
        for widget in (self._line, self._words, self._aside):
            box.addWidget(widget)
        box.addWidget(ways)
        page = QWidget()
        lay_above_the_middle(page, inner)
        self._area = Scrolled(page)
        column(self).addWidget(self._area)

    def say(self, line: str, words: str = "", actions: Sequence[tuple[str, str, str]] = ()) -> None:
        """Show a line, words, and buttons given as id, words and key."""
        self._line.say(line)
        self._words.say(words)
        self.setAccessibleName(line)  # it takes the keyboard where nothing else is there
        self.setAccessibleDescription(words)
        self._words.setVisible(bool(words))
        self.say_aside("")
        emptied(self._buttons)
        for action, text, key in actions:
            button = KeyButton(self._fit, text, key)
            button.clicked.connect(partial(self.pressed.emit, action))
            self._buttons.addWidget(button)
            button.show()

    def say_aside(self, words: str) -> None:
        """Show a smaller line below, such as a countdown."""
        self._aside.say_or_hide(words)

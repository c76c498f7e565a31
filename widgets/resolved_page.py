"""What lies in the place of an item that was resolved before: it need not be looked at."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.flow import flow_of
from widgets.layouts import column, lay_above_the_middle
from widgets.scrolled import Scrolled
from widgets.words import Words

if TYPE_CHECKING:
    from app.known.carrying import AlreadyResolved

ACTIONS = ("carry_over", "carry_over_all", "look_anyway")


class ResolvedPage(QWidget):
    """Says what the item was resolved to, and offers to carry that over, signed and unseen."""

    pressed = Signal(str)  # the id of an action
    painted = Signal()  # what it offers is on the screen

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("room")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # else Enter would press its first button
        look, texts = fit.look, fit.texts
        self._outcome = Words(fit, kind="question", strong=True)
        self._every = Words(fit, tone="text2", figures=True)
        self._fault = Words(fit, tone="stop")
        inner = QWidget()
        inner.setMaximumWidth(look.px("page"))
        box = column(inner, margin=look.px("s4"), gap=look.px("s3"))
        box.addWidget(Words(fit, texts("resolved.line"), tone="text2"))
        box.addWidget(self._outcome)
        actions, flow = flow_of(look.px("s2"))
        self._buttons: dict[str, KeyButton] = {}
        for action in ACTIONS:
            button = KeyButton(fit, texts(f"short.{action}"), fit.keymap.key(action))
            button.clicked.connect(partial(self.pressed.emit, action))
            flow.addWidget(button)
            self._buttons[action] = button
        box.addWidget(actions)
        box.addWidget(self._fault)
        box.addWidget(self._every)
        box.addWidget(Words(fit, texts("resolved.words"), tone="text2"))
        page = QWidget()
        lay_above_the_middle(page, inner)
        column(self).addWidget(Scrolled(page))

    def show_offer(self, found: "tuple[AlreadyResolved, ...]", words: str) -> None:
        """Offer the first of those found; `words` is its outcome in the words of the scheme."""
        self._outcome.say(words)
        self.show_fault("")
        several = len(found) > 1
        self._buttons["carry_over_all"].setVisible(several)
        self._every.say(self._fit.texts("resolved.every", n=len(found)))
        self._every.setVisible(several)
        self.update()  # the same words may be of another item

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the page, and say so."""
        super().paintEvent(event)
        self.painted.emit()

    def show_fault(self, sentence: str) -> None:
        """Say what failed, where it happened; an empty sentence takes it back."""
        self._fault.say_or_hide(sentence)

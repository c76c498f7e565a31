"""Small panels of the Desk for words beside the answers: comment, second opinion, set aside."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from app.session.types import Typed
from widgets.buttons import KeyButton
from widgets.chips import Switch
from widgets.fields import Line, Lines
from widgets.fittings import Fittings
from widgets.flow import FlowLayout, flowing
from widgets.keys import keeps_or_drops
from widgets.layouts import column, emptied, row
from widgets.overlay import go_round
from widgets.scrolled import Scrolled
from widgets.words import Words


class InputPanel(QFrame):
    """A sheet with a title, something to fill in, and two buttons: keep and drop."""

    kept = Signal()
    dropped = Signal()
    typed = Signal(object)  # Typed

    def __init__(self, fit: Fittings, kind: str) -> None:
        super().__init__()
        self._fit = fit
        self.kind = kind
        self.setObjectName("sheet")
        look, texts = fit.look, fit.texts
        box = column(self, margin=look.px("s4"), gap=look.px("s2"))
        ring = look.px("ring") + 2  # room for the ring inside the area that scrolls
        title = Words(fit, texts(f"input.{kind}"), strong=True)
        head = row()
        head.setContentsMargins(ring, 0, 0, 0)
        head.addWidget(title)
        box.addLayout(head)
        inner = QWidget()
        self.body = column(inner, gap=look.px("s2"))
        self.body.setContentsMargins(ring, ring, ring, ring)
        self._inner = inner
        box.addWidget(Scrolled(inner), 1)
        self._fault = Words(fit, "", tone="stop")
        self._fault.hide()
        said = row()
        said.setContentsMargins(ring, 0, 0, 0)
        said.addWidget(self._fault)
        box.addLayout(said)
        self._keep = KeyButton(fit, texts(f"input.keep_{kind}"), fit.keymap.key("keep_input"))
        self._drop = KeyButton(fit, texts("keys.drop_input"), fit.keymap.key("drop_input"))
        self._keep.clicked.connect(self.kept)
        self._drop.clicked.connect(self.dropped)
        buttons = flowing(look.px("s2"), self._keep, self._drop)
        buttons.setContentsMargins(ring, 0, 0, 0)
        box.addLayout(buttons)

    def show_fault(self, sentence: str) -> None:
        """Say what is missing."""
        self._fault.say_or_hide(sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter keeps, Ctrl+D drops; the rest goes to the window."""
        if not keeps_or_drops(event, self._fit.keymap, self.kept.emit, self.dropped.emit):
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays in the sheet."""
        go_round(self, forward=forward)
        return True

    def wanted_height(self, width: int) -> int:
        """How high the panel would be with all of its content."""
        look = self._fit.look
        body = self._inner.heightForWidth(width - look.px("s4") * 2 - look.px("s2"))
        body = max(body, self._inner.minimumSizeHint().height())
        fault = self._fault.heightForWidth(width) if self._fault.text() else 0
        title = look.px("s6")
        return body + fault + title + look.px("button") + look.px("s4") * 2 + look.px("s2") * 3

    def words(self) -> Typed:
        """What was typed so far."""
        return Typed(self.kind, "")

    def fill(self, typed: Typed) -> None:
        """Show words again that were typed before."""


class CommentInput(InputPanel):
    """A comment on the item."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit, "comment")
        self._field = Lines(fit, fit.texts("input.comment"), fit.texts("input.comment_hint"))
        self._field.changed.connect(lambda: self.typed.emit(self.words()))
        self.body.addWidget(self._field)
        self.setFocusProxy(self._field)

    def words(self) -> Typed:
        """The comment."""
        return Typed(self.kind, self._field.toPlainText())

    def fill(self, typed: Typed) -> None:
        """Show a comment."""
        self._field.setPlainText(typed.text)


class SetAsideInput(InputPanel):
    """Why an item is set aside; may stay empty."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit, "set_aside")
        self._field = Line(fit, fit.texts("input.set_aside"), fit.texts("input.set_aside_hint"))
        self._field.textChanged.connect(lambda _: self.typed.emit(self.words()))
        self.body.addWidget(self._field)
        self.setFocusProxy(self._field)

    def words(self) -> Typed:
        """The reason."""
        return Typed(self.kind, self._field.text())

    def fill(self, typed: Typed) -> None:
        """Show a reason."""
        self._field.setText(typed.text)


class SecondOpinionInput(InputPanel):
    """The question that another person is asked about, and a line. Up and Down choose."""

    def __init__(self, fit: Fittings, kind: str = "second_opinion", of: str = "opinion") -> None:
        super().__init__(fit, kind)
        self._facts: list[str] = []
        self._switches: list[Switch] = []
        self._choices = QWidget()
        self._flow = FlowLayout(self._choices, fit.look.px("s2"))
        self._field = Line(fit, fit.texts(f"input.{of}_line"), fit.texts(f"input.{of}_hint"))
        self._field.textChanged.connect(lambda _: self.typed.emit(self.words()))
        hint = Words(fit, fit.texts(f"input.{of}_choose"), kind="aside", tone="text3")
        self.body.addWidget(hint)
        self.body.addWidget(self._choices)
        self.body.addWidget(self._field)
        self.setFocusProxy(self._field)

    def offer(self, questions: Sequence[tuple[str, str]], chosen: str) -> None:
        """Offer questions as pairs of fact and title."""
        emptied(self._flow)
        self._facts = [fact for fact, _ in questions]
        self._switches = []
        for fact, title in questions:
            switch = Switch(self._fit, title)
            switch.setAutoExclusive(True)
            switch.setChecked(fact == chosen)
            switch.toggled.connect(partial(self._toggled))
            self._flow.addWidget(switch)
            self._switches.append(switch)

    def words(self) -> Typed:
        """The question and the line."""
        return Typed(self.kind, self._field.text(), self._chosen())

    def fill(self, typed: Typed) -> None:
        """Show a question and a line."""
        self._field.setText(typed.text)
        if typed.about in self._facts:
            self._switches[self._facts.index(typed.about)].setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go through the questions."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        chosen = self._chosen()
        if step is None or chosen is None:
            super().keyPressEvent(event)
            return
        place = (self._facts.index(chosen) + step) % len(self._facts)
        self._switches[place].setChecked(True)

    def _chosen(self) -> str | None:
        pairs = zip(self._facts, self._switches, strict=True)
        return next((fact for fact, switch in pairs if switch.isChecked()), None)

    def _toggled(self, on: bool) -> None:
        if on:
            self.typed.emit(self.words())


class SendInput(SecondOpinionInput):
    """The person to whom an item is sent for their opinion, and a line. Up and Down choose."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit, "send_item", "send")

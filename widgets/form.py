"""What every form does: Enter keeps what was filled in, Ctrl+D leaves it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.buttons import KeyButton
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.keys import keeps_or_drops
from widgets.layouts import column, row
from widgets.scrolled import Scrolled
from widgets.words import Words


class Form(QWidget):
    """Lines to fill in. A form says in `_go` what keeping means."""

    left = Signal()

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._fault = Words(fit, "", tone="stop")
        self._fault.hide()
        self._keep = KeyButton(fit, "", fit.keymap.key("keep_input"))
        self._keep.clicked.connect(self._kept_by_click)
        self._leave = KeyButton(fit, "", fit.keymap.key("drop_input"))
        self._leave.clicked.connect(self.left)

    def show_fault(self, sentence: str) -> None:
        """Say why it was not kept; what was filled in stays. An empty sentence says nothing."""
        self._fault.say_or_hide(sentence)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep or leave; a key that is held keeps once."""
        if not keeps_or_drops(event, self._fit.keymap, self._go, self.left.emit):
            super().keyPressEvent(event)

    @Slot()
    def _kept_by_click(self) -> None:
        self._go()

    def _go(self) -> None:
        raise NotImplementedError

    def _ways(self, keep: str, drop: str) -> FlowLayout:
        """The two buttons, with their words; one below the other where need be."""
        buttons = FlowLayout(gap_px=self._fit.look.px("s2"))
        for button, words in ((self._keep, keep), (self._leave, drop)):
            button.setText(words)
            button.setAccessibleName(words)
            buttons.addWidget(button)
        return buttons

    def _add(self, box: QVBoxLayout, label: str, field: QWidget | None = None) -> None:
        """A label, and the field under it, nearer to it than to the field above."""
        if box.count():
            box.addSpacing(self._fit.look.px("s2"))
        box.addWidget(Words(self._fit, label, kind="aside", tone="text3", strong=True))
        if field is not None:
            box.addWidget(field)

    def _as_page(self, title: str, about: str) -> QVBoxLayout:
        """Have the form fill a room, in the middle and scrolled; return where its fields go."""
        fit, look = self._fit, self._fit.look
        inner, holder = QWidget(), QWidget()
        inner.setMaximumWidth(look.px("page"))
        box = column(inner, margin=look.px("s6"), gap=look.px("s2"))
        box.addWidget(Words(fit, title, kind="question", strong=True))
        box.addWidget(Words(fit, about, tone="text2"))
        across = row(holder)
        across.addStretch(1)
        across.addWidget(inner, 6)
        across.addStretch(1)
        self._area = Scrolled(holder)
        column(self).addWidget(self._area)
        return box

    def _end_page(self, box: QVBoxLayout, keep: str, drop: str) -> None:
        """Close such a page: the sentence where it failed, and the two buttons."""
        box.addWidget(self._fault)
        box.addSpacing(self._fit.look.px("s3"))
        box.addLayout(self._ways(keep, drop))
        box.addStretch(1)

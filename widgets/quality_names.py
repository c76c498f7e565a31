"""Names in place of pseudonyms: asked for with a reason, which is signed."""

from functools import partial

from PySide6.QtWidgets import QFrame, QWidget

from widgets.buttons import KeyButton
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.keys import Deeds
from widgets.layouts import column
from widgets.scrolled import lay_scrolled
from widgets.widths import Widest
from widgets.words import Words


class NamesPage(QWidget):
    """Says what looking by name means, and takes the reason."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        texts, look = fit.texts, fit.look
        self._why = Line(fit, texts("quality.why"), texts("quality.why_hint"))
        card = QFrame()
        card.setObjectName("card")
        Widest(look, card, "page")
        box = column(card, margin=look.px("s6"), gap=look.px("s3"))
        box.addWidget(Words(fit, texts("keys.quality_names"), kind="question", strong=True))
        box.addWidget(Words(fit, texts("quality.names_about"), tone="text2"))
        box.addWidget(self._why)
        keys = FlowLayout(gap_px=look.px("s2"))
        key = fit.keymap.key
        self._sign = KeyButton(fit, texts("quality.names_sign"), key("keep_input"))
        self._leave = KeyButton(fit, texts("quality.back"), key("drop_input"))
        for button in (self._sign, self._leave):
            keys.addWidget(button)
        box.addLayout(keys)
        lay_scrolled(self, card)

    def declare(self, deeds: Deeds) -> None:
        """Say what its buttons do: the same as their keys."""
        self._sign.clicked.connect(partial(deeds.do, "keep_input"))
        self._leave.clicked.connect(partial(deeds.do, "drop_input"))

    @property
    def reason(self) -> str:
        """What was typed."""
        return self._why.text()

    def clear(self) -> None:
        """Nothing is typed."""
        self._why.clear()

    def focus(self) -> None:
        """Give the keyboard to the field."""
        self._why.setFocus()

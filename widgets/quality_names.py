"""Names in place of pseudonyms: asked for with a reason, which is signed."""

from PySide6.QtWidgets import QFrame, QWidget

from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.keycaps import Keycaps
from widgets.layouts import column, row
from widgets.scrolled import lay_scrolled
from widgets.words import Words


class NamesPage(QWidget):
    """Says what looking by name means, and takes the reason."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        texts, look = fit.texts, fit.look
        self._why = Line(fit, texts("quality.why"), texts("quality.why_hint"))
        card = QFrame()
        card.setObjectName("card")
        card.setMaximumWidth(look.px("page"))
        box = column(card, margin=look.px("s6"), gap=look.px("s3"))
        box.addWidget(Words(fit, texts("keys.quality_names"), kind="question", strong=True))
        box.addWidget(Words(fit, texts("quality.names_about"), tone="text2"))
        box.addWidget(self._why)
        keys = row(gap=look.px("s4"))
        for action, words in (("keep_input", "quality.names_sign"), ("drop_input", "quality.back")):
            keys.addWidget(Keycaps(fit, (fit.keymap.key(action),), texts(words)))
        keys.addStretch(1)
        box.addLayout(keys)
        lay_scrolled(self, card)

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

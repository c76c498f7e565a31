"""The form under the roster: a question in words, some lines to fill in, Enter and Ctrl+D."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot

from widgets.buttons import KeyButton
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.form import Form
from widgets.layouts import column, emptied, row
from widgets.words import Words


@dataclass(frozen=True, slots=True)
class Field:
    """One line: its label, what stands in it while it is empty, and what is in it at first."""

    label: str
    hint: str = ""
    text: str = ""


class RosterForm(Form):
    """Says what is about to be signed and takes what it needs; it signs nothing itself."""

    kept = Signal(object)  # what was filled in, a text a field

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit)
        look, texts = fit.look, fit.texts
        self._title = Words(fit, "", strong=True)
        self._words = Words(fit, "", tone="text2")
        self._figure = Words(fit, "", kind="question", figures=True)
        self._fields = column(gap=look.px("s1"))
        self._lines: list[Line] = []
        self._fault = Words(fit, "", tone="stop")
        self._keep = KeyButton(fit, texts("keys.keep_input"), fit.keymap.key("keep_input"))
        drop = KeyButton(fit, texts("keys.drop_input"), fit.keymap.key("drop_input"))
        self._keep.clicked.connect(self._go)
        drop.clicked.connect(self.left)
        buttons = row(gap=look.px("s2"))
        buttons.addWidget(self._keep)
        buttons.addWidget(drop)
        buttons.addStretch(1)
        box = column(self, margin=look.px("s4"), gap=look.px("s2"))
        for words in (self._title, self._words, self._figure):
            box.addWidget(words)
        box.addLayout(self._fields)
        box.addWidget(self._fault)
        box.addLayout(buttons)

    def ask(self, title: str, words: str, fields: Sequence[Field] = (), figure: str = "") -> None:
        """Show a question; `figure` is what is to be compared by voice."""
        self._title.say(title)
        self._words.say(words)
        self._figure.say(figure)
        self._figure.setVisible(bool(figure))
        self.show_fault("")
        emptied(self._fields)
        self._lines = []
        for field in fields:
            line = Line(self._fit, field.label, field.hint)
            line.setText(field.text)
            label = Words(self._fit, field.label, kind="aside", tone="text3", strong=True)
            self._fields.addWidget(label)
            self._fields.addWidget(line)
            self._lines.append(line)

    def show_fault(self, sentence: str) -> None:
        """Say why it was not signed; what was filled in stays."""
        self._fault.say(sentence)
        self._fault.setVisible(bool(sentence))

    def texts(self) -> list[str]:
        """What stands in the lines."""
        return [line.text() for line in self._lines]

    def fill(self, texts: Sequence[str]) -> None:
        """Put back what stood in the lines."""
        for line, text in zip(self._lines, texts, strict=False):
            line.setText(text)

    def take_focus(self) -> None:
        """Give the keyboard to the first line, or to the button where there is none."""
        (self._lines[0] if self._lines else self._keep).setFocus()

    @Slot()
    def _go(self) -> None:
        self.kept.emit(self.texts())

"""A form that opens on a page: a question in words, some lines to fill in, Enter and Ctrl+D."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from grading.late_methods import dataclass
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.form import Form
from widgets.layouts import column, emptied, in_turn, row
from widgets.widths import Widest
from widgets.words import Words

_BLOCK = 16  # digits of a digest that are read together


@dataclass(frozen=True, slots=True)
class Field:
    """One line: its label, what stands in it while it is empty, and what is in it at first."""

    label: str
    hint: str = ""
    text: str = ""


class AskingForm(Form):
    """Says what is about to be signed and takes what it needs; it signs nothing itself."""

    kept = Signal(object)  # what was filled in, a text a field

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit)
        look, texts = fit.look, fit.texts
        self._title = Words(fit, "", strong=True)
        self._words = Words(fit, "", tone="text2")
        self._figure = Words(fit, "", kind="question", figures=True)
        held = QWidget()
        Widest(look, held, "page")  # no field is wider than what it takes
        self._fields = column(held, gap=look.px("s1"))
        self._lines: list[Line] = []
        box = column(self, margin=look.px("s4"), gap=look.px("s2"))
        for words in (self._title, self._words, self._figure):
            box.addWidget(words)
        across = row()
        across.addWidget(held, 1)
        across.addStretch()
        box.addLayout(across)
        box.addWidget(self._fault)
        box.addLayout(self._ways(texts("keys.keep_input"), texts("keys.drop_input")))

    def ask(self, title: str, words: str, fields: Sequence[Field] = (), figure: str = "") -> None:
        """Show a question; `figure` is what is to be compared by voice."""
        self._title.say(title)
        self._words.say(words)
        self._figure.say_or_hide(figure)
        self.show_fault("")
        emptied(self._fields)
        self._lines = []
        for field in fields:
            line = Line(self._fit, field.label, field.hint)
            line.setText(field.text)
            self._add(self._fields, field.label, line)
            self._lines.append(line)
        in_turn(*self._lines, self._keep, self._leave)

    def as_card(self) -> QWidget:
        """Return it in a card at the top of a page, no wider than what it says."""
        look = self._fit.look
        card, page = QFrame(), QWidget()
        card.setObjectName("card")
        Widest(look, card, "page", "s4", "s4")
        column(card).addWidget(self)
        box = column(page)
        box.addWidget(card)
        box.addStretch(1)
        return page

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

    def _go(self) -> None:
        self.kept.emit(self.texts())


def in_blocks(digest: str) -> str:
    """Write a digest so that it can be read aloud and compared."""
    return " ".join(digest[at : at + _BLOCK] for at in range(0, len(digest), _BLOCK))

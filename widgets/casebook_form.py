"""What a calibration ended in, as an entry of the casebook: a title and the words."""

from PySide6.QtCore import Signal

from widgets.chips import Switch
from widgets.fields import Line, Lines
from widgets.fittings import Fittings
from widgets.form import Form
from widgets.layouts import column
from widgets.words import Words

ROWS = 6  # of the text that are seen at once


class CasebookForm(Form):
    """Takes a title, the words, and whether they are about the question at which people parted."""

    kept = Signal(str, str, object)  # title, words, and the fact that they are about or None

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit)
        look, texts = fit.look, fit.texts
        self._fact: str | None = None
        self.title = Line(fit, texts("calibration.title_of_entry"), texts("calibration.entry_hint"))
        self.words = Lines(
            fit, texts("calibration.words_of_entry"), texts("calibration.words_hint"), ROWS
        )
        self.about = Switch(fit, "")
        box = column(self, margin=look.px("s4"), gap=look.px("s2"))
        box.addWidget(Words(fit, texts("keys.calibration_enter"), strong=True))
        box.addWidget(Words(fit, texts("calibration.entry_about"), tone="text2"))
        for name, field in (("title_of_entry", self.title), ("words_of_entry", self.words)):
            self._add(box, texts(f"calibration.{name}"), field)
        box.addWidget(self.about)
        box.addWidget(self._fault)
        box.addLayout(self._ways(texts("calibration.sign_entry"), texts("keys.drop_input")))

    def ask(self, fact: str | None, question: str) -> None:
        """Begin an entry; a fact is that at which the answers of the item at hand part first."""
        self._fact = fact
        self.title.clear()
        self.words.clear()
        self.about.setVisible(fact is not None)
        self.about.rename(self._fit.texts("calibration.on_question", question=question))
        self.about.setChecked(fact is not None)
        self.show_fault("")

    def take_focus(self) -> None:
        """Give the keyboard to the title."""
        self.title.setFocus()

    def _go(self) -> None:
        fact = self._fact if self.about.isChecked() else None
        self.kept.emit(self.title.text(), self.words.toPlainText(), fact)

"""The guidance of a question with its sources quoted in full, in lines that can be read."""

from PySide6.QtWidgets import QWidget

from grading.scheme import Question
from widgets.fittings import Fittings
from widgets.layouts import column, emptied
from widgets.reading import ReadingSheet
from widgets.words import Words


class LawSheet(ReadingSheet):
    """Lies over the Desk; the panel beside the item names the sources only."""

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "", width_token="dialog", opened_by="law")
        self._box = column(self._inner, gap=fit.look.px("s5"))

    def show_question(self, question: Question) -> None:
        """Take what the scheme says of a question."""
        fit = self._fit
        emptied(self._box)
        self._title.say(question.title)
        if question.guidance:
            self._box.addWidget(Words(fit, question.guidance))
        for source in question.sources:
            holder = QWidget()  # what it says is nearer to its name than to the source before
            both = column(holder, gap=fit.look.px("s1"))
            both.addWidget(Words(fit, source.cite, tone="text3", strong=True))
            if source.quote:
                both.addWidget(Words(fit, source.quote, tone="text2"))
            self._box.addWidget(holder)
        self._box.addStretch(1)

"""What became of one's own answers, question by question: for those in training, on the Desk."""

from collections.abc import Mapping

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from app.session.learning import Feedback, ItemFeedback
from app.session.sitting import Sitting
from widgets.fittings import Fittings
from widgets.layouts import column, emptied
from widgets.reading import ReadingSheet
from widgets.tables import Column, Table
from widgets.words import Words

MOST_ITEMS = 50  # the newest: what is older was read before


class FeedbackSheet(ReadingSheet):
    """Questions with how often they were answered as they stand, then item by item."""

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(
            fit, window, fit.texts("keys.feedback"), width_token="exposure", opened_by="feedback"
        )
        texts = fit.texts
        self._labels: Mapping[str, str] = {}
        self._sitting: Sitting | None = None
        self._box = column(self._inner, gap=fit.look.px("s3"))
        columns = [
            Column(texts("feedback.question")),
            Column(texts("feedback.alike"), number=True),
        ]
        self.questions = Table(fit, texts("feedback.question"), columns, whole=True)
        self.summary = Words(fit, "", tone="text2")
        self._items = QWidget()
        self._list = column(self._items, gap=fit.look.px("s1"))
        for widget in (self.summary, self.questions, self._items):
            self._box.addWidget(widget)

    def follow(self, sitting: Sitting | None) -> None:
        """Tell of one sitting's person, as long as it lasts."""
        self._sitting = sitting
        if sitting is not None:
            self._labels = sitting.outcome_labels
            sitting.learning.told.connect(self._show)

    def open(self) -> None:
        """Read what became of the answers, and show it."""
        super().open()
        if self._sitting is not None:
            self._sitting.learning.review()

    @Slot(object)
    def _show(self, told: Feedback) -> None:
        texts = self._fit.texts
        some = texts("feedback.some", n=len(told.items), waiting=told.waiting)
        self.summary.say(some if told.items else texts("feedback.none", n=told.waiting))
        rows = [
            (asked.title, (asked.title, texts("feedback.n_of", n=asked.alike, of=asked.of)))
            for asked in told.questions
        ]
        self.questions.show_rows(rows)
        self.questions.setVisible(bool(rows))
        emptied(self._list)
        for one in told.items[:MOST_ITEMS]:
            self._add(one)

    def _add(self, one: ItemFeedback) -> None:
        fit, texts = self._fit, self._fit.texts
        own, stands = (self._label(outcome.outcome) for outcome in (one.own, one.stands))
        head = texts("feedback.item", n=one.number)
        said = texts("feedback.same", outcome=own)
        if not one.alike:
            said = texts("feedback.parts", own=own, stands=stands)
        self._list.addWidget(Words(fit, head, strong=True))
        self._list.addWidget(Words(fit, said, tone="ok" if one.alike else "attention"))
        for line in one.lines:
            if not line.alike:
                not_asked = texts("feedback.not_asked")
                words = texts(
                    "feedback.line",
                    question=line.title,
                    own=line.own or not_asked,
                    stands=line.stands or not_asked,
                )
                self._list.addWidget(Words(fit, words, tone="text2"))
        if one.reasons:
            reasons = texts("feedback.reasons", words=one.reasons)
            self._list.addWidget(Words(fit, reasons, tone="text2"))
        self._list.addSpacing(fit.look.px("s3"))

    def _label(self, outcome: str) -> str:
        return self._labels.get(outcome, outcome)

    def _wanted_height(self, width: int) -> int:
        """The whole window: what is told comes after the sheet is open."""
        parent = self.parentWidget()
        return parent.height() if parent is not None else width

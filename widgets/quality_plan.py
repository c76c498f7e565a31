"""The fourth page of Quality: how many items to grade twice for an interval of a wanted width."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QWidget

from app.quality.planning import Planned, planned
from app.quality.review import Agreement
from app.sentences import said
from app.texts import Figure
from widgets.buttons import KeyButton
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.layouts import column, row
from widgets.scrolled import lay_scrolled
from widgets.widths import Widest
from widgets.words import Words

FIELDS = ("alpha", "half_width", "chance", "graders")
PROPOSED = {"alpha": "0.80", "half_width": "0.05", "chance": "0.50", "graders": "2"}


class PlanPage(QWidget):
    """Four fields and the answer, anew with every digit."""

    left = Signal()

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        texts, look = fit.texts, fit.look
        self.fields = {
            name: Line(fit, texts(f"quality.plan_{name}"), texts.rewritten(PROPOSED[name]))
            for name in FIELDS
        }
        self._from = Words(fit, "", kind="aside", tone="text3")
        self.answer = Words(fit, "", kind="question", figures=True)
        self.more = Words(fit, "", tone="text2", figures=True)
        card = QFrame()
        card.setObjectName("card")
        Widest(look, card, "page")
        box = column(card, margin=look.px("s6"), gap=look.px("s3"))
        box.addWidget(Words(fit, texts("quality.plan_title"), kind="question", strong=True))
        box.addWidget(Words(fit, texts("quality.plan_about"), tone="text2"))
        for name, field in self.fields.items():
            line = row(gap=look.px("s3"))
            words = Words(fit, texts(f"quality.plan_{name}"))
            line.addWidget(words, 1, Qt.AlignmentFlag.AlignVCenter)
            Widest(look, field, *["s8"] * 4)
            field.setMaxLength(8)
            field.setText(texts.rewritten(PROPOSED[name]))
            field.textChanged.connect(self._answer)
            line.addWidget(field)
            box.addLayout(line)
        for words in (self._from, self.answer, self.more):
            box.addWidget(words)
        back = KeyButton(fit, texts("quality.back"), fit.keymap.key("drop_input"))
        back.clicked.connect(self.left)
        box.addWidget(back)
        lay_scrolled(self, card)
        self._answer()

    def show_agreement(self, found: Agreement, fact: str | None, title: str) -> None:
        """Take chance agreement and alpha from what was graded so far: the pilot."""
        chance = found.chances.get(fact or "")
        texts = self._fit.texts
        if chance is None:
            self._from.say(texts("quality.plan_no_pilot"))
            return
        self.fields["chance"].setText(texts.figure(chance, 2))
        self._from.say(texts("quality.plan_pilot", title=title, chance=Figure(chance, 2)))

    def focus(self) -> None:
        """Give the keyboard to the first field."""
        self.fields["alpha"].setFocus()

    @Slot()
    def _answer(self) -> None:
        texts = self._fit.texts
        found = planned({name: field.text() for name, field in self.fields.items()})
        if isinstance(found, Planned):
            self.answer.say(texts("quality.plan_items", n=found.items))
            self.more.say(
                texts(
                    "quality.plan_more",
                    n=found.gradings,
                    graders=found.graders,
                    alike=Figure(100 * found.agreement, 0),
                )
            )
        else:
            self.answer.say(texts("quality.plan_cannot"))
            self.more.say(said(found))

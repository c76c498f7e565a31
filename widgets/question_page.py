"""One question with its answers and, below them, what the scheme says of it in short.

Built once for a question and kept: from then on showing it costs no more than a repaint.
"""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from grading.scheme import Question
from widgets.buttons import Choice
from widgets.fittings import Fittings
from widgets.layouts import column, rule
from widgets.scrolled import Scrolled
from widgets.words import Words


class QuestionPage(QWidget):
    """Reports the value of the answer that is pressed."""

    answered = Signal(str)

    def __init__(self, fit: Fittings, question: Question) -> None:
        super().__init__()
        look = fit.look
        self._choices: list[tuple[str, Choice]] = []
        answers = column(gap=look.px("s2"))
        for choice in question.choices:
            button = Choice(fit, choice.key, choice.label, choice.hint)
            button.clicked.connect(partial(self.answered.emit, choice.value))
            answers.addWidget(button)
            self._choices.append((choice.value, button))
        guidance = QWidget()
        words = column(guidance, gap=look.px("s2"))
        if question.guidance:
            words.addWidget(Words(fit, question.guidance, tone="text2"))
        if question.sources:
            cites = _by_act([source.cite for source in question.sources])
            said = fit.texts("desk.cite_gap").join(cites)
            words.addWidget(Words(fit, said, kind="aside", tone="text3"))
        words.addStretch(1)
        self._guidance = Scrolled(guidance, look.px("s8") + look.px("s6"))
        box = column(self, gap=look.px("s3"))
        box.addLayout(answers)
        box.addWidget(rule())
        box.addWidget(self._guidance, 1)

    def begin(self) -> None:
        """Stand as if never answered, the guidance at its beginning."""
        for _, button in self._choices:
            button.setDown(False)
        self._guidance.to_top()

    def press_key(self, key: str) -> str | None:
        """Show the answer on that digit as pressed, at once; return its value."""
        for value, button in self._choices:
            if button.key == key:
                button.setDown(True)
                button.repaint()
                return value
        return None

    @property
    def answers(self) -> list[QWidget]:
        """The answers in their order, as stops of the Tab key."""
        return [button for _, button in self._choices]

    def focus_first(self) -> None:
        """Give the keyboard to the first answer."""
        if self._choices:
            first = self._choices[0][1]
            first.setFocus(Qt.FocusReason.TabFocusReason)  # by the keyboard: with the ring

    def has_focus(self) -> bool:
        """Whether one of the answers has the keyboard."""
        return any(button.hasFocus() for _, button in self._choices)


def _by_act(cites: Sequence[str]) -> list[str]:
    """Name each Act once: `Act s.1`, `Act s.2` become `Act s.1, s.2`."""
    found: dict[str, list[str]] = {}
    for cite in cites:
        act, _, section = cite.rpartition(" ")
        found.setdefault(act, []).append(section)
    return [f"{act} {', '.join(sections)}".strip() for act, sections in found.items()]

"""The right side of Select: one question, three answers, and what else can be done."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.session.select_types import ASSESS, CHILD_NON_CRIMINAL, NO_CHILD, SelectAsked
from app.session.types import AtHand
from widgets.buttons import Choice, KeyButton
from widgets.fittings import Fittings
from widgets.flow import flow_of
from widgets.layouts import column, rule
from widgets.scrolled import Scrolled
from widgets.words import Words

ANSWERS = {"1": ASSESS, "2": NO_CHILD, "3": CHILD_NON_CRIMINAL}
ACTIONS = ("correct", "next", "together", "other_files")


def word_of(selection: str) -> str:
    """Return the last part of the id of the words for a selection."""
    return selection.replace("-", "_")


class SelectPanel(QWidget):
    """Reports what is pressed."""

    answered = Signal(str)  # a selection
    pressed = Signal(str)  # the id of an action

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("right")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        texts = fit.texts
        self._place = Words(fit, kind="aside", tone="text3", wrap=False, figures=True)
        self._title = Words(fit, texts("select.question"), kind="question", strong=True)
        self._choices: dict[str, Choice] = {}
        for key, selection in ANSWERS.items():
            word = word_of(selection)
            choice = Choice(fit, key, texts(f"select.{word}"), texts(f"select.{word}_hint"))
            choice.clicked.connect(partial(self.answered.emit, selection))
            self._choices[selection] = choice
        self._note = Words(fit)
        self._fault = Words(fit, tone="stop")
        self._buttons = {action: self._button(action) for action in ACTIONS}
        self._build()

    def show_item(self, at: AtHand) -> None:
        """Say which item is asked about."""
        self._place.say(self._fit.texts("desk.item_n_of", n=at.number, of=at.of))

    def ask(self, asked: SelectAsked) -> None:
        """Ask of an item; what was said before stands beside the question."""
        for choice in self._choices.values():
            choice.setDown(False)
        texts, said = self._fit.texts, ""
        if asked.said is not None:
            said = texts("select.said", said=texts(f"select.{word_of(asked.said)}"))
        elif asked.near > 1:
            said = texts("select.near", n=asked.near)
        self.show_note(said)
        self.show_fault("")
        self._buttons["together"].setVisible(asked.near > 1)

    def show_unseen(self, selection: str) -> None:
        """Say that this would leave out what was not looked at."""
        self._choices[selection].setDown(False)
        word = self._fit.texts(f"select.{word_of(selection)}")
        self.show_note(self._fit.texts("select.unseen", said=word), "attention")

    def show_note(self, sentence: str, tone: str = "text2") -> None:
        """Say something beside the question; an empty sentence takes it back."""
        self._note.tone(tone)
        self._note.say_or_hide(sentence)

    def show_fault(self, sentence: str) -> None:
        """Say what failed, where it happened; an empty sentence takes it back."""
        self._fault.say_or_hide(sentence)

    def show_saving(self, saving: bool) -> None:
        """Show that keys are dead meanwhile."""
        for button in (*self._choices.values(), *self._buttons.values()):
            button.setEnabled(not saving)

    def offer(self, *, undo: bool, others: bool) -> None:
        """Offer what there is to take back, and the list of other files."""
        self._buttons["correct"].setVisible(undo)
        self._buttons["other_files"].setVisible(others)

    def press_key(self, key: str) -> str | None:
        """Show the answer on that digit as pressed, at once; return it."""
        selection = ANSWERS.get(key)
        if selection is not None:
            self._choices[selection].setDown(True)
            self._choices[selection].repaint()
        return selection

    # -- inside -------------------------------------------------------------------------------

    def _build(self) -> None:
        look, texts = self._fit.look, self._fit.texts
        inner = QWidget()
        box = column(inner, gap=look.px("s2"))
        box.setContentsMargins(look.px("s5"), look.px("s4"), look.px("s5"), look.px("s3"))
        box.addWidget(self._place)
        box.addWidget(self._title)
        box.addSpacing(look.px("s2"))
        for choice in self._choices.values():
            box.addWidget(choice)
        box.addSpacing(look.px("s1"))
        box.addWidget(rule())
        box.addWidget(Words(self._fit, texts("select.guidance"), tone="text2"))
        box.addSpacing(look.px("s2"))
        box.addWidget(self._note)
        box.addWidget(self._fault)
        box.addStretch(1)
        actions, flow = flow_of(look.px("s2"))
        for button in self._buttons.values():
            flow.addWidget(button)
        box.addWidget(actions)
        column(self).addWidget(Scrolled(inner))
        self.show_note("")
        self.show_fault("")

    def _button(self, action: str) -> KeyButton:
        texts = self._fit.texts
        own = f"short.select_{action}"
        words = texts(own if own in texts else f"keys.{action}")
        button = KeyButton(self._fit, words, self._fit.keymap.key(action))
        button.setAccessibleName(words)
        button.clicked.connect(partial(self.pressed.emit, action))
        return button

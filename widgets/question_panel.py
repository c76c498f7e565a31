"""The right side of the Desk: the path so far, one question or the outcome, and what to do.

Knows nothing of trees or stores. Question and answers keep their place; guidance scrolls in
itself below them.
"""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.session_types import Asking, Decided, Extras
from widgets.buttons import Choice, KeyButton
from widgets.chips import Crumb
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.layouts import column, emptied, rule
from widgets.leaf import Leaf
from widgets.scrolled import Scrolled
from widgets.words import Words

ACTIONS = ("back", "comment", "pass_on", "second_opinion", "set_aside", "tags", "correct")


class QuestionPanel(QWidget):
    """Shows what is asked or decided, and reports what is pressed."""

    answered = Signal(str)  # the value chosen
    went_back = Signal(int)  # how many answers to keep
    pressed = Signal(str)  # the id of an action

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("right")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look = fit.look
        self._choices: list[tuple[str, Choice]] = []
        self._crumbs = QWidget()
        self._crumbs_flow = FlowLayout(self._crumbs, look.px("s2"))
        self._number = Words(fit, kind="aside", tone="text3", wrap=False)
        self._title = Words(fit, kind="question", strong=True)
        self._asking = QWidget()
        self._answers = QWidget()
        self._answers_column = column(self._answers, gap=look.px("s2"))
        self._leaf = Leaf(fit)
        self._leaf.sign.clicked.connect(partial(self.pressed.emit, "sign"))
        self._guidance = QWidget()
        self._guidance_column = column(self._guidance, gap=look.px("s2"))
        self._guidance_area = Scrolled(self._guidance, look.px("s8") + look.px("s6"))
        self._fault = Words(fit, tone="stop")
        self._fault.hide()
        self._correcting = Words(fit, fit.texts("desk.correcting"), tone="attention")
        self._correcting.hide()
        self._decided: Decided | None = None
        self._buttons = {name: self._button(name) for name in ACTIONS}
        self._asking.hide()
        self._leaf.hide()
        self._build()

    def ask(self, asking: Asking) -> None:
        """Show a question."""
        self._show_path(asking)
        question = asking.question
        self._number.say(self._fit.texts("desk.question", n=len(asking.answers) + 1))
        self._title.say(question.title)
        emptied(self._answers_column)
        self._choices = []
        for choice in question.choices:
            button = Choice(self._fit, choice.key, choice.label, choice.hint)
            button.clicked.connect(partial(self.answered.emit, choice.value))
            self._answers_column.addWidget(button)
            button.show()  # Qt would show it with the next event; the next key may come first
            self._choices.append((choice.value, button))
        emptied(self._guidance_column)
        if question.guidance:
            self._guidance_column.addWidget(Words(self._fit, question.guidance, tone="text2"))
        for source in question.sources:
            self._guidance_column.addWidget(
                Words(self._fit, source.cite, kind="aside", tone="text3", strong=True)
            )
            if source.quote:
                self._guidance_column.addWidget(
                    Words(self._fit, source.quote, kind="aside", tone="text3")
                )
        self._guidance_column.addStretch(1)
        self._guidance_area.to_top()
        self._show_leaf(False)

    def decide(self, decided: Decided, extras: Extras) -> None:
        """Show the outcome in words."""
        self._decided = decided
        self._show_path(decided)
        self._number.say(self._fit.texts("desk.outcome"))
        self._title.say(decided.scheme.words(decided.outcome))
        self._leaf.show_outcome(decided, extras)
        self._show_leaf(True)

    def show_extras(self, extras: Extras) -> None:
        """Show anew what stands beside the answers, if the outcome is shown."""
        if self._decided is not None and self._leaf.isVisibleTo(self):
            self._leaf.show_outcome(self._decided, extras)

    def show_correcting(self, corrects: bool) -> None:
        """Say that a signed verdict is being corrected, and what cannot be done meanwhile."""
        self._correcting.setVisible(corrects)
        for name in ("set_aside", "pass_on"):
            self._buttons[name].setVisible(not corrects)

    def press_key(self, key: str) -> str | None:
        """Show the answer on that digit as pressed, at once; return its value."""
        for value, button in self._choices:
            if button.key == key and not self._asking.isHidden():
                button.setDown(True)
                button.repaint()
                return value
        return None

    def show_saving(self, saving: bool) -> None:
        """Show at once that the signature took, and that keys are dead meanwhile."""
        self._leaf.show_saving(saving)
        for button in self._buttons.values():
            button.setEnabled(not saving)
        for _, choice in self._choices:
            choice.setEnabled(not saving)

    def show_fault(self, sentence: str) -> None:
        """Say what failed, where it happened; an empty sentence takes it back."""
        self._fault.say(sentence)
        self._fault.setVisible(bool(sentence))

    def turn(self, pages: int) -> None:
        """Read on or back: in the guidance, and at its end in the whole panel."""
        if not self._guidance_area.turn(pages):
            self._area.turn(pages)

    def focus_question(self) -> None:
        """Give the keyboard to the first answer, or to the signature."""
        if self._leaf.isVisible():
            self._leaf.sign.setFocus()
        elif self._choices:
            self._choices[0][1].setFocus()

    def has_focus(self) -> bool:
        """Whether one of the answers has the keyboard."""
        return self._leaf.sign.hasFocus() or any(c.hasFocus() for _, c in self._choices)

    # -- inside -------------------------------------------------------------------------------

    def _build(self) -> None:
        look = self._fit.look
        inner = QWidget()
        box = column(inner, margin=look.px("s5"))
        box.setContentsMargins(look.px("s5"), look.px("s4"), look.px("s5"), look.px("s5"))
        _stay(self._crumbs)
        box.addWidget(self._correcting)
        for widget, gap in ((self._crumbs, "s2"), (self._number, "s1"), (self._title, "s3")):
            box.addWidget(widget)
            box.addSpacing(look.px(gap))
        asking = column(self._asking, gap=look.px("s3"))
        asking.addWidget(self._answers)
        asking.addWidget(rule())
        asking.addWidget(self._guidance_area, 1)
        box.addWidget(self._asking, 1)
        box.addWidget(self._leaf, 1)
        box.addWidget(self._fault)
        box.addSpacing(look.px("s3"))
        actions = QWidget()
        flow = FlowLayout(actions, look.px("s2"))
        for button in self._buttons.values():
            flow.addWidget(button)
        _stay(actions)
        box.addWidget(actions)
        outer: QVBoxLayout = column(self)
        self._area = Scrolled(inner)
        outer.addWidget(self._area)

    def _button(self, name: str) -> KeyButton:
        texts, keymap = self._fit.texts, self._fit.keymap
        button = KeyButton(self._fit, texts(f"keys.{name}"), keymap.key(name))
        button.clicked.connect(partial(self.pressed.emit, name))
        return button

    def _show_path(self, state: Asking | Decided) -> None:
        self.show_fault("")
        emptied(self._crumbs_flow)
        for number, answer in enumerate(state.answers):
            question = state.scheme.question(answer.fact)
            choice = question.choice(answer.value)
            crumb = Crumb(self._fit, choice.label if choice else answer.value)
            crumb.setToolTip(question.title)
            crumb.clicked.connect(partial(self.went_back.emit, number))
            self._crumbs_flow.addWidget(crumb)
        if not state.answers:
            self._crumbs_flow.addWidget(Words(self._fit, " ", kind="aside"))
        self._crumbs.updateGeometry()

    def _show_leaf(self, at_leaf: bool) -> None:
        had_focus = self.has_focus()
        self._leaf.setVisible(at_leaf)
        self._asking.setVisible(not at_leaf)
        if had_focus:
            self.focus_question()


def _stay(widget: QWidget) -> None:
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)

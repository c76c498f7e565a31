"""The right side once the answers are open: what to resolve with, why, and what was said."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from app.session.opinions import Compared, Proposal
from grading.scheme import Scheme
from grading.tree import Decided
from widgets.buttons import Choice, KeyButton
from widgets.fields import Lines
from widgets.fittings import Fittings
from widgets.flow import flow_of
from widgets.keys import keeps_or_drops
from widgets.layouts import column, emptied, in_turn, rule
from widgets.scrolled import Scrolled
from widgets.words import Words

MOST_TAKEN = 7  # answers with a digit of their own; with more than these one walks


class Reasons(Lines):
    """The field for the reasons: Enter resolves, Ctrl+D leaves it with its words."""

    kept = Signal()
    dropped = Signal()
    entered = Signal(bool)  # whether it has the keyboard

    def __init__(self, fit: Fittings) -> None:
        super().__init__(
            fit, fit.texts("opinions.reasons"), fit.texts("opinions.reasons_hint"), rows=4
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, save for the keys of the field and of the window."""
        if not keeps_or_drops(event, self._fit.keymap, self.kept.emit, self.dropped.emit):
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Other keys work now."""
        super().focusInEvent(event)
        self.entered.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The keys of the room work again."""
        super().focusOutEvent(event)
        self.entered.emit(False)


class ResolvePanel(QWidget):
    """Says what would be signed, and reports what is pressed."""

    taken = Signal(int)  # the number of a proposal, from 0
    walked = Signal()
    pressed = Signal(str)  # the id of an action

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("right")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look, texts = fit.look, fit.texts
        self._scheme: Scheme | None = None
        self._choices: list[Choice] = []
        self._proposals: tuple[Proposal, ...] = ()
        self._title = Words(fit, kind="question", strong=True)
        self._law = Words(fit, kind="aside", tone="text3")
        self._news = Words(fit, tone="attention")
        self._fault = Words(fit, tone="stop")
        self._choice_box = column(gap=look.px("s2"))
        self.reasons = Reasons(fit)
        self.resolve = KeyButton(
            fit, texts("opinions.resolve"), fit.keymap.key("sign"), strong=True
        )
        self.resolve.clicked.connect(partial(self.pressed.emit, "sign"))
        self._others: list[KeyButton] = []  # what else can be done
        self._said = column(gap=look.px("s2"))
        self._said_title = Words(fit, texts("opinions.said"), tone="text3", strong=True)
        self._rule = rule()
        column(self).addWidget(self._build())
        for words in (self._news, self._fault):
            words.hide()

    @property
    def words(self) -> str:
        """The reasons as they stand."""
        return self.reasons.toPlainText()

    def show_compared(self, scheme: Scheme, compared: Compared, reasons: str) -> None:
        """Offer the answers to take, and show what was said beside them."""
        texts = self._fit.texts
        self._scheme = scheme
        self._proposals = compared.proposals[:MOST_TAKEN]
        self.show_news("")
        self.show_fault("")
        emptied(self._choice_box)
        self._choices = []
        for proposal in self._proposals:
            hint = scheme.words(proposal.decided.outcome)
            number = len(self._choices)
            self._offer(self._name(proposal), hint).clicked.connect(
                partial(self.taken.emit, number)
            )
        self._offer(texts("opinions.walk"), texts("opinions.walk_hint")).clicked.connect(
            self.walked
        )
        in_turn(*self._choices, self.reasons, self.resolve, *self._others)
        if self.words != reasons:
            self.reasons.setPlainText(reasons)
        self._show_said(scheme, compared)

    def show_chosen(self, decided: Decided | None) -> None:
        """Say in words what would be signed."""
        texts = self._fit.texts
        if decided is None:
            self._title.say(texts("opinions.choose"))
            self._law.say("")
        else:
            outcome = decided.outcome
            self._title.say(decided.scheme.words(outcome))
            parts = [part for part in (outcome.law, outcome.category, outcome.reason) if part]
            self._law.say(texts("desk.cite_gap").join(parts))
        self._law.setVisible(bool(self._law.text()))
        for choice, proposal in zip(self._choices, self._proposals, strict=False):
            same = decided is not None and proposal.decided.answers == decided.answers
            choice.setDown(same)
            choice.setAccessibleDescription(
                texts("opinions.chosen_name", said=choice.accessibleDescription()) if same else ""
            )
        walked = decided is not None and not any(
            proposal.decided.answers == decided.answers for proposal in self._proposals
        )
        if self._choices:
            self._choices[-1].setDown(walked)

    def press_key(self, key: str) -> None:
        """Take the answer on that digit, or walk."""
        for choice in self._choices:
            if choice.key == key:
                choice.click()

    def show_news(self, sentence: str) -> None:
        """Say that something changed underneath; an empty sentence takes it back."""
        self._news.say_or_hide(sentence)

    def show_fault(self, sentence: str) -> None:
        """Say what failed, where it happened; an empty sentence takes it back."""
        self._fault.say_or_hide(sentence)

    def show_saving(self, saving: bool) -> None:
        """Show at once that the key took, and that keys are dead meanwhile."""
        for widget in (self.resolve, self.reasons, *self._choices):
            widget.setEnabled(not saving)

    # -- inside -------------------------------------------------------------------------------

    def _build(self) -> Scrolled:
        look, texts = self._fit.look, self._fit.texts
        inner = QWidget()
        box = column(inner, gap=look.px("s2"))
        box.setContentsMargins(look.px("s5"), look.px("s4"), look.px("s5"), look.px("s4"))
        box.addWidget(Words(self._fit, texts("opinions.resolving"), tone="text3", strong=True))
        box.addWidget(self._title)
        box.addWidget(self._law)
        box.addSpacing(look.px("s1"))
        box.addLayout(self._choice_box)
        box.addSpacing(look.px("s1"))
        box.addWidget(Words(self._fit, texts("opinions.reasons"), tone="text3", strong=True))
        box.addWidget(self.reasons)
        box.addWidget(self._news)
        box.addWidget(self._fault)
        actions, flow = flow_of(look.px("s2"))
        flow.addWidget(self.resolve)
        for action in ("send_item", "give_back"):
            button = KeyButton(
                self._fit, texts(f"short.{action}_long"), self._fit.keymap.key(action)
            )
            button.setAccessibleName(texts(f"keys.{action}"))
            button.clicked.connect(partial(self.pressed.emit, action))
            self._others.append(button)
            flow.addWidget(button)
        box.addWidget(actions)
        box.addSpacing(look.px("s2"))
        box.addWidget(self._rule)
        box.addWidget(self._said_title)
        box.addLayout(self._said)
        box.addStretch(1)
        return Scrolled(inner)

    def _offer(self, label: str, hint: str) -> Choice:
        choice = Choice(self._fit, str(len(self._choices) + 1), label, hint)
        self._choices.append(choice)
        self._choice_box.addWidget(choice)
        return choice

    def _name(self, proposal: Proposal) -> str:
        texts = self._fit.texts
        names = list(proposal.names)
        if proposal.own:
            names[0] = texts("opinions.you")
        return texts("opinions.as_answered", names=texts("opinions.and").join(names))

    def _show_said(self, scheme: Scheme, compared: Compared) -> None:
        """What people wrote beside their answers, each whole."""
        texts = self._fit.texts
        emptied(self._said)
        lines = []
        for told in compared.comparison.answers:
            if told.asked is not None and told.line:
                known = scheme.has(told.asked)
                title = scheme.question(told.asked).title if known else told.asked
                lines.append(
                    texts("opinions.asked_about", name=told.name, title=title, line=told.line)
                )
            if told.comment:
                lines.append(texts("opinions.commented", name=told.name, words=told.comment))
        for one in (self._rule, self._said_title):
            one.setVisible(bool(lines))
        for line in lines:
            self._said.addWidget(Words(self._fit, line, tone="text2"))

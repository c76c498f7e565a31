"""The right side of the Desk: the path so far, one question or the outcome, and what to do.

Knows nothing of trees or stores. The answers keep their place from question to question: above
them there is always room for two rows of crumbs and the longest title, and what comes and goes
stands below them.
"""

from functools import partial
from itertools import pairwise
from math import ceil

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.session.types import Asking, Decided, Extras, StillsState
from grading.scheme import Question
from widgets.buttons import KeyButton
from widgets.chips import Crumb
from widgets.fittings import Fittings
from widgets.flow import FlowLayout
from widgets.keycaps import Keycaps
from widgets.layouts import column, removed, row
from widgets.leaf import Leaf
from widgets.question_page import QuestionPage
from widgets.scrolled import Scrolled
from widgets.words import Words

ACTIONS = ("back", "comment", "set_aside", "second_opinion", "pass_on", "tags")
# So long a disk may take before it is shown. To draw all that is dead meanwhile takes longer than
# most disks do, and the next item would wait until it is drawn.
SAVING_SHOWN_MS = 60
CRUMB_ROWS, TITLE_LINES = 2, 3  # the number of a question takes the third line


class QuestionPanel(QWidget):
    """Shows what is asked or decided, and reports what is pressed."""

    answered = Signal(str)  # the value chosen
    went_back = Signal(int)  # how many answers to keep
    pressed = Signal(str)  # the id of an action

    def __init__(self, fit: Fittings, actions: tuple[str, ...] = ACTIONS) -> None:
        super().__init__()
        self._fit = fit
        self.setObjectName("right")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        look = fit.look
        self._pages: dict[Question, QuestionPage] = {}
        self._shown: QWidget | None = None
        self._path: list[tuple[str, str]] = []
        self._question: Question | None = None
        self._crumbs = QWidget()
        self._crumbs_flow = FlowLayout(self._crumbs, look.px("s1"))
        self._number = Words(fit, kind="aside", tone="text3", wrap=False)
        self._law = Keycaps(fit, (fit.keymap.key("law"),), fit.texts("short.law"), aside=True)
        self._title = Words(fit, kind="question", strong=True)
        self._asking = column()
        self._leaf = Leaf(fit)
        self._leaf.sign.clicked.connect(partial(self.pressed.emit, "sign"))
        self._leaf.name_worst.clicked.connect(partial(self.pressed.emit, "worst"))
        self._fault = Words(fit, tone="stop")
        self._fault.hide()
        self._note = Words(fit)
        self._note.hide()
        self._decided: Decided | None = None
        self._buttons = {name: self._button(name) for name in actions}
        self._leaf.hide()
        self._saving = QTimer(self, singleShot=True, interval=SAVING_SHOWN_MS)
        self._saving.timeout.connect(self._draw_saving)
        self._shows_saving = False
        self._build()

    def ask(self, asking: Asking) -> None:
        """Show a question."""
        had_focus = self.has_focus()
        self._show_path(asking)
        question = self._question = asking.question
        self._law.setVisible(bool(question.guidance or question.sources))
        self._number.say(self._fit.texts("desk.question", n=len(asking.answers) + 1))
        self._number.show()
        self._title.setAccessibleDescription("")
        self._title.say(question.title)
        page = self._pages.get(question)
        if page is None:
            page = self._pages[question] = QuestionPage(self._fit, question)
            page.answered.connect(self.answered)
            self._asking.addWidget(page, 1)
        page.begin()
        self._show(page, had_focus=had_focus)

    def decide(self, decided: Decided, extras: Extras) -> None:
        """Show the outcome in words."""
        had_focus = self.has_focus()
        self._decided = decided
        self._question = None
        self._law.hide()
        self._show_path(decided)
        self._number.hide()  # its line is for the title, which is longer here
        self._title.setAccessibleDescription(self._fit.texts("desk.outcome"))
        self._title.say(decided.scheme.words(decided.outcome))
        self._leaf.show_outcome(decided, extras)
        self._show(self._leaf, had_focus=had_focus)

    def show_extras(self, extras: Extras) -> None:
        """Mark what is kept beside the answers; where the outcome is shown, say it anew."""
        marked = bool(extras.tags or extras.ai_basis or extras.confidence)
        kept = {
            "comment": bool(extras.comment),
            "tags": marked,
            "second_opinion": extras.second_opinion is not None,
        }
        for name, there in kept.items():
            if name not in self._buttons:
                continue
            words = self._fit.texts(f"keys.{name}")
            said = self._fit.texts("desk.kept_name", words=words) if there else words
            self._buttons[name].show_kept(there)
            self._buttons[name].setAccessibleName(said)
        if self._decided is not None and self._shown is self._leaf:
            self._leaf.show_outcome(self._decided, extras)

    def show_stills(self, stills: StillsState) -> None:
        """Take the stills of the item, one of which may decide."""
        self._leaf.show_stills(stills)

    def show_correcting(self, corrects: bool) -> None:
        """Say that a signed verdict is being corrected, and what cannot be done meanwhile."""
        self.show_note(self._fit.texts("desk.correcting") if corrects else "", "attention")
        for name in ("set_aside", "pass_on"):
            self._buttons[name].setVisible(not corrects)

    def show_note(self, sentence: str, tone: str = "text2") -> None:
        """Say what the answers will be; an empty sentence takes it back."""
        self._note.tone(tone)
        self._note.say_or_hide(sentence)

    def press_key(self, key: str) -> str | None:
        """Show the answer on that digit as pressed, at once; return its value."""
        return self._shown.press_key(key) if isinstance(self._shown, QuestionPage) else None

    def show_saving(self, saving: bool) -> None:
        """Show that the signature took and that keys are dead, where that lasts for a moment."""
        if saving:
            self._saving.start()
            return
        self._saving.stop()
        if self._shows_saving:
            self._draw_saving(False)

    @Slot()
    def _draw_saving(self, saving: bool = True) -> None:
        self._shows_saving = saving
        self._leaf.show_saving(saving)
        for button in self._buttons.values():
            button.setEnabled(not saving)
        if isinstance(self._shown, QuestionPage):
            self._shown.setEnabled(not saving)

    def show_fault(self, sentence: str) -> None:
        """Say what failed, where it happened; an empty sentence takes it back."""
        self._fault.say_or_hide(sentence)

    @property
    def question(self) -> Question | None:
        """The question that is asked, if one is."""
        return self._question

    def focus_question(self) -> None:
        """Give the keyboard to the first answer, or to the signature."""
        if isinstance(self._shown, QuestionPage):
            self._shown.focus_first()
        else:
            self._leaf.sign.setFocus(
                Qt.FocusReason.TabFocusReason
            )  # by the keyboard: with the ring

    def has_focus(self) -> bool:
        """Whether one of the answers, or of the path to them, has the keyboard."""
        stops = [self._leaf.sign, *self._crumbs.findChildren(Crumb)]
        return any(s.hasFocus() for s in stops) or any(p.has_focus() for p in self._pages.values())

    # -- inside -------------------------------------------------------------------------------

    def _build(self) -> None:
        look = self._fit.look
        inner = QWidget()
        box = column(inner)
        box.setContentsMargins(look.px("s5"), look.px("s3"), look.px("s5"), look.px("s3"))
        self._head = self._build_head()
        box.addWidget(self._head)
        box.addSpacing(look.px("s3"))
        box.addLayout(self._asking, 1)
        box.addWidget(self._leaf, 1)
        box.addWidget(self._note)
        box.addWidget(self._fault)
        box.addSpacing(look.px("s3"))
        actions = self._actions = QWidget()
        flow = FlowLayout(actions, look.px("s2"))
        for button in self._buttons.values():
            flow.addWidget(button)
        _follow_width(actions, QSizePolicy.Policy.Minimum)
        box.addWidget(actions)
        outer: QVBoxLayout = column(self)
        self._area = Scrolled(inner)
        outer.addWidget(self._area)

    def _build_head(self) -> QWidget:
        """Crumbs at the top, number and title at the bottom, always as high as it can become."""
        look, head = self._fit.look, QWidget()
        box = column(head)
        _follow_width(self._crumbs, QSizePolicy.Policy.Minimum)
        number = row(gap=look.px("s2"))
        number.addWidget(self._number, 1)
        number.addWidget(self._law)
        box.addWidget(self._crumbs)
        box.addStretch(1)
        box.addSpacing(look.px("s2"))
        box.addLayout(number)
        box.addWidget(self._title)
        # Not at least its hint: that is taken at the narrowest width, where every word has a line.
        _follow_width(head, QSizePolicy.Policy.Preferred)
        return head

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep room above the answers, less what the panel lacks for all that is below them."""
        super().resizeEvent(event)
        look = self._fit.look
        line = look.type_px("question") * look.figure("tight_line_height_percent") / 100
        crumbs = (look.px("s6") - 1) * CRUMB_ROWS + look.px("s1") * (CRUMB_ROWS - 1)
        full = crumbs + look.px("s2") + ceil(line * TITLE_LINES)
        buttons = self._actions.heightForWidth(self.width() - look.px("s5") * 2)
        two_rows = self._buttons["back"].sizeHint().height() * 2 + look.px("s2")
        whole = look.px("right_panel_whole") + max(buttons - two_rows, 0)
        self._head.setMinimumHeight(max(full - max(whole - self.height(), 0), 0))

    def _button(self, name: str) -> KeyButton:
        texts, keymap = self._fit.texts, self._fit.keymap
        known = (f"short.{name}_long", f"short.{name}", f"keys.{name}")
        words = texts(next(one for one in known if one in texts))
        button = KeyButton(self._fit, words, keymap.key(name))
        button.setAccessibleName(texts(f"keys.{name}"))
        button.clicked.connect(partial(self.pressed.emit, name))
        return button

    def _show_path(self, state: Asking | Decided) -> None:
        self.show_fault("")
        path = [(answer.fact, answer.value) for answer in state.answers]
        same = 0
        while same < min(len(path), len(self._path)) and path[same] == self._path[same]:
            same += 1
        removed(self._crumbs_flow, same)
        for number in range(same, len(path)):
            question = state.scheme.question(path[number][0])
            choice = question.choice(path[number][1])
            crumb = Crumb(self._fit, choice.label if choice else path[number][1])
            crumb.setToolTip(question.title)
            crumb.clicked.connect(partial(self.went_back.emit, number))
            self._crumbs_flow.addWidget(crumb)
            crumb.show()  # Qt would show it with the next event
        self._path = path
        self._crumbs.updateGeometry()

    def _show(self, shown: QWidget, *, had_focus: bool) -> None:
        """Show a question or the outcome, and keep the keyboard where it was of use."""
        if self._shown is not shown:
            if self._shown is not None:
                self._shown.hide()
            self._shown = shown
            shown.show()
        self._order_stops()
        if had_focus:
            self.focus_question()

    def _order_stops(self) -> None:
        """The Tab key goes as one reads: the path, the answers, what else can be done."""
        items = map(self._crumbs_flow.itemAt, range(self._crumbs_flow.count()))
        stops = [item.widget() for item in items if item is not None]
        page = self._shown
        stops += page.answers if isinstance(page, QuestionPage) else self._leaf.stops
        for before, after in pairwise([*stops, *self._buttons.values()]):
            if before is not None and after is not None:
                QWidget.setTabOrder(before, after)


def _follow_width(widget: QWidget, upright: QSizePolicy.Policy) -> None:
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, upright)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)

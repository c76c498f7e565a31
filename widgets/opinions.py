"""Second opinions: what waits at the left, an item of it in the middle, the answer at the right."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget

from app.session.opinions import (
    REASONS,
    Compared,
    OpenedItem,
    OpinionSession,
    OpinionStage,
    Waiting,
)
from app.session.sitting import Sitting
from app.session.sync import Lamp, SyncState
from app.session.types import Asking, AtHand, Decided, Extras, Typed
from grading.scheme import Question
from widgets.fittings import Fittings
from widgets.keys import Deeds
from widgets.layouts import row
from widgets.opened_view import OpenedView
from widgets.opinion_inputs import SEND, OpinionInputs
from widgets.question_panel import QuestionPanel
from widgets.queue_page import QueuePage
from widgets.resolve_panel import ResolvePanel
from widgets.room import Room
from widgets.sightlines import Sightlines
from widgets.viewing_keys import declare_viewing

NARROW_PX = 1000  # at 100 %: below it the list makes room while an item is open
ACTIONS = ("back", "comment", "tags", SEND, "give_back")
_AT_AN_ITEM = (OpinionStage.ASKING, OpinionStage.DECIDED, OpinionStage.COMPARING)


class OpinionsRoom(Room):
    """Shows what the session says, and tells it what was pressed."""

    def __init__(
        self,
        fit: Fittings,
        sitting: Sitting,
        sightlines: Sightlines,
        show_law: Callable[[Question], object],
    ) -> None:
        super().__init__()
        self.setObjectName("room")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._fit, self._sitting, self._show_law = fit, sitting, show_law
        self._session: OpinionSession = sitting.opinions
        self._viewing = sitting.viewing
        self._extras = Extras()
        self.queue = QueuePage(fit, self, sitting)
        self.list = self.queue.list
        self.panel = QuestionPanel(fit, ACTIONS)
        self.view = OpenedView(fit, sitting, sightlines, self.panel.show_stills)
        self.canvas = self.view.canvas
        self.resolving = ResolvePanel(fit)
        self.inputs = OpinionInputs(fit, self._session, self.canvas)
        self._middle, self._right = QStackedWidget(), QStackedWidget()
        self._build()
        self._connect()
        self._show_stage(self._session.stage)

    @property
    def place(self) -> str:
        """Which keys work: those of the list, of the item, or of a field."""
        if self.inputs.is_open or self._writes():
            return "input"
        if self._session.stage not in _AT_AN_ITEM:
            return "queue"
        veil, stills = self._viewing.state, self._viewing.stills.state
        by_stills = stills.of > 1 and veil.zoom <= 1 and veil.lens is None
        return "opinion_stills" if by_stills else "opinion"

    @property
    def legend(self) -> str:
        """The keys that work, named by what they do here."""
        return "reasons" if self._writes() else self.place

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the room do."""
        session, at_item = self._session, self._at_item
        deeds.on_answer(self._answer)
        deeds.on("open_item", self._open, allowed=self._may_open)
        deeds.on("queue_next", partial(self.list.step, 1), allowed=self._has_rows)
        deeds.on("queue_previous", partial(self.list.step, -1), allowed=self._has_rows)
        deeds.on(SEND, self._ask_whom, allowed=self._may_send)
        deeds.on("give_back", self._give_back, allowed=self._may_give_back)
        deeds.on("back", session.back, allowed=self._walks)
        deeds.on("sign", self._enter_key, allowed=at_item)
        deeds.on("tags", partial(self._open_input, "tags"), allowed=self._walks)
        deeds.on("comment", self._write, allowed=at_item)
        deeds.on("law", self._ask_law, allowed=lambda: session.stage is OpinionStage.ASKING)
        declare_viewing(deeds, self._viewing, self.canvas, at_item)
        for part in (self.panel, self.resolving, self.queue):
            part.pressed.connect(deeds.do)
        self.list.picked.connect(partial(deeds.do, "open_item"))

    def enter(self) -> None:
        """The person comes in: the queue anew; what was open is shown again, veiled."""
        self.queue.tell("")
        self._session.attended = True
        self._session.look()
        if self._session.item is not None:
            self.view.look()
            self._session.tell()
        self._show_stage(self._session.stage)
        self.focus()

    def leave(self) -> None:
        """The person goes: what was said so far is a draft, and no time is counted."""
        self._session.attended = False

    def focus(self) -> None:
        """Give the keyboard to the open field, the item, or the list."""
        if self.inputs.is_open:
            self.inputs.focus()
        elif self._at_item():
            self.canvas.setFocus()
        elif self._has_rows():
            self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self.queue.notice.setFocus()

    def hide_everything(self) -> None:
        """Forget every pixel; the session gives them again, veiled."""
        self.view.hide_everything()

    # -- what the session says ----------------------------------------------------------------

    def _build(self) -> None:
        self.inputs.lie_over(self, (self._middle, self.list))
        for page in (self.queue.notice, self.view):
            self._middle.addWidget(page)
        for panel in (self.panel, self.resolving):
            self._right.addWidget(panel)
        box = row(self)
        box.addWidget(self.queue.side)
        box.addWidget(self._middle, 1)
        box.addWidget(self._right)

    def _connect(self) -> None:
        session = self._session
        session.listed.connect(self._show_rows)
        session.staged.connect(self._show_stage)
        session.opened.connect(self._show_opened)
        session.turned.connect(self._show_item)
        session.asking.connect(self._ask)
        session.decided.connect(self._decide)
        session.noted.connect(self._note)
        session.compared.connect(self._compare)
        session.chosen.connect(self.resolving.show_chosen)
        session.changed_underneath.connect(self._tell_change)
        session.signed.connect(self._tell_signed)
        session.failed.connect(self._show_fault)
        self._sitting.sync.changed.connect(self._look_after)
        self.inputs.moved.connect(self.moved)
        self.inputs.acted.connect(self._send)
        self.panel.answered.connect(self._choose)
        self.panel.went_back.connect(session.back)
        self.resolving.taken.connect(self._take)
        self.resolving.walked.connect(session.walk)
        self.resolving.reasons.changed.connect(self._hold_reasons)
        self.resolving.reasons.kept.connect(self._resolve)
        self.resolving.reasons.dropped.connect(self.canvas.setFocus)
        self.resolving.reasons.entered.connect(lambda _: self.moved.emit())

    @Slot(object)
    def _look_after(self, state: SyncState) -> None:
        if state.lamp is not Lamp.RUNNING and self.isVisible():
            self._session.look()

    @Slot(object)
    def _show_rows(self, rows: tuple[Waiting, ...]) -> None:
        had_none = not self._has_rows()
        self.queue.show_rows(rows)
        self.inputs.offer_persons(self._session.persons)
        if had_none and self.isVisible() and not self._at_item():
            self.focus()

    @Slot(object)
    def _show_stage(self, stage: OpinionStage) -> None:
        at_item = stage in _AT_AN_ITEM
        busy = stage is OpinionStage.SAVING
        self.panel.show_saving(busy)
        self.resolving.show_saving(busy)
        if busy and self._session.item is not None:
            self._viewing.conceal()
            return
        self._middle.setCurrentIndex(1 if at_item else 0)
        self._right.setCurrentIndex(1 if stage is OpinionStage.COMPARING else 0)
        self.view.show_answers(at_item and not self._session.answers_blind)
        self._make_room()
        self.queue.show_stage(stage)
        if stage is OpinionStage.COMPARING and self.panel.has_focus():
            self.canvas.setFocus()
        self.moved.emit()

    @Slot(object)
    def _show_opened(self, _: OpenedItem) -> None:
        self.inputs.close()
        self.view.look()

    @Slot(object)
    def _show_item(self, at: AtHand | None) -> None:
        self.view.show_item(at, is_open=self._session.item is not None)

    @Slot(object)
    def _ask(self, asking: Asking) -> None:
        self.inputs.show_state(asking)
        self.panel.ask(asking)
        self._say_what_for()

    @Slot(object)
    def _decide(self, decided: Decided) -> None:
        self.inputs.show_state(decided)
        self.panel.decide(decided, self._extras)
        self._say_what_for()

    @Slot(object)
    def _note(self, extras: Extras) -> None:
        self._extras = extras
        self.inputs.show_extras(extras)
        self.panel.show_extras(extras)

    def _say_what_for(self) -> None:
        blind = self._session.answers_blind
        self.panel.show_note(self._fit.texts("opinions.blind" if blind else "opinions.walking"))

    @Slot(object)
    def _compare(self, compared: Compared) -> None:
        scheme = self._session.scheme
        self.view.show_compared(scheme, compared)
        self.resolving.show_compared(scheme, compared, self._session.reasons)

    @Slot(int)
    def _tell_change(self, answers: int) -> None:
        changed = "opinions.changed" if answers else "opinions.taken_back"
        self.resolving.show_news(self._fit.texts(changed, n=answers))

    @Slot(str)
    def _tell_signed(self, what: str) -> None:
        peer = what == "answer" and self._session.item is None
        self.queue.tell(self._fit.texts(f"opinions.done_{'opinion' if peer else what}"))
        if self._session.item is None:
            self.focus()

    @Slot(str)
    def _show_fault(self, sentence: str) -> None:
        stage = self._session.stage
        if stage is OpinionStage.COMPARING:
            self.resolving.show_fault(sentence)
        elif stage in _AT_AN_ITEM:
            self.panel.show_fault(sentence)
        else:
            self.queue.tell(sentence)

    # -- what the person does -----------------------------------------------------------------

    def _open(self) -> None:
        chosen = self.list.chosen()
        if self._sitting.duty.pause_due():
            self.queue.tell(self._fit.texts("opinions.pause"))
        elif chosen is not None:
            self.queue.tell("")
            self._session.open(chosen.item)

    def _give_back(self) -> None:
        row_ = self._in_hand()
        if row_ is not None:
            self._viewing.conceal()
            self._session.release(row_.item)

    def _ask_whom(self) -> None:
        if self._session.stage in _AT_AN_ITEM and not self.view.takes_key():
            return
        self.inputs.offer_persons(self._session.persons)
        self.inputs.open(SEND)

    @Slot(object)
    def _send(self, words: Typed) -> None:
        in_hand = self._in_hand()
        if in_hand is not None and words.about:
            self._session.send(in_hand.item, words.about, words.text or None)

    def _answer(self, digit: str) -> None:
        if not self.view.takes_key():
            return
        if self._session.stage is OpinionStage.COMPARING:
            self.resolving.press_key(digit)
        elif self._session.stage is OpinionStage.ASKING:
            value = self.panel.press_key(digit)
            if value is not None:
                self._session.answer(value)

    @Slot(str)
    def _choose(self, value: str) -> None:
        if self.view.takes_key():
            self._session.answer(value)

    @Slot(int)
    def _take(self, number: int) -> None:
        self._session.take(number)
        self.resolving.reasons.setFocus()

    def _enter_key(self) -> None:
        if not self.view.takes_key():
            return
        if self._session.stage is OpinionStage.COMPARING:
            self._resolve()
            return
        blind = self._session.answers_blind
        self._viewing.conceal()
        self._session.sign()
        if not blind:
            self.resolving.reasons.setFocus()

    @Slot()
    def _resolve(self) -> None:
        texts, words = self._fit.texts, self.resolving.words.strip()
        if not self._session.has_chosen:
            self.resolving.show_fault(texts("opinions.needs_choice"))
            self.canvas.setFocus()
        elif not words:
            self.resolving.show_fault(texts("opinions.needs_reasons"))
            self.resolving.reasons.setFocus()
        else:
            self.resolving.show_fault("")
            self.resolving.show_news("")
            self._session.resolve(words)

    @Slot()
    def _hold_reasons(self) -> None:
        if self._session.stage is OpinionStage.COMPARING:
            words = self.resolving.words
            self._session.hold_words(Typed(REASONS, words) if words else None)

    def _write(self) -> None:
        if self._session.stage is OpinionStage.COMPARING:
            self.resolving.reasons.setFocus()
        else:
            self._open_input("comment")

    def _open_input(self, kind: str) -> None:
        if self.view.takes_key():
            self._viewing.conceal()
            self.inputs.open(kind)

    def _ask_law(self) -> None:
        if self.panel.question is not None:
            self._show_law(self.panel.question)

    def _in_hand(self) -> Waiting | None:
        opened = self._session.item
        return opened.row if opened is not None else self.list.chosen()

    def _at_item(self) -> bool:
        return self._session.stage in _AT_AN_ITEM

    def _writes(self) -> bool:
        return self.window().focusWidget() is self.resolving.reasons

    def _walks(self) -> bool:
        return self._session.stage in (OpinionStage.ASKING, OpinionStage.DECIDED)

    def _has_rows(self) -> bool:
        return self.queue.has_rows

    def _may_open(self) -> bool:
        chosen, stage = self.list.chosen(), self._session.stage
        return stage is OpinionStage.LIST and chosen is not None and chosen.refused is None

    def _may_send(self) -> bool:
        in_hand = self._in_hand()
        return in_hand is not None and (self._at_item() or self._may_open())

    def _may_give_back(self) -> bool:
        in_hand, opened = self._in_hand(), self._session.item is not None
        return in_hand is not None and (opened or in_hand.taken_by_me)

    # -- room ---------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the item what list, answers and panel do not need."""
        self._make_room()
        super().resizeEvent(event)

    def _make_room(self) -> None:
        at_item, look = self._at_item(), self._fit.look
        narrow = at_item and self.width() < NARROW_PX * look.percent / 100
        if not at_item:  # never list and panel at once where they make the window wider
            self._right.hide()
        self.queue.side.setVisible(not narrow)
        self.queue.side.setFixedWidth(min(look.px("queue_panel"), self.width() * 40 // 100))
        self._right.setFixedWidth(min(look.px("right_panel"), self.width() * 55 // 100))
        self._right.setVisible(at_item)

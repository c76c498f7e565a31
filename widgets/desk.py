"""The Desk: progress at the left, the item in the middle, the question at the right."""

from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.sentences import said
from app.session.sitting import Sitting
from app.session.types import (
    Asking,
    AtHand,
    BatchSummary,
    Decided,
    Extras,
    Progress,
    Stage,
    Today,
)
from widgets.canvas import Canvas
from widgets.deciding_still import DecidingStill
from widgets.desk_inputs import DeskInputs
from widgets.desk_notice import DeskNotice
from widgets.evidence_drawer import EvidenceDrawer
from widgets.fittings import Fittings
from widgets.key_gate import KeyGate
from widgets.keys import Deeds
from widgets.layouts import column, row
from widgets.progress_panel import ProgressPanel
from widgets.question_panel import QuestionPanel
from widgets.room import Room
from widgets.sightlines import Sightline, Sightlines
from widgets.status_line import StatusLine
from widgets.viewing_keys import declare_viewing

NARROW_PX = 1000  # at 100 %: below it the left panel makes room, its place goes to the status line
_AT_AN_ITEM = (Stage.ASKING, Stage.DECIDED)


class Desk(Room):
    """Shows what the sessions say, and tells them what was pressed."""

    law_wanted = Signal(object)  # Question: what the scheme says of it is to be shown in full

    def __init__(
        self, fit: Fittings, sitting: Sitting, status: StatusLine, sightlines: Sightlines
    ) -> None:
        super().__init__()
        self._fit = fit
        self._sitting, self._sightlines = sitting, sightlines
        session, self._viewing = sitting.grading, sitting.viewing
        self._session = session
        self._status = status
        self._batch: BatchSummary | None = None
        self._progress: Progress | None = None
        self._extras, self._deciding = Extras(), DecidingStill(session, self._viewing)
        self._reason = ""
        self._today: Today | None = None
        self._gate = KeyGate()
        self.left = ProgressPanel(fit)
        self.canvas = Canvas(fit)
        self.panel = QuestionPanel(fit)
        self.notice = DeskNotice(fit)
        self.drawer = EvidenceDrawer(fit)
        self.inputs = DeskInputs(fit, session, self.canvas)
        self._middle = QStackedWidget()
        work = QWidget()
        across, self._sight = row(work), column()
        self._sight.addWidget(self.canvas, 1)
        self._sight.addWidget(self.drawer)
        across.addLayout(self._sight, 1)
        across.addWidget(self.panel)
        self._middle.addWidget(work)
        self.inputs.lie_over(work)
        self._middle.addWidget(self.notice)
        box = row(self)
        box.addWidget(self.left)
        box.addWidget(self._middle, 1)
        self._connect()
        self._show_stage(session.stage)

    @property
    def place(self) -> str:
        """Which keys work: those of the Desk, of its stills, or those of a field."""
        if self.inputs.is_open:
            return "input"
        veil = self._viewing.state
        by_stills = self._has_stills() and veil.zoom <= 1 and veil.lens is None
        return "stills" if by_stills else "desk"

    @property
    def legend(self) -> str:
        """The keys of an item where there is one."""
        there = self.inputs.is_open or self._middle.currentIndex() == 0
        return self.place if there else "desk_without_item"

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the Desk do."""
        session, viewing, evidence = self._session, self._viewing, self._sitting.evidence
        deeds.on_answer(self._answer)
        at_item = self._at_item
        deeds.on("back", session.back, allowed=at_item)
        deeds.on("sign", self._enter, allowed=lambda: self._can_enter() or self._leaves())
        deeds.on("correct", session.correct_last)
        deeds.on("pass_on", self._pass_on, allowed=self._may_leave)
        deeds.on("next", lambda: session.step(1), allowed=at_item)
        deeds.on("previous", lambda: session.step(-1), allowed=at_item)
        deeds.on("take_up", session.take_up_set_aside, allowed=self._has_set_aside)
        for kind in ("tags", "comment", "second_opinion", "set_aside"):
            allowed = self._may_leave if kind == "set_aside" else at_item
            deeds.on(kind, partial(self._open_input, kind), allowed=allowed)
        session.stayed.connect(deeds.refuse)
        declare_viewing(deeds, viewing, self.canvas, self.sees_item)
        may_decide = self._deciding.may_be_named
        deeds.on("worst", self._deciding.name, allowed=lambda: self.sees_item() and may_decide())
        deeds.on("evidence", evidence.toggle, allowed=lambda: not evidence.state.hindrance)
        asks = evidence.show_prompts
        deeds.on("prompt_text", asks, allowed=lambda: evidence.may_show_prompts)
        for name, pages in (("evidence_on", 1), ("evidence_back", -1)):
            turn = partial(self.drawer.turn, pages)
            deeds.on(name, turn, allowed=lambda: evidence.state.is_open)
        deeds.on("law", self._ask_law, allowed=lambda: session.stage is Stage.ASKING)
        self.panel.pressed.connect(deeds.do)
        self.left.pressed.connect(deeds.do)
        self.notice.pressed.connect(deeds.do)
        self.drawer.pressed.connect(deeds.do)

    @property
    def takes_keys(self) -> bool:
        """Whether a key would count for the item on the Desk."""
        return self.canvas.shows_item and self._gate.is_open

    @property
    def has_item(self) -> bool:
        """Whether an item is on the Desk, to be answered or signed."""
        return self._at_item()

    def sees_item(self) -> bool:
        """Whether the item on the Desk is there to be looked at."""
        return self._at_item()

    @property
    def in_transit(self) -> bool:
        """Whether one item leaves and the next one comes: that takes a moment."""
        return self._leaves()

    def enter(self) -> None:
        """The person comes in: the item is shown here again, veiled, if it was shown elsewhere."""
        if self._sightlines.look_through(self.sightline):
            self._session.tell()

    def focus(self) -> None:
        """Give the keyboard to the open field, to the item, or to what is said in its place."""
        if self.inputs.is_open:
            self.inputs.focus()
        else:
            (self.canvas if self._middle.currentIndex() == 0 else self.notice).setFocus()

    def hide_everything(self) -> None:
        """Forget every pixel; the session gives them again, veiled."""
        self._gate.hide()
        self.canvas.clear()

    def show_today(self, today: Today) -> None:
        """Count a break down while it lasts."""
        self._today = today
        if self._session.stage is Stage.RESTING:
            self.notice.count_down(today)

    # -- what the sessions say ----------------------------------------------------------------
    def _connect(self) -> None:
        session, viewing = self._session, self._viewing
        session.staged.connect(self._show_stage)
        session.opened.connect(self._show_batch)
        session.turned.connect(self._show_item)
        session.asking.connect(self._ask)
        session.decided.connect(self._decide)
        session.noted.connect(self._note)
        session.progressed.connect(self._show_progress)
        session.failed.connect(self._show_fault)
        self._sitting.evidence.changed.connect(self.drawer.show_state)
        self.drawer.show_state(self._sitting.evidence.state)
        self.canvas.painted.connect(self._gate.show)
        self.sightline = Sightline(
            self._sitting,
            self.canvas,
            (
                (viewing.stills.changed, self.panel.show_stills),
                (viewing.waiting, self._wait),
                (viewing.unreadable, self._cannot_show),
            ),
            session.look_here,
        )
        self._sightlines.look_through(self.sightline)
        self.inputs.moved.connect(self.moved)
        self.inputs.acted.connect(lambda words: session.set_aside(words.text or None))
        self.panel.answered.connect(self._choose)
        self.panel.went_back.connect(session.back)

    @Slot(object)
    def _show_stage(self, stage: Stage) -> None:
        leaves, here = self._leaves(), self.sightline.is_tied
        if leaves:
            if here:
                self._viewing.conceal()  # before the disk is asked for anything
            if self.isVisible():
                self.canvas.setFocus()  # Qt would take it from a dead button to the header
        self.panel.show_saving(leaves)
        if leaves:
            return
        at_work = stage in _AT_AN_ITEM
        self._middle.setCurrentIndex(0 if at_work else 1)
        self._show_narrow()
        self.moved.emit()
        if not at_work:
            self.inputs.close()
            if here:
                self._viewing.show_item(None)
            self.left.show_place(self._session.at_hand)
            self._say_why(stage)
            if self.isVisible():  # a room that nobody sees takes no keyboard
                self.notice.setFocus()
            self._gate.hide()
            self._gate.show()  # the notice has to be seen as an item has

    def _say_why(self, stage: Stage) -> None:
        self.notice.say_stage(
            stage,
            title=self._batch.title if self._batch else "",
            reason=self._reason,
            has_set_aside=self._has_set_aside(),
            today=self._today,
        )

    @Slot(object)
    def _show_batch(self, batch: BatchSummary) -> None:
        self._batch = batch
        self.left.show_batch(batch.title)

    @Slot(object)
    def _show_item(self, at: AtHand) -> None:
        self.inputs.close()
        self._gate.hide()
        if self.sightline.is_tied and not self._is_offered():
            self._viewing.show_item(at)  # else another room's item is shown, on its own canvas
        self.left.show_place(at)  # after it: what is ready is painted by now
        self._show_narrow()
        self._item_shown()

    def _is_offered(self) -> bool:
        """Whether the item at hand can be carried over unseen: then it is not even fetched."""
        return False

    def _item_shown(self) -> None:
        """For a subclass. A slot made anew there would be called after its widget is gone."""

    @Slot(object)
    def _ask(self, asking: Asking) -> None:
        self.inputs.show_state(asking)
        self.panel.ask(asking)
        self.panel.show_correcting(self._corrects())

    @Slot(object)
    def _decide(self, decided: Decided) -> None:
        self.inputs.show_state(decided)
        self.panel.decide(decided, self._extras)
        self.panel.show_correcting(self._corrects())

    @Slot(object)
    def _note(self, extras: Extras) -> None:
        self._extras = extras
        self._deciding.take(extras)
        self.inputs.show_extras(extras)
        self.canvas.bar.show_worst(extras.worst)
        self.panel.show_extras(extras)
        # The opinion asked in a verdict that is being corrected is counted already.
        self.left.show_asked_here(extras.second_opinion is not None and not self._corrects())

    @Slot(object)
    def _show_progress(self, progress: Progress) -> None:
        self._progress = progress
        self.left.show_progress(progress)

    @Slot(str)
    def _show_fault(self, sentence: str) -> None:
        if self._session.stage in _AT_AN_ITEM:
            self.panel.show_fault(sentence)
        else:
            self.notice.say_aside(sentence)

    @Slot()
    def _wait(self) -> None:
        self._show_waiting()

    def _show_waiting(self) -> None:
        self._gate.hide()
        self.canvas.clear(self._fit.texts("desk.waiting"))

    @Slot(str, str)
    def _cannot_show(self, item: str, reason: str) -> None:
        self._reason = said(reason)
        self.canvas.clear()
        self._session.mark_unreadable(item, reason)

    # -- what the person does -----------------------------------------------------------------

    def _answer(self, digit: str) -> None:
        if self._takes_key() and self._session.stage is Stage.ASKING:
            value = self.panel.press_key(digit)
            if value is not None:
                self._session.answer(value)

    @Slot(str)
    def _choose(self, value: str) -> None:
        if self._takes_key():
            self._session.answer(value)

    def _ask_law(self) -> None:
        question = self.panel.question
        if question is not None:
            self.law_wanted.emit(question)

    def _pass_on(self) -> None:
        if self._takes_key():
            self._viewing.conceal()
            self._session.pass_on()

    def _takes_key(self) -> bool:
        """Whether what is pressed now counts for the item on the Desk."""
        unseen = self._at_item() and not self.canvas.shows_item
        if unseen or self._leaves():
            self._gate.drop()
            return False
        return self._gate.takes()

    def _leaves(self) -> bool:
        return self._session.stage in (Stage.SAVING, Stage.TURNING)

    def _enter(self) -> None:
        if not self._takes_key():
            return
        if self._session.stage is Stage.DECIDED:
            self._viewing.conceal()
            self._session.sign()
        else:
            self._session.step()

    def _can_enter(self) -> bool:
        return self._session.stage in (Stage.DECIDED, Stage.RESTING, Stage.UNREADABLE)

    def _at_item(self) -> bool:
        return self._session.stage in _AT_AN_ITEM

    def _has_set_aside(self) -> bool:
        return self._progress is not None and self._progress.set_aside > 0

    def _has_stills(self) -> bool:
        return self._viewing.stills.state.of > 1

    def _open_input(self, kind: str) -> None:
        if self._takes_key():
            self._viewing.conceal()
            self.inputs.open(kind)

    def _may_leave(self) -> bool:
        """Whether the item may leave the Desk unsigned; a verdict being corrected may not."""
        return self._at_item() and not self._corrects()

    def _corrects(self) -> bool:
        at = self._session.at_hand
        return at is not None and at.corrects is not None

    # -- room ---------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the item what the panels do not need."""
        look = self._fit.look
        self.left.setFixedWidth(look.px("left_panel"))
        self.panel.setFixedWidth(min(look.px("right_panel"), self.width() * 55 // 100))
        self.drawer.give_room(self.height())
        self._show_narrow()
        super().resizeEvent(event)

    def _is_narrow(self) -> bool:
        return self.width() < NARROW_PX * self._fit.look.percent / 100

    def _show_narrow(self) -> None:
        self.left.setVisible(self._batch is not None and not self._is_narrow())
        at = self._session.at_hand
        text = ""
        if at is not None and self._is_narrow() and self.isVisible():
            text = self._fit.texts("desk.item_n_of", n=at.number, of=at.of)
            if not at.number:
                text = self._fit.texts("desk.item_elsewhere")
        self._status.show_item(text)

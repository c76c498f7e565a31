"""Select: which items of a found batch go to assessment, by one key each, under their veil."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.session.group_types import GroupState
from app.session.select_store import SelectOpened
from app.session.select_types import OtherFile, SelectAsked, SelectionCounts
from app.session.selecting import SelectSession
from app.session.types import AtHand, Stage, Today
from widgets.canvas import Canvas
from widgets.desk_notice import DeskNotice
from widgets.doors import Hall
from widgets.group_page import GroupPage
from widgets.key_gate import KeyGate
from widgets.keys import Deeds
from widgets.layouts import row
from widgets.other_files import OtherFiles
from widgets.room import BATCHES, DESK, Room
from widgets.select_counts import SelectCounts
from widgets.select_panel import SelectPanel
from widgets.sightlines import Sightline
from widgets.viewing_keys import declare_viewing
from widgets.ways import WAYS

NARROW_PX = 1000  # at 100 %: below it the counts make room for the item
_BUSY = (Stage.TURNING, Stage.SAVING)


class SelectRoom(Room):
    """Shows what the session says, and tells it what was pressed."""

    def __init__(self, hall: Hall) -> None:
        super().__init__()
        self._hall, self._fit = hall, hall.fit
        self._session: SelectSession = hall.sitting.selecting
        self._viewing, self._duty = hall.sitting.viewing, hall.sitting.duty
        self.setObjectName("room")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        fit = hall.fit
        self._gate = KeyGate()
        self.left = SelectCounts(fit)
        self.canvas = Canvas(fit)
        self.panel = SelectPanel(fit)
        self.group = GroupPage(fit)
        self.notice = DeskNotice(fit)
        self.others = OtherFiles(fit)
        self._counts: SelectionCounts | None = None
        self._files: tuple[OtherFile, ...] = ()
        self._title = ""
        self._seen, self._middle = QStackedWidget(), QStackedWidget()
        self._work = QWidget()
        for widget in (self.canvas, self.group):
            self._seen.addWidget(widget)
        work = row(self._work)
        work.addWidget(self._seen, 1)
        work.addWidget(self.panel)
        for page in (self._work, self.notice, self.others):
            self._middle.addWidget(page)
        box = row(self)
        box.addWidget(self.left)
        box.addWidget(self._middle, 1)
        self._connect()
        self._show_stage(self._session.stage)

    @property
    def place(self) -> str:
        """Which keys work: those of the list of files, of an item, of its stills, of a sheet."""
        if self._middle.currentWidget() is self.others:
            return "other_files"
        if not self._at_item():
            return "select"
        if self._session.sheet.state.is_open and not self._viewing.state.revealed:
            return "select_group"
        veil, stills = self._viewing.state, self._viewing.stills.state
        by_stills = stills.of > 1 and veil.zoom <= 1 and veil.lens is None
        return "select_stills" if by_stills else "select_item"

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys of the room do."""
        session, sheet, at_item = self._session, self._session.sheet, self._at_item

        def is_open() -> bool:
            return at_item() and sheet.state.is_open

        deeds.on_answer(self._answer)
        deeds.on("correct", session.undo)
        deeds.on("next", partial(session.step, 1), allowed=at_item)
        deeds.on("previous", partial(session.step, -1), allowed=at_item)
        deeds.on("sign", partial(session.step, 0), allowed=self._may_go_on)
        near = self._has_near
        deeds.on("together", session.toggle_sheet, allowed=lambda: is_open() or near())
        deeds.on("exclude", sheet.exclude, allowed=lambda: is_open() and sheet.state.at > 0)
        for way in WAYS:
            deeds.on(way, partial(self._step, way), allowed=is_open)
        deeds.on("other_files", self._list_files, allowed=lambda: bool(self._files))
        deeds.on("close_other_files", self._close_files)
        deeds.on("mark_preview", self._mark, allowed=lambda: self.others.chosen is not None)
        declare_viewing(deeds, self._viewing, self.canvas, at_item)
        for part in (self.panel, self.group, self.others):
            part.pressed.connect(deeds.do)
        self.notice.pressed.connect(partial(self._press_notice, deeds))

    def enter(self) -> None:
        """The person comes in: what was done meanwhile is read, the item is shown veiled."""
        self._hall.sightlines.look_through(self._line)
        self._session.attended = True
        if self._session.stage in _BUSY:  # a batch is on its way here
            self._show_stage(self._session.stage)
        else:
            self._session.look(self._session.batch)
        self.focus()

    def leave(self) -> None:
        """The person goes: every pixel is gone when this returns, and no time is counted."""
        self._session.sheet.drop()
        self._viewing.show_item(None)
        self._session.attended = False
        self._line.untie()

    def focus(self) -> None:
        """Give the keyboard to what is shown."""
        page = self._middle.currentWidget()
        if page is self.others:
            self.others.focus()
        elif page is self.notice:
            self.notice.setFocus()
        elif self._session.sheet.state.is_open:
            self.group.show_group(self._session.sheet.state)  # after calm it holds no tile
            self.group.sheet.setFocus()
        else:
            self.canvas.setFocus()

    def hide_everything(self) -> None:
        """Forget every pixel; the session gives them again, veiled."""
        self._gate.hide()
        self.canvas.clear()
        self.group.show_group(GroupState())

    # -- what the session says ----------------------------------------------------------------

    def _connect(self) -> None:
        session, viewing, sheet = self._session, self._viewing, self._session.sheet
        self._line = Sightline(
            self._hall.sitting,
            self.canvas,
            (
                (viewing.waiting, self._wait),
                (viewing.unreadable, session.cannot_show),
                (viewing.revealed, self._show_page),
                (viewing.concealed, self._show_page),
            ),
        )
        session.opened.connect(self._show_batch)
        session.staged.connect(self._show_stage)
        session.turned.connect(self._show_item)
        session.asking.connect(self._ask)
        session.unseen.connect(self.panel.show_unseen)
        session.counted.connect(self._show_counts)
        session.listed.connect(self._take_files)
        session.failed.connect(self._show_fault)
        session.stayed.connect(self._stay)
        self._duty.counted.connect(self._show_today)
        sheet.changed.connect(self._show_group)
        sheet.tiled.connect(self.group.sheet.take_tile)
        self.group.sheet.chosen.connect(sheet.choose)
        self.group.sheet.seen.connect(sheet.want)
        self.group.sheet.painted.connect(self._gate.show)
        self.group.sheet.touched.connect(viewing.touch)
        self.canvas.painted.connect(self._gate.show)
        self.panel.answered.connect(self._choose)

    @Slot(object)
    def _show_batch(self, opened: SelectOpened) -> None:
        self._title = opened.batch.title
        self.left.show_batch(self._title)

    @Slot(object)
    def _show_stage(self, stage: Stage) -> None:
        busy = stage in _BUSY
        self.panel.show_saving(busy)
        if busy:
            self._gate.drop()
            return
        if self._middle.currentWidget() is not self.others:
            self._middle.setCurrentWidget(self._work if stage is Stage.ASKING else self.notice)
        if stage is not Stage.ASKING:
            self._say_why(stage)
        self.left.setVisible(stage is not Stage.EMPTY and not self._is_narrow())
        self.moved.emit()
        if self.isVisible():
            self.focus()

    def _say_why(self, stage: Stage) -> None:
        texts, keymap = self._fit.texts, self._fit.keymap

        def button(action: str, words: str) -> tuple[str, str, str]:
            return action, texts(words), keymap.key(action)

        if stage is Stage.EMPTY:
            to_batches = button(BATCHES, "keys.batches")
            self.notice.say(texts("select.empty"), texts("select.empty_more"), [to_batches])
        elif stage is Stage.RESTING:
            self.notice.say_stage(stage, today=self._duty.today)
        else:
            actions = [button(DESK, "select.grade"), button("correct", "short.select_correct")]
            self.notice.say(texts("select.finished", title=self._title), self._said(), actions)

    def _said(self) -> str:
        counts = self._counts
        if counts is None:
            return ""
        return self._fit.texts(
            "select.finished_more",
            found=counts.found,
            selected=counts.selected,
            no_child=counts.no_child,
            child_non_criminal=counts.child_non_criminal,
        )

    @Slot(object)
    def _show_item(self, at: AtHand | None) -> None:
        self._gate.hide()
        if at is not None:
            self.panel.show_item(at)
        if self._line.is_tied:
            self._viewing.show_item(at)

    @Slot(object)
    def _ask(self, asked: SelectAsked) -> None:
        self.panel.ask(asked)
        self._offer()

    @Slot(object)
    def _show_counts(self, counts: SelectionCounts) -> None:
        self._counts = counts
        self.left.show_counts(counts)
        self._offer()
        if self._session.stage is Stage.FINISHED:
            self._say_why(Stage.FINISHED)

    @Slot(object)
    def _take_files(self, files: tuple[OtherFile, ...]) -> None:
        self._files = files
        self.others.show_files(files)
        self._offer()

    def _offer(self) -> None:
        self.panel.offer(undo=self._session.can_undo, others=bool(self._files))

    @Slot(object)
    def _show_group(self, state: GroupState) -> None:
        was_open = self._seen.currentIndex() == 1
        self.group.show_group(state)
        self._show_page()
        if was_open is not state.is_open:
            if state.is_open:
                self.panel.show_note(self._fit.texts("select.together"))
            self.moved.emit()
            if self.isVisible() and self._at_item():
                self.focus()

    @Slot()
    def _show_page(self) -> None:
        by_tiles = self._session.sheet.state.is_open and not self.canvas.shows_clear
        self._seen.setCurrentIndex(1 if by_tiles else 0)

    @Slot(object)
    def _show_today(self, today: Today) -> None:
        if self._session.stage is Stage.RESTING:
            self.notice.count_down(today)

    @Slot(str)
    def _show_fault(self, sentence: str) -> None:
        if self._at_item():
            self.panel.show_fault(sentence)
        else:
            self.notice.say_aside(sentence)

    @Slot(str)
    def _stay(self, action: str) -> None:
        said = self._fit.texts(f"cannot.select_{action}")
        if self._at_item():
            self.panel.show_note(said)
        else:
            self.notice.say_aside(said)

    @Slot()
    def _wait(self) -> None:
        if not self._session.sheet.state.is_open:
            self._gate.hide()
        self.canvas.clear(self._fit.texts("desk.waiting"))

    # -- what the person does -----------------------------------------------------------------

    def _answer(self, digit: str) -> None:
        if self._takes_key():
            selection = self.panel.press_key(digit)
            if selection is not None:
                self._sign(selection)

    @Slot(str)
    def _choose(self, selection: str) -> None:
        if self._takes_key():
            self._sign(selection)

    def _sign(self, selection: str) -> None:
        self._viewing.conceal()  # what was revealed counts before it is signed
        self._session.choose(selection)

    def _takes_key(self) -> bool:
        shown = self.canvas.shows_item or self._session.sheet.state.is_open
        if not self._at_item() or not shown:
            self._gate.drop()
            return False
        return self._gate.takes()

    def _step(self, way: str) -> None:
        sheet = self._session.sheet
        sheet.choose(self.group.reached(sheet.state.at, way))

    def _list_files(self) -> None:
        self._viewing.conceal()
        self._middle.setCurrentWidget(self.others)
        self.moved.emit()
        self.focus()

    def _close_files(self) -> None:
        self._middle.setCurrentWidget(self._work if self._at_item() else self.notice)
        self._show_stage(self._session.stage)

    def _mark(self) -> None:
        chosen = self.others.chosen
        if chosen is not None:
            self._session.mark(chosen.item, preview=not chosen.preview)

    def _press_notice(self, deeds: Deeds, action: str) -> None:
        if action == DESK:
            self._session.grade()
        deeds.do(action)

    def _at_item(self) -> bool:
        return self._session.stage is Stage.ASKING

    def _has_near(self) -> bool:
        return self._at_item() and len(self._session.near) > 1

    def _may_go_on(self) -> bool:
        return self._session.stage is Stage.RESTING

    # -- room ---------------------------------------------------------------------------------

    def minimumSizeHint(self) -> QSize:
        """Of no width of its own: the left panel goes as soon as the window becomes narrow.

        With it a wide window could not be made so narrow at once. The header is never narrower.
        """
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the item what the panels do not need."""
        look = self._fit.look
        self.left.setFixedWidth(look.px("left_panel"))
        self.panel.setFixedWidth(min(look.px("right_panel"), self.width() * 55 // 100))
        self.left.setVisible(self._session.stage is not Stage.EMPTY and not self._is_narrow())
        super().resizeEvent(event)

    def _is_narrow(self) -> bool:
        return self.width() < NARROW_PX * self._fit.look.percent / 100

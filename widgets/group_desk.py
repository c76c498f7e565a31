"""The Desk on which a group of near-copies can lie: its sheet in the place of the item."""

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from app.session.group_types import GroupState
from app.session.sitting import Sitting
from app.session.types import Stage
from widgets.desk import Desk
from widgets.fittings import Fittings
from widgets.key_gate import KeyGate
from widgets.keys import Deeds
from widgets.layouts import in_turn
from widgets.resolved_page import ResolvedPage
from widgets.sightlines import Sightlines
from widgets.status_line import StatusLine
from widgets.ways import WAYS

if TYPE_CHECKING:
    from widgets.group_page import GroupPage
    from widgets.group_sheet import GroupSheet


class GroupDesk(Desk):
    """Answers, words and signature stay where they are; the tiles come where the item was.

    While the chosen tile is revealed, the item itself is seen in the place of the sheet, under the
    same rules as ever.
    """

    def __init__(
        self, fit: Fittings, sitting: Sitting, status: StatusLine, sightlines: Sightlines
    ) -> None:
        self._group = sitting.group
        super().__init__(fit, sitting, status, sightlines)
        self._seen = QStackedWidget()
        # It asks for no height of its own: the drawer has what it wants, the item what is left.
        self._seen.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._sight.replaceWidget(self.canvas, self._seen)
        self._sight.setStretch(0, 1)
        self._seen.addWidget(self.canvas)
        self._resolved, self._offer_gate = ResolvedPage(fit), KeyGate()
        self._resolved.painted.connect(self._offer_gate.show)
        self._seen.addWidget(self._resolved)
        self._do: Callable[[str], object] = _nothing
        self._connect_group()

    @cached_property
    def _group_page(self) -> "GroupPage":
        """The tiles with what is said of them; built when a group is first laid out."""
        # With the first part of Qt's own that is asked for, PySide learns all there are.
        from widgets.group_page import GroupPage  # noqa: PLC0415 - 20 ms that the start spares

        page = GroupPage(self._fit)
        self._seen.addWidget(page)
        in_turn(self.canvas, *page.buttons)
        group, sheet = self._group, page.sheet
        group.tiled.connect(sheet.take_tile)
        sheet.chosen.connect(group.choose)
        sheet.seen.connect(group.want)
        sheet.painted.connect(self._gate.show)
        sheet.touched.connect(self._viewing.touch)
        page.pressed.connect(self._press)
        return page

    @property
    def sheet(self) -> "GroupSheet":
        """The tiles."""
        return self._group_page.sheet

    @property
    def place(self) -> str:
        """Which keys work: on a sheet the arrows choose, while an item is revealed they move it."""
        place = super().place
        by_tiles = self._group.state.is_open and not self._viewing.state.revealed
        return "group" if by_tiles and place != "input" else place

    @property
    def legend(self) -> str:
        """The keys that work; of what can be carried over, its own."""
        offered = self.place == "desk" and self._shows_offer()
        return "resolved" if offered else super().legend

    @property
    def takes_keys(self) -> bool:
        """Whether a key would count for what is on the Desk."""
        if self._group.state.is_open:
            return self._gate.is_open
        return super().takes_keys and not self._is_offered()

    @property
    def takes_offer(self) -> bool:
        """Whether a key would carry over what is offered."""
        return self._shows_offer() and self._offer_gate.is_open

    def sees_item(self) -> bool:
        """Whether the item on the Desk is there to be looked at: not where it is offered unseen."""
        return super().sees_item() and not self._shows_offer()

    def declare(self, deeds: Deeds) -> None:
        """Say what the keys do, those of the sheet too."""
        super().declare(deeds)
        group = self._group

        def is_open() -> bool:
            return group.state.is_open

        deeds.on("together", group.toggle, allowed=lambda: is_open() or len(group.waiting) > 1)
        deeds.on("largest_group", group.go_to_largest)
        deeds.on("exclude", group.exclude, allowed=lambda: is_open() and group.state.at > 0)
        for name in WAYS:
            deeds.on(name, partial(self._step, name), allowed=is_open)
        grading, offered = self._sitting.grading, self._shows_offer
        deeds.on("carry_over", self._carry_over, allowed=offered)
        deeds.on("carry_over_all", partial(self._carry_over, every=True), allowed=offered)
        deeds.on("look_anyway", grading.look_all_the_same, allowed=self._is_offered)
        self._do = deeds.do
        self._resolved.pressed.connect(self._press)

    def minimumSizeHint(self) -> QSize:
        """Of no width of its own: the left panel goes as soon as the window becomes narrow.

        With it a wide window could not be made so narrow at once. The header is never narrower.
        """
        return QSize(0, super().minimumSizeHint().height())

    def enter(self) -> None:
        """The person comes in: where there is little room, the status line says where they are."""
        super().enter()
        self._show_narrow()

    def leave(self) -> None:
        """The person goes: the place in the batch is none of another room's."""
        self._status.show_item("")

    def hide_everything(self) -> None:
        """Forget every pixel of the sheet too."""
        super().hide_everything()
        if self._has_sheet:
            self.sheet.show_group(GroupState())

    def focus(self) -> None:
        """Give the keyboard to what lies on the Desk."""
        if self._group.state.is_open and not self.inputs.is_open:
            self._group_page.show_group(self._group.state)  # after calm it holds no tile
            self.sheet.setFocus()
        elif self._shows_offer() and self._at_item():
            self._resolved.setFocus()
        else:
            super().focus()

    # -- inside -------------------------------------------------------------------------------

    def _connect_group(self) -> None:
        group, viewing = self._group, self._viewing
        group.offered.connect(self.left.show_near)
        group.changed.connect(self._show_group)
        group.left_unseen.connect(self._tell_unseen)
        group.none_waits.connect(self._tell_none)
        self._sitting.grading.failed.connect(self._resolved.show_fault)
        viewing.revealed.connect(self._show_revealed)
        viewing.concealed.connect(self._show_page)
        self._show_group(group.state)

    @Slot(object)
    def _show_group(self, state: GroupState) -> None:
        was_open = self._shows_sheet()
        if state.is_open or self._has_sheet:
            self._group_page.show_group(state)
        self._show_page()
        if was_open != state.is_open:
            self.moved.emit()
            if self.isVisible():
                self.focus()

    @Slot(object)
    def _show_revealed(self, _: object) -> None:
        self._show_page()

    @Slot()
    def _show_page(self) -> None:
        page: QWidget = self.canvas
        if self._group.state.is_open and not self.canvas.shows_clear:
            page = self._group_page
        elif self._is_offered():
            page = self._resolved
        before = self._seen.currentWidget()
        at = self.window().focusWidget()
        had_keyboard = before is not None and (before is at or before.isAncestorOf(at))
        self._seen.setCurrentWidget(page)
        if page is not before and self.isVisible():
            if page is self._resolved:
                self.focus()
            elif had_keyboard:  # else Qt gives it to the next button, and Enter presses that
                (self.sheet if self._shows_sheet() else page).setFocus()
        self.panel.setVisible(page is not self._resolved)  # nothing is asked of what is not shown

    @property
    def _has_sheet(self) -> bool:
        """Whether a group was laid out since the Desk was built."""
        return "_group_page" in self.__dict__

    def _shows_sheet(self) -> bool:
        return self._has_sheet and self._seen.currentWidget() is self._group_page

    @Slot(str)
    def _press(self, action: str) -> None:
        self._do(action)

    def _is_offered(self) -> bool:
        return bool(self._sitting.grading.resolved)

    def _shows_offer(self) -> bool:
        return self._is_offered() and self._seen.currentWidget() is self._resolved

    @Slot(int, int)
    def _tell_unseen(self, left: int, of: int) -> None:
        decided = self._sitting.grading.decided_now
        category = decided.outcome.category if decided is not None else ""
        self.panel.show_fault(self._fit.texts("group.unseen", n=left, of=of, category=category))

    @Slot()
    def _tell_none(self) -> None:
        self._show_fault(self._fit.texts("group.none_waits"))

    def _step(self, way: str) -> None:
        self._group.choose(self._group_page.reached(self._group.state.at, way))

    def _item_shown(self) -> None:
        if self._group.state.is_open:
            self._group.look()  # at the chosen one, not at the first
        elif self._is_offered():
            if self.sightline.is_tied:
                self._viewing.show_item(None)
            self.canvas.clear()  # not even the veil is shown
        self._offer_gate.hide()
        if found := self._sitting.grading.resolved:
            self._resolved.show_offer(found, self._sitting.words_of(found[0].outcome))
        self._show_page()

    def _show_waiting(self) -> None:
        if self._group.state.is_open:
            self.canvas.clear(self._fit.texts("desk.waiting"))  # behind the sheet
        else:
            super()._show_waiting()

    def _takes_key(self) -> bool:
        if self._group.state.is_open and not self._leaves():
            return self._gate.takes()
        if self._at_item() and self._is_offered():
            self._gate.drop()  # what is not shown is neither answered nor signed
            return False
        return super()._takes_key()

    def _carry_over(self, *, every: bool = False) -> None:
        """Carry over what is offered, once that was seen for as long as anybody needs."""
        if self._leaves():
            self._offer_gate.drop()
        elif self._offer_gate.takes():
            self._sitting.grading.carry_over(every=every)

    def _enter(self) -> None:
        if not self._group.state.is_open or self._session.stage is not Stage.DECIDED:
            super()._enter()
        elif self._takes_key():
            self._group.sign()


def _nothing(_: str) -> None:
    """No keys are declared yet."""

"""Opens, fills and keeps the small panels of the Desk, over the lower part of the canvas."""

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from app.session.grading import GradingSession
from app.session.types import Asking, Decided, Extras, SecondOpinion, Typed
from widgets.fittings import Fittings
from widgets.inputs import CommentInput, InputPanel, SecondOpinionInput, SetAsideInput
from widgets.tags_input import TagsInput

if TYPE_CHECKING:
    from app.session.opinions import OpinionSession

ACTS = ("set_aside", "send_item")


class DeskInputs(QObject):
    """At most one panel is open. Words typed and not kept are drafts."""

    moved = Signal()  # a panel was opened or closed: other keys work
    acted = Signal(object)  # Typed: words that go with an act, such as setting the item aside
    needs_no_item: tuple[str, ...] = ()  # kinds that open without an item

    def __init__(
        self, fit: Fittings, session: "GradingSession | OpinionSession", canvas: QWidget
    ) -> None:
        super().__init__(canvas)
        self._fit = fit
        self._session = session
        self._canvas = canvas
        self._over = canvas  # the panels' parent, once `lie_over` named it
        self._without = canvas, canvas  # where no item is open: lies over, has the keyboard then
        self._state: Asking | Decided | None = None
        self._extras = Extras()
        self._open: InputPanel | None = None
        canvas.installEventFilter(self)
        session.typing.connect(self._resume)

    @property
    def is_open(self) -> bool:
        """Whether a panel is open."""
        return self._open is not None

    def lie_over(self, over: QWidget, without: tuple[QWidget, QWidget] | None = None) -> None:
        """Say in which widget the panels lie.

        Where no item is open they lie over the first ``without``, and the other has the keyboard
        once they are closed.
        """
        self._over, self._without = over, without or self._without
        self._without[0].installEventFilter(self)

    def show_state(self, state: Asking | Decided) -> None:
        """Take where the walk stands; a second opinion is about a question of its path."""
        self._state = state

    def show_extras(self, extras: Extras) -> None:
        """Take what is said already."""
        self._extras = extras

    def open(self, kind: str, typed: Typed | None = None) -> None:
        """Open a panel, filled with what was said or typed before."""
        if self._state is None and kind not in self.needs_no_item:
            return
        self.close()
        panel = self._panel(kind)
        panel.setParent(self._over)
        if typed is not None:
            panel.fill(typed)
        panel.typed.connect(self._session.hold_words)
        panel.kept.connect(self._keep)
        panel.dropped.connect(self._drop)
        self._open = panel
        self._place()
        panel.show()
        panel.raise_()
        if self._over.isVisible():  # not from whom another room has the keyboard
            panel.setFocus(Qt.FocusReason.ShortcutFocusReason)  # by a key: the ring is shown
        self.moved.emit()

    def close(self) -> None:
        """Close what is open; what was typed stays a draft."""
        if self._open is not None:
            panel, self._open = self._open, None
            panel.hide()
            panel.deleteLater()
            before = self._canvas if self._canvas.isVisible() else self._without[1]
            if before.isVisible():
                before.setFocus()
            self.moved.emit()

    def focus(self) -> None:
        """Give the keyboard back to the open panel."""
        if self._open is not None:
            self._open.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the lower edge of the canvas."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        return super().eventFilter(watched, event)

    @Slot(object)
    def _resume(self, typed: Typed) -> None:
        self.open(typed.kind, typed)

    @Slot()
    def _drop(self) -> None:
        self._session.hold_words(None)
        self.close()

    @Slot()
    def _keep(self) -> None:
        panel = self._open
        if panel is None:
            return
        words = panel.words()
        text = words.text.strip()
        if isinstance(panel, TagsInput):
            self._note(panel.extras())
        elif words.kind == "comment":
            self._note(dataclasses.replace(self._extras, comment=text or None))
        elif words.kind in ACTS:
            self.close()
            self.acted.emit(dataclasses.replace(words, text=text))
        elif not text and self._extras.second_opinion is not None:
            self._note(dataclasses.replace(self._extras, second_opinion=None))
        elif not text or words.about is None:
            panel.show_fault(self._fit.texts("input.opinion_needs_line"))
            self._place()
        else:
            opinion = SecondOpinion(words.about, text)
            self._note(dataclasses.replace(self._extras, second_opinion=opinion))

    def _note(self, extras: Extras) -> None:
        self.close()
        self._session.note(extras)

    def _panel(self, kind: str) -> InputPanel:
        if kind == "comment":
            panel: InputPanel = CommentInput(self._fit)
            panel.fill(Typed(kind, self._extras.comment or ""))
            return panel
        if kind == "set_aside":
            return SetAsideInput(self._fit)
        if kind == "tags":
            tags = TagsInput(self._fit)
            if self._state is not None:
                tags.offer(self._state.scheme, self._extras)
            return tags
        return self._opinion()

    def _opinion(self) -> SecondOpinionInput:
        panel = SecondOpinionInput(self._fit)
        state = self._state
        if state is None:
            return panel
        facts = [answer.fact for answer in state.answers]
        if isinstance(state, Asking):
            facts.append(state.question.fact)
        said = self._extras.second_opinion
        chosen = said.question if said and said.question in facts else facts[-1]
        panel.offer([(fact, state.scheme.question(fact).title) for fact in facts], chosen)
        if said is not None:
            panel.fill(Typed("second_opinion", said.line, chosen))
        return panel

    def _place(self) -> None:
        panel = self._open
        if panel is None:
            return
        look = self._fit.look
        edge = look.px("s4")
        # Over the item; where that is narrow, over the question too.
        under = self._canvas if self._canvas.isVisible() else self._without[0]
        room = QRect(under.mapTo(self._over, QPoint()), under.size())
        if room.width() < look.px("dialog"):
            room = self._over.rect()
        width = min(room.width() - edge * 2, look.px("page"))
        height = min(panel.wanted_height(width), room.height() - edge * 2)
        left = room.x() + (room.width() - width) // 2
        panel.setGeometry(QRect(left, room.bottom() + 1 - height - edge, width, height))

"""The evidence drawer of the Desk: shut with each item, opened by a key, filled off the window."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from app.drawer.gate import hindrance
from app.drawer.section import Fact, Section
from app.jobs import Jobs
from app.messages import sentence
from app.session.group_grading import GroupGrading
from app.session.grouping import GroupSession
from app.session.types import Asking, AtHand, Decided, Stage
from app.session.viewing import ViewingSession
from grading.late_methods import dataclass

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from app.drawer.filling import DrawerReader, Filling
    from app.drawer.gathering import Prompt
    from app.drawer.more import Source

__all__ = ["DrawerState", "EvidenceSession", "Fact", "Section"]
_AT_AN_ITEM = (Stage.ASKING, Stage.DECIDED)


@dataclass(frozen=True, slots=True)
class DrawerState:
    """What the drawer shows.

    `hindrance` says why it stays shut, one of `app.drawer.gate.HINDRANCES`. `is_reading` while more
    may come; `fault` is a sentence.
    """

    is_open: bool = False
    hindrance: str = ""
    is_reading: bool = False
    sections: tuple[Section, ...] = ()
    fault: str = ""


class EvidenceSession(QObject):
    """Opens and shuts the drawer of the item at hand. Nothing is read before it is opened."""

    changed = Signal(object)  # DrawerState

    def __init__(
        self,
        jobs: Jobs,
        ws: "Workstation",
        grading: GroupGrading,
        group: GroupSession,
        viewing: ViewingSession,
    ) -> None:
        super().__init__()
        self._jobs = jobs
        self._ws = ws
        self._grading = grading
        self._group = group
        self._lock = threading.Lock()
        self._reads: DrawerReader | None = None
        self._is_over = False
        self._walk: Asking | Decided | None = None
        self._left: tuple[AtHand | None, Asking | Decided | None] = (None, None)  # it may stay
        self._batch = ""
        self._item = ""  # whose drawer it is
        self._run = 0  # how often it was opened or shut; what comes for another is dropped
        self._filling: Filling | None = None
        self.state = DrawerState(hindrance=hindrance(None))
        grading.asking.connect(self._walked)
        grading.decided.connect(self._walked)
        grading.turned.connect(self._turned)
        grading.staged.connect(self._staged)
        group.changed.connect(self._chosen)
        viewing.calming.connect(self._calm)

    def toggle(self) -> None:
        """Open the drawer, if it may be; or shut it."""
        if self.state.is_open:
            self.close()
        elif not self.state.hindrance and self._grading.stage in _AT_AN_ITEM:
            self._open()

    @property
    def may_show_prompts(self) -> bool:
        """Whether there is a prompt in the open drawer that may be shown and is not."""
        asked = any(section.action == "prompt_text" for section in self.state.sections)
        is_shown = self._filling is not None and self._filling.shows_prompts
        return self.state.is_open and asked and not is_shown

    def show_prompts(self) -> None:
        """Show the text of the prompts in the file, until the drawer shuts."""
        at, run, item = self._grading.at_hand, self._run, self._item
        if at is not None and self.may_show_prompts:
            batch = at.batch
            self._jobs.run(
                lambda: self._reader.prompts(item, batch),
                lambda found: self._show_prompts(run, found),
                lambda error: self._failed(run, error),
            )

    def close(self) -> None:
        """Shut it, and forget what was in it."""
        self._forget()
        if self.state.is_open:
            self._set(replace(self.state, is_open=False, is_reading=False, sections=(), fault=""))

    def end(self) -> Callable[[], object]:
        """Forget what was read; return what ends what reads for it, for good, on any thread."""
        self._forget()
        return self._close_reader

    # -- inside -------------------------------------------------------------------------------

    @property
    def _reader(self) -> "DrawerReader":
        """What reads for it; it comes with the first drawer opened, on the thread that asks."""
        with self._lock:
            if self._reads is None:
                from app.drawer.filling import DrawerReader  # noqa: PLC0415 - not at the start

                self._reads = DrawerReader(self._ws)
                if self._is_over:
                    self._reads.close()
            return self._reads

    def _end_reader(self) -> None:
        with self._lock:
            if self._reads is not None:
                self._reads.end()

    def _close_reader(self) -> None:
        with self._lock:
            self._is_over = True
            if self._reads is not None:
                self._reads.close()

    def _open(self) -> None:
        at = self._grading.at_hand
        if at is None:
            return
        self._forget()
        run, item, batch = self._run, self._wanted(at), at.batch
        self._item = item
        self._set(replace(self.state, is_open=True, is_reading=True, sections=(), fault=""))
        self._jobs.run(
            lambda: self._reader.fill(item, batch),
            lambda found: self._found(run, found),
            lambda error: self._failed(run, error),
        )

    def _forget(self) -> None:
        self._run += 1
        self._filling, self._item = None, ""

    def _wanted(self, at: AtHand) -> str:
        return self._group.state.chosen if self._group.state.is_open else at.item

    def _found(self, run: int, found: "Filling") -> None:
        if run == self._run:
            self._filling = found
            self._ask(run, found.sources)

    def _ask(self, run: int, sources: "tuple[Source, ...]") -> None:
        """Show what is there, and ask the next source of a further section."""
        if run != self._run or (filling := self._filling) is None:
            return
        self._set(replace(self.state, is_reading=bool(sources), sections=self._all()))
        if sources:
            self._jobs.run(
                lambda: sources[0](self._ws, filling.gathered),
                lambda section: self._came(run, section, sources[1:]),
                lambda error: self._lacks(run, error, sources[1:]),
            )

    def _show_prompts(self, run: int, found: "tuple[Prompt, ...]") -> None:
        if run == self._run and self._filling is not None:
            self._filling.show_prompts(found)
            self._set(replace(self.state, sections=self._all()))

    def _came(self, run: int, section: Section | None, left: "tuple[Source, ...]") -> None:
        if run == self._run:
            if section is not None and self._filling is not None:
                self._filling.add(section)
            self._ask(run, left)

    def _lacks(self, run: int, error: BaseException, left: "tuple[Source, ...]") -> None:
        if run == self._run:
            self._set(replace(self.state, fault=sentence(error)))
            self._ask(run, left)

    def _failed(self, run: int, error: BaseException) -> None:
        if run == self._run:
            self._set(replace(self.state, is_reading=False, fault=sentence(error)))

    def _all(self) -> tuple[Section, ...]:
        if self._filling is None:
            return ()
        answers = self._walk.answers if self._walk is not None else ()
        return self._filling.sections(
            {answer.fact: answer.value for answer in answers},
            len(self._group.waiting),
            may_show_prompts=self._ws.policy.evidence.prompt_text,
        )

    def _set(self, state: DrawerState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    @Slot(object)
    def _walked(self, walk: Asking | Decided) -> None:
        self._walk = walk
        at = self._grading.at_hand
        why = hindrance(walk, is_signed=at is not None and at.corrects is not None)
        if why:
            self.close()
        self._set(replace(self.state, hindrance=why))
        if self.state.is_open and self._filling is not None:
            # The answers may contradict it now.
            self._set(replace(self.state, sections=self._all()))

    @Slot(object)
    def _turned(self, at: AtHand) -> None:
        self.close()
        if at.batch != self._batch:  # what a file of one batch may have done ends with it
            self._batch = at.batch
            self._jobs.run(self._end_reader, _nothing, _nothing)

    @Slot(object)
    def _staged(self, stage: Stage) -> None:
        if stage is Stage.SAVING:
            self.close()  # what it said of the item waits for the disk: the item may have to stay
        elif stage in _AT_AN_ITEM:
            at, walk = self._left
            if self._walk is None and walk is not None and at is self._grading.at_hand:
                self._walked(walk)  # another one could not be taken up
        else:
            self._left = (self._grading.at_hand, self._walk)
            self._walk = None
            self.close()
            self._set(replace(self.state, hindrance=hindrance(None)))

    @Slot(object)
    def _chosen(self, _: object) -> None:
        """On the sheet of a group the drawer is that of the chosen tile."""
        at = self._grading.at_hand
        if self.state.is_open and at is not None and self._wanted(at) != self._item:
            self._open()

    @Slot()
    def _calm(self) -> None:
        self.close()
        self._jobs.run(self._end_reader, _nothing, _nothing)


def _nothing(_: object) -> None:
    """An answer that nobody waits for."""

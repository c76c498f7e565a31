"""The Quality room's figures: worked out off the window's thread, step by step, the first at once.

Every answer belongs to the question asked last; an older one that is still being worked out is
dropped when it comes.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal

from app.jobs import Jobs
from app.messages import sentence
from app.pace import Progress, Watch
from app.quality.basis import Basis
from app.quality.crossed import Crossed
from app.quality.gradings import EVERYTHING, Asked
from app.quality.partings import Listed
from app.quality.review import Agreement, Graders, Review
from app.quality.twin import Twin, twin_csv
from app.quality.unmasking import unmask
from app.whole_file import write_whole

if TYPE_CHECKING:
    from app.bootstrap import Workstation

T = TypeVar("T")


class QualitySession(QObject):
    """Answers the room of one sitting."""

    reading = Signal(object)  # Progress of the records; comes from the thread that reads them
    working = Signal()  # other figures are on their way
    based = Signal(object)  # Basis
    agreed = Signal(object)  # Agreement
    trended = Signal(object, object)  # fact or None, tuple of Week
    compared = Signal(object)  # Graders: with it everything is there
    crossed = Signal(object)  # Crossed
    listed = Signal(str, object)  # what is listed, Listed
    unmasked = Signal()
    written = Signal(str)  # the name of a file
    failed = Signal(str)

    def __init__(self, jobs: Jobs, store: Jobs, ws: "Workstation") -> None:
        super().__init__()
        self._jobs, self._store, self._ws = jobs, store, ws
        self._review: Review | None = None
        self._asked = EVERYTHING
        self._by_name = False
        self._turn = 0
        self._basis: Basis | None = None
        self._agreement: Agreement | None = None
        self._graders: Graders | None = None
        self._fact: str | None = None

    @property
    def by_name(self) -> bool:
        """Whether names stand where pseudonyms stood: for this sitting, once it was signed why."""
        return self._by_name

    @property
    def basis(self) -> Basis | None:
        """What the figures on the screen rest on."""
        return self._basis

    @property
    def asked(self) -> Asked:
        """What is asked."""
        return self._asked

    def look(self, asked: Asked | None = None) -> None:
        """Work out the figures for a question; None: the last one again, if there is news."""
        if asked is not None:
            self._asked = asked
        self._turn += 1
        question, by_name = self._asked, self._by_name
        self._step(lambda: self._reviewed().basis(question, unmasked=by_name), self._take_basis)

    def tell(self) -> None:
        """Say again what is known, to a room that was built anew; it begins with the outcome."""
        self._fact = None
        if self._basis is not None:
            self.based.emit(self._basis)
        if self._agreement is not None:
            self.agreed.emit(self._agreement)
            self.trend(None)
        if self._graders is not None:
            self.compared.emit(self._graders)

    def trend(self, fact: str | None) -> None:
        """Work out the weeks of a question, or of the outcome."""
        self._fact = fact
        basis = self._basis
        if basis is not None:
            self._step(
                lambda: self._reviewed().weeks(basis, fact),
                lambda weeks: self.trended.emit(fact, weeks),
            )

    def cross(self, pair: tuple[int, int], fact: str | None = None) -> None:
        """Work out the confusion matrix of two columns."""
        basis, found = self._basis, self._agreement
        if basis is not None and found is not None:
            self._step(
                lambda: self._reviewed().crossed(basis, found, pair, fact), self.crossed.emit
            )

    def list_cell(self, crossed: Crossed, cell: tuple[int, int], name: str) -> None:
        """Find the items of a cell of a confusion matrix."""
        self.list_items(crossed.items.get(cell, ()), name)

    def list_items(self, items: Sequence[str], name: str) -> None:
        """Find what is known of some items; `name` says what is listed."""
        basis, wanted = self._basis, tuple(items)
        if basis is not None:
            self._step(
                lambda: self._reviewed().items(basis, wanted),
                lambda rows: self.listed.emit(name, rows),
            )

    def partings(self, name: str) -> None:
        """List the items whose graders part; they are worked out with the graders."""
        rows = Listed((), 0) if self._graders is None else self._graders.partings
        self.listed.emit(name, rows)

    def unmask(self, why: str) -> None:
        """Show names from now on, in this sitting; it is signed with its reason first."""
        self._store.run(lambda: unmask(self._ws.home, why), self._take_unmasked, self._lost)

    def write_table(self, twin: Twin, path: Path) -> None:
        """Write a chart as CSV."""
        self.write(twin_csv(twin).encode(), path)

    def write(self, data: bytes, path: Path) -> None:
        """Write what a chart was drawn into."""
        self._jobs.run(
            lambda: write_whole(path, data), lambda _: self.written.emit(path.name), self._lost
        )

    def end(self) -> Callable[[], object]:
        """Return what lets go of what was read, once the thread has ended; it is nothing of Qt."""
        return _nothing if self._review is None else self._review.forget

    # -- inside -------------------------------------------------------------------------------

    def _reviewed(self) -> Review:
        if self._review is None:
            self._review = Review(self._ws, Watch(tell=self._tell))
        return self._review

    def _tell(self, progress: Progress) -> None:
        self.reading.emit(progress)

    def _step(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        turn = self._turn
        self._jobs.run(
            lambda: work() if turn == self._turn else None,
            lambda found: done(found) if found is not None and turn == self._turn else None,
            self._lost,
        )

    def _take_basis(self, basis: Basis) -> None:
        if basis is self._basis and self._graders is not None:
            return  # nothing was signed since
        self._basis, self._agreement, self._graders = basis, None, None
        self.working.emit()
        self.based.emit(basis)
        self._step(lambda: self._reviewed().agreement(basis), self._take_agreement)

    def _take_agreement(self, found: Agreement) -> None:
        basis, by_name = self._basis, self._by_name
        if basis is None:
            return
        self._agreement = found
        self.agreed.emit(found)
        self.trend(self._fact)
        self._step(
            lambda: self._reviewed().graders(basis, found, unmasked=by_name), self._take_graders
        )

    def _take_graders(self, found: Graders) -> None:
        self._graders = found
        self.compared.emit(found)

    def _take_unmasked(self, _: str) -> None:
        self._by_name = True
        self.unmasked.emit()
        self.look()

    def _lost(self, error: BaseException) -> None:
        self.failed.emit(sentence(error))


def _nothing() -> None:
    """Nothing was read."""

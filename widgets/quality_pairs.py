"""The second page of Quality: two graders crossed, each grader's lean, golden items."""

from PySide6.QtCore import Signal, Slot

from app.quality.basis import Basis
from app.quality.crossed import Crossed
from app.quality.review import Agreement, Graders
from app.sentences import said
from widgets.card_columns import CardColumns
from widgets.chart import Place
from widgets.chart_card import ChartCard
from widgets.fittings import Fittings
from widgets.grid_chart import Grid, GridChart
from widgets.interval_chart import IntervalChart, Intervals
from widgets.quality_figures import confusion_grid, golden_rows, lean_grid, note_of


class Pairs(CardColumns):
    """Three charts; a cell of the first opens its items."""

    pair_wanted = Signal(int, int)  # columns
    cell_opened = Signal(object, object, str)  # Crossed, Place, what it is in words
    golden_opened = Signal(object)  # items answered otherwise than resolved

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit)
        texts = fit.texts
        self._basis: Basis | None = None
        self._agreement: Agreement | None = None
        self._found: Graders | None = None
        self._crossed: Crossed | None = None
        self._pair = -1
        self.confusion, self.lean, self.golden = GridChart(fit), GridChart(fit), IntervalChart(fit)
        self.confusion_card = ChartCard(
            fit, texts("quality.confusion_title"), self.confusion, lines=2
        )
        self.lean_card = ChartCard(fit, texts("quality.leans"), self.lean)
        self.golden_card = ChartCard(fit, texts("quality.golden"), self.golden)
        self.cards = (self.confusion_card, self.lean_card, self.golden_card)
        self._lay(((self.confusion_card,), 1), ((self.lean_card, self.golden_card), 1))
        self.confusion.opened.connect(self._open_cell)
        self.golden.opened.connect(lambda _: self._open_golden())

    @property
    def has_pairs(self) -> bool:
        """Whether two graders share an item."""
        return bool(self._shared())

    def show_basis(self, basis: Basis) -> None:
        """Say what is being worked out."""
        self._basis, self._agreement, self._found, self._crossed = basis, None, None, None
        said = self._fit.texts("quality.working", n=basis.votes)
        self.confusion.show_data(Grid())
        self.lean.show_data(Grid())
        self.golden.show_data(Intervals())
        for card in self.cards:
            card.show_figures(said)

    def show_agreement(self, found: Agreement) -> None:
        """Take the matrix."""
        self._agreement = found

    def show_graders(self, found: Graders) -> None:
        """Show leans and golden items, and ask for the pair that shares most."""
        if self._basis is None or self._agreement is None:
            return
        texts, whole = self._fit.texts, self._agreement.overall
        self._found = found
        self.lean.show_data(lean_grid(texts, whole, found, self._basis))
        self.lean_card.show_note(note_of(texts, self._basis, waits=False))
        self.lean_card.show_foot("" if found.leans_settled else texts("quality.leans_unsettled"))
        self.lean_card.show_figures(texts("quality.leans_empty"))
        self.golden.show_data(golden_rows(texts, found.golden))
        waits = found.golden.open
        self.golden_card.show_note(texts("quality.golden_open", n=waits) if waits else "")
        self.golden_card.show_figures(texts("quality.golden_empty"))
        shared = self._shared()
        if shared:
            most = max(shared, key=lambda at: found.pairs[at].shared)
            self._ask(self._pair if self._pair in shared else most)
        else:
            self.confusion_card.show_figures(texts("quality.heat_empty"))

    @Slot(object)
    def show_crossed(self, crossed: Crossed) -> None:
        """Show a confusion matrix."""
        texts = self._fit.texts
        self._crossed = crossed
        grid = confusion_grid(texts, crossed)
        self.confusion.show_data(grid)
        self.confusion_card.show_title(grid.twin.title)
        self.confusion_card.show_note(grid.twin.note)
        self.confusion_card.show_figures(said(crossed.said))
        self.confusion_card.show_foot(said(crossed.said))

    def ask_pair(self, first: int, second: int) -> None:
        """Cross these two."""
        if self._found is not None:
            for at in self._shared():
                pair = self._found.pairs[at]
                if (pair.first, pair.second) == (first, second):
                    self._ask(at)

    def step(self, by: int) -> None:
        """Go to the next two graders who share items."""
        shared = self._shared()
        if shared:
            at = shared.index(self._pair) if self._pair in shared else -1
            self._ask(shared[(at + by) % len(shared)])

    def _ask(self, at: int) -> None:
        self._pair = at
        if self._found is not None:
            pair = self._found.pairs[at]
            self.pair_wanted.emit(pair.first, pair.second)

    def _shared(self) -> list[int]:
        pairs = self._found.pairs if self._found is not None else ()
        return [at for at, pair in enumerate(pairs) if pair.shared]

    @Slot(object)
    def _open_cell(self, place: Place) -> None:
        if self._crossed is not None:
            self.cell_opened.emit(self._crossed, place, self.confusion.words_at(place))

    def _open_golden(self) -> None:
        if self._found is not None:
            self.golden_opened.emit(self._found.golden.otherwise)

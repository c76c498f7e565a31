"""The first page of Quality: agreement by question, by pair, by week, and what stands out."""

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QFrame

from app.quality.basis import Basis
from app.quality.figures import FEW_SHARED, Week
from app.quality.review import Agreement, Graders
from app.sentences import said
from widgets.card_columns import CardColumns
from widgets.chart import Place
from widgets.chart_card import ChartCard
from widgets.fittings import Fittings
from widgets.grid_chart import Grid, GridChart
from widgets.interval_chart import IntervalChart, Intervals
from widgets.layouts import column, emptied
from widgets.quality_figures import agreement_rows, heat_grid, note_of, trend_of
from widgets.trend_chart import Trend, TrendChart
from widgets.words import Words

LEFT_SHARE, RIGHT_SHARE = 18, 10


class Overview(CardColumns):
    """Three charts and the sentences that may be said."""

    question_chosen = Signal(object)  # a fact, or None for the outcome
    question_opened = Signal(object)  # the items that part at it are wanted
    pair_opened = Signal(int, int)  # two columns of the overall matrix

    def __init__(self, fit: Fittings) -> None:
        super().__init__(fit)
        texts = fit.texts
        self._agreement: Agreement | None = None
        self._basis: Basis | None = None
        self._fact: str | None = None
        self.questions = IntervalChart(fit)
        self.heat, self.trend = GridChart(fit), TrendChart(fit)
        self.questions_card = ChartCard(fit, texts("quality.by_question"), self.questions, lines=4)
        self.heat_card = ChartCard(fit, texts("quality.heat"), self.heat)
        self.trend_card = ChartCard(fit, texts("quality.trend"), self.trend)
        self.cards = (self.questions_card, self.heat_card, self.trend_card)
        self._said = column(gap=fit.look.px("s2"))
        self._build()
        self.questions.chosen.connect(self._choose)
        self.questions.opened.connect(lambda _: self.question_opened.emit(self._fact))
        self.heat.opened.connect(self._open_pair)

    def show_basis(self, basis: Basis) -> None:
        """Say what is being worked out."""
        self._basis, self._agreement = basis, None
        texts = self._fit.texts
        said = texts("quality.working", n=basis.votes)
        for chart, empty in ((self.heat, Grid()), (self.trend, Trend())):
            chart.show_data(empty)  # type: ignore[arg-type]  # each its own
        self.questions.show_data(Intervals())
        self.questions_card.show_note(note_of(texts, basis))
        for card in self.cards:
            card.show_figures(said)
        self._say([texts("quality.contrasts_working")])

    def show_agreement(self, found: Agreement) -> None:
        """Show the questions."""
        if self._basis is not None:
            self._agreement = found
            self.questions.show_data(agreement_rows(self._fit.texts, found, self._basis))
            self.questions_card.show_figures()

    def show_graders(self, found: Graders) -> None:
        """Show the pairs, and what may be said of single graders."""
        if self._basis is None or self._agreement is None:
            return
        texts, whole = self._fit.texts, self._agreement.overall
        self.heat.show_data(heat_grid(texts, whole, found, self._basis))
        self.heat_card.show_note(texts("quality.heat_note", n=FEW_SHARED))
        self.heat_card.show_figures(texts("quality.heat_empty"))
        named = [name for name in whole.graders if name]
        nothing = texts("quality.nothing_stands_out") if len(named) > 2 else ""
        self._say(
            [
                *(
                    tuple(map(said, found.said))
                    or ((nothing,) if nothing else (texts("quality.two_graders"),))
                )
            ]
        )

    @Slot(object, object)
    def show_trend(self, fact: str | None, weeks: tuple[Week, ...]) -> None:
        """Show the weeks of one question."""
        texts = self._fit.texts
        title = texts("quality.trend_of", title=self.title_of(fact))
        self.trend.show_data(trend_of(texts, weeks, title, FEW_SHARED))
        self.trend_card.show_title(title)
        self.trend_card.show_note(texts("quality.trend_note", n=FEW_SHARED))
        self.trend_card.show_figures(texts("quality.trend_empty"))

    def title_of(self, fact: str | None) -> str:
        """Return a question as the scheme asks it, or the words for the outcome."""
        for one in self._agreement.questions if self._agreement is not None else ():
            if one.table.fact == fact:
                return one.title
        return self._fit.texts("quality.outcome")

    def _build(self) -> None:
        look, texts = self._fit.look, self._fit.texts
        contrasts = QFrame()
        contrasts.setObjectName("card")
        box = column(contrasts, gap=look.px("s2"))
        box.setContentsMargins(look.px("s4"), look.px("s3"), look.px("s4"), look.px("s3"))
        box.addWidget(Words(self._fit, texts("quality.contrasts"), strong=True))
        box.addLayout(self._said)
        box.addWidget(Words(self._fit, texts("quality.contrasts_how"), kind="aside", tone="text3"))
        self._lay(
            ((self.questions_card, contrasts), LEFT_SHARE),
            ((self.heat_card, self.trend_card), RIGHT_SHARE),
        )

    def sizeHint(self) -> QSize:
        """As large as it gets."""
        return QSize(self._fit.look.px("table"), self._fit.look.px("page"))

    def _say(self, sentences: list[str]) -> None:
        emptied(self._said)
        for sentence in sentences:
            self._said.addWidget(Words(self._fit, sentence))

    @Slot(object)
    def _choose(self, place: Place) -> None:
        if self._agreement is None:
            return
        asked = self._agreement.questions
        at = place[0] - (1 if self._agreement.base is None else 2)  # rows of the outcome come first
        fact = asked[at].table.fact if at >= 0 else None
        if fact != self._fact:
            self._fact = fact
            self.question_chosen.emit(fact)

    @Slot(object)
    def _open_pair(self, place: Place) -> None:
        self.pair_opened.emit(place[1], place[0])

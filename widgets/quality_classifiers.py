"""The sixth page of Quality: how each classifier holds on what was resolved here, by itself."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.session.measuring import Damaged, Measured, MeasuringSession
from widgets.chart import Place, grow_into
from widgets.chart_card import ChartCard
from widgets.curve_chart import CurveChart
from widgets.fittings import Fittings
from widgets.interval_chart import IntervalChart
from widgets.layouts import column, row
from widgets.notice import Notice
from widgets.quality_classifier_figures import (
    calibration_of,
    classifier_rows,
    note_of,
    roc_of,
    why_undefined,
)
from widgets.room import ADMINISTRATION
from widgets.scrolled import Scrolled
from widgets.words import Words


class ClassifiersPage(QWidget):
    """A row a classifier; below it the two curves of the one that is chosen."""

    filled = Signal()  # figures came, or there are none

    def __init__(
        self, fit: Fittings, session: MeasuringSession, *, may_go_to_policy: bool = False
    ) -> None:
        """Build it; who may go to the policy is offered the way where it names no classifier."""
        super().__init__()
        self.empty = Notice(fit)
        self._may_go_to_policy = may_go_to_policy
        self._fit, self._session = fit, session
        texts = fit.texts
        self._found: tuple[Measured, ...] = ()
        self._damaged: tuple[Damaged, ...] = ()
        self.rows, self.roc, self.curve = IntervalChart(fit), CurveChart(fit), CurveChart(fit)
        self.rows_card = ChartCard(fit, texts("classifiers.title"), self.rows, lines=4)
        self.roc_card = ChartCard(fit, texts("classifiers.roc"), self.roc)
        self.curve_card = ChartCard(fit, texts("classifiers.calibration"), self.curve)
        self.cards = (self.rows_card, self.roc_card, self.curve_card)
        self._flatters = Words(fit, texts("classifiers.flatters"), tone="attention")
        self._broken = Words(fit, "", tone="stop")
        self._build()
        self._say_none()
        self.rows.chosen.connect(self._choose)
        session.damaged.connect(self._name_damaged)
        session.measured.connect(self._show)
        session.failed.connect(self._failed)

    @property
    def area(self) -> Scrolled:
        """What scrolls."""
        return self._area

    def enter(self) -> None:
        """Work the figures out again; those that are shown stay until then."""
        self._flatters.setVisible(self._session.is_shown_first)
        if not self._found:
            self._say_empty(self._fit.texts("classifiers.working"))
        self._session.look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the curves one below the other where there is no room beside each other."""
        narrow = self.width() < 2 * self._fit.look.px("page")  # its titles would be cut
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._curves.setDirection(down if narrow else across)
        grow_into(self.height(), self._fit.look, (self.rows, self.roc, self.curve))
        super().resizeEvent(event)

    def _build(self) -> None:
        look = self._fit.look
        inner = QWidget()
        box = column(inner, gap=look.px("s4"))
        box.setContentsMargins(look.px("s4"), look.px("s3"), look.px("s4"), look.px("s4"))
        inner.setMaximumWidth(look.px("table"))  # wider, a title and what it rests on part
        for words in (self._flatters, self._broken):
            self._stand(box, words)
            words.hide()
        box.addWidget(self.rows_card)
        self._curves = row(gap=look.px("s4"))
        for card in (self.roc_card, self.curve_card):
            self._curves.addWidget(card, 1, Qt.AlignmentFlag.AlignTop)
        box.addLayout(self._curves)
        how = Words(self._fit, self._fit.texts("classifiers.how"), kind="aside", tone="text3")
        self._stand(box, how)
        box.addStretch(1)
        self._area = Scrolled(inner)
        self._views = QStackedWidget()
        for view in (self._area, self.empty):
            self._views.addWidget(view)
        column(self).addWidget(self._views)

    def _stand(self, box: QVBoxLayout, words: Words) -> None:
        """Add words that stand where those within the cards do."""
        across, edge = row(), self._fit.look.px("s4")
        across.setContentsMargins(edge, 0, edge, 0)
        across.addWidget(words)
        box.addLayout(across)

    def _say_none(self) -> None:
        """Say what the page is for where no classifier may run."""
        texts, to = self._fit.texts, ADMINISTRATION
        way = (to, texts(f"keys.{to}"), self._fit.keymap.key(to))
        ways = [way] if self._may_go_to_policy else []
        self.empty.say(texts("classifiers.none"), texts("classifiers.none_more"), ways)

    def _say_empty(self, said: str) -> None:
        self.rows_card.show_figures(said)
        for card in (self.roc_card, self.curve_card):
            card.setVisible(bool(self._found))

    @Slot(object)
    def _name_damaged(self, found: tuple[Damaged, ...]) -> None:
        """Say a sentence of each classifier whose files are not what they were."""
        texts, self._damaged = self._fit.texts, found
        said = [
            texts("classifiers.damaged_card", id=one.id[:12])
            if one.title is None
            else texts("classifiers.damaged_model", title=one.title, id=one.id[:12])
            for one in found
        ]
        self._broken.say("\n".join(said))
        self._broken.setVisible(bool(said))

    @Slot(object)
    def _show(self, found: tuple[Measured, ...]) -> None:
        self._found = found
        self.rows.show_data(classifier_rows(self._fit.texts, found))
        empty = "classifiers.empty_damaged" if self._damaged else "classifiers.empty"
        self._say_empty(self._fit.texts(empty))
        self._views.setCurrentIndex(0 if found or self._damaged else 1)
        if self.rows.at is not None:
            self._choose(self.rows.at)
        self.filled.emit()

    @Slot(object)
    def _choose(self, place: Place) -> None:
        texts, one = self._fit.texts, self._found[place[0]]
        for card, chart, curve in (
            (self.roc_card, self.roc, roc_of(texts, one)),
            (self.curve_card, self.curve, calibration_of(texts, one)),
        ):
            chart.show_data(curve)
            card.show_title(curve.twin.title)
            card.show_note(note_of(texts, one))
            card.show_figures(why_undefined(texts, one))

    @Slot(str)
    def _failed(self, sentence: str) -> None:
        self._say_empty(sentence)

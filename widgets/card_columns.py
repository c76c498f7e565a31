"""A page of charts in columns of cards, or in one column where they have no room side by side."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from widgets.chart import grow_into
from widgets.chart_card import ChartCard
from widgets.fittings import Fittings
from widgets.layouts import column, row
from widgets.scrolled import Scrolled


class CardColumns(QWidget):
    """Scrolls where it is not high enough; a higher page has higher charts."""

    cards: Sequence[ChartCard] = ()
    area: Scrolled
    _box: QBoxLayout

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the cards one below the other where there is no room beside each other."""
        look = self._fit.look
        narrow = self.width() < look.px("page") * 3 // 2
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._box.setDirection(down if narrow else across)
        grow_into(self.height(), look, (card.chart for card in self.cards))
        super().resizeEvent(event)

    def _lay(self, *columns: tuple[Sequence[QWidget], int]) -> None:
        """Lay out what stands in each column, with the column's share of the width."""
        look = self._fit.look
        inner = QWidget()
        self._box = row(inner, gap=look.px("s4"))
        self._box.setContentsMargins(look.px("s4"), look.px("s3"), look.px("s4"), look.px("s4"))
        for standing, share in columns:
            side = column(gap=look.px("s4"))
            for one in standing:
                side.addWidget(one)
            side.addStretch(1)
            self._box.addLayout(side, share)
        self.area = Scrolled(inner)
        column(self).addWidget(self.area)

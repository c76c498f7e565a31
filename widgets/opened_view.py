"""The middle of Second opinions: the item under its veil, and below it the answers side by side."""

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from app.sentences import said
from app.session.opinions import Compared
from app.session.sitting import Sitting
from app.session.types import AtHand, StillsState
from grading.scheme import Scheme
from widgets.canvas import Canvas
from widgets.comparison import ComparisonTable, rows_of
from widgets.fittings import Fittings
from widgets.key_gate import KeyGate
from widgets.layouts import column
from widgets.sightlines import Sightline, Sightlines

TABLE_SHARE = 50  # percent of the height that the answers may take from the item


class OpenedView(QWidget):
    """Shows what is open; a key counts once it has been seen."""

    def __init__(
        self,
        fit: Fittings,
        sitting: Sitting,
        sightlines: Sightlines,
        show_stills: Callable[[StillsState], None],
    ) -> None:
        super().__init__()
        self._fit, self._viewing = fit, sitting.viewing
        self._sightlines = sightlines
        self._gate = KeyGate()
        self.canvas = Canvas(fit)
        self.table = ComparisonTable(fit)
        self.canvas.painted.connect(self._gate.show)
        viewing = sitting.viewing
        self._sightline = Sightline(
            sitting,
            self.canvas,
            (
                (viewing.stills.changed, show_stills),
                (viewing.waiting, self._wait),
                (viewing.unreadable, self._cannot_show),
            ),
        )
        box = column(self)
        box.addWidget(self.canvas, 1)
        box.addWidget(self.table)

    def look(self) -> None:
        """Show the item at hand here from now on."""
        self._sightlines.look_through(self._sightline)

    def takes_key(self) -> bool:
        """Whether what is pressed now counts for the item that is open."""
        return self._gate.takes()

    def hide_everything(self) -> None:
        """Forget every pixel; they are given again, veiled."""
        self._gate.hide()
        self.canvas.clear()

    def show_item(self, at: AtHand | None, *, is_open: bool) -> None:
        """Show an item veiled, or say that the evidence of what `is_open` is not here."""
        self._gate.hide()
        if not self._sightline.is_tied:
            return
        self._viewing.show_item(at)
        if at is None:
            self.canvas.clear(self._fit.texts("opinions.not_here") if is_open else "")
            self._gate.show()  # there is nothing to be seen before one answers

    def show_compared(self, scheme: Scheme, compared: Compared) -> None:
        """Show the answers."""
        names = []
        for told in compared.comparison.answers:
            kind = "opinions.column_opinion" if told.kind == "opinion" else "opinions.column"
            name = self._fit.texts(kind, name=told.name)
            fresh = told.record in compared.fresh
            names.append(self._fit.texts("opinions.column_new", name=name) if fresh else name)
        self.table.show_rows(names, rows_of(self._fit, scheme, compared))
        self._make_room()

    def show_answers(self, shown: bool) -> None:
        """Show the answers, or the item alone."""
        self.table.setVisible(shown)
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the item what the answers do not need."""
        self._make_room()
        super().resizeEvent(event)

    def _make_room(self) -> None:
        most = self.height() * TABLE_SHARE // 100
        self.table.setFixedHeight(min(self.table.wanted_height, most))

    @Slot()
    def _wait(self) -> None:
        self._gate.hide()
        self.canvas.clear(self._fit.texts("desk.waiting"))

    @Slot(str, str)
    def _cannot_show(self, _: str, reason: str) -> None:
        self.canvas.clear(said(reason))
        self._gate.show()

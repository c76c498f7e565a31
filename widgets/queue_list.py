"""The list of what waits: why, since when, who may take it. Nothing of what anybody answered.

Each row is drawn, none is a widget: twenty thousand of them cost no more than those in sight.
"""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    QStringListModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.session.opinions import Waiting
from widgets.buttons import note_focus
from widgets.fittings import Fittings
from widgets.text_block import elided

Index = QModelIndex | QPersistentModelIndex
ITEM_DIGITS = 10  # of a digest: what tells one row from another
UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60))
MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)
PAGES = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def lasting(fit: Fittings, seconds: int) -> str:
    """Say how long something waits, in its largest whole unit."""
    for name, unit_s in UNITS:
        if seconds >= unit_s:
            return fit.texts(f"opinions.{name}", n=seconds // unit_s)
    return fit.texts("opinions.now")


def reason(fit: Fittings, row: Waiting) -> str:
    """Say why an item waits."""
    if row.for_me:
        return fit.texts("opinions.for_me")
    if row.sent_to is not None:
        return fit.texts("opinions.kept_for", name=row.sent_to)
    words = [fit.texts(f"opinions.why_{why}") for why in row.why]
    return fit.texts("opinions.why_gap").join([words[0], *(word.lower() for word in words[1:])])


def standing(fit: Fittings, row: Waiting) -> str:
    """Say who may take an item."""
    if row.taken_by_me:
        until = datetime.fromisoformat(row.taken_until or row.since).astimezone()
        return fit.texts("opinions.yours", at=f"{until:%H:%M}")
    if row.taken_by is not None:
        return fit.texts("opinions.theirs", name=row.taken_by)
    if row.refused is not None:
        return fit.texts("opinions.graded_by_you")
    return fit.texts("opinions.free")


class QueueModel(QStringListModel):
    """The rows as they came; what is said of one is made when it is drawn.

    Qt counts them, as many empty texts: a list is laid out row by row, and to be asked each time
    how many there are would hold the window for five frames where twenty thousand wait.
    """

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._rows: Sequence[Waiting] = ()
        self._places: dict[str, int] = {}

    def show_rows(self, rows: Sequence[Waiting]) -> None:
        """Replace all rows."""
        self._rows = rows
        self._places = {row.item: place for place, row in enumerate(rows)}
        self.setStringList([""] * len(rows))

    def row(self, place: int) -> Waiting | None:
        """The row at a place, or None."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def place_of(self, item: str) -> int:
        """Where an item stands, or -1."""
        return self._places.get(item, -1)

    def flags(self, _: Index) -> Qt.ItemFlag:
        """A row is chosen, and never written in."""
        return Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a row says, in one sentence, to who hears it."""
        row = self.row(index.row())
        if row is None or role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        return self._fit.texts(
            "opinions.row_name",
            why=reason(self._fit, row),
            lasting=lasting(self._fit, row.waits_s),
            standing=standing(self._fit, row),
        )


class _RowPainter(QStyledItemDelegate):
    """Draws a row in two lines: why and how long, what and who."""

    def __init__(self, fit: Fittings, parent: QWidget) -> None:
        super().__init__(parent)
        self._fit = fit

    def sizeHint(self, option: QStyleOptionViewItem, _: Index) -> QSize:
        """Two lines, all alike."""
        look = self._fit.look
        return QSize(option.rect.width(), look.px("table_row") + look.px("s4"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        model = index.model()
        row = model.row(index.row()) if isinstance(model, QueueModel) else None
        if row is None:
            return
        fit, look = self._fit, self._fit.look
        painter.save()
        place = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, look.colour("accent_bg"))
            bar = option.rect.adjusted(0, 0, look.px("s1") - 1 - option.rect.width(), 0)
            bar = QStyle.visualRect(option.direction, option.rect, bar)
            painter.fillRect(bar, look.colour("accent"))
        painter.fillRect(
            QRectF(place.x(), place.bottom() - 1, place.width(), 1), look.colour("line")
        )
        pad = look.px("s4")
        inner = place.adjusted(pad, look.px("s2"), -pad, -look.px("s2"))
        upper = QRectF(inner.x(), inner.y(), inner.width(), inner.height() / 2)
        lower = upper.translated(0, upper.height())
        blocked = row.refused is not None
        self._line(painter, upper, (reason(fit, row), lasting(fit, row.waits_s)), blocked=blocked)
        self._line(painter, lower, (standing(fit, row), row.item[:ITEM_DIGITS]), aside=True)
        painter.restore()

    def _line(
        self,
        painter: QPainter,
        place: QRectF,
        words: tuple[str, str],
        *,
        aside: bool = False,
        blocked: bool = False,
    ) -> None:
        look, (left, right) = self._fit.look, words
        kind, middle = "aside" if aside else "body", Qt.AlignmentFlag.AlignVCenter
        figures = look.font(kind, figures=True)
        painter.setFont(figures)
        painter.setPen(look.colour("text3"))
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, right)
        room = place.width() - QFontMetricsF(figures).horizontalAdvance(right) - look.px("s3")
        font = look.font(kind)
        painter.setFont(font)
        painter.setPen(look.colour("text3" if aside or blocked else "text"))
        painter.drawText(place, middle, elided(left, font, room))


class QueueList(QListView):
    """The rows, one of them chosen. Enter and the letters are left to the room."""

    picked = Signal()
    moved = Signal()

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self.rows = QueueModel(fit)
        self.setModel(self.rows)
        self.setItemDelegate(_RowPainter(fit, self))
        self.setAccessibleName(fit.texts("opinions.list_name"))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(False)
        self.doubleClicked.connect(lambda _: self.picked.emit())
        self.selectionModel().currentChanged.connect(lambda _new, _old: self.moved.emit())

    def show_rows(self, rows: Sequence[Waiting]) -> None:
        """Replace all rows; what was chosen stays chosen, or what stands in its place now."""
        before, at = self.chosen(), max(self.currentIndex().row(), 0)
        top = self.verticalScrollBar().value()
        self.rows.show_rows(rows)
        self.verticalScrollBar().setValue(top)
        place = self.rows.place_of(before.item) if before is not None else -1
        self.choose(place if place >= 0 else min(at, len(rows) - 1))

    def chosen(self) -> Waiting | None:
        """The chosen row."""
        return self.rows.row(self.currentIndex().row())

    def choose(self, place: int) -> None:
        """Choose the row at a place, if there is one."""
        if 0 <= place < self.rows.rowCount():
            index = self.rows.index(place, 0)
            chosen = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, chosen)
            self.scrollTo(index)
        self.moved.emit()

    def step(self, by: int) -> None:
        """Choose another row."""
        self.choose(min(max(self.currentIndex().row() + by, 0), self.rows.rowCount() - 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows and pages go through the rows; everything else is left to the room."""
        if Qt.Key(event.key()) in (*MOVES, *PAGES):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember by which way the focus came."""
        note_focus(self, event)
        super().focusInEvent(event)

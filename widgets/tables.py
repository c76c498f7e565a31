"""Tables of text: words at the left, numbers at the right, the first column says what a row is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView

from widgets.buttons import note_focus
from widgets.fittings import Fittings
from widgets.look import Look

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
FIRST_LEAST = 8  # of the largest space: so much of the first column stays
EDGE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; `number` aligns to the right, `figures` are of one width and stay at the left."""

    title: str
    number: bool = False
    figures: bool = False


class Rows(QAbstractTableModel):
    """Rows of text, each with the id it stands for."""

    def __init__(self, look: Look, columns: Sequence[Column]) -> None:
        super().__init__()
        self._look = look
        self._columns = tuple(columns)
        self._rows: list[tuple[str, tuple[str, ...]]] = []

    def show_rows(self, rows: Sequence[tuple[str, tuple[str, ...]]]) -> None:
        """Replace all rows: pairs of id and cells."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def row_id(self, row: int) -> str | None:
        """The id of a row."""
        return self._rows[row][0] if 0 <= row < len(self._rows) else None

    def row_of(self, row_id: str) -> int:
        """The row of an id, or -1."""
        return next((n for n, (known, _) in enumerate(self._rows) if known == row_id), -1)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """How many columns."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell, or how it is aligned."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][1][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        column = self._columns[index.column()]
        if role == Qt.ItemDataRole.FontRole and (column.number or column.figures):
            return self._look.font(figures=True)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """A heading, aligned as its column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(section)
        return None

    def _side(self, column: int) -> int:
        right = self._columns[column].number
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return int(side | EDGE)


class Table(QTableView):
    """A quiet table; Enter is left to the room, and the whole table may be as high as its rows."""

    picked = Signal(str)

    def __init__(self, fit: Fittings, name: str, columns: Sequence[Column], *, whole: bool) -> None:
        super().__init__()
        self._look = fit.look
        self._whole = whole
        self._fits = True
        self.rows = Rows(fit.look, columns)
        self.setModel(self.rows)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setDragEnabled(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(fit.look.px("table_row"))
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setMinimumSectionSize(fit.look.px("s8") * 2)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self._stretch()
        self.doubleClicked.connect(lambda _: self._pick())
        if whole:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[tuple[str, tuple[str, ...]]]) -> None:
        """Replace all rows; what was chosen stays chosen."""
        chosen = self.chosen()
        self.rows.show_rows(rows)
        if rows and not self._whole and not (chosen and self.choose(chosen)):
            self._choose_row(0)
        self._stretch()
        self.updateGeometry()

    def choose(self, row_id: str) -> bool:
        """Choose the row of that id; False if there is none."""
        row = self.rows.row_of(row_id)
        if row >= 0:
            self._choose_row(row)
        return row >= 0

    def chosen(self) -> str | None:
        """The id of the chosen row."""
        return self.rows.row_id(self.currentIndex().row())

    def sizeHint(self) -> QSize:
        """As high as the rows where it does not scroll."""
        if not self._whole:
            return super().sizeHint()
        return QSize(super().sizeHint().width(), self._full_height())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return QSize(0, self._full_height() if self._whole else self._look.px("table_row") * 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go through the rows; everything else is left to the room."""
        moves = (
            Qt.Key.Key_Up,
            Qt.Key.Key_Down,
            Qt.Key.Key_PageUp,
            Qt.Key.Key_PageDown,
            Qt.Key.Key_Home,
            Qt.Key.Key_End,
        )
        if Qt.Key(event.key()) in moves:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember by which way the focus came."""
        note_focus(self, event)
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stretch the first column, or scroll sideways where not all of it fits."""
        super().resizeEvent(event)
        self._stretch()

    def go_sideways(self, way: int) -> None:
        """Go half of what is seen to the right (1) or the left (-1), where not all of it fits."""
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() + way * bar.pageStep() // 2)

    def _choose_row(self, row: int) -> None:
        # Not selectRow: that asks the header which column is first, and before the first layout
        # there is none, so that no row would be current.
        self.setCurrentIndex(self.rows.index(row, 0))

    def _stretch(self) -> None:
        header = self.horizontalHeader()
        columns = range(self.rows.columnCount())
        wanted = sum(max(self.sizeHintForColumn(c), header.sectionSizeHint(c)) for c in columns)
        room = self.viewport().width()
        first = max(self.sizeHintForColumn(0), header.sectionSizeHint(0))
        least = min(first, self._look.px("s8") * FIRST_LEAST)
        # The first column gives way, cut in its middle, before the others are out of sight.
        fits = wanted - first + least <= room
        modes = QHeaderView.ResizeMode
        header.setSectionResizeMode(0, modes.Stretch if fits else modes.Fixed)
        if not fits:
            header.resizeSection(0, least)
        if not self._whole:
            self._spread(room - wanted + first - max(first, self._look.px("page")))
        if self._whole and self._fits != fits:
            self._fits = fits
            self.updateGeometry()

    def _spread(self, spare: int) -> None:
        """Share what the first column does not need: its words and their figures stay near."""
        header, columns = self.horizontalHeader(), range(1, self.rows.columnCount())
        modes = QHeaderView.ResizeMode
        for column in columns:
            header.setSectionResizeMode(
                column, modes.Fixed if spare > 0 else modes.ResizeToContents
            )
            if spare > 0:
                own = max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
                header.resizeSection(column, own + spare // len(columns))

    def _pick(self) -> None:
        chosen = self.chosen()
        if chosen:
            self.picked.emit(chosen)

    def _full_height(self) -> int:
        rows = self.rows.rowCount() * self._look.px("table_row")
        bar = 0 if self._fits else self.horizontalScrollBar().sizeHint().height()
        return rows + self.horizontalHeader().sizeHint().height() + bar + 2


class Names(Table):
    """A list beside a page: up and down choose, the page keys are left to what is read."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose."""
        if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            event.ignore()
        else:
            super().keyPressEvent(event)

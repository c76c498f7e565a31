"""Tables of text: words at the left, numbers at the right, the first column says what a row is."""

from collections.abc import Callable, Sequence
from typing import overload

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView

from grading.late_methods import dataclass
from widgets.buttons import note_focus
from widgets.fittings import Fittings
from widgets.look import Look

Index = QModelIndex | QPersistentModelIndex
Row = tuple[str, tuple[str, ...]]  # the id that it stands for, and its cells
NO_INDEX = QModelIndex()
FIRST_LEAST = 8  # of the largest space: so much of the first column stays
MEASURED = 250  # rows: a column is as wide as what stands in the first of them
EDGE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; `number` aligns to the right, `figures` are of one width and stay at the left."""

    title: str
    number: bool = False
    figures: bool = False


class LateRows(Sequence[Row]):
    """Rows whose cells are worded when they are first drawn: few of many thousand ever are."""

    def __init__(self, ids: Sequence[str], cells: Callable[[str], tuple[str, ...]]) -> None:
        """Take the ids in their order; ``cells`` says what stands in the row of an id."""
        self.ids, self._of = ids, cells
        self._made: dict[int, Row] = {}

    def __len__(self) -> int:
        """How many rows."""
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Row: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...

    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        """A row with its cells, or some of them."""
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        if at not in self._made:
            row_id = self.ids[at]
            self._made[at] = (row_id, self._of(row_id))
        return self._made[at]


class Rows(QAbstractTableModel):
    """Rows of text, each with the id it stands for."""

    def __init__(self, look: Look, columns: Sequence[Column]) -> None:
        super().__init__()
        self._look = look
        self._columns = tuple(columns)
        self._rows: Sequence[Row] = ()
        self._ids: Sequence[str] = ()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace all rows: pairs of id and cells."""
        self.beginResetModel()
        if isinstance(rows, LateRows):
            self._rows, self._ids = rows, rows.ids
        else:
            self._rows, self._ids = tuple(rows), [row_id for row_id, _ in rows]
        self.endResetModel()

    def row_id(self, row: int) -> str | None:
        """The id of a row."""
        return self._ids[row] if 0 <= row < len(self._ids) else None

    def row_of(self, row_id: str) -> int:
        """The row of an id, or -1."""
        return self._ids.index(row_id) if row_id in self._ids else -1

    def longest(self, column: int) -> int | None:
        """The row whose cell is drawn widest, of the first `MEASURED`; None where there is none."""
        texts = {cells[column]: row for row, (_, cells) in enumerate(self._rows[:MEASURED])}
        if not texts:
            return None
        # A narrow letter is a third of a wide one: what is shorter than that is never the widest.
        most = max(map(len, texts))
        metrics = QFontMetricsF(self._font(column))
        near = [text for text in texts if len(text) * 3 >= most]
        return texts[max(near, key=metrics.horizontalAdvance)]

    def is_number(self, column: int) -> bool:
        """Whether a column holds numbers, and is aligned to the right."""
        return self._columns[column].number

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
        if role == Qt.ItemDataRole.FontRole:
            column = self._columns[index.column()]
            return self._font(index.column()) if column.number or column.figures else None
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

    def _font(self, column: int) -> QFont:
        of_one_width = self._columns[column].number or self._columns[column].figures
        return self._look.font(figures=of_one_width)

    def _side(self, column: int) -> int:
        right = self._columns[column].number
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        return int(side | EDGE)


class Table(QTableView):
    """A quiet table; Enter is left to the room, and the whole table may be as high as its rows."""

    picked = Signal(str)
    _cells: tuple[int, ...] = ()  # the widest of each column, in pixels; empty: not measured

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
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        self._stretch()
        self.doubleClicked.connect(lambda _: self._pick())
        if whole:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Replace all rows; what was chosen stays chosen."""
        chosen = self.chosen()
        self._cells = ()
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
        """The same, else its heading and a row."""
        return QSize(0, self._full_height() if self._whole else self._height_of(1))

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

    def showEvent(self, event: QShowEvent) -> None:
        """By now it is dressed, and its headings are as wide as they stay."""
        super().showEvent(event)
        self._stretch()

    def changeEvent(self, event: QEvent) -> None:
        """In another theme or size of text the cells are of other widths."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange) and self._cells:
            self._cells = ()
            if self.isVisible():
                self._stretch()

    def go_sideways(self, way: int) -> None:
        """Go half of what is seen to the right (1) or the left (-1), where not all of it fits."""
        bar, on = self.horizontalScrollBar(), -way if self.isRightToLeft() else way
        bar.setValue(bar.value() + on * bar.pageStep() // 2)

    def _choose_row(self, row: int) -> None:
        # Not selectRow: that asks the header which column is first, and before the first layout
        # there is none, so that no row would be current.
        self.setCurrentIndex(self.rows.index(row, 0))

    def _stretch(self) -> None:
        header, wanted = self.horizontalHeader(), self._widths()
        room, first = self.viewport().width(), wanted[0]
        least = min(first, self._look.px("s8") * FIRST_LEAST)
        # The first column gives way, cut in its middle, before the others are out of sight. A list
        # of one column has no others: it never scrolls sideways.
        fits = len(wanted) == 1 or sum(wanted) - first + least <= room
        modes = QHeaderView.ResizeMode
        wide = fits and self._is_apart(room, wanted)
        header.setStretchLastSection(wide)
        header.setSectionResizeMode(0, modes.Stretch if fits and not wide else modes.Fixed)
        if not fits:  # it scrolls now: what is seen of it may as well be whole
            header.resizeSection(0, max(least, min(first, room // 2)))
        elif wide:
            room = self._look.px("table")
            header.resizeSection(0, max(first, self._look.px("page")))
        spare = 0
        if not self._whole:  # what the first does not need: its words and their figures stay near
            spare = max(room - sum(wanted) + first - max(first, self._look.px("page")), 0)
        for column, width in enumerate(wanted[1:], 1):
            header.resizeSection(column, width + spare // (len(wanted) - 1))
        if self._fits != fits:
            self._fits = fits
            self.updateGeometry()

    def _is_apart(self, room: int, wanted: list[int]) -> bool:
        """Whether in so much room a row would be too wide to be read across.

        Its last column takes what is left over then. One of numbers would stand far off.
        """
        widest = max(self._look.px("table"), sum(wanted))
        return not self._whole and room > widest and not self.rows.is_number(len(wanted) - 1)

    def _widths(self) -> list[int]:
        """What each column wants. Cells are measured once: Qt would ask for every one anew."""
        columns = range(self.rows.columnCount())
        if not self._cells:
            self._cells = tuple(map(self._widest, columns))
        header = self.horizontalHeader()
        return [max(self._cells[column], header.sectionSizeHint(column)) for column in columns]

    def _widest(self, column: int) -> int:
        """The width of the widest cell of a column, in pixels."""
        row = self.rows.longest(column)
        return 0 if row is None else self.sizeHintForIndex(self.rows.index(row, column)).width()

    def _pick(self) -> None:
        chosen = self.chosen()
        if chosen:
            self.picked.emit(chosen)

    def _full_height(self) -> int:
        return self._height_of(self.rows.rowCount())

    def _height_of(self, rows: int) -> int:
        """The height of the heading, some rows, and the bar where not all columns fit."""
        bar = 0 if self._fits else self.horizontalScrollBar().sizeHint().height()
        height = rows * self._look.px("table_row") + self.horizontalHeader().sizeHint().height()
        return height + bar + 2


class Names(Table):
    """A list beside a page: up and down choose, the page keys are left to what is read."""

    def minimumSizeHint(self) -> QSize:
        """As wide as its words, so far as that leaves the page its room."""
        most = self._look.px("left_panel") * 3 // 4
        wide = sum(self._widths()) + self.verticalScrollBar().sizeHint().width()
        return QSize(min(wide, most), super().minimumSizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose."""
        if event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            event.ignore()
        else:
            super().keyPressEvent(event)

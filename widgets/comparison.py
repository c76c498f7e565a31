"""The answers side by side, a question a row; where they part first says so in words."""

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QBrush, QFocusEvent, QFontMetricsF, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.session.opinions import Compared
from grading.late_methods import dataclass
from grading.scheme import Option, Scheme
from widgets.buttons import note_focus
from widgets.fittings import Fittings

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
BESIDE = ("tags", "basis", "confidence", "frames", "time")
FIRST_ROLE = Qt.ItemDataRole.UserRole + 1
WHOLE_SHARE = 34  # percent of the width that the questions keep
WRAPPED = int(Qt.TextFlag.TextWordWrap) | int(Qt.AlignmentFlag.AlignLeft)
LEAST_COLUMN = 4  # of the largest space: an answer's column


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what is asked, and what each said; `first` where they part first."""

    title: str
    values: tuple[str, ...]
    parts: bool = False
    first: bool = False
    aside: bool = False


def rows_of(fit: Fittings, scheme: Scheme, compared: Compared) -> list[Row]:
    """Return the lines of a comparison: the questions, the outcome, what stands beside it."""
    texts, comparison = fit.texts, compared.comparison
    nothing = texts("opinions.not_asked")
    rows = []
    for line in comparison.lines:
        title = scheme.question(line.fact).title if scheme.has(line.fact) else line.fact
        values = tuple(_label(scheme, line.fact, value) or nothing for value in line.values)
        rows.append(Row(title, values, line.parts, line.first))
    outcomes = tuple(scheme.words(told.outcome) for told in comparison.answers)
    rows.append(Row(texts("desk.outcome"), outcomes, len(set(outcomes)) > 1))
    for name in BESIDE:
        values = tuple(_beside(fit, scheme, compared, name))
        if any(values):
            title = texts(f"opinions.row_{name}")
            rows.append(Row(title, tuple(v or texts("opinions.none") for v in values), aside=True))
    return rows


def _label(scheme: Scheme, fact: str, value: str | None) -> str | None:
    choice = scheme.question(fact).choice(value) if value and scheme.has(fact) else None
    return choice.label if choice is not None else value


def _beside(fit: Fittings, scheme: Scheme, compared: Compared, name: str) -> Sequence[str]:
    answers = compared.comparison.answers
    if name == "tags":
        return [_labels(scheme.tags, told.tags) for told in answers]
    if name == "basis":
        return [_labels(scheme.bases, told.ai_basis) for told in answers]
    if name == "confidence":
        sure = ((told.confidence,) if told.confidence else () for told in answers)
        return [_labels(scheme.confidences, one) for one in sure]
    if name == "frames":
        frames = (told.frames for told in answers)
        return [fit.texts("opinions.n_of", n=f.seen, of=f.of) if f else "" for f in frames]
    return [_lasted(fit, told.active_ms) for told in answers]


def _lasted(fit: Fittings, ms: int | None) -> str:
    if not ms:
        return ""
    seconds = round(ms / 1000)
    if seconds < 60:
        return fit.texts("opinions.seconds", n=seconds)
    return fit.texts("opinions.minutes_seconds", m=seconds // 60, s=seconds % 60)


def _labels(options: Sequence[Option], values: Sequence[str]) -> str:
    known = {option.value: option.label for option in options}
    return ", ".join(known.get(value, value) for value in values)


class ComparisonModel(QAbstractTableModel):
    """The lines, with a column for each answer."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._names: tuple[str, ...] = ()
        self._rows: Sequence[Row] = ()

    def show_rows(self, names: Sequence[str], rows: Sequence[Row]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._names, self._rows = tuple(names), tuple(rows)
        self.endResetModel()

    @property
    def first(self) -> int:
        """The line where the answers part first, or -1."""
        return next((n for n, row in enumerate(self._rows) if row.first), -1)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        """How many lines."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        """The question, and the answers."""
        return 0 if parent.isValid() else len(self._names) + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Who answered."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._names[section - 1] if section else self._fit.texts("opinions.question")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell, and how it is shown."""
        row, look = self._rows[index.row()], self._fit.look
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(row, column)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._said(row, column)
        if role == FIRST_ROLE:
            return row.first
        if role == Qt.ItemDataRole.FontRole:
            return look.font(strong=row.first)
        if role == Qt.ItemDataRole.ForegroundRole:
            return QBrush(look.colour(self._tone(row, column)))
        return None

    def _words(self, row: Row, column: int) -> str:
        if column:
            return row.values[column - 1]
        if row.first:
            return self._fit.texts("opinions.parts_first", question=row.title)
        return self._fit.texts("opinions.parts", question=row.title) if row.parts else row.title

    def _said(self, row: Row, column: int) -> str:
        if not column:
            return self._words(row, 0)
        return self._fit.texts(
            "opinions.cell_name", name=self._names[column - 1], value=row.values[column - 1]
        )

    def _tone(self, row: Row, column: int) -> str:
        if row.first and not column:
            return "attention"
        gone = column and row.values[column - 1] in (
            self._fit.texts("opinions.not_asked"),
            self._fit.texts("opinions.none"),
        )
        if gone:
            return "text3"
        return "text2" if row.aside or not column else "text"


class _Ground(QStyledItemDelegate):
    """Draws the line where the answers part first on a ground of its own."""

    def __init__(self, fit: Fittings, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = fit.look

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        if index.data(FIRST_ROLE):
            painter.fillRect(option.rect, self._look.colour("raised"))
        super().paint(painter, option, index)


class ComparisonTable(QTableView):
    """A quiet table that goes through its lines by the arrows."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._look = fit.look
        self.model_of = ComparisonModel(fit)
        self.setModel(self.model_of)
        self.setAccessibleName(fit.texts("opinions.table_name"))
        self.setShowGrid(False)
        self.setItemDelegate(_Ground(fit, self))
        self.setWordWrap(True)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(fit.look.px("row") + fit.look.px("s1"))
        self.verticalHeader().setMinimumSectionSize(0)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def show_rows(self, names: Sequence[str], rows: Sequence[Row]) -> None:
        """Show a comparison, where the answers part first in sight."""
        self.model_of.show_rows(names, rows)
        self._share()
        first = max(self.model_of.first, 0)
        if rows:
            self.setCurrentIndex(self.model_of.index(first, 0))
            self._reach()
        self.updateGeometry()

    def _reach(self) -> None:
        """Scroll to the line at hand, and begin with it where it is higher than what is seen."""
        at = self.currentIndex()
        if at.isValid():
            hint = QAbstractItemView.ScrollHint
            high = self.rowHeight(at.row()) > self.viewport().height()
            self.scrollTo(at, hint.PositionAtTop if high else hint.PositionAtCenter)

    @property
    def wanted_height(self) -> int:
        """As high as all of its lines."""
        return self.verticalHeader().length() + self.horizontalHeader().sizeHint().height() + 2

    def minimumSizeHint(self) -> QSize:
        """Some lines: the others scroll."""
        return QSize(0, self._look.px("row") * 3)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the lines; everything else is left to the room."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember by which way the focus came."""
        note_focus(self, event)
        super().focusInEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width anew; the line that has the keyboard stays in sight, whole."""
        super().resizeEvent(event)
        self._share()
        self._reach()

    def _share(self) -> None:
        """The questions keep their part; the answers share the rest, or scroll."""
        answers = self.model_of.columnCount() - 1
        if answers < 1:
            return
        room = self.viewport().width()
        first = room * WHOLE_SHARE // 100
        each = max((room - first) // answers, self._look.px("s8") * LEAST_COLUMN)
        self.setColumnWidth(0, first)
        for column in range(1, answers + 1):
            self.setColumnWidth(column, each)
        least = self._look.px("row") + self._look.px("s1")
        for line in range(self.model_of.rowCount()):  # some of them: never more than questions
            self.setRowHeight(line, max(self._wrapped_px(line) + self._look.px("s2"), least))

    def _wrapped_px(self, line: int) -> int:
        """Return the height of the line whose words are broken most: none of them is cut."""
        font = QFontMetricsF(self._look.font(strong=True))
        high = 0.0
        for column in range(self.model_of.columnCount()):
            words = str(self.model_of.index(line, column).data())
            room = self.columnWidth(column) - 2 * self._look.px("s3") - self._look.px("s1")
            place = QRectF(0, 0, max(room, 1), 10_000)
            high = max(high, font.boundingRect(place, WRAPPED, words).height())
        return ceil(high)

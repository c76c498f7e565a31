"""The palette: every action of the place one is in, found by typing some letters of its name."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from widgets.buttons import draw_keycap, keycap_width
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.layouts import column
from widgets.overlay import Overlay
from widgets.words import Words

Index = QModelIndex | QPersistentModelIndex
KEY_ROLE = Qt.ItemDataRole.UserRole + 1
ROWS = 11  # seen at once


class _Rows(QStyledItemDelegate):
    """Draws an action with its key cap at the right."""

    def __init__(self, fit: Fittings, parent: QWidget) -> None:
        super().__init__(parent)
        self._fit = fit

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        super().paint(painter, option, index)
        key = str(index.data(KEY_ROLE) or "")
        if not key:
            return
        painter.save()
        look, place = self._fit.look, option.rect
        left = place.right() - look.px("s3") - keycap_width(look, key)
        draw_keycap(painter, look, key, left, place.y() + place.height() / 2)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One line of the look."""
        return QSize(super().sizeHint(option, index).width(), self._fit.look.px("s8") + 2)


class Palette(Overlay):
    """Actions by name: type some letters, Enter does the first."""

    chosen = Signal(str)

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "dialog")
        look, texts = fit.look, fit.texts
        self._offers: list[tuple[str, str, str]] = []
        self._field = Line(fit, texts("palette.name"), texts("palette.hint"))
        self._field.textChanged.connect(self._filter)
        self._list = QListWidget()
        self._list.setItemDelegate(_Rows(fit, self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName(texts("palette.list_name"))
        self._list.setMinimumHeight(fit.look.px("table_row") * 2)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.itemClicked.connect(self._take)
        self._none = Words(fit, texts("palette.none"), tone="text3")
        layout = column(self.sheet, margin=look.px("s3"), gap=look.px("s2"))
        layout.addWidget(self._field)
        layout.addWidget(self._none)
        layout.addWidget(self._list, 1)
        self.setFocusProxy(self._field)

    def offer(self, offers: Sequence[tuple[str, str, str]]) -> None:
        """Offer actions as triples of id, words and key, and open."""
        self._offers = list(offers)
        self._field.clear()
        self._filter("")
        self.open()
        self._field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down and Enter choose; Ctrl+K closes; the rest is typed."""
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key)
        if step is not None and self._list.count():
            self._list.setCurrentRow((self._list.currentRow() + step) % self._list.count())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self._list.currentItem()
            if item is not None and not event.isAutoRepeat():
                self._take(item)
        elif key == Qt.Key.Key_K:
            self.close_sheet()
        else:
            event.ignore()

    def _wanted_height(self, width: int) -> int:
        look = self._fit.look
        return look.px("s8") * 2 + (look.px("s8") + 2) * ROWS + look.px("s3")

    def _filter(self, words: str) -> None:
        wanted = words.casefold().split()
        self._list.clear()
        for action, text, key in self._offers:
            if all(word in text.casefold() for word in wanted):
                item = QListWidgetItem(text)
                item.setData(Qt.ItemDataRole.UserRole, action)
                item.setData(KEY_ROLE, key)
                self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._none.setVisible(self._list.count() == 0)

    def _take(self, item: QListWidgetItem) -> None:
        self.close_sheet()
        self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))

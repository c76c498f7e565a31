"""Sheets over the whole window: the legend of keys, and the palette of actions."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from widgets.buttons import draw_keycap, keycap_width
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.keycaps import Keycaps
from widgets.layouts import column
from widgets.scrolled import Scrolled
from widgets.words import Words

SCRIM_ALPHA = 150  # of 255
Index = QModelIndex | QPersistentModelIndex
KEY_ROLE = Qt.ItemDataRole.UserRole + 1


class Overlay(QWidget):
    """Dims the window and holds one sheet in its middle."""

    closed = Signal()

    def __init__(self, fit: Fittings, window: QWidget, width_token: str = "page") -> None:
        super().__init__(window)
        self._fit = fit
        self._width_token = width_token
        self.sheet = QFrame(self)
        self.sheet.setObjectName("sheet")
        self.hide()

    def open(self) -> None:
        """Lie over the window."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self._place()
        self.show()
        self.raise_()

    def close_sheet(self) -> None:
        """Go away."""
        if self.isVisible():
            self.hide()
            self.closed.emit()

    def resizeEvent(self, _: QEvent) -> None:
        """Keep the sheet in the middle."""
        self._place()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the sheet closes it."""
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self.close_sheet()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Dim what lies below."""
        painter = QPainter(self)
        colour = QColor(self._fit.look.colour("canvas"))
        colour.setAlpha(SCRIM_ALPHA)
        painter.fillRect(self.rect(), colour)

    def _place(self) -> None:
        look = self._fit.look
        edge = look.px("s6")
        width = min(look.px(self._width_token), self.width() - edge * 2)
        layout = self.sheet.layout()
        hint = layout.totalHeightForWidth(width) if layout is not None else -1
        height = hint if hint > 0 else self.sheet.sizeHint().height()
        height = min(max(height, self.sheet.sizeHint().height()), self.height() - edge * 2)
        left = (self.width() - width) // 2
        self.sheet.setGeometry(QRect(left, max(edge, (self.height() - height) // 3), width, height))


class LegendOverlay(Overlay):
    """Every key of the window, by group."""

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "legend")
        look, texts = fit.look, fit.texts
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(look.px("s8"))
        grid.setVerticalSpacing(look.px("s5"))
        for number, (group, actions) in enumerate(fit.keymap.groups().items()):
            box = column(gap=look.px("s1") + 2)
            box.addWidget(Words(fit, texts(f"legend.{group}"), tone="text3", strong=True))
            for action in actions:
                box.addWidget(Keycaps(fit, action.keys, texts(action.text_id)))
            box.addStretch(1)
            grid.addLayout(box, number // 3, number % 3)
        for place in range(3):
            grid.setColumnStretch(place, 1)
        layout = column(self.sheet, margin=look.px("s6"), gap=look.px("s4"))
        layout.addWidget(Words(fit, texts("legend.title"), kind="question", strong=True))
        area = Scrolled(inner)
        layout.addWidget(area, 1)
        self._inner = inner

    def _place(self) -> None:
        self.sheet.setMinimumHeight(0)
        super()._place()
        look = self._fit.look
        edge = look.px("s6")
        wanted = self._inner.sizeHint().height() + look.px("s8") * 4
        height = min(wanted, self.height() - edge * 2)
        place = self.sheet.geometry()
        self.sheet.setGeometry(place.x(), (self.height() - height) // 2, place.width(), height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc is left to the window; any other key closes."""
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif event.key() not in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt):
            self.close_sheet()

    def open(self) -> None:
        """Take the keyboard."""
        super().open()
        self.setFocus()


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

"""The palette: every action of the place one is in, found by typing some letters of its name.

Before anything is typed it shows what can be done; a name that is typed is found even where the
action cannot be done now, or only by its own key, with a word that says so.
"""

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from widgets.buttons import draw_keycap, keycap_width
from widgets.fields import Line
from widgets.fittings import Fittings
from widgets.keys import Offer, key_name
from widgets.layouts import column
from widgets.overlay import Overlay
from widgets.short_keys import ShortKeys
from widgets.sides import draw_line
from widgets.words import Words

Index = QModelIndex | QPersistentModelIndex
PLACE = "palette"
KEY_ROLE = Qt.ItemDataRole.UserRole + 1
NOTE_ROLE = Qt.ItemDataRole.UserRole + 2
ROWS = 11  # seen at once
STEPS = {"find_down": 1, "find_up": -1}


class _Rows(QStyledItemDelegate):
    """Draws an action with its key cap at the end, and before it why it cannot be done."""

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
        look, place, gap = self._fit.look, option.rect, self._fit.look.px("s3")
        cap = ceil(keycap_width(look, key))
        right = place.adjusted(place.width() - gap - cap, 0, -gap, 0)
        at = QStyle.visualRect(option.direction, place, right)
        draw_keycap(painter, look, key, at.left(), place.y() + place.height() / 2)
        painter.setFont(look.font("aside"))
        painter.setPen(look.colour("text3"))
        before = place.adjusted(0, 0, -cap - gap * 2, 0)
        line = QRectF(QStyle.visualRect(option.direction, place, before))
        leftward = option.direction == Qt.LayoutDirection.RightToLeft
        draw_line(painter, line, str(index.data(NOTE_ROLE) or ""), right=not leftward)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """One line of the look."""
        return QSize(super().sizeHint(option, index).width(), self._fit.look.px("s8") + 2)


class Palette(Overlay):
    """Actions by name: type some letters, Enter does the first."""

    place = PLACE

    chosen = Signal(str)

    def __init__(self, fit: Fittings, window: QWidget) -> None:
        super().__init__(fit, window, "dialog")
        look, texts = fit.look, fit.texts
        self._offers: list[Offer] = []
        self.setAccessibleName(texts("palette.name"))
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
        foot = ShortKeys(fit)
        foot.show_place(self.place)
        layout.addWidget(foot)
        self.setFocusProxy(self._field)

    def offer(self, offers: Sequence[Offer]) -> None:
        """Take what to offer when it is opened next."""
        self._offers = list(offers)
        self._field.clear()
        self._filter("")

    def open(self) -> None:
        """Show the list, and take the keyboard."""
        super().open()
        self._field.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down and Enter choose; the key that opened it closes it; the rest is typed."""
        action = self._fit.keymap.find(key_name(event), PLACE)
        asked = "" if action is None else action.id
        if asked in STEPS and self._list.count():
            self._list.setCurrentRow((self._list.currentRow() + STEPS[asked]) % self._list.count())
        elif asked == "take_found":
            item = self._list.currentItem()
            if item is not None and not event.isAutoRepeat():
                self._take(item)
        elif asked == "palette":
            if not event.isAutoRepeat():
                self.close_sheet()
        else:
            event.ignore()

    def _wanted_height(self, width: int) -> int:
        look = self._fit.look
        foot = look.px("keycap") + 2 + look.px("s2")
        return look.px("s8") * 2 + (look.px("s8") + 2) * ROWS + look.px("s3") + foot

    def _filter(self, words: str) -> None:
        wanted = words.casefold().split()
        self._list.clear()
        for offer in self._offers:
            text = self._fit.texts(offer.action.text_id)
            if not wanted and (offer.hindrance or offer.action.repeats):
                continue  # zooming and stepping are for their keys: found by name, not offered
            if all(word in text.casefold() for word in wanted):
                self._list.addItem(self._row(offer, text))
        self._list.setCurrentRow(0)
        self._none.setVisible(self._list.count() == 0)

    def _row(self, offer: Offer, text: str) -> QListWidgetItem:
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, offer.action.id)
        item.setData(KEY_ROLE, self._fit.keymap.key(offer.action.id))
        if offer.hindrance:
            note = self._fit.texts(f"palette.{offer.hindrance}")
            item.setData(NOTE_ROLE, note)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{text}, {note}")
            item.setForeground(self._fit.look.colour("text3"))
        return item

    def _take(self, item: QListWidgetItem) -> None:
        self.close_sheet()
        self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))

"""Children side by side, in as many rows as they need."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QStyle, QWidget


def flow_of(gap_px: int) -> tuple[QWidget, "FlowLayout"]:
    """Return a widget that is as high as its rows, and the layout that its children go into."""
    holder = QWidget()
    flow = FlowLayout(holder, gap_px)
    policy = holder.sizePolicy()
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder, flow


def flowing(gap_px: int, *children: QWidget) -> "FlowLayout":
    """Return children in a row of another layout; what does not fit goes on below, uncut."""
    flow = FlowLayout(gap_px=gap_px)
    for child in children:
        flow.addWidget(child)
    return flow


class FlowLayout(QLayout):
    """Lays its widgets out in reading order and goes on in the next row; `gap_px` between."""

    def __init__(self, parent: QWidget | None = None, gap_px: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap_px = gap_px
        self.setContentsMargins(0, 0, 0, 0)

    def set_gap(self, gap_px: int) -> None:
        """Take another distance, at another size of text."""
        self._gap_px = gap_px
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item; Qt calls this."""
        self._items.append(item)

    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item of that number, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return the item of that number."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """None."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all rows in `width`."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """One row."""
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() + self._gap_px for size in shown) - self._gap_px
        return QSize(max(width, 0), max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        """The widest item."""
        size = QSize(0, 0)
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size

    def _direction(self) -> Qt.LayoutDirection:
        around = self.parentWidget()
        return Qt.LayoutDirection.LeftToRight if around is None else around.layoutDirection()

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, row = rect.x(), rect.y(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            width = min(size.width(), max(rect.width(), item.minimumSize().width()))
            if x > rect.x() and x + width > rect.x() + rect.width():
                x, y, row = rect.x(), y + row + self._gap_px, 0
            if move:
                place = QRect(x, y, width, size.height())
                item.setGeometry(QStyle.visualRect(self._direction(), rect, place))
            x += width + self._gap_px
            row = max(row, size.height())
        return y + row - rect.y()

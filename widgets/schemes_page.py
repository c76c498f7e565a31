"""The page that draws the schemes: which questions are asked, and where each answer leads."""

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from app.scheme_drawing import svg
from app.session.sitting import Sitting
from widgets.fittings import Fittings
from widgets.layouts import column
from widgets.read_page import ReadPage
from widgets.reader_roles import reads_as
from widgets.scrolled import Scrolled
from widgets.tables import Column, Table
from widgets.words import Words

_STEP_PX = 120
MOST_OF_PAGE = 0.4  # for the list; the drawing has the rest


class Drawing(QWidget):
    """A picture of our own making, at the size of text; nothing of a case is ever drawn here."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._picture = QSvgRenderer(self)

    def show_picture(self, picture: str, said: str) -> None:
        """Draw an SVG; ``said`` is what a screen reader tells of it."""
        self._picture.load(QByteArray(picture.encode()))
        self.setAccessibleName(said)
        reads_as(self, QAccessible.Role.Chart)
        self.setFixedSize(self._size())
        self.update()

    def _size(self) -> QSize:
        size, percent = self._picture.defaultSize(), self._fit.look.percent
        return QSize(size.width() * percent // 100, size.height() * percent // 100)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it in full."""
        self._picture.render(QPainter(self))


class _Sheet(Scrolled):
    """Scrolls both ways; the arrows to the sides move it while the list has the keyboard."""

    def __init__(self, content: QWidget) -> None:
        super().__init__(content)
        self.setWidgetResizable(False)
        # The drawing goes from left to right in every language, and is opened at its beginning.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setCornerWidget(QWidget())  # else the style draws one of its own
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def shift(self, steps: int) -> None:
        """Move the picture to a side."""
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() + steps * _STEP_PX)


class _List(Table):
    """The schemes; arrows to the sides move the drawing, the page keys are left to the room."""

    def __init__(self, fit: Fittings, columns: list[Column], sheet: _Sheet) -> None:
        super().__init__(fit, fit.texts("administration.schemes"), columns, whole=False)
        self._scroll = sheet

    def leave_room(self, most_px: int) -> None:
        """Be as high as its rows, and no higher than that: the drawing has the rest."""
        head, rows = self.horizontalHeader().height(), self.verticalHeader().length()
        edge = self.height() - self.viewport().height() - head
        self.setFixedHeight(min(head + rows + max(edge, 2), most_px))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down choose a scheme, left and right move its picture."""
        side = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if side is not None:
            self._scroll.shift(side)
        elif event.key() in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            event.ignore()
        else:
            super().keyPressEvent(event)


class SchemesPage(ReadPage):
    """Every scheme that is installed, the chosen one as a picture under the list."""

    def __init__(self, fit: Fittings, sitting: Sitting) -> None:
        super().__init__()
        self._fit = fit
        # What is graded under comes first: it is what most come here for.
        schemes = sorted(sitting.schemes, key=lambda scheme: scheme.only_derives)
        self._schemes = {scheme.name: scheme for scheme in schemes}
        look, texts = fit.look, fit.texts
        self.drawing = Drawing(fit)
        self._scroll = _Sheet(self.drawing)
        columns = [
            Column(texts("schemes.name")),
            Column(texts("schemes.use")),
        ]
        self.list = _List(fit, columns, self._scroll)
        box = column(self, gap=look.px("s3"))
        title = texts("administration.schemes")
        box.addWidget(Words(fit, title, kind="question", strong=True))
        box.addWidget(Words(fit, texts("schemes.about"), tone="text2"))
        box.addWidget(self.list)
        box.addWidget(self._scroll, 1)
        self.list.show_rows([(name, (name, self._use(name))) for name in self._schemes])
        self.list.selectionModel().currentRowChanged.connect(lambda _new, _old: self._draw())
        look.changed.connect(self._draw)

    def enter(self) -> None:
        """Draw the one that is chosen."""
        self._share()
        self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the height anew."""
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        self.list.leave_room(round(self.height() * MOST_OF_PAGE))

    def focus(self) -> None:
        """Give the keyboard to the list."""
        self.list.setFocus()

    def _use(self, name: str) -> str:
        scheme, texts = self._schemes[name], self._fit.texts
        use = texts("schemes.derives") if scheme.only_derives else texts("schemes.grades")
        return use if scheme.verified else texts("schemes.unverified", use=use)

    def _draw(self) -> None:
        scheme = self._schemes.get(self.list.chosen() or "")
        if scheme is not None:
            picture = svg(scheme, self._fit.look.theme)
            self.drawing.show_picture(picture, self._fit.texts("schemes.drawn", name=scheme.title))
            self._scroll.to_top()

"""The third page of Quality: items where graders part, or behind a number; any of them, veiled."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSplitter, QStackedWidget, QWidget

from app.quality.partings import ItemRow, Listed
from app.quality.twin import Twin
from widgets.canvas import Canvas
from widgets.fittings import Fittings
from widgets.layouts import column, row
from widgets.moments import day, day_and_time
from widgets.notice import Notice
from widgets.quality_figures import capital
from widgets.scrolled import Scrolled
from widgets.tables import Column, LateRows, Table
from widgets.words import Words

ITEM_DIGITS = 8  # of the SHA-256: enough to name it by voice
ROWS_LEAST = 3  # of the list, where the item lies below it
TITLE_CHARS = 18  # of a batch, in the list
HEADS = ("parts_at", "answers", "resolution", "item", "last", "batch")


class ItemsPage(QWidget):
    """A list, and beside it the item that was opened from it."""

    wanted = Signal(object)  # ItemRow: it is to be shown, veiled

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        texts = fit.texts
        self._rows: dict[str, ItemRow] = {}
        self._titles: dict[str, str] = {}
        self._title = Words(fit, "", kind="question", strong=True)
        self._note = Words(fit, "", tone="text2", figures=True)
        columns = [Column(texts(f"quality.head_{name}")) for name in HEADS]
        self.table = Table(fit, texts("quality.items"), columns, whole=False)
        self.canvas = Canvas(fit)
        self._beside = Words(fit, texts("quality.not_opened"), tone="text2")
        self._answers = Words(fit, "", figures=True)
        self._empty = Notice(fit)
        self._views = QStackedWidget()
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._build()
        self.table.picked.connect(lambda _: self.open())
        self.canvas.hide()

    def _build(self) -> None:
        look = self._fit.look
        listed = QFrame()
        listed.setObjectName("card")
        box = column(listed, gap=look.px("s2"))
        box.setContentsMargins(look.px("s1"), look.px("s3"), look.px("s1"), look.px("s2"))
        for words in (self._title, self._note):
            words.setContentsMargins(look.px("s3"), 0, look.px("s3"), 0)
            head = row()
            head.setContentsMargins(look.px("s3"), 0, look.px("s3"), 0)
            head.addWidget(words)
            box.addLayout(head)
        box.addWidget(self.table, 1)
        seen = QFrame()
        seen.setObjectName("card")
        beside = column(seen, margin=look.px("s3"), gap=look.px("s2"))
        beside.addWidget(self._beside)
        beside.addWidget(self.canvas, 1)
        beside.addWidget(self._answers)
        for panel, share in ((listed, 65), (seen, 35)):
            self._split.addWidget(panel)
            self._split.setStretchFactor(self._split.indexOf(panel), share)
        self._split.setSizes([650, 350])
        self._split.setChildrenCollapsible(False)
        self.area = Scrolled(self._split)
        self._listed = listed
        self._views.addWidget(self.area)
        self._views.addWidget(self._empty)
        outer = column(self)
        outer.setContentsMargins(look.px("s4"), look.px("s3"), look.px("s4"), look.px("s4"))
        outer.addWidget(self._views)

    def name_batches(self, titles: dict[str, str]) -> None:
        """Take what batches are called."""
        self._titles = titles

    def show_items(self, name: str, found: Listed) -> None:
        """List items; `name` says what they are."""
        texts = self._fit.texts
        self._rows = {one.item: one for one in found.rows}
        self._title.say(name)
        withheld = texts("quality.withheld", n=found.withheld) if found.withheld else ""
        self._note.say(" ".join([texts("quality.n_items", n=len(found.rows)), withheld]).strip())
        rows = self._rows
        self.table.show_rows(LateRows(tuple(rows), lambda item: self._cells(rows[item])))
        self.close_item()
        if not found.rows:
            self._empty.say(name, withheld or texts("quality.no_items"))
        self._views.setCurrentIndex(0 if found.rows else 1)

    def open(self) -> None:
        """Ask for the chosen item."""
        chosen = self._rows.get(self.table.chosen() or "")
        if chosen is not None:
            self._beside.hide()
            self.canvas.show()
            self._answers.say(self._told(chosen))
            if self._split.orientation() == Qt.Orientation.Vertical:
                self.canvas.setFocus()  # what has the keyboard is scrolled to
            self.wanted.emit(chosen)

    def close_item(self) -> None:
        """Nothing is open."""
        self.canvas.clear()
        self.canvas.hide()
        self._beside.say(self._fit.texts("quality.not_opened"))
        self._beside.show()
        self._answers.say("")

    def cannot_show(self, why: str) -> None:
        """Say why the item cannot be shown."""
        self.canvas.clear(why)

    def focus(self) -> None:
        """Give the keyboard to the list."""
        self.table.setFocus()

    def twin(self) -> Twin:
        """The list as a table."""
        texts = self._fit.texts
        heads = tuple(texts(f"quality.head_{name}") for name in HEADS)
        rows = tuple(self._cells(one, whole=True) for one in self._rows.values())
        return Twin(self._title.text(), heads, rows, self._note.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay list and item one below the other where there is no room beside each other."""
        narrow = self.width() < self._fit.look.px("page") * 3 // 2
        way = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        self._split.setOrientation(way)
        super().resizeEvent(event)
        self._keep_rows(narrow=narrow)

    def _keep_rows(self, *, narrow: bool) -> None:
        """Where list and item lie one below the other, both stay as high as it takes: it scrolls.

        On a small screen with large text the list had no row else, and the item no height.
        """
        look, layout = self._fit.look, self._listed.layout()
        rows = look.px("table_row") * (ROWS_LEAST + 1) if narrow else 0
        self.table.setMinimumHeight(rows)
        seen = min(look.px("left_panel"), self.height() - 2 * look.px("s8"))  # whole, once scrolled
        self.canvas.setMinimumHeight(seen if narrow else 0)
        if layout is not None:
            high = layout.minimumHeightForWidth(self.width() - 2 * look.px("s4")) if narrow else 0
            self._listed.setMinimumHeight(high)

    def _cells(self, one: ItemRow, *, whole: bool = False) -> tuple[str, ...]:
        texts = self._fit.texts
        given = [answer.answer or answer.outcome for answer in one.answers]
        counted = {text: given.count(text) for text in given}
        said = texts("quality.gap").join(
            texts("quality.times", n=n, answer=text) if n > 1 else text
            for text, n in counted.items()
        )
        title = self._titles.get(one.batch, one.batch[:ITEM_DIGITS])
        return (
            one.title or texts("quality.parts_nowhere"),
            said,
            one.resolved or texts("quality.unresolved"),
            one.item if whole else one.item[:ITEM_DIGITS],
            day_and_time(texts, one.last_at) if whole else day(texts, one.last_at),
            title if whole else cut(title, TITLE_CHARS),
        )

    def _told(self, one: ItemRow) -> str:
        texts = self._fit.texts
        return "\n".join(
            texts(
                "quality.answered",
                name=capital(answer.person),
                outcome=answer.outcome,
                answer=answer.answer,
            )
            if answer.answer
            else texts(
                "quality.answered_short", name=capital(answer.person), outcome=answer.outcome
            )
            for answer in one.answers
        )


def cut(text: str, chars: int) -> str:
    """Return a text of at most so many characters, its end marked where it was cut."""
    return text if len(text) <= chars else f"{text[: chars - 1].rstrip()}…"

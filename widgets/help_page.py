"""One page of the help as it is read: the look's type and colours, what was searched for marked."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import QEvent, QRegularExpression, Qt, Slot
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QFrame, QTextBrowser, QTextEdit

from app.help import Block, Page, Span, Style
from widgets.buttons import note_focus
from widgets.fittings import Fittings
from widgets.text_block import TYPE_PERCENT

MOST_MARKS = 400
AS_READ = (
    QRegularExpression.PatternOption.CaseInsensitiveOption
    | QRegularExpression.PatternOption.UseUnicodePropertiesOption
)
BULLET = "•\u00a0\u00a0"


class HelpText(QTextBrowser):
    """Scrolls; a screen reader reads it as text with headings."""

    def __init__(self, fit: Fittings) -> None:
        super().__init__()
        self._fit = fit
        self._page: Page | None = None
        self._marks: tuple[str, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setOpenLinks(False)
        self.viewport().setAutoFillBackground(False)
        self.setLineWrapMode(QTextEdit.LineWrapMode.FixedPixelWidth)
        fit.look.changed.connect(self._renew)

    def show_page(self, page: Page, section: int = 0, marks: Sequence[str] = ()) -> None:
        """Show a page from a section on; what a regular expression of `marks` finds is marked."""
        look = self._fit.look
        self._page, self._marks = page, tuple(marks)
        self.setAccessibleName(page.title)
        self.document().setDefaultFont(look.font("field"))
        self.setHtml(self._html(page))
        self.setExtraSelections(self._found_marks())
        self.verticalScrollBar().setValue(0)
        if section:
            self.scrollToAnchor(_anchor(section))

    @Slot()
    def _renew(self) -> None:
        """Write the page anew in the colours of another theme, and stay where one reads."""
        if self._page is not None:
            read_to = self.verticalScrollBar().value()
            self.show_page(self._page, marks=self._marks)
            self.verticalScrollBar().setValue(read_to)

    def turn(self, pages: int) -> None:
        """Scroll by most of a page."""
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + pages * bar.pageStep() * 4 // 5)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set it in lines that can be read."""
        super().resizeEvent(event)
        longest = self._fit.look.longest_line_px("field")
        self.setLineWrapColumnOrWidth(min(self.viewport().width(), round(longest)))

    def changeEvent(self, event: QEvent) -> None:
        """Keep the type that is read in: as it is first shown, it is dressed like a control."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.document().setDefaultFont(self._fit.look.font("field"))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember by which way the focus came."""
        note_focus(self, event)
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys belong to the sheet around it."""
        event.ignore()

    def _html(self, page: Page) -> str:
        look = self._fit.look
        parts = [self._heading(page.title, "question", (0, look.px("s3")))]
        for number, section in enumerate(page.sections):
            parts.append(f'<a name="{_anchor(number)}"></a>')
            if section.title:
                edges = (look.px("s4"), look.px("s1"))
                parts.append(self._heading(section.title, "field", edges))
            parts += [self._block(block) for block in section.blocks]
        return "".join(parts)

    def _heading(self, words: str, kind: str, edges: tuple[int, int]) -> str:
        # No <h1>: Qt makes it larger than it is told to.
        return (
            f'<p style="margin:{edges[0]}px 0 {edges[1]}px 0"><span style="font-weight:600; '
            f'font-size:{self._fit.look.type_px(kind)}px">{escape(words)}</span></p>'
        )

    def _block(self, block: Block) -> str:
        look = self._fit.look
        # Qt takes it of the height of the type, which is larger than its size.
        height = look.figure("line_height_percent") * 100 // TYPE_PERCENT
        left = look.px("s4") if block.listed or block.quoted else 0
        tone = look.hex("text2" if block.quoted else "text")
        words = "".join(self._span(span) for span in block.spans).replace("\n", "<br>")
        sign, indent = "", 0
        if block.listed:  # what goes on below stands under its first word
            sign = escape(BULLET)
            indent = -round(QFontMetricsF(look.font("field")).horizontalAdvance(BULLET))
        return (
            f'<p style="line-height:{height}%; margin:0 0 {look.px("s2")}px {left}px; '
            f'text-indent:{indent}px; color:{tone}">{sign}{words}</p>'
        )

    def _span(self, span: Span) -> str:
        look, words = self._fit.look, escape(span.text)
        if span.style is Style.KEY:
            return (
                f'<span style="background-color:{look.hex("raised")}; color:{look.hex("accent")}; '
                f'font-weight:600">&nbsp;{words}&nbsp;</span>'
            )
        if span.style is Style.STRONG:
            return f'<span style="font-weight:600">{words}</span>'
        if span.style is Style.SLANTED:
            return f"<i>{words}</i>"
        return words

    def _found_marks(self) -> list[QTextEdit.ExtraSelection]:
        look, document = self._fit.look, self.document()
        marks: list[QTextEdit.ExtraSelection] = []
        for pattern in self._marks:
            sought = QRegularExpression(pattern, AS_READ)
            cursor = document.find(sought, 0)
            while not cursor.isNull() and len(marks) < MOST_MARKS:
                marks.append(_marked(cursor, look.colour("accent_bg"), look.colour("text")))
                cursor = document.find(sought, cursor)
        return marks


def _marked(cursor: QTextCursor, ground: QColor, tone: QColor) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    form = QTextCharFormat()
    form.setBackground(ground)
    form.setForeground(tone)
    form.setFontUnderline(True)  # nothing by colour alone
    mark.cursor = cursor
    mark.format = form
    return mark


def _anchor(section: int) -> str:
    return f"section-{section}"

"""Text to read: plain, in a kind of type and a tone of the look, wrapped or cut to one line."""

from collections.abc import Sequence
from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from widgets.fittings import Fittings
from widgets.sides import draw_line, mirrored
from widgets.text_block import TextBlock, elided

NARROWEST_PX = 40


class Words(QLabel):
    """A label of plain text with the house's line height.

    What is read in lines is at most 70 characters wide; a heading, and what is not `measured`, is
    as wide as it may be. Unwrapped it is cut with an ellipsis, and a tool tip holds the whole.
    """

    def __init__(
        self,
        fit: Fittings,
        text: str = "",
        *,
        kind: str = "body",
        tone: str = "text",
        strong: bool = False,
        wrap: bool = True,
        right: bool = False,
        figures: bool = False,
        measured: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = fit.look
        self._kind, self._tone, self._strong, self._figures = kind, tone, strong, figures
        self._wrap, self._right = wrap, right
        self._is_measured = measured and not strong
        self._block: TextBlock | None = None
        self._block_font: QFont | None = None
        self._others: tuple[str, ...] = ()  # texts that may stand here too
        self._blocks_of_others: tuple[TextBlock, ...] = ()
        self.setTextFormat(Qt.TextFormat.PlainText)
        horizontal = QSizePolicy.Policy.Preferred if wrap else QSizePolicy.Policy.Expanding
        policy = QSizePolicy(horizontal, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(wrap)
        self.setSizePolicy(policy)
        self.say(text)

    @property
    def is_title(self) -> bool:
        """Whether it is the title of a sheet or page."""
        return self._kind == "question"

    def say(self, text: str) -> None:
        """Show `text`."""
        if text != self.text() or self._block is None:
            self.setText(text)
            self._block = None
            self.updateGeometry()
            self.update()

    def say_or_hide(self, text: str) -> None:
        """Show `text`; where there is none, nothing is seen of it and no room kept."""
        self.say(text)
        self.setVisible(bool(text))

    def tone(self, tone: str) -> None:
        """Change the colour."""
        self._tone = tone
        self.update()

    def stand(self, *, right: bool) -> None:
        """Stand at the right edge, or at the left."""
        self._right = right
        self.update()

    def keep_room_for(self, texts: Sequence[str]) -> None:
        """Be as high as the highest of these would be: what lies beside it stays where it is."""
        self._others, self._blocks_of_others = tuple(texts), ()
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Wrapped text is higher where it is narrower."""
        return self._wrap

    def heightForWidth(self, width: int) -> int:
        """The height of the text in `width` pixels."""
        block = self._laid()
        return max(
            ceil(one.lay(min(width, self._longest(one)))) for one in (block, *self._laid_others())
        )

    def line_height(self) -> int:
        """The height of one line of it in pixels."""
        one = TextBlock("A", self._font(), self._look.figure("line_height_percent"))
        return ceil(one.lay(one.natural_width))

    def sizeHint(self) -> QSize:
        """As wide as the text; where it wraps, at most 70 characters."""
        block = self._laid()
        width = block.natural_width
        width = min(width, self._longest(block)) if self._wrap else width
        return QSize(ceil(width), ceil(block.lay(width)))

    def minimumSizeHint(self) -> QSize:
        """Narrow: long words break, long lines are cut."""
        block = self._laid()
        if not self._wrap:
            one_line = ceil(block.lay(block.natural_width))
            return QSize(min(NARROWEST_PX, ceil(block.natural_width)), one_line)
        return QSize(min(NARROWEST_PX, ceil(block.natural_width)), 0)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Draw the text."""
        painter = QPainter(self)
        colour = self._look.colour(self._tone)
        if self._wrap:
            width = min(self.width(), self._longest(self._laid()))
            spare = self.height() - self._laid().lay(width) if self._others else 0.0
            place = mirrored(self, QRectF(0, max(spare, 0.0) / 2, width, self.height()))
            self._laid().draw(painter, place, colour)
            return
        font = self._font()
        shown = elided(self.text(), font, self.width())
        self.setToolTip(self.text() if shown != " ".join(self.text().split()) else "")
        painter.setFont(font)
        painter.setPen(colour)
        draw_line(painter, QRectF(self.rect()), shown, right=self._right != self.isRightToLeft())

    def _font(self) -> QFont:
        return self._look.font(self._kind, strong=self._strong, figures=self._figures)

    def _longest(self, block: TextBlock) -> float:
        if not self._is_measured:
            return block.natural_width
        return self._look.longest_line_px(self._kind)

    def _laid(self) -> TextBlock:
        font = self._font()
        if self._block is None or self._block_font is not font:  # another look has other fonts
            self._blocks_of_others = () if self._block_font is not font else self._blocks_of_others
            self._block_font = font
            self._block = self._block_of(self.text(), font)
        return self._block

    def _laid_others(self) -> tuple[TextBlock, ...]:
        """The texts that room is kept for, in the font of the one that is shown."""
        if len(self._blocks_of_others) != len(self._others):
            font = self._font()
            self._blocks_of_others = tuple(self._block_of(text, font) for text in self._others)
        return self._blocks_of_others

    def _block_of(self, text: str, font: QFont) -> TextBlock:
        height = "tight_line_height_percent" if self._kind in ("question", "calm") else None
        return TextBlock(text, font, self._look.figure(height or "line_height_percent"))

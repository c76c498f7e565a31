"""What papers on A4 share: the type, the colours of the light theme, plain text, lined tables.

Whatever people typed is set as plain text, never as markup, and no picture is put on a page.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, TableStyle

from app.bootstrap import RESOURCES
from app.light_colours import light_colours

PLAIN, STRONG = "Inter", "Inter-SemiBold"
_FILES = {PLAIN: "Inter-Regular.ttf", STRONG: "Inter-SemiBold.ttf"}
_FRAME_PAD = 6  # points, which the frame of a page keeps at each side
_HIGH_MARGIN = 18 * mm
# The fonts hold no other writing: what is in one is set in the marks that stand for it.
_MISSING = "\N{REPLACEMENT CHARACTER}"
_BOUND = frozenset("\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")  # between a number and its unit

Size = tuple[str, float, float]  # font, its size and the height of a line, in points


class Sheet:
    """Sets text and tables in the type of the page.

    Args:
        width: Of what is set, in points.
        sizes: Style -> font, size and height of a line; the style `aside` is paler.
    """

    def __init__(self, width: float, sizes: Mapping[str, Size]) -> None:
        colours = light_colours()
        self.width = width
        self.line, self.aside = HexColor(colours["line"]), HexColor(colours["text2"])
        text = HexColor(colours["text"])
        self.styles = {
            name: _style(name, size, self.aside if name == "aside" else text)
            for name, size in sizes.items()
        }

    def said(self, words: str, style: str) -> Paragraph:
        """Return words as they stand, line by line."""
        lines = (
            "".join(
                letter if letter.isprintable() or letter in _BOUND else _MISSING for letter in line
            )
            for line in words.splitlines() or [""]
        )
        plain = "<br/>".join(escape(line, quote=False) for line in lines)
        return Paragraph(plain, self.styles[style])

    def lined(
        self,
        cells: Sequence[Sequence[Flowable]],
        widths: Sequence[float],
        *styles: tuple[object, ...],
        heads: int = 0,
    ) -> Flowable:
        """Return a table with a line under each row, which a page may end in the midst of.

        Args:
            cells: The rows.
            widths: Of the columns, in points.
            styles: More of ReportLab's commands of style.
            heads: How many rows stand above the table on each page.
        """
        style = TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, self.line),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                *styles,
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
        return LongTable(
            cells, colWidths=widths, repeatRows=heads, style=style, hAlign="LEFT", splitInRow=1
        )


def paper(
    title: str,
    margin: float,
    story: Callable[[float], Iterable[Flowable]],
    footed: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """Return a document on A4 as the bytes of a PDF file, the same for the same words.

    Args:
        title: Told by the file.
        margin: At the left and the right, in points.
        story: Gives the parts, for so wide a page in points.
        footed: Draws the foot of a page.
    """
    for name, file in _FILES.items():
        registerFont(TTFont(name, str(Path(RESOURCES) / "fonts" / file)))
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=margin,
        rightMargin=margin,
        topMargin=_HIGH_MARGIN,
        bottomMargin=_HIGH_MARGIN,
        title=title,
        author="Assay",
        invariant=True,
    )
    feet = {} if footed is None else {"onFirstPage": footed, "onLaterPages": footed}
    document.build(list(story(document.width - 2 * _FRAME_PAD)), **feet)
    return out.getvalue()


def _style(name: str, size: Size, colour: Color) -> ParagraphStyle:
    font, points, leading = size
    # Digests and addresses have no spaces to break at.
    return ParagraphStyle(
        name,
        fontName=font,
        fontSize=points,
        leading=leading,
        textColor=colour,
        splitLongWords=1,
    )

"""A referral as PDF on A4: words and digests, and no picture of any kind.

What people typed is set as plain text, never as markup.
"""

import io
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import (
    Flowable,
    LongTable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)

from app.intake.sources import Source
from app.referral.giving_out import ReferralOut
from app.report.page import RESOURCES, light_colours

_PLAIN, _STRONG = "Inter", "Inter-SemiBold"
_MARGIN = 18 * mm
_LABEL = 42 * mm
_MISSING = "\N{REPLACEMENT CHARACTER}"  # for writing that the fonts do not hold
TITLE = "Referral for victim identification"
NO_IMAGERY = (
    "This paper holds no imagery. The file is named by its digests; it is handed over, where it is"
    " needed, on another way."
)
_KINDS = {
    "name": "Name",
    "school": "School",
    "place": "Place",
    "account": "Account",
    "contact": "Contact",
    "date": "Date",
    "object": "Object",
    "other": "Other",
}
_AI = {
    "no-sign-seen": "No sign seen. This never says that an item is real.",
    "suspected": "Suspected to be AI-generated",
    "generated": "AI-generated",
    "edited": "Edited with AI",
}


def referral_pdf(out: ReferralOut) -> bytes:
    """Return a referral as the bytes of a PDF file."""
    for name, file in ((_PLAIN, "Inter-Regular.ttf"), (_STRONG, "Inter-SemiBold.ttf")):
        registerFont(TTFont(name, str(Path(RESOURCES) / "fonts" / file)))
    made = io.BytesIO()
    document = SimpleDocTemplate(
        made,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
        title=TITLE,
        author="Assay",
        invariant=True,
    )
    document.build(list(_Sheet(document.width - 12).story(out)))
    return made.getvalue()


class _Sheet:
    def __init__(self, width: float) -> None:
        colours = light_colours()
        self._width = width
        self._line = HexColor(colours["line"])
        text, aside = HexColor(colours["text"]), HexColor(colours["text2"])
        self._styles = {
            "title": ParagraphStyle(
                "title", fontName=_STRONG, fontSize=18, leading=24, textColor=text
            ),
            "head": ParagraphStyle(
                "head", fontName=_STRONG, fontSize=11, leading=16, textColor=text
            ),
            # Digests and addresses have no spaces to break at.
            "body": ParagraphStyle(
                "body", fontName=_PLAIN, fontSize=9, leading=13, textColor=text, splitLongWords=1
            ),
            "aside": ParagraphStyle(
                "aside", fontName=_PLAIN, fontSize=8, leading=12, textColor=aside
            ),
        }

    def story(self, out: ReferralOut) -> Iterator[Flowable]:
        """Yield the parts in the order in which they are read."""
        signed, referral = out.signed, out.signed.referral
        yield self._said(TITLE, "title")
        if signed.withdrawn:
            yield self._said("WITHDRAWN by who signed it.", "head")
        yield self._said(NO_IMAGERY, "aside")
        yield from self._part(
            "",
            [
                ("For", referral.to),
                ("Signed by", signed.by),
                ("Signed at", f"{signed.at[:10]} {signed.at[11:16]} UTC, as their clock claims"),
                ("Record", signed.record),
                ("Deployment", out.organisation),
            ],
        )
        facts = [(_KINDS.get(one.kind, one.kind), one.words) for one in referral.identifying]
        yield from self._part("What identifies", facts)
        tag = [("AI tag", _AI.get(signed.ai or "", signed.ai or "not stated"))]
        if referral.real_child:
            tag.append(("A real child is believed to be shown, because", referral.real_child))
        yield from self._part("Whether a real child is shown", tag)
        if referral.note:
            yield from self._part("Note", [("", referral.note)])
        size = f"{out.size_bytes:,} bytes" if out.size_bytes is not None else "not known"
        item = [
            ("SHA-256", signed.item),
            ("SHA-1", out.sha1 or "not known"),
            ("MD5", out.md5 or "not known"),
            ("Size, type", f"{size}, {out.media_type or 'not known'}"),
        ]
        yield from self._part("The file", item)
        for number, source in enumerate(out.sources, 1):
            of = f"Source {number} of {len(out.sources)}"
            yield from self._part(of, list(_source(source)))

    def _part(self, title: str, rows: Sequence[tuple[str, str]]) -> Iterator[Flowable]:
        yield Spacer(0, 5 * mm)
        if title:
            yield self._said(title, "head")
        cells = [[self._said(label, "aside"), self._said(words, "body")] for label, words in rows]
        if not cells:
            return
        style = TableStyle(
            [
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, self._line),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
        widths = [_LABEL, self._width - _LABEL]
        yield LongTable(cells, colWidths=widths, style=style, hAlign="LEFT", splitInRow=1)

    def _said(self, words: str, style: str) -> Paragraph:
        lines = words.splitlines() or [""]
        plain = [
            "".join(letter if letter.isprintable() else _MISSING for letter in line)
            for line in lines
        ]
        return Paragraph(
            "<br/>".join(escape(line, quote=False) for line in plain), self._styles[style]
        )


def _source(source: Source) -> Iterator[tuple[str, str]]:
    for label, words in (
        ("Report", source.report),
        ("Address", source.source_url),
        ("Posted by", source.poster),
        ("Posted at", source.posted_at),
        ("Hosted in", source.country),
        ("Came by", source.route),
    ):
        if words:
            yield label, words

"""A referral as PDF on A4: words and digests, and no picture of any kind.

What people typed is set as plain text, never as markup.
"""

from collections.abc import Iterator, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from app.intake.sources import Source
from app.paper import PLAIN, STRONG, Sheet, paper
from app.referral.giving_out import ReferralOut

_MARGIN = 18 * mm
_LABEL = 42 * mm
_SIZES = {
    "title": (STRONG, 18, 24),
    "head": (STRONG, 11, 16),
    "body": (PLAIN, 9, 13),
    "aside": (PLAIN, 8, 12),
}
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
    return paper(TITLE, _MARGIN, lambda width: _Sheet(width, _SIZES).story(out))


class _Sheet(Sheet):
    def story(self, out: ReferralOut) -> Iterator[Flowable]:
        """Yield the parts in the order in which they are read."""
        signed, referral = out.signed, out.signed.referral
        yield self.said(TITLE, "title")
        if signed.withdrawn:
            yield self.said("WITHDRAWN by who signed it.", "head")
        yield self.said(NO_IMAGERY, "aside")
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
            yield self.said(title, "head")
        cells = [[self.said(label, "aside"), self.said(words, "body")] for label, words in rows]
        if not cells:
            return
        yield self.lined(cells, [_LABEL, self.width - _LABEL])


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

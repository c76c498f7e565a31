"""A referral as PDF on A4: words and digests, and no picture of any kind.

What people typed is set as plain text, never as markup.
"""

from collections.abc import Iterator, Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from app.intake.sources import Source
from app.paper import PLAIN, STRONG, Sheet, paper
from app.referral.giving_out import ReferralOut
from app.texts import Texts

_MARGIN = 18 * mm
_LABEL = 42 * mm
_SIZES = {
    "title": (STRONG, 18, 24),
    "head": (STRONG, 11, 16),
    "body": (PLAIN, 9, 13),
    "aside": (PLAIN, 8, 12),
}
_OF_SOURCE = ("report", "source_url", "poster", "posted_at", "country", "route")


def referral_pdf(out: ReferralOut, texts: Texts) -> bytes:
    """Return a referral as the bytes of a PDF file, in the words of a language."""
    title = texts("referral_paper.title")
    return paper(title, _MARGIN, lambda width: _Sheet(width, texts).story(out))


class _Sheet(Sheet):
    def __init__(self, width: float, texts: Texts) -> None:
        super().__init__(width, _SIZES)
        self._texts = texts

    def story(self, out: ReferralOut) -> Iterator[Flowable]:
        """Yield the parts in the order in which they are read."""
        signed, referral, texts = out.signed, out.signed.referral, self._texts
        yield self.said(texts("referral_paper.title"), "title")
        if signed.withdrawn:
            yield self.said(texts("referral_paper.withdrawn"), "head")
        yield self.said(texts("referral_paper.no_imagery"), "aside")
        at = texts("referral_paper.at_value", day=signed.at[:10], time=signed.at[11:16])
        yield from self._part(
            "",
            [
                (texts("referral_paper.to"), referral.to),
                (texts("referral_paper.by"), signed.by),
                (texts("referral_paper.at"), at),
                (texts("referral_paper.record"), signed.record),
                (texts("referral_paper.deployment"), out.organisation),
            ],
        )
        facts = [(self._named("kind", one.kind), one.words) for one in referral.identifying]
        yield from self._part(texts("referral_paper.identifying"), facts)
        yield from self._part(texts("referral_paper.real"), list(self._real(out)))
        if referral.note:
            yield from self._part(texts("referral_paper.note"), [("", referral.note)])
        yield from self._part(texts("referral_paper.file"), list(self._file(out)))
        for number, source in enumerate(out.sources, 1):
            of = texts("referral_paper.source_of", n=number, of=len(out.sources))
            yield from self._part(of, list(self._source(source)))

    def _real(self, out: ReferralOut) -> Iterator[tuple[str, str]]:
        texts, ai, why = self._texts, out.signed.ai, out.signed.referral.real_child
        tag = self._named("ai", ai) if ai else texts("referral_paper.not_stated")
        yield texts("referral_paper.tag"), tag
        if why:
            yield texts("referral_paper.because"), why

    def _file(self, out: ReferralOut) -> Iterator[tuple[str, str]]:
        texts, size = self._texts, out.size_bytes
        unknown = texts("referral_paper.not_known")
        bytes_ = unknown if size is None else texts("referral_paper.bytes", n=size)
        yield "SHA-256", out.signed.item
        yield "SHA-1", out.sha1 or unknown
        yield "MD5", out.md5 or unknown
        yield texts("referral_paper.size_type"), f"{bytes_}, {out.media_type or unknown}"

    def _source(self, source: Source) -> Iterator[tuple[str, str]]:
        for name in _OF_SOURCE:
            words = getattr(source, name)
            if words:
                yield self._texts(f"referral_paper.source_{name}"), words

    def _named(self, what: str, value: str) -> str:
        """Return what a value is called; as it is where a later version gave it."""
        name = f"referral_paper.{what}_{value.replace('-', '_')}"
        return self._texts(name) if name in self._texts else value

    def _part(self, title: str, rows: Sequence[tuple[str, str]]) -> Iterator[Flowable]:
        yield Spacer(0, 5 * mm)
        if title:
            yield self.said(title, "head")
        cells = [[self.said(label, "aside"), self.said(words, "body")] for label, words in rows]
        if not cells:
            return
        yield self.lined(cells, [_LABEL, self.width - _LABEL])

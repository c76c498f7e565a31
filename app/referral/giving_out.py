"""Use case: a signed referral is given out as JSON and PDF. Neither holds any imagery."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from app.elsewhere import entries_signed
from app.intake.sources import Source, sources_of
from app.referral.making import Signed
from app.texts import Texts
from app.whole_file import write_whole
from grading.late_methods import dataclass

if TYPE_CHECKING:
    from app.bootstrap import Workstation

FORM = "assay-referral/1"


@dataclass(frozen=True, slots=True)
class ReferralOut:
    """A referral with what the batch says of its file: digests and whence it came, no name."""

    signed: Signed
    organisation: str
    sha1: str | None
    md5: str | None
    size_bytes: int | None
    media_type: str | None
    sources: tuple[Source, ...]


def given_out(ws: "Workstation", signed: Signed) -> ReferralOut:
    """Return a referral with what is known of its file, wherever the evidence lies."""
    local, deployment = ws.home.local, ws.home.deployment
    row = local.item(signed.batch, signed.item)
    entries = entries_signed(local, signed.batch)
    entry = next((one for one in entries if one["sha256"] == signed.item), None)
    names = set(row.names if row is not None else ())
    names |= set(entry["names"] if entry is not None else ())
    sources = tuple(one for one in sources_of(local, signed.batch) if one.file in names)
    if row is not None:
        return ReferralOut(
            signed, deployment, row.sha1, row.md5, row.size_bytes, row.media_type, sources
        )
    said = entry or {}
    sha1, md5, size, kind = (said.get(name) for name in ("sha1", "md5", "size", "type"))
    return ReferralOut(signed, deployment, sha1, md5, size, kind, sources)


def write_referral(ws: "Workstation", signed: Signed, place: Path, texts: Texts) -> None:
    """Write a referral in the form that the file's ending names: ``.pdf``, else JSON.

    JSON is the same in every language.
    """
    form = "pdf" if place.suffix.lower() == ".pdf" else "json"
    write_whole(place, WRITERS[form](given_out(ws, signed), texts))


def referral_json(out: ReferralOut) -> dict[str, object]:
    """Return the document that is given out; it says itself that no imagery is in it."""
    signed = out.signed
    return {
        "form": FORM,
        "imagery": "none",
        "record": signed.record,
        "deployment": out.organisation,
        "signed_by": signed.by,
        "signed_at": signed.at,
        "withdrawn": signed.withdrawn,
        "to": signed.referral.to,
        "item": {
            "sha256": signed.item,
            "sha1": out.sha1,
            "md5": out.md5,
            "bytes": out.size_bytes,
            "type": out.media_type,
        },
        "ai": signed.ai,
        "identifying": [
            {"kind": fact.kind, "words": fact.words} for fact in signed.referral.identifying
        ],
        "real_child": signed.referral.real_child,
        "note": signed.referral.note,
        "rests_on": signed.basis,
        "sources": [
            {
                "report": one.report,
                "source_url": one.source_url,
                "poster": one.poster,
                "country": one.country,
                "posted_at": one.posted_at,
                "route": one.route,
            }
            for one in out.sources
        ],
    }


def _json(out: ReferralOut, _: Texts) -> bytes:
    return (json.dumps(referral_json(out), indent=2, ensure_ascii=False) + "\n").encode()


def _pdf(out: ReferralOut, texts: Texts) -> bytes:
    from app.referral.paper import referral_pdf  # noqa: PLC0415 - ReportLab with the first PDF

    return referral_pdf(out, texts)


WRITERS: Mapping[str, Callable[[ReferralOut, Texts], bytes]] = MappingProxyType(
    {"json": _json, "pdf": _pdf}
)

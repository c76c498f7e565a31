"""Use case: the verdicts on a batch as a Project VIC case, for the programs of other bodies.

An item that nobody graded gets ``null``, never a code. Where a case that came in had an entry on
the same file, what that entry said beyond our own fields goes back out as it came.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from app.errors import UsageError
from app.report.given import as_graded, given_on
from app.second_opinion.own_first import waiting
from app.vics.importing import originals_of
from app.vics.profiles import NON_PERTINENT, VicsProfile
from grading.outcome import Outcome
from grading.scheme import Scheme
from grading.study import Graded, decisive
from grading.tree import derive
from storage.marks import contents
from storage.rows import ItemRow

if TYPE_CHECKING:
    from app.bootstrap import Workstation

MARKER = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{region}/$metadata#Cases"
_ITEMS_AT_ONCE = 500
# Fields of an entry that are ours to say; in an entry that came in they are replaced.
_OURS = frozenset({"category", "md5", "sha1", "mediasize", "mimetype", "mediafiles"})


@dataclass(frozen=True, slots=True)
class VicsWritten:
    """What was written, and what a reader must not take for granted.

    Attributes:
        entries: Items of the batch, one entry each.
        graded: Those with a code; ``ungraded`` have ``null``.
        by_code: Entries by code.
        unstated: Items with a verdict whose facts do not settle a code; they have ``null`` too.
        kept_back: Items that wait for the reader's own blind answer; they have ``null`` until then.
        carried: Entries in which fields of a case that came in went back out.
        unverified: Whether the mapping could not be compared with what its makers give out.
    """

    entries: int
    graded: int
    ungraded: int
    by_code: Mapping[int, int]
    unstated: int
    carried: int
    kept_back: int
    unverified: bool


def write_vics(
    ws: "Workstation", batch: str, title: str, profile: VicsProfile, out: BinaryIO, *, version: str
) -> VicsWritten:
    """Write the case of a batch, an entry at a time.

    Args:
        ws: Where the verdicts are.
        batch: Its id.
        title: Its title, which becomes the number of the case.
        profile: Says which code an outcome has.
        out: Where it goes.
        version: Of this program.

    Raises:
        UsageError: The profile derives no codes.
    """
    scheme = _scheme(ws, profile)
    items, files = ws.home.local.counts(batch)
    codes = _Codes(ws, batch, scheme, profile)
    counted: Counter[int | None] = Counter()
    carried = 0
    head = {
        "@odata.context": MARKER.format(region=profile.region),
        "value": [
            {
                "CaseID": batch,
                "CaseNumber": title,
                "SourceApplicationName": "Assay",
                "SourceApplicationVersion": version,
                "TotalMediaFiles": files,
                "Media": [],
            }
        ],
    }
    opening, closing = json.dumps(head, ensure_ascii=False, indent=1).split('"Media": []')
    out.write(f'{opening}"Media": ['.encode())
    for number, (item, original) in enumerate(_with_originals(ws, batch), 1):
        code = codes.of(item)
        entry, is_carried = _entry(item, number, code, original)
        counted[code] += 1
        carried += is_carried
        out.write(("\n" if number == 1 else ",\n").encode() + _json(entry))
    out.write(f"\n]{closing}\n".encode())
    by_code = {code: n for code, n in sorted(counted.items(), key=str) if code is not None}
    return VicsWritten(
        entries=items,
        graded=sum(by_code.values()),
        ungraded=counted[None],
        by_code=by_code,
        unstated=codes.unstated,
        carried=carried,
        kept_back=codes.kept_back,
        unverified=not profile.verified,
    )


def _scheme(ws: "Workstation", profile: VicsProfile) -> Scheme:
    if profile.scheme is None:
        raise UsageError(
            f"The profile {profile.name} says of no outcome which code it has.",
            advice="Name one that does with --profile, such as us or uk.",
        )
    return ws.schemes.newest(profile.scheme)


def _with_originals(ws: "Workstation", batch: str) -> Iterator[tuple[ItemRow, Mapping[str, Any]]]:
    """Yield each item of a batch with the entry on it that came in, empty where none did."""
    for some in ws.home.local.item_parts(batch, _ITEMS_AT_ONCE):
        came = originals_of(ws.home, [item.md5 for item in some])
        yield from ((item, came.get(item.md5, {})) for item in some)


class _Codes:
    """The code of each item, derived from the verdict that decides on it."""

    def __init__(
        self,
        ws: "Workstation",
        batch: str,
        scheme: Scheme,
        profile: VicsProfile,
    ) -> None:
        items = {one.item for one in contents(ws.home.local, batch)}
        first = waiting(ws, items)
        given = list(given_on(ws.home, items - first))
        self._rows: dict[str, Graded] = {
            row.item: row for row in decisive(as_graded(ws.home, given, {}))
        }
        self.kept_back = len(first)
        self._scheme, self._profile = scheme, profile
        self.unstated = 0

    def of(self, item: ItemRow) -> int | None:
        """Return the code, or None for an item that is to have ``null``."""
        row = self._rows.get(item.item)
        if row is None:
            return None
        outcome = derive(self._scheme, row.facts)
        if isinstance(outcome, Outcome) and outcome.category is not None:
            return int(outcome.category)
        if isinstance(outcome, Outcome) and outcome.outcome == NON_PERTINENT:
            return min(self._profile.non_pertinent, default=None)
        self.unstated += 1
        return None


def _entry(
    item: ItemRow, number: int, code: int | None, original: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """Return an entry, and whether fields that came in are in it."""
    carried = {name: value for name, value in original.items() if name.lower() not in _OURS}
    entry = {
        "MediaID": number,
        **carried,
        "Category": code,
        "MD5": item.md5.upper(),
        "SHA1": item.sha1.upper(),
        "MediaSize": item.size_bytes,
        "MimeType": item.media_type,
        "MediaFiles": list(_files(item)),
    }
    return entry, bool(carried)


def _files(item: ItemRow) -> Iterator[dict[str, Any]]:
    for name in item.names:
        folder, _, file = name.rpartition("/")
        yield {"MD5": item.md5.upper(), "FileName": file, "FilePath": folder.replace("/", "\\")}


def _json(entry: Mapping[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")

"""Use case: the verdicts on a batch as a Project VIC case, for the programs of other bodies.

An item that nobody graded, or that graders differ on, gets ``null``, never a code; each entry says
which it is. Where a case that came in had an entry on the same file, what that entry said beyond
our own fields goes back out as it came. One part of the batch at a time is in memory.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from app.errors import UsageError
from app.pace import UNWATCHED, Watch
from app.report.given import as_graded, given_about
from app.second_opinion.circumstances import ItemCircumstances
from app.second_opinion.own_first import OwnFirst
from app.vics.entry_text import written_entry
from app.vics.importing import originals_of
from app.vics.profiles import NON_PERTINENT, VicsProfile
from grading.consensus import Consensus
from grading.late_methods import dataclass
from grading.outcome import Outcome
from grading.scheme import Scheme
from grading.study import Graded, decisive
from grading.tree import derive
from storage.rows import ItemRow

if TYPE_CHECKING:
    from app.bootstrap import Workstation

MARKER = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{region}/$metadata#Cases"
_ITEMS_AT_ONCE = 500
# Fields of an entry that are ours to say; in an entry that came in they are replaced.
_OURS = frozenset({"category", "md5", "sha1", "mediasize", "mimetype", "mediafiles", "assaystate"})


# What each entry says of its own code, in a field of ours: the code of ``resolved`` is of the
# resolution, of ``standing`` that of the verdict given last that stands. The others have null:
# nobody graded it; graders differ and nobody resolved it; the facts settle no code; it waits for
# the reader's own blind answer.
STATE_FIELD = "AssayState"
RESOLVED, STANDING = "resolved", "standing"
UNGRADED, DISPUTED, UNSTATED, OWN_FIRST = "ungraded", "disputed", "unstated", "own-answer-first"
STATES = (RESOLVED, STANDING, UNGRADED, DISPUTED, UNSTATED, OWN_FIRST)


@dataclass(frozen=True, slots=True)
class Coded:
    """The code of an entry, and one of ``STATES``."""

    code: int | None
    state: str


@dataclass(frozen=True, slots=True)
class VicsWritten:
    """What was written, and what a reader must not take for granted.

    Attributes:
        entries: Items of the batch, one entry each.
        graded: Those with a code; ``ungraded`` have ``null``.
        by_code: Entries by code.
        by_state: Entries by what their code rests on, or why they have ``null``; see ``STATES``.
        carried: Entries in which fields of a case that came in went back out.
        unverified: Whether the mapping could not be compared with what its makers give out.
    """

    entries: int
    graded: int
    ungraded: int
    by_code: Mapping[int, int]
    by_state: Mapping[str, int]
    carried: int
    unverified: bool


def write_vics(
    ws: "Workstation",
    batch: str,
    title: str,
    profile: VicsProfile,
    out: BinaryIO,
    *,
    version: str,
    watch: Watch = UNWATCHED,
) -> VicsWritten:
    """Write the case of a batch, an entry at a time.

    Args:
        ws: Where the verdicts are.
        batch: Its id.
        title: Its title, which becomes the number of the case.
        profile: Says which code an outcome has.
        out: Where it goes.
        version: Of this program.
        watch: Is told how many items are written, and may stop it.

    Raises:
        UsageError: The profile derives no codes.
    """
    codes = _Codes(ws, profile)
    items, files = ws.home.local.counts(batch)
    counted: Counter[int | None] = Counter()
    states: Counter[str] = Counter()
    carried = 0
    pace = watch.pace("writing", items)
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
    for number, (item, coded, original) in enumerate(_parts(ws, batch, codes), 1):
        entry, is_carried = _entry(item, number, coded, original)
        counted[coded.code] += 1
        states[coded.state] += 1
        carried += is_carried
        pace.more()
        watch.go_on()
        out.write(("\n" if number == 1 else ",\n").encode() + written_entry(entry))
    out.write(f"\n]{closing}\n".encode())
    by_code = {code: n for code, n in sorted(counted.items(), key=str) if code is not None}
    return VicsWritten(
        entries=items,
        graded=sum(by_code.values()),
        ungraded=counted[None],
        by_code=by_code,
        by_state={state: states[state] for state in STATES},
        carried=carried,
        unverified=not profile.verified,
    )


def _scheme(ws: "Workstation", profile: VicsProfile) -> Scheme:
    if profile.scheme is None:
        raise UsageError(
            f"The profile {profile.name} says of no outcome which code it has.",
            advice="Name one that does with --profile, such as us or uk.",
        )
    return ws.schemes.newest(profile.scheme)


def _parts(
    ws: "Workstation", batch: str, codes: "_Codes"
) -> Iterator[tuple[ItemRow, Coded, Mapping[str, Any]]]:
    """Yield each item of a batch with its code, and the entry on it that came in or nothing."""
    for some in ws.home.local.item_parts(batch, _ITEMS_AT_ONCE):
        came = originals_of(ws.home, [item.md5 for item in some])
        for item, coded in zip(some, codes.of(some), strict=True):
            yield item, coded, came.get(item.md5, {})


class _Codes:
    """The code of each item, derived from the verdict that decides on it; part by part."""

    def __init__(self, ws: "Workstation", profile: VicsProfile) -> None:
        self._ws, self._profile = ws, profile
        self._scheme = _scheme(ws, profile)
        self._known = ItemCircumstances(ws)
        self._derived: dict[tuple[tuple[str, str], ...], int | None] = {}

    def of(self, items: Sequence[ItemRow]) -> Iterator[Coded]:
        """Yield the code of each of some items, and why it has that or none."""
        names = [item.item for item in items]
        first = OwnFirst(self._ws, items, self._known)
        given = list(given_about(self._ws.home, names))
        rows = {row.item: row for row in decisive(as_graded(self._ws.home, given, {}))}
        yield from (self._coded(rows.get(name), first.standing(name)) for name in names)

    def _coded(self, row: Graded | None, stands: Consensus | None) -> Coded:
        if stands is None:
            return Coded(None, OWN_FIRST)
        if row is None:
            return Coded(None, UNGRADED)
        if stands.resolved_by is None and stands.differ:
            return Coded(None, DISPUTED)
        code = self._code(row.facts)
        if code is None:
            return Coded(None, UNSTATED)
        return Coded(code, RESOLVED if row.resolves else STANDING)

    def _code(self, facts: Mapping[str, str]) -> int | None:
        key = tuple(facts.items())
        if key not in self._derived:
            self._derived[key] = self._code_anew(facts)
        return self._derived[key]

    def _code_anew(self, facts: Mapping[str, str]) -> int | None:
        outcome = derive(self._scheme, facts)
        if isinstance(outcome, Outcome) and outcome.category is not None:
            return int(outcome.category)
        if isinstance(outcome, Outcome) and outcome.outcome == NON_PERTINENT:
            return min(self._profile.non_pertinent, default=None)
        return None


def _entry(
    item: ItemRow, number: int, coded: Coded, original: Mapping[str, Any]
) -> tuple[dict[str, Any], bool]:
    """Return an entry, and whether fields that came in are in it."""
    carried = {name: value for name, value in original.items() if name.lower() not in _OURS}
    entry = {
        "MediaID": number,
        **carried,
        "Category": coded.code,
        STATE_FIELD: coded.state,
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

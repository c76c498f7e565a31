"""Use case: give out a hash list of what is actionable and undisputed; take back what changed.

Items with an AI tag go into a list of their own. Each list is a signed `release`, which names the
items, their categories and the records that decided them; when a later correction changes one, the
next export signs a `retraction` of it that names the release.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.clock import as_rfc3339, utc_now
from app.known.carrying import DONE
from app.pace import UNWATCHED, Watch
from app.rights import require_right
from app.second_opinion.circumstances import ItemCircumstances
from app.second_opinion.voices import Voices
from app.whole_file import write_whole
from grading.consensus import AI_FACT, consensus
from grading.late_methods import dataclass
from storage.envelope import open_envelope
from storage.statement import Draft

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.rows import ItemRow

COLUMNS = ("sha256", "sha1", "md5", "category", "outcome", "scheme", "ai", "record")
TAKEN_BACK = ("sha256", "release", "why")
AI_TAGS = frozenset({"generated", "suspected"})
ITEMS_A_RECORD = 10_000
NOT_SAID = "not said"


@dataclass(frozen=True, slots=True)
class Released:
    """One entry of a list."""

    row: "ItemRow"
    category: str | None
    outcome: str
    scheme: str
    ai: str
    record: str


@dataclass(frozen=True, slots=True)
class ListOut:
    """A list that was written: its file, how many entries it has, and its releases, if any."""

    file: Path
    entries: int
    releases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseSummary:
    """What an export of hash lists did.

    Attributes:
        plain: The list of items without an AI tag.
        generated: The list of those with one, in a file of its own.
        retracted: The list of items that an earlier list had and that are taken back.
        held_back: Actionable items that are disputed, wait for an opinion or lack votes.
    """

    plain: ListOut
    generated: ListOut
    retracted: ListOut
    held_back: int


def export_hashes(
    ws: "Workstation",
    batch: str,
    place: Path,
    *,
    to: str = NOT_SAID,
    now: Callable[[], datetime] = utc_now,
    watch: Watch = UNWATCHED,
) -> ReleaseSummary:
    """Write the hash lists of a batch and sign their releases and retractions.

    Args:
        ws: An open workstation.
        batch: Its id.
        place: The file; the list of AI items stands beside it as ``NAME-ai.csv``, what is taken
            back as ``NAME-retracted.csv``. A file is replaced whole, and none is written empty.
        to: Whom it is for.
        now: The clock.
        watch: Is told how many items are looked at, and may stop it until the first file is
            written: lists and what is signed of them go together.

    Raises:
        StoppedError: It did; nothing was written and nothing signed.
        RightError: The person may not give lists out.
        DiskFullError, UnwritableStoreError, OSError: nothing was signed.
    """
    require_right(ws.home, "release")
    found, held_back = _actionable(ws, batch, watch)
    given = list(_given(ws, batch))
    parts = (
        (place, [one for one in found if one.ai not in AI_TAGS], False),
        (_beside(place, "ai"), [one for one in found if one.ai in AI_TAGS], True),
    )
    taken_back = _taken_back(given, {one.row.item: one for one in found})
    decided_at = as_rfc3339(now())
    watch.go_on()  # for the last time
    drafts: list[list[Draft]] = []
    for file, entries, generated in parts:
        content = _csv(COLUMNS, (_cells(one) for one in entries))
        if entries or not generated:
            write_whole(file, content)
        known = any(one.list == hashlib.sha256(content).hexdigest() for one in given)
        about = _About(batch, to, hashlib.sha256(content).hexdigest(), generated, decided_at)
        drafts.append([] if known else list(_releases(entries, about)))
    retracted = _beside(place, "retracted")
    if taken_back:
        write_whole(retracted, _csv(TAKEN_BACK, taken_back))
    drafts.append([_retraction(one, decided_at) for one in taken_back])
    kept = [one.record_id for one in ws.home.local.keep([d for some in drafts for d in some])]
    plain, ai = len(drafts[0]), len(drafts[0]) + len(drafts[1])
    return ReleaseSummary(
        ListOut(place, len(parts[0][1]), tuple(kept[:plain])),
        ListOut(parts[1][0], len(parts[1][1]), tuple(kept[plain:ai])),
        ListOut(retracted, len(taken_back), tuple(kept[ai:])),
        held_back,
    )


@dataclass(frozen=True, slots=True)
class _About:
    batch: str
    to: str
    list: str
    generated: bool
    decided_at: str


@dataclass(frozen=True, slots=True)
class _Given:
    """An entry of an earlier release that was not taken back."""

    item: str
    category: str | None
    release: str
    list: str


def _actionable(ws: "Workstation", batch: str, watch: Watch) -> tuple[list[Released], int]:
    """Return the undisputed actionable items in manifest order, and how many are held back."""
    voices = Voices(ws.home, watch)
    voices.refresh(watch)
    known = ItemCircumstances(ws)
    found: list[Released] = []
    held_back = 0
    items = ws.home.local.items(batch)
    pace = watch.pace("checking", len(items))
    for row in items:
        watch.go_on()
        pace.more()
        said = [voice.said for voice in voices.of(row.item)]
        stands = consensus(said, ws.policy, known.of(row.item))
        done = stands.state in DONE and not stands.undecided
        outcome = stands.outcome
        if outcome is None or not outcome.actionable or not done:
            held_back += any(one.outcome is not None and one.outcome.actionable for one in said)
            continue
        record = stands.resolved_by or stands.votes[-1]
        decided = next(one for one in voices.of(row.item) if one.said.record == record)
        ai = decided.said.facts.get(AI_FACT, "")
        scheme = decided.scheme or ""
        found.append(Released(row, outcome.category, outcome.outcome, scheme, ai, record))
    return found, held_back


def _given(ws: "Workstation", batch: str) -> Iterator[_Given]:
    local = ws.home.local
    taken_back = set()
    for row in local.records(kind="retraction"):
        said = open_envelope(row.envelope).predicate
        taken_back.add((said["record"], said.get("item")))
    for row in local.records(kind="release"):
        said = open_envelope(row.envelope).predicate
        if said.get("batch") != batch:
            continue
        for one in said.get("items", ()):
            if (row.record_id, one["item"]) not in taken_back:
                yield _Given(one["item"], one["category"], row.record_id, said["list"])


def _taken_back(given: Sequence[_Given], found: dict[str, Released]) -> list[tuple[str, str, str]]:
    """Return what earlier lists had and that does not stand any more: item, release, why."""
    taken = []
    for one in given:
        now = found.get(one.item)
        if now is None:
            taken.append((one.item, one.release, "no longer actionable and undisputed"))
        elif now.category != one.category:
            taken.append((one.item, one.release, f"its category is now {now.category or 'none'}"))
    return taken


def _releases(entries: Sequence[Released], about: _About) -> Iterator[Draft]:
    schemes = sorted({one.scheme for one in entries})
    for part, start in enumerate(range(0, len(entries), ITEMS_A_RECORD), 1):
        some = entries[start : start + ITEMS_A_RECORD]
        yield Draft(
            kind="release",
            subject=about.list,
            fields={
                "list": about.list,
                "to": about.to,
                "entries": len(some),
                "batch": about.batch,
                "scheme": " ".join(schemes),
                "generated": about.generated,
                "part": part,
                "items": [
                    {"item": one.row.item, "category": one.category, "record": one.record}
                    for one in some
                ],
            },
            decided_at=about.decided_at,
        )


def _retraction(taken: tuple[str, str, str], decided_at: str) -> Draft:
    item, release, why = taken
    fields = {"record": release, "item": item, "why": why}
    return Draft(kind="retraction", subject=item, fields=fields, decided_at=decided_at)


def _cells(one: Released) -> tuple[str, ...]:
    row = one.row
    said = (one.category or "", one.outcome, one.scheme, one.ai, one.record)
    return (row.item, row.sha1, row.md5, *said)


def _csv(header: Sequence[str], rows: Iterable[tuple[str, ...]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode()


def _beside(place: Path, what: str) -> Path:
    return place.with_name(f"{place.stem}-{what}{place.suffix or '.csv'}")

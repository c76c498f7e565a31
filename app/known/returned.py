"""What lists say of the items that a person has answered: exact matches, hints, contradictions.

It is read after the answer. A list that came in later is looked up in too, so that a contradiction
with it is found after one signed; such an item is returned to who answered it.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from app.known.matching import Contradiction, KnownMatches, contradictions
from app.pace import UNWATCHED, Watch
from app.second_opinion.returned import Returned, Source
from app.worklist import OwnVerdict, Worklist
from app.worklist_state import Standing
from grading.late_methods import dataclass
from storage.fingerprints import prints_of
from storage.known.assertion import Assertion
from storage.marks import facts_in_batch

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from storage.rows import ItemRow

REAL, MADE = "contradiction_real", "contradiction_made"
LEAST_QUALITY = 50  # of a PDQ that is looked up: below it a picture has too few features


@dataclass(frozen=True, slots=True)
class KnownItem:
    """An item that was answered, and what lists say of it; contradictions come first."""

    row: "ItemRow"
    contradictions: tuple[Contradiction, ...]
    assertions: tuple[Assertion, ...]


def known_in(ws: "Workstation", batch: str, watch: Watch = UNWATCHED) -> Iterator[KnownItem]:
    """Yield the items of a batch that the person has answered and of which a list says something.

    Those that a list contradicts come first, "known as real against claims to be AI" before all.
    """
    if not ws.home.has_known:
        return
    matches = KnownMatches(ws.home)
    facts = facts_in_batch(ws.home.local, ws.home.person.id, batch)
    standing = Worklist(ws).standing(batch)
    graded = [
        row
        for row in ws.home.local.items(batch)
        if standing.get(row.item) == Standing.GRADED.value and row.item in facts
    ]
    found, pace = [], watch.pace("checking", len(graded))
    for row in graded:
        watch.go_on()
        found.append(_known(ws, matches, row, facts[row.item]))
        pace.more()
    yield from sorted((one for one in found if one.assertions), key=_gravest_first)


def contradicted_since(ws: "Workstation", batch: str) -> tuple[KnownItem, ...]:
    """Return the answered items of a batch that a list contradicts: what is returned to me."""
    return tuple(one for one in known_in(ws, batch) if one.contradictions)


def _known(
    ws: "Workstation", matches: KnownMatches, row: "ItemRow", facts: Mapping[str, str]
) -> KnownItem:
    prints = prints_of(ws.home.local, row.batch, row.item)
    pdq = prints.pdq if prints is not None and prints.pdq_quality >= LEAST_QUALITY else None
    told = matches.after_own_answer(row, pdq=pdq)
    return KnownItem(row, contradictions(told, facts), told)


def _gravest_first(one: KnownItem) -> int:
    if any(found.known_real for found in one.contradictions):
        return 0
    return 1 if one.contradictions else 2


def contradiction_news(ws: "Workstation") -> Source:
    """Return what tells a person of answers of theirs that a list contradicts, for their news."""

    def told() -> Iterator[Returned]:
        if not ws.home.has_known:
            return
        for batch in ws.home.local.batches():
            for one in contradicted_since(ws, batch.batch_id):
                own = Worklist(ws).latest_own_verdict(one.row.item)
                if own is not None:
                    yield _news(one, own, batch.batch_id)

    return told


def _news(one: KnownItem, own: OwnVerdict, batch: str) -> Returned:
    gravest = one.contradictions[0]
    about = gravest.assertion.about
    return Returned(
        record=own.record_id,
        kind=REAL if gravest.known_real else MADE,
        item=one.row.item,
        batch=batch,
        name=about.source,
        decided_at=about.added_at,
        own=own.verdict.outcome,
    )

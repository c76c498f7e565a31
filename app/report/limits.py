"""What the figures of a report cannot say, in sentences drawn from what is and is not known."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.report.found import Selected
from app.report.given import Given
from grading.origins import Entry
from grading.study import Graded, Study

_FEW = 100  # below this, a single item moves a share by a point or more


@dataclass(frozen=True, slots=True)
class Known:
    """What the sentences are drawn from.

    ``waiting`` counts the items of which nothing is told before the reader's own blind answer.
    """

    study: Study
    selected: Selected
    entries: Sequence[Entry]
    given: Sequence[Given]
    graded: Sequence[Graded]
    waiting: int


def limitations(known: Known) -> tuple[str, ...]:
    """Return one sentence for each thing that a reader must not take from the figures."""
    return tuple(
        sentence
        for part in (_of_the_whole, _of_origin, _of_graders, _of_looking, _always)
        for sentence in part(known)
    )


def _of_the_whole(known: Known) -> Iterator[str]:
    study, selected = known.study, known.selected
    if study.to_grade:
        yield (
            f"{_items(study.to_grade)} of {study.totals.items:,} are not decided yet; every share"
            " is of what is graded, and may move."
        )
    if known.waiting:
        yield (
            f"On {_items(known.waiting)} the answers of others open after your own answer; until"
            " then no verdict on them is in any figure."
        )
    out = selected.not_selected
    if out.items:
        yield (
            f"{_some(out.items, 'item', 'items')} ({_some(out.files, 'file', 'files')})"
            f" {'was' if out.items == 1 else 'were'} not selected for assessment:"
            f" {selected.no_child.items:,} as showing no child,"
            f" {selected.child_non_criminal.items:,} as a child, clearly non-criminal. Nobody"
            " assessed them, and they stand in no share."
        )
    for many, what in (
        (selected.unreadable, "could not be read, and nobody knows what they show"),
        (selected.other_files, "are no pictures or videos; they are listed and were never opened"),
    ):
        if many.items:
            yield f"{_items(many.items)} {what}."
    if 0 < study.graded.items < _FEW:
        yield (
            f"Shares are of {_items(study.graded.items)}: a single one moves a share by more than"
            " a point."
        )


def _of_origin(known: Known) -> Iterator[str]:
    if known.selected.gone:
        yield (
            f"{_some(known.selected.gone, 'entry was', 'entries were')} gone before review. They"
            " count in the upper counts by report alone; what they showed is not known."
        )
    files = [entry for entry in known.entries if entry.item is not None]
    silent = sum(entry.poster is None for entry in files)
    if 0 < silent < len(files):
        yield f"Of {silent:,} of {len(files):,} files the poster is not known."
    if len({entry.item for entry in files}) < len(files):
        yield (
            "Some items were found more than once. By report, source, poster, country and month"
            " such an item counts in each row, so the rows can add up to more than there is."
        )


def _of_graders(known: Known) -> Iterator[str]:
    standing = [row for row in known.graded if row.stands]
    graders: Counter[str] = Counter(item for item, _ in {(r.item, r.grader) for r in standing})
    resolved = {row.item for row in standing if row.resolves}
    single = sum(count == 1 and item not in resolved for item, count in graders.items())
    if single:
        yield (
            f"{_items(single)} of {known.study.graded.items:,} graded rest on one grader alone;"
            " nobody has checked how far another would agree."
        )
    open_still = _disputed(standing) - resolved
    if open_still:
        yield (
            f"On {_items(len(open_still))} the graders differ and no supervisor has decided; the"
            " last standing verdict counts."
        )


def _disputed(standing: Sequence[Graded]) -> set[str]:
    outcomes: dict[str, set[object]] = {}
    for row in standing:
        outcomes.setdefault(row.item, set()).add(row.outcome)
    return {item for item, found in outcomes.items() if len(found) > 1}


def _of_looking(known: Known) -> Iterator[str]:
    verdicts = [one for one in known.given if not one.resolves]
    unseen = sum(one.verdict.viewed != "individually" for one in verdicts)
    if unseen:
        yield (
            f"{_some(unseen, 'verdict', 'verdicts')} of {len(verdicts):,} were given without a"
            " recorded look at the item by itself: in a group of near-copies, or from a table."
        )
    untimed = sum(not one.verdict.active_ms for one in verdicts)
    if 0 < untimed < len(verdicts):
        yield f"{untimed:,} of {len(verdicts):,} verdicts state no time; hours are of the others."


def _always(known: Known) -> Iterator[str]:
    yield (
        "The figures describe these batches. They were not drawn by lot, so they say nothing of"
        " how much of such material there is elsewhere."
    )
    if known.study.graded.items:
        yield (
            "The AI tag is what a grader saw or was told. No sign seen is no proof that an item is"
            " real, and a tag is no proof that it is not."
        )


def _items(count: int) -> str:
    return _some(count, "item", "items")


def _some(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"

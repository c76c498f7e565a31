"""What the figures of a report cannot say, in sentences drawn from what is and is not known."""

from collections import Counter
from collections.abc import Iterator, Sequence

from app.report.found import Selected
from app.report.given import Given
from app.report.words import Remark, remark
from grading.late_methods import dataclass
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


def limitations(known: Known) -> tuple[Remark, ...]:
    """Return one sentence for each thing that a reader must not take from the figures."""
    return tuple(
        sentence
        for part in (_of_the_whole, _of_origin, _of_graders, _of_looking, _always)
        for sentence in part(known)
    )


def _of_the_whole(known: Known) -> Iterator[Remark]:
    study, selected = known.study, known.selected
    if study.to_grade:
        yield remark("limit_undecided", items=_items(study.to_grade), of=study.totals.items)
    if known.waiting:
        yield remark("limit_waiting", items=_items(known.waiting))
    out = selected.not_selected
    if out.items:
        yield remark(
            "limit_not_selected",
            n=out.items,
            items=_items(out.items),
            files=remark("n_files", n=out.files),
            no_child=selected.no_child.items,
            non_criminal=selected.child_non_criminal.items,
        )
    if selected.unreadable.items:
        yield remark("limit_unreadable", items=_items(selected.unreadable.items))
    if selected.other_files.items:
        yield remark("limit_other_files", items=_items(selected.other_files.items))
    if 0 < study.graded.items < _FEW:
        yield remark("limit_few", items=_items(study.graded.items))


def _of_origin(known: Known) -> Iterator[Remark]:
    if known.selected.gone:
        yield remark("limit_gone", n=known.selected.gone)
    files = [entry for entry in known.entries if entry.item is not None]
    silent = sum(entry.poster is None for entry in files)
    if 0 < silent < len(files):
        yield remark("limit_poster", n=silent, of=len(files))
    if len({entry.item for entry in files}) < len(files):
        yield remark("limit_more_than_once")


def _of_graders(known: Known) -> Iterator[Remark]:
    standing = [row for row in known.graded if row.stands]
    graders: Counter[str] = Counter(item for item, _ in {(r.item, r.grader) for r in standing})
    resolved = {row.item for row in standing if row.resolves}
    single = sum(count == 1 and item not in resolved for item, count in graders.items())
    if single:
        yield remark("limit_one_grader", items=_items(single), of=known.study.graded.items)
    open_still = _disputed(standing) - resolved
    if open_still:
        yield remark("limit_differ", items=_items(len(open_still)))


def _disputed(standing: Sequence[Graded]) -> set[str]:
    outcomes: dict[str, set[object]] = {}
    for row in standing:
        outcomes.setdefault(row.item, set()).add(row.outcome)
    return {item for item, found in outcomes.items() if len(found) > 1}


def _of_looking(known: Known) -> Iterator[Remark]:
    verdicts = [one for one in known.given if not one.resolves]
    unseen = sum(one.verdict.viewed != "individually" for one in verdicts)
    if unseen:
        yield remark("limit_unseen", verdicts=remark("verdicts", n=unseen), of=len(verdicts))
    untimed = sum(not one.verdict.active_ms for one in verdicts)
    if 0 < untimed < len(verdicts):
        yield remark("limit_untimed", n=untimed, of=len(verdicts))


def _always(known: Known) -> Iterator[Remark]:
    yield remark("limit_not_by_lot")
    if known.study.graded.items:
        yield remark("limit_tag")


def _items(count: int) -> Remark:
    return remark("n_items", n=count)

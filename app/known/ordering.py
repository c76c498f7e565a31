"""Use case: the order in which one person grades a batch, by policy."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from app.intake.sources import SELF, Source, sources_of
from grading.policy_classifiers import NOBODY

if TYPE_CHECKING:
    from app.bootstrap import Workstation
    from app.known.carrying import CarryOver


def in_order(
    ws: "Workstation",
    batch: str,
    items: Sequence[str],
    carrying: "Callable[[], CarryOver] | None" = None,
) -> tuple[str, ...]:
    """Return items of a batch in the order of the policy. Says nothing of why one is first.

    ``carrying`` gives what finds resolved items, where it has read the records already.
    """
    rules = ws.policy.known
    sources = list(sources_of(ws.home.local, batch))
    scores = scores_in_order(ws)
    known = rules.confirm or (rules.real_child_first and ws.home.has_known)
    if not (sources or scores or known):
        return tuple(items)
    # Most batches stay as they are, and their first item does not wait for what orders others.
    from app.known.carrying import CarryOver  # noqa: PLC0415 - not before the first item
    from app.known.matching import (  # noqa: PLC0415 - not before the first item
        KnownMatches,
        may_show_real_child,
    )
    from grading.work_order import Placed, work_order  # noqa: PLC0415 - not before the first item

    wanted = set(items)
    rows = [row for row in ws.home.local.items(batch) if row.item in wanted]
    of_file = _by_file(sources)
    of_item = {row.item: [s for name in row.names for s in of_file.get(name, ())] for row in rows}
    told = KnownMatches(ws.home).of_many(rows)
    resolved = {one.item for one in (carrying() if carrying else CarryOver(ws)).offered(items)}
    placed = [
        Placed(
            item=item,
            resolved=item in resolved,
            self_report=any(source.route == SELF for source in of_item.get(item, ())),
            real_child=may_show_real_child(told.get(item, ())),
            source=_source(of_item.get(item, ())),
            score=scores.get(item),
        )
        for item in items
    ]
    return work_order(placed, rules)


def scores_in_order(ws: "Workstation") -> dict[str, float]:
    """Return what the classifier that orders the work said, by item; nothing where none does."""
    card = ws.policy.classifiers.order_by
    if card == NOBODY:
        return {}
    from storage.scores import scores_by  # noqa: PLC0415 - most homes have no classifier

    said = scores_by(ws.home.local, card).values()
    return {row.item: row.score for row in said if row.score is not None}


def _by_file(sources: Iterable[Source]) -> dict[str, list[Source]]:
    found: dict[str, list[Source]] = {}
    for source in sources:
        found.setdefault(source.file, []).append(source)
    return found


def _source(sources: Sequence[Source]) -> str | None:
    return next((said for one in sources if (said := one.poster or one.report)), None)

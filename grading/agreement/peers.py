"""What may be said of one grader: how their grades part from those of colleagues on the same items.

A grader who gives a category more often is only said to lean where colleagues saw the same items
and gave it less often. Each item is set against one colleague, so that what both got alike says
nothing, and what they did not is a coin that falls either way if neither leans (McNemar 1947, in
its exact form). Near-copies of one group are one item.

What is said holds for the whole desk at once: over all graders, categories and parts of the time,
something untrue is said of anybody in at most ``ERROR`` of desks (Bonferroni). The grader who
stands out most is set apart first, and the others are compared without them: one person's lean is
no reason to suspect those who shared items with them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from grading.late_methods import dataclass

Kind = Literal["lean", "parts"]
Window = Literal["all", "first", "second"]
WINDOWS: tuple[Window, ...] = ("all", "first", "second")

ERROR = 0.001  # of desks about which anything untrue is said
REFERENCES_LEAST = 2  # colleagues left to compare with: of two alone nobody knows who is off
WORTH_COUNTING = 3.0  # standard errors below which nothing is said, however exactly it is counted


@dataclass(frozen=True, slots=True)
class Given:
    """What one grader gave: the column of the grader, the category, and when, as it sorts.

    When is not finer than what is to be compared in time, such as a day: a table is signed in one
    go and may be sorted by its answers, and in what was signed first these would seem to lean.
    """

    grader: int
    category: int
    at: str


@dataclass(frozen=True, slots=True)
class Rated:
    """One unit with two ratings or more.

    Attributes:
        stratum: What is compared only within itself, such as a batch: batches are not alike.
        given: Its ratings.
        turn: Chooses the colleague each rating is set against, and what comes first of what was
            given at the same time; one a unit, and of no category more than of another.
    """

    stratum: str
    given: tuple[Given, ...]
    turn: int


@dataclass(frozen=True, slots=True)
class Contrast:
    """One thing that may be said of one grader.

    Attributes:
        kind: ``lean``: gives a category more or less often than colleagues on the same items;
            ``parts``: parts from colleagues more often than they part from each other.
        grader: Column of the grader.
        category: Of a lean; None of a parting.
        window: The time it holds for: all, or the earlier or later half of the shared items.
        own: Of a lean, items where the grader alone gave it; of a parting, items parted on.
        others: Of a lean, items where the colleague alone gave it; of a parting, as many as
            colleagues would have parted on.
        of: Shared items.
        p_value: Of this one comparison.
        drifted: Whether it came or went: the other half is different.
    """

    kind: Kind
    grader: int
    category: int | None
    window: Window
    own: int
    others: float
    of: int
    p_value: float
    drifted: bool = False


@dataclass(frozen=True, slots=True)
class _Tables:
    """For each grader and window, how often (own, colleague's) category came; and the strata."""

    pairs: Mapping[tuple[int, Window], Counter[tuple[int, int]]]
    strata: Mapping[str, Mapping[int, tuple[int, int]]]  # stratum -> grader -> (pairs, parted)
    against: frozenset[int]  # the colleagues


def contrasts(rated: Sequence[Rated], graders: int, categories: int) -> tuple[Contrast, ...]:
    """Return all that may be said of single graders, the surest first.

    Args:
        rated: Units with two ratings or more, one of each group of near-copies.
        graders: How many columns there are.
        categories: How many categories.
    """
    tests = max(1, graders * (2 * categories * len(WINDOWS) + 1))
    kept, apart = set(range(graders)), []
    while len(kept) > REFERENCES_LEAST:
        table = _tables(rated, kept, kept)
        surest = min(_all(table, kept, categories), key=_p_value, default=None)
        if surest is None or surest.p_value * tests >= ERROR:
            break
        kept.discard(surest.grader)
        apart.append(surest.grader)
    table = _tables(rated, set(apart), kept)
    found = [one for one in _all(table, apart, categories) if one.p_value * tests < ERROR]
    return tuple(sorted(_told(found, table), key=_p_value))


def exact_sign_test(one: int, other: int) -> float:
    """Return the two-sided probability of a split as uneven as that, if each way is as likely."""
    total, least = one + other, min(one, other)
    return min(1.0, 2 * sum(_binomial(total, k) for k in range(least + 1)))


def fisher_exact(table: tuple[int, int, int, int]) -> float:
    """Return the two-sided p-value of a 2 x 2 table (a, b, c, d) by rows (Fisher 1935)."""
    a, b, c, d = table
    row, column, total = a + b, a + c, a + b + c + d
    low, high = max(0, row + column - total), min(row, column)
    weights = {k: _ways(column, k) + _ways(total - column, row - k) for k in range(low, high + 1)}
    all_ways = _ways(total, row)
    here = weights[a] + 1e-9
    return min(1.0, sum(math.exp(w - all_ways) for w in weights.values() if w <= here))


def _ways(of: int, chosen: int) -> float:
    """Return the logarithm of the number of ways to choose."""
    return math.lgamma(of + 1) - math.lgamma(chosen + 1) - math.lgamma(of - chosen + 1)


def _binomial(total: int, k: int) -> float:
    return math.exp(_ways(total, k) - total * math.log(2))


def _p_value(one: Contrast) -> float:
    return one.p_value


def _tables(rated: Iterable[Rated], of: set[int], against: set[int]) -> _Tables:
    """Count the ratings of some graders beside those of some colleagues."""
    shared: dict[int, list[tuple[str, int, int, int]]] = {grader: [] for grader in of}
    strata: dict[str, dict[int, tuple[int, int]]] = {}
    for unit in rated:
        by_stratum = strata.setdefault(unit.stratum, {})
        for own, other in _set_against(unit, of, against):
            row = max(own.at, other.at), unit.turn, own.category, other.category
            shared[own.grader].append(row)
            pairs, parted = by_stratum.get(own.grader, (0, 0))
            by_stratum[own.grader] = (pairs + 1, parted + (own.category != other.category))
        if not of <= against:
            _count_references(unit, against, by_stratum)
    pairs_of: dict[tuple[int, Window], Counter[tuple[int, int]]] = {}
    for grader, rows in shared.items():
        rows.sort()
        half = len(rows) // 2
        parts = {"all": rows, "first": rows[:half], "second": rows[half:]}
        for window in WINDOWS:
            pairs_of[grader, window] = Counter((own, other) for _, _, own, other in parts[window])
    return _Tables(pairs_of, strata, frozenset(against))


def _set_against(unit: Rated, of: set[int], against: set[int]) -> Iterator[tuple[Given, Given]]:
    for own in unit.given:
        if own.grader in of:
            others = [o for o in unit.given if o.grader in against and o.grader != own.grader]
            if others:
                yield own, others[unit.turn % len(others)]


def _count_references(
    unit: Rated, against: set[int], by_stratum: dict[int, tuple[int, int]]
) -> None:
    for own, other in _set_against(unit, against, against):
        pairs, parted = by_stratum.get(own.grader, (0, 0))
        by_stratum[own.grader] = (pairs + 1, parted + (own.category != other.category))


def _all(table: _Tables, graders: Iterable[int], categories: int) -> Iterator[Contrast]:
    for grader in graders:
        for window in WINDOWS:
            yield from _leans(table.pairs[grader, window], grader, window, categories)
        parting = _parting(table, grader)
        if parting is not None:
            yield parting


def _leans(
    pairs: Counter[tuple[int, int]], grader: int, window: Window, categories: int
) -> Iterator[Contrast]:
    of = sum(pairs.values())
    own, others = [0] * categories, [0] * categories
    for (mine, theirs), times in pairs.items():
        if mine != theirs:
            own[mine] += times
            others[theirs] += times
    for category in range(categories):
        if own[category] or others[category]:
            p_value = exact_sign_test(own[category], others[category])
            yield Contrast(
                "lean", grader, category, window, own[category], others[category], of, p_value
            )


def _parting(table: _Tables, grader: int) -> Contrast | None:
    """Return whether a grader parts from colleagues more often than these from each other.

    Mantel and Haenszel 1959: within each stratum the grader's share of all partings against their
    share of all pairs, one-sided. The tail is counted out, not taken from the normal curve: where
    few part, so many more by chance are ten times as likely as that says.
    """
    parted, pairs, usual, expected, spread = 0, 0, 0.0, 0.0, 0.0
    strata = []
    for counted in table.strata.values():
        # Not beside others who were set apart: one careless hand hides no other.
        by_grader = {one: n for one, n in counted.items() if one == grader or one in table.against}
        n, k = by_grader.get(grader, (0, 0))
        total = sum(m for m, _ in by_grader.values())
        all_parted = sum(j for _, j in by_grader.values())
        if not n or total - n < 1:
            continue
        share = all_parted / total
        usual += n * (all_parted - k) / (total - n)
        parted, pairs = parted + k, pairs + n
        expected += n * share
        spread += n * share * (1 - share) * (total - n) / (total - 1)
        strata.append((n, all_parted, total))
    if spread <= 0:
        return None
    z = (parted - expected) / math.sqrt(spread)
    p_value = parted_by_chance(strata, parted) if z > WORTH_COUNTING else normal_tail(z)
    return Contrast("parts", grader, None, "all", parted, usual, pairs, p_value)


def parted_by_chance(strata: Iterable[tuple[int, int, int]], parted: int) -> float:
    """Return how likely so many partings or more are, if whose pairs part is drawn by lot.

    Args:
        strata: Of each (pairs of the grader, partings of all, pairs of all).
        parted: Partings of the grader, over all strata.
    """
    least, chances = 0, np.ones(1)
    for n, all_parted, total in strata:
        low, high = max(0, n + all_parted - total), min(n, all_parted)
        ways = _ways(total, n)
        by_count = [
            math.exp(_ways(all_parted, k) + _ways(total - all_parted, n - k) - ways)
            for k in range(low, high + 1)
        ]
        least, chances = least + low, np.convolve(chances, by_count)
    return min(1.0, float(chances[max(0, parted - least) :].sum()))


def normal_tail(z: float) -> float:
    """Return how likely it is to be so many standard errors or more above."""
    return math.erfc(z / math.sqrt(2)) / 2


def _told(found: Sequence[Contrast], table: _Tables) -> Iterator[Contrast]:
    """Leave out of each lean the windows that add nothing; a half is told where it drifted."""
    leans: dict[tuple[int, int], dict[Window, Contrast]] = {}
    for one in found:
        if one.category is None:
            yield one
        else:
            leans.setdefault((one.grader, one.category), {})[one.window] = one
    halves = _drifts(leans, table)
    for key, windows in leans.items():
        if key in halves:
            yield halves[key]
        else:
            yield min(windows.values(), key=lambda one: (one.window != "all", one.p_value))


def _drifts(
    leans: Mapping[tuple[int, int], Mapping[Window, Contrast]], table: _Tables
) -> dict[tuple[int, int], Contrast]:
    """Return the leans that came or went between the halves, each for the half in which it is."""
    found = {}
    candidates = {
        key: min((w for n, w in windows.items() if n != "all"), key=_p_value, default=None)
        for key, windows in leans.items()
    }
    for (grader, category), one in candidates.items():
        if one is None:
            continue
        more = one.own > one.others
        first, second = (_rate(table.pairs[grader, half], category, more) for half in WINDOWS[1:])
        if fisher_exact((*first, *second)) * max(1, len(candidates)) < ERROR:
            found[grader, category] = replace(one, drifted=True)
    return found


def _rate(pairs: Counter[tuple[int, int]], category: int, more: bool) -> tuple[int, int]:
    """Return how many shared items show the lean, and how many do not."""
    lean = sum(
        times for (a, b), times in pairs.items() if a != b and (a if more else b) == category
    )
    return lean, sum(pairs.values()) - lean

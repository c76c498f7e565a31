"""How well scores hold on verdicts: ROC, calibration curve, and their errors with intervals. Pure.

AUC is the Mann-Whitney statistic with the variance of DeLong et al. (1988), its interval on the
log-odds so that it stays within 0 and 1. Brier score (1950) with a normal interval. The expected
calibration error (Naeini et al. 2015) is over ten bins of equal width; its interval is a percentile
bootstrap over pictures. What cannot be estimated is said in words and never made 0 or 1.
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import exp, log, sqrt

from grading.late_methods import dataclass

LEAST = 20  # pictures; below it nothing is estimated
BINS = 10
RESAMPLES = 200
_Z = 1.96
_SEED = 20_260_301  # the same figures for the same pictures, on every machine


@dataclass(frozen=True, slots=True)
class Judged:
    """One picture: what a classifier said of it, and what the organisation resolved.

    Attributes:
        score: As the model gave it, 0 to 1.
        share: As its calibration makes of it, 0 to 1; the score where there is none.
        is_so: Whether it was resolved to be what the classifier estimates.
    """

    score: float
    share: float
    is_so: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RocPoint:
    """What follows from taking every score from here up as yes.

    Attributes:
        score: The threshold.
        false_yes: Share of pictures that are not so and are taken as yes.
        true_yes: Share of pictures that are so and are taken as yes.
    """

    score: float
    false_yes: float
    true_yes: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Pictures of which about the same was said.

    Attributes:
        low: Lower end of the bin.
        high: Upper end.
        count: How many pictures.
        said: What was said of them on average.
        found: The share that was so, with its interval (Wilson).
    """

    low: float
    high: float
    count: int
    said: float
    found: Estimate


@dataclass(frozen=True, slots=True)
class Performance:
    """The figures of one classifier; ``undefined`` names why some are missing, or is empty.

    Attributes:
        pictures: How many were resolved and scored.
        so: How many of them were so.
        auc: Of two pictures, one so and one not, how often the former has the higher score.
        brier: Mean squared difference of share and truth.
        ece: How far shares are off on average.
        roc: The curve, from nothing taken as yes to all.
        bins: The calibration curve; bins without a picture are not in it.
    """

    pictures: int
    so: int
    undefined: str
    auc: Estimate | None = None
    brier: Estimate | None = None
    ece: Estimate | None = None
    roc: tuple[RocPoint, ...] = ()
    bins: tuple[Bin, ...] = ()


TOO_FEW, ALL_SO, NONE_SO = "too_few", "all_so", "none_so"


def performance(judged: Sequence[Judged]) -> Performance:
    """Return the figures on these pictures, or why there are none."""
    count, so = len(judged), sum(one.is_so for one in judged)
    if count < LEAST:
        return Performance(count, so, TOO_FEW)
    bins, errors = tuple(_bins(judged)), [(one.share - one.is_so) ** 2 for one in judged]
    calibrated = {"brier": _mean(errors), "ece": _ece(judged), "bins": bins}
    if so in (0, count):
        undefined = ALL_SO if so else NONE_SO
        return Performance(count, so, undefined, **calibrated)  # type: ignore[arg-type]
    return Performance(
        count,
        so,
        "",
        auc=_auc(judged),
        roc=_roc(judged),
        **calibrated,  # type: ignore[arg-type]
    )


def wilson(found: int, count: int) -> Estimate:
    """Return a share with Wilson's 95 % interval."""
    share, z2 = found / count, _Z**2
    centre = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = (_Z / (1 + z2 / count)) * sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return Estimate(share, max(0.0, centre - half), min(1.0, centre + half))


def _auc(judged: Sequence[Judged]) -> Estimate:
    yes = sorted(one.score for one in judged if one.is_so)
    no = sorted(one.score for one in judged if not one.is_so)
    # Of each picture the share of the other class that it lies above; a tie counts half.
    above = [(bisect_left(no, one) + bisect_right(no, one)) / (2 * len(no)) for one in yes]
    below = [1 - (bisect_left(yes, one) + bisect_right(yes, one)) / (2 * len(yes)) for one in no]
    value = sum(above) / len(above)
    error = sqrt(_variance(above, value) / len(yes) + _variance(below, value) / len(no))
    return _on_log_odds(value, error, min(len(yes), len(no)))


def _on_log_odds(value: float, error: float, fewer: int) -> Estimate:
    if value in (0.0, 1.0) or error == 0:
        # No picture was out of order: by the rule of three up to 3 in n might be.
        bound = min(3 / fewer, 1.0)
        return Estimate(value, max(0.0, value - bound), min(1.0, value + bound))
    odds, width = log(value / (1 - value)), _Z * error / (value * (1 - value))
    return Estimate(value, 1 / (1 + exp(-(odds - width))), 1 / (1 + exp(-(odds + width))))


def _roc(judged: Sequence[Judged]) -> tuple[RocPoint, ...]:
    so = sum(one.is_so for one in judged)
    other = len(judged) - so
    points, true, false, last = [RocPoint(1.0, 0.0, 0.0)], 0, 0, None
    for one in sorted(judged, key=lambda one: -one.score):
        if last is not None and one.score != last:
            points.append(RocPoint(last, false / other, true / so))
        true, false, last = true + one.is_so, false + (not one.is_so), one.score
    points.append(RocPoint(last or 0.0, 1.0, 1.0))
    return tuple(points)


def _bins(judged: Sequence[Judged]) -> list[Bin]:
    kept: list[list[Judged]] = [[] for _ in range(BINS)]
    for one in judged:
        kept[_bin_of(one.share)].append(one)
    return [
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            count=len(held),
            said=sum(one.share for one in held) / len(held),
            found=wilson(sum(one.is_so for one in held), len(held)),
        )
        for number, held in enumerate(kept)
        if held
    ]


def _ece(judged: Sequence[Judged]) -> Estimate:
    pairs = [(_bin_of(one.share), one.share - one.is_so) for one in judged]
    drawn = random.Random(_SEED)  # noqa: S311 - draws for an interval, nothing secret
    found = sorted(_off(drawn.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    low, high = found[round(0.025 * (RESAMPLES - 1))], found[round(0.975 * (RESAMPLES - 1))]
    value = _off(pairs)
    return Estimate(value, min(low, value), max(high, value))


def _off(pairs: Sequence[tuple[int, float]]) -> float:
    sums = [0.0] * BINS
    for place, error in pairs:
        sums[place] += error
    return sum(map(abs, sums)) / len(pairs)


def _bin_of(share: float) -> int:
    return min(int(share * BINS), BINS - 1)


def _mean(values: Sequence[float]) -> Estimate:
    mean = sum(values) / len(values)
    half = _Z * sqrt(_variance(values, mean) / len(values))
    return Estimate(mean, max(0.0, mean - half), min(1.0, mean + half))


def _variance(values: Sequence[float], mean: float) -> float:
    return sum((one - mean) ** 2 for one in values) / max(len(values) - 1, 1)

"""Every statistic of one table, with error, interval, and in words whatever is undefined."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from grading.agreement import coefficients, notes, sentences
from grading.agreement.bootstrap import (
    Drawn,
    blocks_of,
    nobody,
    percentile_interval,
    resampled_values,
    resamples_for,
)
from grading.agreement.coefficients import Statistic, Totals
from grading.agreement.confusion import parted
from grading.agreement.matrix import Matrix, Real
from grading.agreement.scale import Level, Scale
from grading.agreement.standard_errors import Influences, standard_error
from grading.agreement.tally import Tally
from grading.agreement.weights import Weighting, weights
from grading.late_methods import dataclass

CLASS_LEAST = 12  # units in the rarest class below which no interval is relied on
_BLOCKS_LEAST = 2  # one unit drawn again and again has no spread


@dataclass(frozen=True, slots=True)
class _Kind:
    """One statistic: its family, the family whose chance bounds it, and its weights."""

    family: str
    weighting: Weighting = "unweighted"


STATISTICS: Mapping[str, _Kind] = MappingProxyType(
    {
        "percent_agreement": _Kind("percent"),
        "krippendorff_alpha": _Kind("alpha"),
        "gwet_ac1": _Kind("gwet"),
        "fleiss_kappa": _Kind("fleiss"),
        "conger_kappa": _Kind("conger"),
        "brennan_prediger": _Kind("brennan_prediger"),
        "cohen_kappa": _Kind("cohen"),
        "cohen_kappa_linear": _Kind("cohen", "linear"),
        "cohen_kappa_quadratic": _Kind("cohen", "quadratic"),
        "gwet_ac2_linear": _Kind("gwet", "linear"),
        "gwet_ac2_quadratic": _Kind("gwet", "quadratic"),
    }
)
_FAMILIES: Mapping[str, Callable[[Tally, Weighting], Statistic]] = MappingProxyType(
    {
        "percent": coefficients.percent,
        "gwet": coefficients.gwet,
        "fleiss": coefficients.fleiss,
        "conger": coefficients.conger,
        "brennan_prediger": coefficients.brennan_prediger,
    }
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure.

    Attributes:
        value: The figure, or None where it is undefined.
        se: Its standard error, or None where no formula is known or nothing varied.
        ci: Its 95 % interval, or None.
        undefined: Why there is no value, in words; None where there is one.
        units: How many units it rests on.
    """

    value: float | None
    se: float | None
    ci: tuple[float, float] | None
    undefined: str | None
    units: int

    def as_json(self) -> dict[str, object]:
        """Return the fields in the order in which they are always written."""
        ci = None if self.ci is None else list(self.ci)
        return {"value": self.value, "se": self.se, "ci": ci, "undefined": self.undefined}


@dataclass(frozen=True, slots=True)
class Summary:
    """All figures of one table.

    Attributes:
        units: Units with a rating.
        graders: Columns.
        pairable_units: Units with two ratings or more, on which agreement rests.
        level: Of the scale.
        statistics: By name, in a fixed order.
        reliable: Whether intervals rest on enough units of the rarest class.
        notes: What a reader must know beside the figures, one sentence each.
    """

    units: int
    graders: int
    pairable_units: int
    level: Level
    statistics: Mapping[str, Estimate]
    reliable: bool
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Return the document that `agreement --json` prints."""
        return {
            "units": self.units,
            "graders": self.graders,
            "pairable_units": self.pairable_units,
            "level": self.level,
            "statistics": {name: found.as_json() for name, found in self.statistics.items()},
        }


def summarise(
    matrix: Matrix,
    *,
    resamples: int | None = None,
    called: Sequence[str] = (),
    drawn: Drawn = nobody,
) -> Summary:
    """Return every statistic of a table.

    Args:
        matrix: The ratings.
        resamples: How many resamples to draw for intervals; None draws what costs little.
        called: What the notes call each category, in the order of the scale; as it is by default.
        drawn: Is told how many were drawn, of how many, and may raise to end it.
    """
    work = _Work(matrix, resamples, drawn)
    rarest = notes.rarest_class(matrix)
    read = matrix
    if called:
        scale = Scale(matrix.scale.level, tuple(called), matrix.scale.values)
        read = replace(matrix, scale=scale)
    return Summary(
        units=matrix.units,
        graders=len(matrix.graders),
        pairable_units=matrix.pairable_units,
        level=matrix.scale.level,
        statistics=MappingProxyType({name: work.estimate(name) for name in STATISTICS}),
        reliable=rarest is not None and rarest[1] >= CLASS_LEAST,
        notes=notes.notes(read, CLASS_LEAST),
    )


class _Work:
    """What the statistics of one table share: its tally, its blocks, one set of resamples."""

    def __init__(self, matrix: Matrix, resamples: int | None, drawn: Drawn) -> None:
        self._matrix = matrix
        self._drawn = drawn
        self._asked = resamples
        self._tally = Tally(matrix)
        self._blocks = blocks_of(matrix)
        self._alike = not parted(matrix).any()

    @cached_property
    def _totals(self) -> Totals:
        return Totals(self._tally, self._tally.times[None, :])

    @cached_property
    def _influences(self) -> Influences:
        return Influences(self._tally)

    @cached_property
    def _why_nothing(self) -> str | None:
        """Why nothing at all can be said, or None."""
        matrix, active = self._matrix, self._matrix.active
        if not active:
            return sentences.NO_RATING_AT_ALL
        if len(active) == 1:
            return sentences.one_grader(matrix.graders[active[0]], matrix.units)
        if not matrix.pairable_units:
            return sentences.no_pair(matrix.units)
        return None

    def estimate(self, name: str) -> Estimate:
        """Return one statistic with what goes with it."""
        units = self._matrix.pairable_units
        why = self._why_undefined(STATISTICS[name])
        if why is not None:
            return Estimate(None, None, None, why, units)
        value = float(self._statistic(STATISTICS[name])(self._totals)[0])
        if np.isnan(value):
            return Estimate(None, None, None, sentences.CHANCE_IS_ALL, units)
        if self._alike:
            return Estimate(value, None, self._bound(STATISTICS[name].family), None, units)
        return Estimate(value, self._error(STATISTICS[name]), self._interval(name), None, units)

    def _why_undefined(self, kind: _Kind) -> str | None:
        if self._why_nothing is not None or kind.family == "percent":
            return self._why_nothing
        graders = len(self._matrix.active)
        if kind.family == "cohen" and graders != 2:
            return sentences.only_for_pairs(graders)
        return self._why_no_chance(pairable_only=kind.family in {"alpha", "cohen"})

    def _why_no_chance(self, *, pairable_only: bool) -> str | None:
        matrix = self._matrix
        everywhere = self._given(self._totals.shares)
        if len(everywhere) == 1:
            return sentences.one_category(everywhere[0], matrix.pairable_units)
        here = self._given(self._totals.pairable)
        if pairable_only and len(here) == 1:
            return sentences.one_category(here[0], matrix.pairable_units, double_graded=True)
        return None

    def _given(self, by_category: Real) -> list[str]:
        return [self._matrix.scale.categories[k] for k in np.flatnonzero(by_category[0])]

    def _statistic(self, kind: _Kind) -> Statistic:
        if kind.family == "alpha":
            return coefficients.alpha(self._tally)
        if kind.family == "cohen":
            first, second = self._matrix.active
            weight = weights(kind.weighting, self._matrix.scale)
            return coefficients.cohen(self._tally, (first, second), weight)
        return _FAMILIES[kind.family](self._tally, kind.weighting)

    def _bound(self, family: str) -> tuple[float, float]:
        """Return the rule of three: no disagreement in n, so at most 3 / n of all (95 %).

        A disagreement is taken to be as wide as one by chance, so weights make no difference.
        """
        hidden = min(1.0, sentences.RULE_OF_THREE / self._blocks.pairable)
        if family == "percent":
            return 1 - hidden, 1.0
        return 1 - hidden / (1 - self._chance(family)), 1.0

    def _chance(self, family: str) -> float:
        """Return pe of unweighted agreement, as the family has it."""
        if family == "alpha":
            given = self._totals.pairable[0]
            total = float(given.sum())
            return float((given * (given - 1)).sum()) / (total * (total - 1))
        if family == "cohen":
            shares = self._totals.pairable[0] / self._totals.pairable[0].sum()
            return float(shares @ shares)  # alike everywhere, so both have the same shares
        unit = weights("unweighted", self._matrix.scale)
        return float(coefficients.CHANCES[family](self._totals, unit)[0])

    def _error(self, kind: _Kind) -> float | None:
        influences, whole = self._influences, kind.family == "cohen"
        among = np.ones(len(self._matrix.patterns))
        if kind.family == "percent":
            found = influences.percent(kind.weighting)
        elif kind.family == "alpha":
            found, among = influences.alpha(), self._matrix.paired.astype(np.float64)
        elif kind.family == "cohen":
            first, second = self._matrix.active
            weight = weights(kind.weighting, self._matrix.scale)
            found = influences.cohen((first, second), weight)
        else:
            found = influences.corrected(kind.family, kind.weighting)
        return standard_error(found, self._blocks, among=among, whole=whole)

    @cached_property
    def _resampled(self) -> Mapping[str, Real]:
        defined = {
            name: self._statistic(kind)
            for name, kind in STATISTICS.items()
            if self._why_undefined(kind) is None
        }
        resamples = self._asked or resamples_for(self._blocks)
        return resampled_values(self._tally, defined, self._blocks, resamples, self._drawn)

    def _interval(self, name: str) -> tuple[float, float] | None:
        if self._blocks.pairable < _BLOCKS_LEAST:
            return None
        return percentile_interval(self._resampled[name])

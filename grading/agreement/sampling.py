"""How many items to grade twice for an interval of a wanted width."""

import math

from grading.agreement.coefficients import Totals
from grading.agreement.matrix import Matrix
from grading.agreement.tally import Tally
from grading.agreement.weights import differences
from grading.errors import RatingsError
from grading.late_methods import dataclass

NORMAL_95 = 1.96  # both tails of 5 %
THIRD_GRADER = 0.6  # three graders an item need about this share of the items that two need
RULE_OF_THREE = 3.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How many items must be graded by so many graders.

    Attributes:
        items: Items to draw.
        gradings: Gradings that makes in all.
        agreement: The share of pairs that will agree if alpha is as expected.
    """

    items: int
    gradings: int
    agreement: float


def plan(alpha: float, half_width: float, chance: float, graders: int = 2) -> Plan:
    """Return how many items give a 95 % interval of ``alpha`` plus or minus ``half_width``.

    n = (1.96 / h)^2 po (1 - po) / (1 - pe)^2, po = 1 - (1 - alpha) (1 - pe), the large-sample
    interval of a coefficient whose chance agreement is taken as known; three graders need about
    0.6 n. Where no disagreement at all is expected the formula gives nothing,
    and the rule of three serves: 3 / (h (1 - pe)).

    Args:
        alpha: The coefficient expected.
        half_width: Half the width wanted, h.
        chance: Agreement by chance alone, pe; from pilot data, see ``chance_agreement``.
        graders: Two or three an item.

    Raises:
        RatingsError: A figure lies outside its range.
    """
    _check(alpha, half_width, chance, graders)
    agreement = 1 - (1 - alpha) * (1 - chance)
    if alpha == 1:
        needed = RULE_OF_THREE / (half_width * (1 - chance))
    else:
        needed = (NORMAL_95 / half_width) ** 2 * agreement * (1 - agreement) / (1 - chance) ** 2
    if graders == 3:
        needed *= THIRD_GRADER
    items = max(2, math.ceil(round(needed, 9)))
    return Plan(items, items * graders, agreement)


def _check(alpha: float, half_width: float, chance: float, graders: int) -> None:
    if graders not in {2, 3}:
        raise RatingsError("the formula knows two or three graders an item")
    if not 0 < half_width < 1:
        raise RatingsError("half the width of the interval must lie between 0 and 1")
    if not 0 <= chance < 1:
        raise RatingsError("the agreement by chance must be at least 0 and below 1")
    if not (alpha <= 1 and (1 - alpha) * (1 - chance) <= 1):  # written so that NaN is refused
        raise RatingsError("no share of agreement belongs to that coefficient and that chance")


def chance_agreement(matrix: Matrix) -> float | None:
    """Return pe of pilot data, as alpha has it at nominal level; None without a paired unit."""
    tally = Tally(matrix)
    given = Totals(tally, tally.times[None, :]).pairable[0]
    ratings = float(given.sum())
    if not ratings:
        return None
    apart = float(given @ differences("nominal", matrix.scale) @ given)
    return 1 - apart / (ratings * (ratings - 1))

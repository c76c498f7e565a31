"""Whether two graders use the categories alike: Stuart-Maxwell, and Bhapkar's sharper form."""

import math

import numpy as np

from grading.agreement.confusion import Confusion
from grading.late_methods import dataclass


@dataclass(frozen=True, slots=True)
class MarginalTest:
    """A test of equal use of the categories by two graders.

    Attributes:
        stuart_maxwell: Chi-squared of Stuart 1955 and Maxwell 1970; None where undefined.
        bhapkar: Chi-squared of Bhapkar 1966, which has more power; None where undefined.
        degrees: Degrees of freedom.
        p_value: Of Stuart-Maxwell.
        undefined: Why there is no test, in words; None where there is one.
    """

    stuart_maxwell: float | None
    bhapkar: float | None
    degrees: int
    p_value: float | None
    undefined: str | None


def marginal_test(table: Confusion) -> MarginalTest:
    """Return the test of marginal homogeneity of two graders.

    chi2 = d' S^-1 d, with d_k = n_k. - n_.k, S_kk = n_k. + n_.k - 2 n_kk, S_kl = -(n_kl + n_lk).
    S is singular (by one for all categories, by one more for each set never confused with the
    rest), so its pseudo-inverse serves and its rank gives the degrees of freedom.
    Bhapkar: chi2 / (1 - chi2 / n).
    """
    counts = table.counts.astype(np.float64)
    if not table.units:
        return _none("The two graders share no item.")
    apart = counts + counts.T
    np.fill_diagonal(apart, 0)
    if not apart.any():
        return _none("The two graders never parted: there is no lean to test.")
    spread = np.diag(apart.sum(axis=1)) - apart
    lean = counts.sum(axis=1) - counts.sum(axis=0)
    degrees = int(np.linalg.matrix_rank(spread, hermitian=True))
    chi2 = max(0.0, float(lean @ np.linalg.pinv(spread, hermitian=True) @ lean))
    rest = 1 - chi2 / table.units
    return MarginalTest(
        stuart_maxwell=chi2,
        bhapkar=chi2 / rest if rest > 1e-9 else None,
        degrees=degrees,
        p_value=chi2_tail(chi2, degrees),
        undefined=None,
    )


def _none(why: str) -> MarginalTest:
    return MarginalTest(None, None, 0, None, why)


def chi2_tail(chi2: float, degrees: int) -> float:
    """Return the probability of a chi-squared above ``chi2``, in closed form.

    Abramowitz and Stegun 1964, 26.4.4 (odd) and 26.4.5 (even degrees of freedom).
    """
    half = chi2 / 2
    odd = degrees % 2
    total = math.erfc(math.sqrt(half)) if odd else 0.0
    term = math.sqrt(half / math.pi) * 2 if odd else 1.0
    power = term * math.exp(-half)
    for step in range(degrees // 2):
        total += power
        power *= half / (step + (1.5 if odd else 1.0))
    return min(1.0, total)

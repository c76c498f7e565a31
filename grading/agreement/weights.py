"""Agreement weights and squared differences between the categories of the declared scale.

Weights are 1 for agreement and fall with distance (Gwet, Handbook of Inter-Rater Reliability, 4th
ed. 2014, ch. 3); differences are 0 for agreement and grow (Krippendorff, Content Analysis, 2004,
ch. 11).
"""

from typing import Literal

import numpy as np

from grading.agreement.matrix import Real
from grading.agreement.scale import Level, Scale

Weighting = Literal["unweighted", "linear", "quadratic", "ordinal"]


def positions(scale: Scale) -> Real:
    """Return where each category lies: its number at interval and ratio level, else its rank."""
    return np.asarray(
        scale.values if scale.values is not None else range(scale.size), dtype=np.float64
    )


def weights(weighting: Weighting, scale: Scale) -> Real:
    """Return the K x K agreement weights.

    unweighted: identity. linear: 1 - |x - y| / range. quadratic: the square of that distance.
    ordinal: 1 - C(d + 1, 2) / C(K, 2) for categories d ranks apart (Gwet 2014, ch. 3).
    """
    size = scale.size
    if weighting == "unweighted" or size < 2:
        return np.eye(size)
    if weighting == "ordinal":
        ranks = np.arange(size)
        apart = np.abs(ranks[:, None] - ranks[None, :])
        return np.asarray(1 - (apart + 1) * apart / (size * (size - 1)))
    at = positions(scale)
    apart = np.abs(at[:, None] - at[None, :]) / (at.max() - at.min())
    return np.asarray(1 - (apart if weighting == "linear" else apart**2))


def differences(level: Level, scale: Scale) -> Real:
    """Return the K x K squared differences of alpha.

    At ordinal level they depend on how often each category was given: see ``midranks``.
    """
    if level == "nominal":
        return 1 - np.eye(scale.size)
    at = positions(scale)
    apart = at[:, None] - at[None, :]
    if level == "interval":
        return np.asarray(apart**2)
    total = at[:, None] + at[None, :]
    return np.divide(apart, total, out=np.zeros_like(apart), where=total != 0) ** 2


def midranks(marginals: Real) -> Real:
    """Return the midrank of each category among ratings given so often (b x K), centred.

    The ordinal difference of c and k is the square of (half of n_c, all between, half of n_k)
    (Krippendorff 2004, ch. 11), which is the squared difference of their midranks.
    """
    before = np.cumsum(marginals, axis=-1) - marginals / 2
    return np.asarray(before - marginals.sum(axis=-1, keepdims=True) / 2)

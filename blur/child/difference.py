"""Where a near-copy differs from the first of its group, beyond what copying does to a picture.

Both are looked at as 128 x 128 samples, slightly smoothed. Colours of one are fitted to the other's
(brighter, paler, warmer copies), and a sample is compared with the range that the other shows
within one sample around it (encoding, scaling). What is left along edges is thin, and goes; what is
left of another thing is solid, and stays. Where something differs still, the copy is moved onto the
first (a crop) and compared again.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from blur.child.pixels import Pixels, resized
from blur.tile import CELLS, MARKED_FROM, Differences

SIDE = 128
_CELL = SIDE // CELLS
# What encoding at any usual quality leaves of noise in a smoothed sample, of 255.
_TOLERANCE = 6.0
_AROUND = np.ones((3, 3), np.uint8)  # also the thinnest thing that counts: three samples
# Samples over which a difference is averaged, wherever it lies. What is spread wider need differ
# less to be told from copying.
_SPOT, _SPREAD = (5, 5), (13, 13)
_SPREAD_WEIGHT = 2.2
_FITTING_ROUNDS = 3
_AGREEING_SHARE = 0.75  # of the samples: what differs may cover the rest
# Colours of which a picture has fewer than this (variance) say nothing of how they were toned; they
# stay as they are. Else a thing of a new colour would be fitted away.
_TOLD_VARIANCE = 64.0
# A copy is cropped by some per cent; what would have to move farther is another picture.
_MOST_STRETCH = 0.12
_MOST_SHIFT = 12.0
_ALIGNING = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4)

Samples = NDArray[np.float32]
Mask = NDArray[np.bool_]


def samples_of(shown: Pixels) -> Samples:
    """Return what is compared of 8-bit RGB or grey pixels: 128 x 128 samples of three channels."""
    small = resized(shown, (SIDE, SIDE))
    if small.ndim == 2:
        small = np.repeat(small[:, :, None], 3, axis=2)
    return cv2.GaussianBlur(small, (3, 3), 0).astype(np.float32)


def differences(first: Samples, other: Samples) -> Differences:
    """Return where ``other`` differs from ``first``."""
    excess = _excess(first, other, np.ones((SIDE, SIDE), np.bool_))
    if excess.max() > MARKED_FROM[0]:
        excess = _excess_of_moved(first, other, excess)
    levels = np.searchsorted(np.array(MARKED_FROM), excess.ravel(), side="left")
    return Differences(levels.astype(np.uint8).tobytes())


def _excess_of_moved(
    first: Samples, other: Samples, unmoved: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the same once ``other`` lies on ``first``, if that explains more."""
    try:
        _, how = cv2.findTransformECC(
            _grey(first), _grey(other), np.eye(2, 3, dtype=np.float32), cv2.MOTION_AFFINE, _ALIGNING
        )
    except cv2.error:  # nothing in one fits the other
        return unmoved
    move = np.asarray(how, np.float32) - np.eye(2, 3, dtype=np.float32)
    if np.abs(move[:, :2]).max() > _MOST_STRETCH or np.abs(move[:, 2]).max() > _MOST_SHIFT:
        return unmoved
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(other, how, (SIDE, SIDE), flags=flags)
    there = cv2.warpAffine(np.ones((SIDE, SIDE), np.float32), how, (SIDE, SIDE), flags=flags)
    covered = cv2.erode((there > 0.999).astype(np.uint8), _AROUND) > 0
    if not covered.any():
        return unmoved
    excess = _excess(first, np.asarray(moved, np.float32), covered)
    return excess if excess.sum() < unmoved.sum() else unmoved


def _grey(samples: Samples) -> Samples:
    return np.asarray(cv2.cvtColor(samples, cv2.COLOR_RGB2GRAY), np.float32)


def _excess(first: Samples, other: Samples, covered: Mask) -> NDArray[np.float32]:
    """Return by how much spots of samples lie beyond the tolerance, the most of each cell.

    Colours are fitted both ways, and the milder judgement counts: what one of the two has lost to
    white or black cannot be had back from it.
    """
    beyond = np.minimum(
        _beyond(first, _toned(other, first, covered)), _beyond(_toned(first, other, covered), other)
    )
    beyond[~covered] = 0
    solid = cv2.morphologyEx(beyond, cv2.MORPH_OPEN, _AROUND)
    spread = cv2.boxFilter(solid, -1, _SPREAD) * _SPREAD_WEIGHT
    spots = np.maximum(cv2.boxFilter(solid, -1, _SPOT), spread)
    return np.asarray(spots.reshape(CELLS, _CELL, CELLS, _CELL).max((1, 3)), np.float32)


def _toned(samples: Samples, like: Samples, covered: Mask) -> Samples:
    """Return samples with the colours of ``like``, as most of the covered ones have them."""
    known, wanted = samples[covered], like[covered]
    agreeing = np.ones(len(known), np.bool_)
    ridge = _TOLD_VARIANCE * np.eye(3, dtype=np.float32)
    for _ in range(_FITTING_ROUNDS):
        some, others = known[agreeing], wanted[agreeing]
        middle, wanted_middle = some.mean(axis=0), others.mean(axis=0)
        some, others = some - middle, others - wanted_middle
        told, together = some.T @ some / len(some), some.T @ others / len(some)
        fit = np.linalg.solve(told + ridge, together + ridge)
        apart = np.abs((known - middle) @ fit + wanted_middle - wanted).max(axis=1)
        agreeing = apart <= max(float(np.quantile(apart, _AGREEING_SHARE)), 2.0)
    toned = np.clip((samples - middle) @ fit + wanted_middle, 0, 255)
    return np.asarray(toned, np.float32)


def _beyond(one: Samples, other: Samples) -> Samples:
    """Return how far each sample of either lies outside what the other shows around it."""
    return np.asarray(np.maximum(_outside(one, other), _outside(other, one)).max(axis=2))


def _outside(one: Samples, other: Samples) -> Samples:
    least = cv2.erode(one, _AROUND) - _TOLERANCE
    most = cv2.dilate(one, _AROUND) + _TOLERANCE
    return np.asarray(np.maximum(np.maximum(least - other, other - most), 0), np.float32)

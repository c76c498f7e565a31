"""Which of many frames stand for a video: one a scene, then evenly in time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Means over areas of a frame, 8 by 8 in three colours, so that motion within a scene counts
# little. Levels out of 255 by which two frames differ on average when a cut lies between them.
THUMB_SIDE = 8
_CUT_LEVELS = 18.0


def chosen(thumbs: Sequence[NDArray[np.float32]], times: Sequence[int], count: int) -> list[int]:
    """Return which of the frames to show, in order; the first always is one of them.

    Args:
        thumbs: Of each frame, its colours in little; any equal shape.
        times: Of each frame, when it is shown; rising.
        count: How many to choose; all if there are no more.
    """
    if len(times) <= count:
        return list(range(len(times)))
    looks = np.stack([thumb.ravel() for thumb in thumbs])
    starts = _scene_starts(looks)
    if len(starts) > count:
        starts = _most_different(looks, starts, count)
    return _topped_up(starts, times, count)


def _scene_starts(looks: NDArray[np.float32]) -> list[int]:
    steps = np.abs(np.diff(looks, axis=0)).mean(axis=1)
    return [0, *(int(place) + 1 for place in np.flatnonzero(steps > _CUT_LEVELS))]


def _most_different(looks: NDArray[np.float32], starts: list[int], count: int) -> list[int]:
    """Return the scenes that look unlike each other: one that is shown again can go."""
    picked = [starts[0]]
    places = np.array(starts)
    nearest = np.abs(looks[places] - looks[starts[0]]).mean(axis=1)
    while len(picked) < count and nearest.max() > _CUT_LEVELS:
        furthest = int(np.argmax(nearest))
        picked.append(starts[furthest])
        distance = np.abs(looks[places] - looks[starts[furthest]]).mean(axis=1)
        nearest = np.minimum(nearest, distance)
    return sorted(picked)


def _topped_up(starts: list[int], times: Sequence[int], count: int) -> list[int]:
    """Return the scenes and, one after another, the frame nearest the middle of the widest gap."""
    picked = set(starts)
    while len(picked) < count:
        ordered = sorted(picked)
        gaps = [
            (times[right] - times[left], left, right)
            for left, right in zip(ordered, [*ordered[1:], len(times) - 1], strict=True)
            if right - left > 1 or (right == len(times) - 1 and right not in picked)
        ]
        _, left, right = max(gaps, key=lambda gap: (gap[0], -gap[1]))
        middle = (times[left] + times[right]) / 2
        free = [place for place in range(left + 1, right + 1) if place not in picked]
        picked.add(min(free, key=lambda place: abs(times[place] - middle)))
    return sorted(picked)

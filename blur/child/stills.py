"""Which frames of a video are looked at for its contact sheet, and how many of them it will show.

Told by the packets alone, before anything is decoded, and by their number, never by the clock:
every machine and every run comes to the same sheet.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from blur.child.video_file import Timeline
from blur.sheet import STILLS_LIMIT

# Two stills are never closer than this, save where a cut lies between them.
_CLOSEST_MS = 500
# With fewer key frames than this, other frames are looked at too.
_ENOUGH_KEYS = STILLS_LIMIT // 2
# Pixels looked at for a sheet: 120 frames of 1920 x 1080 and 30 of 3840 x 2160.
_LOOKED_AT_PX = 250_000_000
_LOOKS_LIMIT = 120
# Pixels that can be decoded in the time of one request, on a slow desk.
_REACH_PX = 2_400_000_000
_WALKS = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """What to look at: ``looks`` are times of frames, rising, the first frame's first.

    ``count`` of them will be stills. ``by_keys`` says that all are key frames. ``is_whole`` is
    False if some of the video is too far from a key frame to be looked at.
    """

    looks: tuple[int, ...]
    count: int
    by_keys: bool
    is_whole: bool


def plan_of(timeline: Timeline, pixels: int) -> Plan:
    """Return the plan for a video whose frames have so many pixels."""
    wanted = stills_in(timeline.in_ms(timeline.end))
    limit = int(np.clip(_LOOKED_AT_PX // max(pixels, 1), STILLS_LIMIT, _LOOKS_LIMIT))
    by_keys = len(timeline.keys) >= min(wanted, _ENOUGH_KEYS)
    near = timeline.keys if by_keys else _reachable(timeline, pixels)
    looks = _evenly(near, limit)
    is_whole = by_keys or len(near) == len(timeline.times)
    return Plan(looks, min(wanted, len(looks)), by_keys, is_whole)


def stills_in(length_ms: int) -> int:
    """Return how many stills a video of a length has at most."""
    return min(max(length_ms // _CLOSEST_MS, 1), STILLS_LIMIT)


def reach_frames(pixels: int) -> int:
    """Return how many frames of a size one request can decode to come to another frame."""
    return int(np.clip(_REACH_PX // max(pixels, 1), 60, 3000))


def _reachable(timeline: Timeline, pixels: int) -> Sequence[int]:
    """Return the frames that are near enough to a key frame before them."""
    reach = reach_frames(pixels)
    share = min(reach, max(1, _WALKS * reach // len(timeline.keys)))
    near: list[int] = []
    starts = [bisect_left(timeline.times, key) for key in timeline.keys]
    for start, end in zip(starts, [*starts[1:], len(timeline.times)], strict=True):
        near += timeline.times[start : min(end, start + share)]
    return near


def _evenly(times: Sequence[int], limit: int) -> tuple[int, ...]:
    """Return at most ``limit`` of the times, the first always, spread evenly over the time."""
    if len(times) <= limit:
        return tuple(times)
    known = np.asarray(times, dtype=np.int64)
    wanted = np.linspace(times[0], times[-1], limit)
    places = np.unique(np.searchsorted(known, wanted).clip(0, len(known) - 1))
    return tuple(int(known[place]) for place in places)

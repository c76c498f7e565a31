"""Which frames stand for a video, told from their looks and times alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from blur.child.scenes import THUMB_SIDE, chosen


def look(level: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """A flat frame."""
    return np.full((THUMB_SIDE, THUMB_SIDE, 3), level, np.float32)


def test_that_every_scene_has_a_frame_and_the_rest_is_spread_evenly() -> None:
    levels = [10.0] * 40 + [200.0] * 3 + [90.0] * 57
    picked = chosen([look(level) for level in levels], list(range(100)), 8)
    assert {0, 40, 43} <= set(picked)
    gaps = np.diff([*picked, 99])
    assert len(picked) == 8
    assert gaps.max() <= 20


def test_that_of_too_many_scenes_those_unlike_the_others_are_kept() -> None:
    # Two people talk, cut by cut; one moment is something else altogether.
    levels = [20.0 if number % 2 else 70.0 for number in range(60)]
    levels[33] = 250.0
    picked = chosen([look(level) for level in levels], list(range(60)), 6)
    assert 33 in picked
    assert len(picked) == 6


def test_that_no_more_frames_than_wanted_are_all_shown() -> None:
    assert chosen([look(9)] * 3, [0, 5, 9], 24) == [0, 1, 2]


@settings(max_examples=60, deadline=None)
@given(
    levels=st.lists(st.integers(0, 255), min_size=1, max_size=80),
    steps=st.lists(st.integers(1, 1000), min_size=80, max_size=80),
    count=st.integers(1, 24),
)
def test_that_the_choice_is_as_many_as_asked_rising_and_begins_with_the_first(
    levels: list[int], steps: list[int], count: int
) -> None:
    times = [int(time) for time in np.cumsum(steps)[: len(levels)]]
    picked = chosen([look(level) for level in levels], times, count)
    assert len(picked) == min(count, len(levels))
    assert picked[0] == 0
    assert picked == sorted(set(picked))

"""What a score means: of 100 pictures with this score, how many were what it estimates.

Temperature and Platt scaling work on the log-odds of the score (Guo et al. 2017; Platt 1999),
isotonic calibration on points between which it is a straight line.
"""

from bisect import bisect_right
from itertools import pairwise
from math import exp, log
from typing import Literal, cast

from grading.datafile import Section
from grading.late_methods import dataclass

Method = Literal["none", "temperature", "platt", "isotonic"]

_EDGE = 1e-9  # a score of exactly 0 or 1 has no log-odds
_POINTS_MOST = 1000
_KEYS = {
    "none": (),
    "temperature": ("temperature",),
    "platt": ("slope", "intercept"),
    "isotonic": ("scores", "shares"),
}


@dataclass(frozen=True, slots=True)
class Calibration:
    """How a model's score becomes a share of pictures, and how far that was off.

    Attributes:
        method: Which; ``none`` where nobody measured what a score means.
        temperature: What the log-odds are divided by.
        slope: What they are multiplied by.
        intercept: What is then added.
        points: Score and share, rising.
        data: On which pictures it was measured, in words.
        pictures: On how many.
        error: The expected calibration error there, 0 to 1.
    """

    method: Method
    temperature: float = 1.0
    slope: float = 1.0
    intercept: float = 0.0
    points: tuple[tuple[float, float], ...] = ()
    data: str = ""
    pictures: int = 0
    error: float = 0.0

    @property
    def is_known(self) -> bool:
        """Whether anybody measured what a score means."""
        return self.method != "none"

    def share(self, score: float) -> float:
        """Return the share of pictures with this score that were what it estimates, 0 to 1."""
        if self.method == "isotonic":
            return _between(self.points, score)
        odds = _log_odds(score)
        if self.method == "temperature":
            return _share_of(odds / self.temperature)
        if self.method == "platt":
            return _share_of(self.slope * odds + self.intercept)
        return score


def read_calibration(section: Section) -> Calibration:
    """Read the table ``[calibration]`` of a card.

    Raises:
        CardError: As the section raises it.
    """
    method = section.text("method")
    if method not in _KEYS:
        section.refuse(f"method must be one of {', '.join(_KEYS)}", "method")
    if method == "none":
        section.only("method")
        return Calibration("none")
    section.only("method", "data", "pictures", "error", *_KEYS[method])
    points = _points(section) if method == "isotonic" else ()
    return Calibration(
        cast(Method, method),
        temperature=_number(section, "temperature", 1e-3, 1e3) if method == "temperature" else 1.0,
        slope=_number(section, "slope", 1e-3, 1e3) if method == "platt" else 1.0,
        intercept=_number(section, "intercept", -1e3, 1e3) if method == "platt" else 0.0,
        points=points,
        data=section.text("data"),
        pictures=section.number("pictures", 1, 10**9),
        error=_number(section, "error", 0.0, 1.0),
    )


def _number(section: Section, key: str, least: float, most: float) -> float:
    found = section.decimals(key, least, most)
    if len(found) != 1:
        section.refuse(f"{key} must be one number", key)
    return found[0]


def _points(section: Section) -> tuple[tuple[float, float], ...]:
    scores, shares = section.decimals("scores", 0.0, 1.0), section.decimals("shares", 0.0, 1.0)
    if len(scores) != len(shares) or not 2 <= len(scores) <= _POINTS_MOST:
        section.refuse(f"scores and shares must be 2 to {_POINTS_MOST} numbers each", "shares")
    points = tuple(zip(scores, shares, strict=True))
    for place, (before, after) in enumerate(pairwise(points), start=1):
        if after[0] <= before[0] or after[1] < before[1]:
            section.refuse("scores must rise, and shares must not fall", "scores", place)
    return points


def _between(points: tuple[tuple[float, float], ...], score: float) -> float:
    place = bisect_right([at for at, _ in points], score)
    if place == 0:
        return points[0][1]
    if place == len(points):
        return points[-1][1]
    (left, low), (right, high) = points[place - 1], points[place]
    return low + (high - low) * (score - left) / (right - left)


def _log_odds(score: float) -> float:
    kept = min(max(score, _EDGE), 1 - _EDGE)
    return log(kept / (1 - kept))


def _share_of(odds: float) -> float:
    if odds >= 0:
        return 1 / (1 + exp(-odds))
    grown = exp(max(odds, -700.0))
    return grown / (1 + grown)

"""What charts of points from left to right share: one place a point, and what is known of it."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from app.quality.twin import Twin
from widgets.chart import Chart, Place


class Point(Protocol):
    """One point."""

    @property
    def said(self) -> str:
        """What is known of it, in words."""


class Shown(Protocol):
    """What such a chart shows."""

    @property
    def points(self) -> Sequence[Point]:
        """The points from left to right."""

    @property
    def twin(self) -> Twin:
        """The same figures as a table."""


Points = TypeVar("Points", bound=Shown)


class PointsChart(Chart[Points]):
    """A chart whose places are its points, in one row."""

    def places(self) -> tuple[Place, ...]:
        """Every point."""
        return tuple((0, column) for column in range(len(self._data.points)))

    def words_at(self, place: Place) -> str:
        """What is known of a point."""
        return self._data.points[place[1]].said

    def twin(self) -> Twin:
        """The same figures as a table."""
        return self._data.twin

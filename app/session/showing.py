"""What fetches frames, as the session of the Desk needs it."""

import dataclasses
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.session.stills import Place
    from app.session.types import Frame
    from blur.facts import Loaded
    from blur.look import Look
    from blur.sheet import Moment, Sheet
    from blur.sound import Sound


class Shows(Protocol):
    """What fetches frames; `app.viewing.Viewing` is one."""

    def want(
        self,
        items: "tuple[str, ...]",
        batch: str,
        fit_px: tuple[int, int],
        gone: "Callable[[], object] | None" = None,
    ) -> None:
        """Have these items ready; `gone` is called once the first is read for its decoder."""

    def foresee(self, look: "Look") -> None:
        """Say how items will be revealed, if they are."""

    def ready(self, item: str, batch: str, fit_px: tuple[int, int]) -> "Loaded | None":
        """Return the veiled item of that batch if it is there, for a canvas of that size."""

    def veiled(self, item: str) -> "Loaded":
        """Wait for the veiled item."""

    def view(self, item: str, look: "Look") -> "Frame":
        """Return one frame as `look` asks."""

    def view_at(self, item: str, time_ms: int, look: "Look", *, after: bool = False) -> "Moment":
        """Return what a video shows at a time, or next after it."""

    def sheet(self, item: str, timeout_s: float) -> "Sheet":
        """Return the stills of a video as far as they are chosen."""

    def sound(self, item: str, from_ms: int) -> "Sound":
        """Return what is heard of a video from a time on."""

    def calm(self) -> None:
        """Drop every pixel."""


def frame_at(shows: Shows, item: str, place: "Place", look: "Look") -> "tuple[Frame, int | None]":
    """Return what an item shows at a place, and of a video's moment when that begins, in ms."""
    if place.time_ms is None:
        return shows.view(item, dataclasses.replace(look, frame=place.frame)), None
    moment = shows.view_at(item, place.time_ms, look, after=place.is_next)
    return moment.frame, moment.time_ms

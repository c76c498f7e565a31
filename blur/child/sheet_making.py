"""Makes a video's contact sheet piece by piece, so that a request never waits for long."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from blur.child.film import Film
from blur.child.pixels import Decoded, Pixels
from blur.child.scenes import THUMB_SIDE, chosen
from blur.child.video_file import Timeline
from blur.limits import Limits
from blur.sheet import Sheet

_FRAMES_A_STEP = 10


class SheetMaker:
    """Looks at the frames of a plan and chooses the stills. ``small`` is the size of a look."""

    def __init__(
        self,
        data: bytes | memoryview,
        limits: Limits,
        small: tuple[int, int],
        timeline: Timeline | None = None,
    ) -> None:
        self.sheet = Sheet()
        self.times: tuple[int, ...] = ()  # of the stills, as the timeline counts
        self.stills: tuple[Pixels, ...] = ()  # in small, RGB, the right way up
        self._small = small
        film = Film(data, limits, timeline)
        self.timeline = film.timeline
        self._film: Film | None = film
        self._looks: dict[int, Pixels] = {}
        self._steps = self._looking(film)

    def step(self) -> bool:
        """Do the next piece of work; False once the sheet is complete."""
        if self.sheet.is_complete:
            return False
        if next(self._steps, None) is None:
            self._finish()
        return not self.sheet.is_complete

    def size_bytes(self) -> int:
        """Return what the looks or stills hold of memory."""
        return sum(look.nbytes for look in (*self._looks.values(), *self.stills))

    def close(self) -> None:
        """Let go of the file; what is finished stays."""
        if self._film is not None:
            self._film.close()
            self._film = None

    def _looking(self, film: Film) -> Iterator[bool]:
        """Take the looks of the plan; yields after each piece of work."""
        self._take(film.first_time, film.first(self._small))
        yield True
        rest = [time for time in film.plan.looks if time > film.first_time]
        yield from self._by_keys(film, rest) if film.plan.by_keys else self._walking(film, rest)

    def _by_keys(self, film: Film, looks: list[int]) -> Iterator[bool]:
        for time in looks:
            found = film.key_frame(time, self._small)
            if found is not None:
                self._take(*found)
            yield True

    def _walking(self, film: Film, looks: list[int]) -> Iterator[bool]:
        keys = list(film.timeline.keys)
        for start, end in zip(keys, [*keys[1:], film.timeline.end], strict=True):
            due = [time for time in looks if start <= time < end]
            for number, (time, frame) in enumerate(film.forward(start) if due else ()):
                if time >= due[0]:
                    self._take(time, film.decoded(frame, self._small))
                    due = [later for later in due if later > time]
                if not due:
                    break
                if number % _FRAMES_A_STEP == 0:
                    yield True
            yield True

    def _take(self, time: int, look: Decoded) -> None:
        self._looks[time] = look.shown()

    def _finish(self) -> None:
        film = self._film
        if film is None:
            return
        times = sorted(self._looks)
        picked = chosen([_thumb(self._looks[time]) for time in times], times, film.plan.count)
        self.times = tuple(times[place] for place in picked)
        self.stills = tuple(self._looks[time] for time in self.times)
        is_whole = film.plan.is_whole and not film.ends_early
        self.sheet = Sheet(_in_ms(film, self.times), True, is_whole)
        self._looks.clear()
        self.close()


def _in_ms(film: Film, times: tuple[int, ...]) -> tuple[int, ...]:
    """Return times in milliseconds, each later than the last even above 1000 frames a second."""
    rising: list[int] = []
    for time in times:
        time_ms = max(0, film.timeline.in_ms(time))
        rising.append(max(time_ms, rising[-1] + 1) if rising else time_ms)
    return tuple(rising)


def _thumb(look: Pixels) -> NDArray[np.float32]:
    small = cv2.resize(look, (THUMB_SIDE, THUMB_SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32)

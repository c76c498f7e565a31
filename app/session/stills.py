"""The stills of the item on the Desk: which there are, which one is looked at, which were seen.

A video is looked at by the stills of its contact sheet, a moving picture by some of its frames,
spread evenly, a document page by page. Between two stills one can go on frame by frame. Nothing
here holds a pixel.
"""

import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.session.types import StillsState, Worst
from blur.sheet import STILLS_LIMIT
from grading.late_methods import dataclass

if TYPE_CHECKING:
    from blur.facts import PictureFacts
    from blur.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Place:
    """One moment of an item: a frame by its number, or of a video what is shown at a time.

    `is_next` is the frame after that time, whose own time is not known before it was decoded.
    """

    frame: int = 0
    time_ms: int | None = None
    is_next: bool = False


FIRST = Place()


class Stills:
    """Where one is in an item of several frames. Frames and stills count from 0."""

    def __init__(self) -> None:
        self.state = StillsState()
        self.place = Place()
        self.pace_ms = 0  # of a moving picture: how long each frame lasts; 0 where none does
        self._seen: set[int] = set()
        self._revealed: set[Place] = set()  # the same, and moments between stills, of this time
        self._lost: dict[Place, str] = {}  # what cannot be shown, and why

    @property
    def seen(self) -> frozenset[int]:
        """What was revealed: stills of a video, else frames."""
        return frozenset(self._seen)

    @property
    def here(self) -> Worst:
        """What is on the screen now, as a verdict names it: from 1, of a video with its time."""
        state = self.state
        return Worst((state.at if state.is_video else state.frame) + 1, state.time_ms)

    @property
    def is_seen(self) -> bool:
        """Whether what one stands at was revealed."""
        state = self.state
        if not state.is_video:
            return state.frame in self._seen
        return self.place in self._revealed or (self._is_on(state.at) and state.at in self._seen)

    @property
    def can_play(self) -> bool:
        """Whether the item moves."""
        return self.state.plays

    def begin(self, facts: "PictureFacts | None", seen: Iterable[int] = ()) -> None:
        """Stand at the first frame of an item; None: there is none."""
        self._seen, self._revealed, self._lost = set(seen), set(), {}
        self.place, self.pace_ms = Place(), 0
        if facts is None:
            self.state = StillsState()
            return
        is_video, count = facts.is_video, facts.frames
        frames = _spread(count, pages=facts.duration_ms is None)
        if not is_video and count > 1 and facts.duration_ms:
            self.pace_ms = max(facts.duration_ms // count, 1)
        self.state = StillsState(
            of=count if is_video else len(frames),
            frames=frames,
            time_ms=0 if is_video else None,
            is_video=is_video,
            is_ready=not is_video,
            seen_of=count,
            plays=is_video or self.pace_ms > 0,
        )
        self._count()

    def take_sheet(self, sheet: "Sheet") -> None:
        """Take a video's contact sheet once its stills are chosen."""
        if not self.state.is_video or not sheet.is_complete:
            return
        times_ms = sheet.times_ms or (0,)
        self.state = dataclasses.replace(
            self.state,
            of=len(times_ms),
            frames=tuple(range(len(times_ms))),
            times_ms=times_ms,
            is_ready=True,
            is_whole=sheet.is_whole,
            seen_of=len(times_ms),
        )
        self._count()

    def go(self, number: int) -> bool:
        """Stand at a still; False if there is no such, or one stands there already."""
        state = self.state
        if not state.is_ready or not 0 <= number < state.of or self._is_on(number):
            return False
        frame = state.frames[number]
        self.place = Place(frame)
        time_ms = state.times_ms[number] if state.is_video else None
        self._stand(at=number, frame=frame, time_ms=time_ms)
        return True

    def step(self, by: int) -> bool:
        """Go some stills on or back; from between two stills to the nearest one in that way."""
        at = self.state.at
        if by < 0 and not self._is_on(at):
            by += 1
        return self.go(at + by)

    def fine(self, by: int) -> bool:
        """Go one frame on or back (`by` is 1 or -1); False at the end or while one is awaited."""
        state = self.state
        if self.place.is_next or not state.is_ready:
            return False
        if not state.is_video:
            frame = state.frame + by
            if not 0 <= frame < state.seen_of:
                return False
            self._stand_at_frame(frame)
            return True
        now_ms = state.time_ms or 0
        if by < 0 and now_ms == 0:
            return False
        self.place = Place(time_ms=now_ms, is_next=True) if by > 0 else Place(time_ms=now_ms - 1)
        self._stand()
        return True

    def arrived(self, place: Place, time_ms: int | None) -> bool:
        """Take which moment `place` turned out to be; False if one stands elsewhere by now."""
        if place is not self.place and place != self.place:  # hardly ever compared part by part
            return False
        if place.time_ms is not None and time_ms is not None:
            self.place = Place(time_ms=time_ms)
            self._stand_at_time(time_ms)
        return True

    def saw(self) -> None:
        """Note that what stands here was revealed."""
        state = self.state
        self._revealed.add(self.place)
        if not state.is_video:
            self._seen.add(state.frame)
        elif self._is_on(state.at):
            self._seen.add(state.at)
        self._count()

    def lose(self, place: Place, why: str) -> None:
        """Note that a place cannot be shown, and why; one stands at it, or still before it."""
        if place.is_next:  # which moment that would have been is not known
            self.place = Place(time_ms=self.state.time_ms)
            self.state = dataclasses.replace(self.state, why_not=why)
            return
        self._lost[place] = why
        if place.time_ms is None and not self.state.is_video:
            self._stand_at_frame(place.frame)
        else:
            self._stand()

    def play_past(self, place: Place, time_ms: int | None) -> None:
        """Note that play showed a moment: of a video every still up to it since the last one."""
        before_ms = self.state.time_ms
        self.place = place
        if time_ms is None:
            self._stand_at_frame(place.frame)
        else:
            self.place = Place(time_ms=time_ms)
            self._stand_at_time(time_ms)
            passed = (-1 if before_ms is None else before_ms, time_ms)
            times = enumerate(self.state.times_ms)
            self._seen.update(n for n, still in times if passed[0] < still <= passed[1])
        self.saw()

    def _is_on(self, number: int) -> bool:
        """Whether what is on the screen is just that still."""
        state = self.state
        if state.at != number:
            return False
        if not state.is_video:
            return state.frame == state.frames[number]
        return state.time_ms == (state.times_ms[number] if state.times_ms else 0)

    def _stand_at_frame(self, frame: int) -> None:
        at = max(n for n, still in enumerate(self.state.frames) if still <= frame)
        self.place = Place(frame)
        self._stand(frame=frame, at=at)

    def _stand_at_time(self, time_ms: int) -> None:
        at = max((n for n, still in enumerate(self.state.times_ms) if still <= time_ms), default=0)
        self._stand(time_ms=time_ms, at=at)

    def _stand(self, **where: int | None) -> None:
        """Stand elsewhere, as `StillsState` names it; `place` is set by then."""
        why = self._lost.get(self.place, "")
        self.state = dataclasses.replace(self.state, **where, why_not=why)  # type: ignore[arg-type]

    def _count(self) -> None:
        seen = {number for number in self._seen if number < self.state.seen_of}
        frames = enumerate(self.state.frames)
        stills = seen if self.state.is_video else {n for n, frame in frames if frame in seen}
        self.state = dataclasses.replace(self.state, seen=len(seen), seen_stills=frozenset(stills))


def _spread(count: int, *, pages: bool) -> tuple[int, ...]:
    """Return the frames that are stills: every page, or at most 24 evenly, first and last in."""
    if pages or count <= STILLS_LIMIT:
        return tuple(range(max(count, 1)))
    return tuple(round(n * (count - 1) / (STILLS_LIMIT - 1)) for n in range(STILLS_LIMIT))

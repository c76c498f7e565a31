"""One loaded picture or video, and the one of all that is looked at closely."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from blur.child.film import Film
from blur.child.opening import Opened, opened
from blur.child.pixels import Decoded, Pixels, decoded, fitted
from blur.child.refusal import RefusedError
from blur.child.rendering import working_size
from blur.child.sheet_making import SheetMaker
from blur.child.video_file import Timeline
from blur.digests import HEAD_BYTES, media_type
from blur.facts import PictureFacts
from blur.limits import Limits
from blur.protocol import Request
from blur.reasons import Reason
from blur.sheet import FIRST_ONLY, Sheet
from blur.veil import RESTING_LEVEL


def is_film(data: bytes | memoryview) -> bool:
    """Whether a file is a video, by its content."""
    return (media_type(bytes(data[:HEAD_BYTES])) or "").startswith("video/")


@dataclass(frozen=True, slots=True)
class First:
    """What an item is, and its first frame; of a video that was walked also its timeline."""

    facts: PictureFacts
    frame: Decoded
    timeline: Timeline | None = None


def first_of(
    data: bytes | memoryview,
    limits: Limits,
    room: tuple[int, int],
    heed: Callable[[], None] | None = None,
) -> First:
    """Return what a picture or video is, and its first frame, large enough to fill ``room``.

    ``heed`` is called again and again meanwhile; what it raises ends the work.

    Raises:
        RefusedError: it is not read here, or over a limit.
        Exception: whatever a library meets in a damaged file.
    """
    if isinstance(data, memoryview) or is_film(data):
        with closing(Film(data, limits, heed=heed)) as film:
            return First(film.facts, film.first(room), film.timeline)
    header = opened(data, limits, heed)
    size = fitted((header.facts.width_px, header.facts.height_px), room)
    return First(header.facts, decoded(header, size))


def first_in_haste(data: bytes | memoryview, limits: Limits, room: tuple[int, int]) -> First:
    """Return as little as the veil at rest can be made of; errors as of :func:`first_of`.

    A JPEG is decoded at the least of its built-in scales that serves. A video is not walked: how
    long it is, is what it claims.
    """
    if isinstance(data, memoryview) or is_film(data):
        with closing(Film(data, limits, in_haste=True)) as film:
            facts = film.facts
            size = working_size((facts.width_px, facts.height_px), RESTING_LEVEL, room)
            return First(facts, film.first(size))
    header = opened(data, limits)
    size = (header.facts.width_px, header.facts.height_px)
    small = working_size(size, RESTING_LEVEL, room)  # and grey, as the veil at rest is
    return First(header.facts, decoded(header, small, in_grey=True))


class Kept:
    """One loaded item: the file's bytes, and its first frame as clear pixels for the screen."""

    def __init__(
        self, data: bytes | memoryview, first: First, room: tuple[int, int], *, is_little: bool
    ) -> None:
        self.data = data
        self.facts = first.facts
        self.room = room
        self.timeline = first.timeline
        self.clear: Pixels | None = None
        self.foreseen: tuple[object, Pixels] | None = None  # a look, and what it shows
        self.waiting = None if is_little else first.frame
        self.is_little = is_little  # decoded for its veil alone as yet
        self.maker: SheetMaker | None = None
        self.sheet = Sheet(is_complete=not first.facts.is_video)

    @property
    def is_film(self) -> bool:
        """Whether it is a video."""
        return self.facts.is_video

    @property
    def times(self) -> tuple[int, ...]:
        """Of each still of a video, when it is shown, in the video's own units."""
        return self.maker.times if self.maker is not None else ()

    def enlarge(self, limits: Limits) -> None:
        """Decode the first frame for the screen, where it was decoded for its veil alone."""
        if self.is_little:
            self.is_little = False
            first = first_of(self.data, limits, self.room)
            self.waiting, self.timeline = first.frame, first.timeline

    def small(self, frame: int) -> Pixels | None:
        """Return a still of a video in little (RGB), if it is known and small enough."""
        stills = self.maker.stills if self.maker is not None else ()
        return stills[frame] if frame < len(stills) else None

    def step(self, limits: Limits, small: tuple[int, int]) -> bool:
        """Do the next piece of work for a video's contact sheet; False once nothing is left."""
        if self.sheet.is_complete:
            return False
        try:
            if self.maker is None:
                self.maker = SheetMaker(self.data, limits, small, self.timeline)
            if self.maker.step():
                return True
            self.sheet = self.maker.sheet
        except Exception:  # a damaged file raises anything; what is left of it is the first frame
            self.close()
            self.sheet = FIRST_ONLY
        return False

    def close(self) -> None:
        """Let go of the file, if it is being looked through."""
        if self.maker is not None:
            self.maker.close()
            self.maker = None

    def size_bytes(self) -> int:
        """Return what it holds of memory."""
        held = len(self.data)
        if self.clear is not None:
            held += self.clear.nbytes
        if self.waiting is not None:
            held += self.waiting.plain.nbytes
        if self.foreseen is not None:
            held += self.foreseen[1].nbytes
        if self.maker is not None:
            held += self.maker.size_bytes()
        return held


class CloseUp:
    """The one item looked at closely: a frame at full size, and its reader where it stands."""

    def __init__(self, token: bytes, kept: Kept, limits: Limits) -> None:
        self.token = token
        self.time_ms: int | None = None  # of a video: when the frame begins to be shown
        self._kept = kept
        self._picture: Opened | None = None
        self._film: Film | None = None
        if kept.is_film:
            self._film = Film(kept.data, limits, kept.timeline)
        elif not isinstance(kept.data, memoryview):
            self._picture = opened(kept.data, limits)
        self._stands_at = 0
        self._full: Decoded | None = None
        self._full_place = -1  # a picture's frame, or a video's time

    def frame(self, request: Request) -> Decoded:
        """Return the frame that a request is about at full size, decoded once."""
        place = request.frame if self._film is None else self._time(self._film, request)
        if self._full is None or self._full_place != place:
            self._full = None
            self._full = self._decoded(place)
            self._full_place = place
        return self._full

    def close(self) -> None:
        """Let go of the file and the frame."""
        self._full = None
        if self._film is not None:
            self._film.close()

    def _decoded(self, place: int) -> Decoded:
        if self._film is not None:
            return self._film.at(place)
        if self._picture is None:
            raise RefusedError(Reason.NO_SUCH_FRAME)
        full = decoded(self._picture, None, place, at=self._stands_at)
        self._stands_at = place
        return full

    def _time(self, film: Film, request: Request) -> int:
        """Return which moment of a video a request is about, and note it in milliseconds."""
        if request.time_ms is not None:
            line = film.timeline
            wanted = request.time_ms
            time = line.after(wanted) if request.is_next else line.shown_at(wanted)
            time = max(time, film.first_time)
        elif request.frame:
            if request.frame >= len(self._kept.times):
                raise RefusedError(Reason.NO_SUCH_FRAME)
            time = self._kept.times[request.frame]
        else:
            time = film.first_time
        self.time_ms = film.timeline.in_ms(time)
        return time

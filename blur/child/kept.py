"""One loaded picture or video, and the one of all that is looked at closely."""

from blur.child.film import Film
from blur.child.opening import Opened, opened
from blur.child.pixels import Decoded, Pixels, decoded, fitted
from blur.child.refusal import RefusedError
from blur.child.sheet_making import SheetMaker
from blur.digests import HEAD_BYTES, media_type
from blur.facts import PictureFacts
from blur.limits import Limits
from blur.protocol import Request
from blur.reasons import Reason
from blur.sheet import FIRST_ONLY, Sheet


def is_film(data: bytes) -> bool:
    """Whether a file is a video, by its content."""
    return (media_type(data[:HEAD_BYTES]) or "").startswith("video/")


def facts_and_first(
    data: bytes, limits: Limits, room: tuple[int, int]
) -> tuple[PictureFacts, Decoded]:
    """Return what a picture or video is, and its first frame, large enough to fill ``room``.

    Raises:
        RefusedError: it is not read here, or over a limit.
        Exception: whatever a library meets in a damaged file.
    """
    if not is_film(data):
        header = opened(data, limits)
        size = fitted((header.facts.width_px, header.facts.height_px), room)
        return header.facts, decoded(header, size)
    film = Film(data, limits)
    try:
        return film.facts, film.first(room)
    finally:
        film.close()


class Kept:
    """One loaded item: the file's bytes, and its first frame as clear pixels for the screen."""

    def __init__(self, data: bytes, facts: PictureFacts, room: tuple[int, int]) -> None:
        self.data = data
        self.facts = facts
        self.room = room
        self.clear: Pixels | None = None
        self.waiting: Decoded | None = None
        self.is_little = False  # decoded for its veil alone as yet
        self.maker: SheetMaker | None = None
        self.sheet = Sheet(is_complete=not facts.is_video)

    @property
    def is_film(self) -> bool:
        """Whether it is a video."""
        return self.facts.is_video

    @property
    def times(self) -> tuple[int, ...]:
        """Of each still of a video, when it is shown, in the video's own units."""
        return self.maker.times if self.maker is not None else ()

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
                self.maker = SheetMaker(self.data, limits, small)
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
            line = None if kept.maker is None else kept.maker.timeline
            self._film = Film(kept.data, limits, line)
        else:
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

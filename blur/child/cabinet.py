"""What the decoder process keeps: the items loaded ahead, and the one looked at closely."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from blur.child.kept import CloseUp, Kept, first_in_haste, first_of, is_film
from blur.child.opening import opened
from blur.child.pixels import Decoded, Pixels, decoded, fitted
from blur.child.refusal import RefusedError
from blur.child.rendering import as_bgrx, greyed, under_veil, veiled, working_size
from blur.child.track import Track
from blur.digests import HEAD_BYTES, media_type
from blur.facts import PictureFacts
from blur.limits import Limits
from blur.protocol import Request
from blur.reasons import Reason
from blur.sheet import Sheet
from blur.sound import Sound, longest_ms
from blur.veil import CLEAR_LEVEL, RESTING_LEVEL

# So long a request for a sheet works on it before it answers how far it is: a reveal that comes
# meanwhile waits no longer.
_SHEET_SLICE_S = 0.03


@dataclass(frozen=True, slots=True)
class Seen:
    """Pixels as a look wants them; of a video also when the frame begins to be shown."""

    pixels: Pixels
    time_ms: int | None = None


class Cabinet:
    """The loaded pictures by token, the last used kept longest, bounded in count and bytes."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._kept: dict[bytes, Kept] = {}
        self._close_up: CloseUp | None = None
        self._track: tuple[bytes, Track] | None = None  # the one video that is heard

    def load(
        self,
        token: bytes,
        data: bytes | memoryview,
        room: tuple[int, int],
        *,
        veil_first: bool = False,
        heed: Callable[[], None] | None = None,
    ) -> tuple[PictureFacts, Pixels]:
        """Decode an item; return its facts and its frame at rest: level 1, grey.

        With ``veil_first`` as little of a JPEG or a video is decoded as the veil can be made of,
        and more for the screen by :meth:`finish`. Anything else, and an item that nobody waits
        for, is decoded once; ``heed`` is called meanwhile, and what it raises ends it.
        """
        self.drop(token)
        room = _room_in_bytes(room, self._limits)
        is_little = veil_first and _can_be_hasty(data)
        if is_little:
            first = first_in_haste(data, self._limits, room)
        else:
            first = first_of(data, self._limits, room, heed)
        facts = first.facts
        self._kept[token] = Kept(data, first, room, is_little=is_little)
        self._make_room()
        # Over the plain pixels, not over the fitted ones: those are made after the answer.
        rest = working_size((facts.width_px, facts.height_px), RESTING_LEVEL, room)
        small = first.frame.greyed().scaled(rest).shown()
        return facts, veiled(greyed(as_bgrx(small)), RESTING_LEVEL)

    def finish(self, token: bytes) -> None:
        """Make a loaded picture's clear pixels for the screen, if they are not made yet."""
        kept = self._kept.get(token)
        if kept is not None:
            kept.enlarge(self._limits)
        if kept is None or kept.waiting is None:
            return
        kept.clear = _for_screen(kept.waiting, kept.facts, kept.room)
        kept.waiting = None
        self._make_room()

    def foresee(self, request: Request) -> None:
        """Make a finished item's pixels as a request wants them, to be at hand when it is viewed.

        A veil lighter than the one at rest takes 5 to 30 ms by the size of the screen. One that is
        no lighter is for nobody to wait for, and clear pixels are at hand anyway.
        """
        kept = self._kept.get(request.token)
        if kept is None or not RESTING_LEVEL < request.level < CLEAR_LEVEL:
            return
        room = _room_in_bytes(request.fit_px, self._limits)
        seen = _looked_at(self._whole(request, kept, room), request, room)
        kept.foreseen = _look_of(request, kept.facts, room), seen
        self._make_room()

    def view(self, request: Request) -> Seen | None:
        """Return pixels as a request wants them; ``None`` if the item is not held."""
        kept = self._kept.pop(request.token, None)
        if kept is None:
            return None
        self._kept[request.token] = kept  # the last used is dropped last
        if request.time_ms is not None and not kept.is_film:
            raise RefusedError(Reason.NO_SUCH_FRAME)
        self.finish(request.token)
        while request.frame and self._stepped(kept):
            pass  # which frame is meant is not known before
        room = _room_in_bytes(request.fit_px, self._limits)
        if kept.foreseen is not None and kept.foreseen[0] == _look_of(request, kept.facts, room):
            pixels = kept.foreseen[1]
        elif request.crop is None and not request.one_to_one:
            pixels = _looked_at(self._whole(request, kept, room), request, room)
        else:
            pixels = self._part(request, kept, room)
        return Seen(pixels, self._time_ms(request, kept))

    def sheet(self, token: bytes) -> Sheet | None:
        """Return how far a video's contact sheet is, after some more work on it.

        A picture's is complete and empty of times; ``None`` if the item is not held.
        """
        kept = self._kept.get(token)
        if kept is None:
            return None
        until_s = time.monotonic() + _SHEET_SLICE_S
        while self._stepped(kept) and time.monotonic() < until_s:
            pass
        return kept.sheet

    def sound(self, token: bytes, from_ms: int) -> Sound | None:
        """Return what is heard of a video from a time on; ``None`` if the item is not held.

        Raises:
            RefusedError: it has no sound that can be decoded.
        """
        kept = self._kept.get(token)
        if kept is None:
            return None
        if not kept.is_film:
            raise RefusedError(Reason.NO_SOUND)
        if self._track is None or self._track[0] != token:
            self._close_track()
            self._track = token, Track(kept.data, self._limits)
        return self._track[1].heard(from_ms, longest_ms(self._limits))

    def _close_track(self) -> None:
        if self._track is not None:
            self._track[1].close()
            self._track = None

    def drop(self, token: bytes) -> None:
        """Forget an item."""
        if self._track is not None and self._track[0] == token:
            self._close_track()
        kept = self._kept.pop(token, None)
        if kept is not None:
            kept.close()
        if self._close_up is not None and self._close_up.token == token:
            self._look_away()

    def _stepped(self, kept: Kept) -> bool:
        size = (kept.facts.width_px, kept.facts.height_px)
        more = kept.step(self._limits, working_size(size, RESTING_LEVEL, kept.room))
        if not more:
            self._make_room()
        return more

    def _time_ms(self, request: Request, kept: Kept) -> int | None:
        if not kept.is_film:
            return None
        if request.time_ms is not None and self._close_up is not None:
            return self._close_up.time_ms
        return kept.sheet.times_ms[request.frame] if request.frame else 0

    def _whole(self, request: Request, kept: Kept, room: tuple[int, int]) -> Pixels:
        """Return a whole clear frame for the screen."""
        size = (kept.facts.width_px, kept.facts.height_px)
        wanted = fitted(size, room)
        if request.frame or request.time_ms is not None:
            small = kept.small(request.frame) if request.time_ms is None else None
            if small is not None and request.level <= RESTING_LEVEL:
                return as_bgrx(small)
            close = self._closely(request, kept)
            return as_bgrx(close.scaled(wanted).shown())
        if kept.clear is None or kept.clear.shape[1] < wanted[0]:
            kept.clear = _for_screen(self._first(request, kept, wanted), kept.facts, room)
            kept.room = room
            self._make_room()
        high, wide = kept.clear.shape[:2]
        if (wide, high) == wanted or request.level < CLEAR_LEVEL:
            return kept.clear
        shrunk = cv2.resize(kept.clear, wanted, interpolation=cv2.INTER_AREA)
        return np.asarray(shrunk, dtype=np.uint8)

    def _part(self, request: Request, kept: Kept, room: tuple[int, int]) -> Pixels:
        """Return a part of a frame, or pixels one to one, under the look's veil."""
        size = (kept.facts.width_px, kept.facts.height_px)
        left, top, wide, high = _box(request, size, room)
        target = (min(wide, room[0]), min(high, room[1]))
        if not request.one_to_one:
            target = fitted((wide, high), room)
        if request.level >= CLEAR_LEVEL:
            close = self._closely(request, kept).shown_part((left, top, wide, high))
            return _looked_at(as_bgrx(_sized(close, target)), request, room)
        # The veil is of the whole picture: a part of it shows no finer detail than the whole.
        whole = _looked_at(self._whole(request, kept, kept.room), request, kept.room)
        return _sized(_cut(whole, (left, top, wide, high), size), target)

    def _first(self, request: Request, kept: Kept, wanted: tuple[int, int]) -> Decoded:
        """Return the first frame again, at another size than before."""
        if isinstance(kept.data, memoryview) or kept.is_film:
            return self._closely(request, kept)
        return decoded(opened(kept.data, self._limits), wanted)

    def _closely(self, request: Request, kept: Kept) -> Decoded:
        """Return the frame that a request is about, with all the pixels that the file has."""
        if self._close_up is None or self._close_up.token != request.token:
            self._look_away()
            self._close_up = CloseUp(request.token, kept, self._limits)
        try:
            return self._close_up.frame(request)
        except Exception:
            self._look_away()  # a reader that met damage gives an empty frame when asked again
            raise

    def _look_away(self) -> None:
        if self._close_up is not None:
            self._close_up.close()
        self._close_up = None

    def _make_room(self) -> None:
        while len(self._kept) > 1 and (
            len(self._kept) > self._limits.kept_items
            or sum(kept.size_bytes() for kept in self._kept.values()) > self._limits.kept_bytes
        ):
            self.drop(next(iter(self._kept)))


def _can_be_hasty(data: bytes | memoryview) -> bool:
    return is_film(data) or media_type(bytes(data[:HEAD_BYTES])) == "image/jpeg"


def _for_screen(source: Decoded, facts: PictureFacts, room: tuple[int, int]) -> Pixels:
    size = fitted((facts.width_px, facts.height_px), room)
    return np.ascontiguousarray(as_bgrx(source.scaled(size).shown()))


def _looked_at(clear: Pixels, request: Request, room: tuple[int, int]) -> Pixels:
    return under_veil(clear, request.level, room, edges=request.edges, grey=request.grey)


def _look_of(request: Request, facts: PictureFacts, room: tuple[int, int]) -> object:
    """Return all of a request that says what its pixels are; spare room says nothing."""
    shown = fitted((facts.width_px, facts.height_px), room)
    is_veiled = RESTING_LEVEL < request.level < CLEAR_LEVEL
    size = working_size(shown, request.level, room) if is_veiled else None
    where = request.frame, request.time_ms, request.crop, request.one_to_one, shown, size
    return where, request.level, request.grey, request.edges


def _room_in_bytes(room: tuple[int, int], limits: Limits) -> tuple[int, int]:
    """Return the room on the screen, shrunk so that a frame of it keeps the limit in bytes."""
    wide, high = max(1, min(room[0], limits.side_px)), max(1, min(room[1], limits.side_px))
    share = min(1.0, (limits.frame_bytes / 4 / (wide * high)) ** 0.5)
    return max(1, int(wide * share)), max(1, int(high * share))


def _box(
    request: Request, size: tuple[int, int], room: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return left, top, width and height in picture pixels of the part that is asked for."""
    crop = request.crop or (0.0, 0.0, 1.0, 1.0)
    if not all(0.0 <= share <= 1.0 for share in crop):
        raise RefusedError(Reason.NO_SIZE)
    spans = []
    for axis in (0, 1):
        whole = size[axis]
        start, length = crop[axis] * whole, crop[axis + 2] * whole
        if request.one_to_one and length > room[axis]:
            start, length = start + (length - room[axis]) / 2, room[axis]
        first = min(int(start), whole - 1)
        spans.append((first, max(1, min(round(length), whole - first))))
    return spans[0][0], spans[1][0], spans[0][1], spans[1][1]


def _cut(shown: Pixels, box: tuple[int, int, int, int], size: tuple[int, int]) -> Pixels:
    """Return the part of a scaled picture that ``box`` (in pixels of ``size``) stands for."""
    high, wide = shown.shape[:2]
    left, top = box[0] * wide // size[0], box[1] * high // size[1]
    right = -(-(box[0] + box[2]) * wide // size[0])
    bottom = -(-(box[1] + box[3]) * high // size[1])
    return shown[top : max(bottom, top + 1), left : max(right, left + 1)]


def _sized(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    high, wide = pixels.shape[:2]
    if (wide, high) == size:
        return pixels
    how = cv2.INTER_AREA if size[0] <= wide and size[1] <= high else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(pixels), size, interpolation=how), np.uint8)

"""What the decoder process keeps: the pictures loaded ahead, and the one looked at closely."""

import cv2
import numpy as np

from blur.child.opening import Opened, opened
from blur.child.pixels import Decoded, Pixels, decoded, fitted
from blur.child.refusal import RefusedError
from blur.child.rendering import as_bgrx, greyed, under_veil, veiled, working_size
from blur.facts import PictureFacts
from blur.limits import Limits
from blur.protocol import Request
from blur.reasons import Reason
from blur.veil import CLEAR_LEVEL, RESTING_LEVEL


class Kept:
    """One loaded picture: the file's bytes, and its first frame as clear pixels for the screen."""

    def __init__(self, data: bytes, facts: PictureFacts, room: tuple[int, int]) -> None:
        self.data = data
        self.facts = facts
        self.room = room
        self.clear: Pixels | None = None
        self.waiting: Decoded | None = None

    def size_bytes(self) -> int:
        """Return what it holds of memory."""
        held = len(self.data)
        if self.clear is not None:
            held += self.clear.nbytes
        if self.waiting is not None:
            held += self.waiting.plain.nbytes
        return held

    def is_at_full_size(self) -> bool:
        """Whether the pixels for the screen are all there are."""
        return self.clear is not None and self.clear.shape[1::-1] == (
            self.facts.width_px,
            self.facts.height_px,
        )


class CloseUp:
    """The one picture looked at closely: a frame at full size, and its reader where it stands."""

    def __init__(self, token: bytes, reader: Opened) -> None:
        self.token = token
        self.reader = reader
        self.stands_at = 0
        self.full: Decoded | None = None
        self.full_frame = -1

    def frame(self, number: int) -> Decoded:
        """Return a frame at full size, decoded once."""
        if self.full is None or self.full_frame != number:
            self.full = None
            self.full = decoded(self.reader, None, number, at=self.stands_at)
            self.stands_at = self.full_frame = number
        return self.full


class Cabinet:
    """The loaded pictures by token, the last used kept longest, bounded in count and bytes."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._kept: dict[bytes, Kept] = {}
        self._close_up: CloseUp | None = None

    def load(self, token: bytes, data: bytes, room: tuple[int, int]) -> tuple[PictureFacts, Pixels]:
        """Decode a picture once; return its facts and its frame at rest: level 1, grey."""
        self.drop(token)
        header = opened(data, self._limits)
        room = _room_in_bytes(room, self._limits)
        size = (header.facts.width_px, header.facts.height_px)
        kept = Kept(data, header.facts, room)
        kept.waiting = decoded(header, fitted(size, room))
        self._kept[token] = kept
        self._make_room()
        # Over the plain pixels, not over the fitted ones: those are made after the answer.
        rest = working_size(size, RESTING_LEVEL, room)
        small = kept.waiting.greyed().scaled(rest).shown()
        return header.facts, veiled(greyed(as_bgrx(small)), RESTING_LEVEL)

    def finish(self, token: bytes) -> None:
        """Make a loaded picture's clear pixels for the screen, if they are not made yet."""
        kept = self._kept.get(token)
        if kept is None or kept.waiting is None:
            return
        kept.clear = _for_screen(kept.waiting, kept.facts, kept.room)
        kept.waiting = None
        self._make_room()

    def view(self, request: Request) -> Pixels | None:
        """Return pixels as a request wants them; ``None`` if the picture is not held."""
        kept = self._kept.pop(request.token, None)
        if kept is None:
            return None
        self._kept[request.token] = kept  # the last used is dropped last
        self.finish(request.token)
        room = _room_in_bytes(request.fit_px, self._limits)
        if request.crop is None and not request.one_to_one:
            return _looked_at(self._whole(request, kept, room), request, room)
        return self._part(request, kept, room)

    def drop(self, token: bytes) -> None:
        """Forget a picture."""
        self._kept.pop(token, None)
        if self._close_up is not None and self._close_up.token == token:
            self._close_up = None

    def _whole(self, request: Request, kept: Kept, room: tuple[int, int]) -> Pixels:
        """Return a whole clear frame for the screen."""
        size = (kept.facts.width_px, kept.facts.height_px)
        wanted = fitted(size, room)
        if request.frame:
            close = self._closely(request.token, kept).frame(request.frame)
            return as_bgrx(close.scaled(wanted).shown())
        if kept.clear is None or kept.clear.shape[1] < wanted[0]:
            header = opened(kept.data, self._limits)
            kept.clear = _for_screen(decoded(header, wanted), kept.facts, room)
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
            close = (
                self._closely(request.token, kept)
                .frame(request.frame)
                .shown_part((left, top, wide, high))
            )
            return _looked_at(as_bgrx(_sized(close, target)), request, room)
        # The veil is of the whole picture: a part of it shows no finer detail than the whole.
        whole = _looked_at(self._whole(request, kept, kept.room), request, kept.room)
        return _sized(_cut(whole, (left, top, wide, high), size), target)

    def _clear_part(self, request: Request, kept: Kept, box: tuple[int, int, int, int]) -> Pixels:
        """Return a part of a frame with all the pixels that the file has."""
        clear = kept.clear
        if clear is not None and not request.frame and kept.is_at_full_size():
            left, top, wide, high = box
            return np.ascontiguousarray(clear[top : top + high, left : left + wide])
        return as_bgrx(self._closely(request.token, kept).frame(request.frame).shown_part(box))

    def _closely(self, token: bytes, kept: Kept) -> CloseUp:
        if self._close_up is None or self._close_up.token != token:
            self._close_up = None
            self._close_up = CloseUp(token, opened(kept.data, self._limits))
        return self._close_up

    def _make_room(self) -> None:
        while len(self._kept) > 1 and (
            len(self._kept) > self._limits.kept_items
            or sum(kept.size_bytes() for kept in self._kept.values()) > self._limits.kept_bytes
        ):
            self.drop(next(iter(self._kept)))


def _for_screen(source: Decoded, facts: PictureFacts, room: tuple[int, int]) -> Pixels:
    size = fitted((facts.width_px, facts.height_px), room)
    return np.ascontiguousarray(as_bgrx(source.scaled(size).shown()))


def _looked_at(clear: Pixels, request: Request, room: tuple[int, int]) -> Pixels:
    return under_veil(clear, request.level, room, edges=request.edges, grey=request.grey)


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

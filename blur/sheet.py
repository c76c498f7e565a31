"""The contact sheet of a video: which moments its stills show. And one moment of it, on request."""

import struct
from dataclasses import dataclass

from blur.frame import Frame
from blur.protocol import LONGEST_MS, BrokenAnswerError

STILLS_LIMIT = 24

_HEAD = struct.Struct("<BB")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The stills of a video: still ``i`` is frame ``i`` of a look and shows ``times_ms[i]``.

    ``is_complete`` is False while the stills are still being chosen; ``times_ms`` is then empty,
    and a look at any but frame 0 waits for them. A picture has no times. ``is_whole`` is False
    if parts of the video lie too far from anything that can be decoded by itself, so that no
    still could be taken there.
    """

    times_ms: tuple[int, ...] = ()
    is_complete: bool = False
    is_whole: bool = True


NOT_BEGUN = Sheet()
# What there is of a video whose stills cannot be looked for: its first frame.
FIRST_ONLY = Sheet((0,), is_complete=True, is_whole=False)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a video shows at a time: the frame, and the time at which it begins to be shown."""

    frame: Frame
    time_ms: int


def packed_sheet(sheet: Sheet) -> bytes:
    """Return a sheet as bytes; the child's side."""
    flags = sheet.is_complete | sheet.is_whole << 1
    times = struct.pack(f"<{len(sheet.times_ms)}q", *sheet.times_ms)
    return _HEAD.pack(flags, len(sheet.times_ms)) + times


def opened_sheet(untrusted: bytes) -> Sheet:
    """Return what a child says of a sheet: as many times as it says, each later than the last.

    Raises:
        BrokenAnswerError: it is not a sheet.
    """
    if len(untrusted) < _HEAD.size:
        raise BrokenAnswerError("sheet cut short")
    flags, count = _HEAD.unpack_from(untrusted)
    if flags > 3 or count > STILLS_LIMIT or len(untrusted) != _HEAD.size + 8 * count:
        raise BrokenAnswerError("no such sheet")
    times_ms: tuple[int, ...] = struct.unpack_from(f"<{count}q", untrusted, _HEAD.size)
    if any(later <= before for before, later in zip((-1, *times_ms), times_ms, strict=False)):
        raise BrokenAnswerError("times that do not follow each other")
    if times_ms and times_ms[-1] > LONGEST_MS:
        raise BrokenAnswerError("no such time")
    is_complete = bool(flags & 1)
    if times_ms and not is_complete:
        raise BrokenAnswerError("stills before their sheet")
    return Sheet(times_ms, is_complete, bool(flags & 2))

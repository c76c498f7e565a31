"""What goes between the parent and the decoder process: two fixed headers, raw bytes after them.

The child believes the parent. The parent believes nothing: :func:`checked_answer` is the only
way from the child's bytes to values, and it holds every number against a limit before anything
is allocated by it. No pickle, no JSON, no text of the child's reaches the parent unchecked.
"""

import struct
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

from blur.frame import BGRX, GREY, stride_of
from blur.limits import Limits
from blur.reasons import LAST_ON_THE_WIRE, Reason

MAGIC = b"ASY1"
# op, flags, level, number, token, frame, fit width and height, crop, payload bytes, time
_REQUEST = struct.Struct("<4sBBBxI16sIII4dQq")
# kind, type, reason, channels, flags, number, width, height, frames, duration,
# frame width and height, pixel bytes, notes bytes, layers
_ANSWER = struct.Struct("<4sBBBBBxxxIIIIqIIQII")
REQUEST_BYTES = _REQUEST.size
ANSWER_BYTES = _ANSWER.size

TYPES = (
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/tiff",
    "image/bmp",
    "image/avif",
    "image/heic",
    "video/mp4",
    "video/quicktime",
    "video/x-matroska",
    "video/webm",
    "video/x-msvideo",
)
NOTES_LIMIT_BYTES = 64 * 1024
SOUND_HEAD_BYTES = 13
LONGEST_MS = 10 * 24 * 3600 * 1000
_TOKEN_BYTES = 16
_GREY, _EDGES, _ONE_TO_ONE, _CROP, _SHARED, _NEXT, _VEIL_FIRST, _LENT = (
    1 << bit for bit in range(8)
)


class Op(IntEnum):
    """What the parent asks for."""

    FACTS = 1
    LOAD = 2
    VIEW = 3
    DROP = 4
    STUDY = 5
    SHEET = 6
    SOUND = 7
    PROVENANCE = 8
    PRINTS = 9
    FIRST_TILE = 10
    TILE = 11
    MODEL = 12
    SCORE = 13
    PROMPTS = 14


# What decodes a file that comes with the request, and answers what it is.
DECODING = frozenset((Op.FACTS, Op.LOAD, Op.STUDY, Op.PRINTS, Op.FIRST_TILE, Op.TILE, Op.SCORE))
# What comes with a file.
SENDING = DECODING | {Op.PROVENANCE, Op.PROMPTS, Op.MODEL}


class Kind(IntEnum):
    """What the child answers."""

    READY = 1
    DONE = 2
    REFUSED = 3
    NOT_HELD = 4


class BrokenAnswerError(Exception):
    """The child's bytes cannot be an answer to what was asked; it is to be replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; ``shared`` says that the payload lies in the shared memory, not on the pipe.

    ``lent`` says that it lies in the memory for large files, which the child can only read.
    ``time_ms`` asks for what a video shows then, instead of for a frame by its number, and
    ``is_next`` for the frame after that. ``veil_first`` has a picture that is waited for answered
    from as small a decode as the veil needs; the one for the screen follows.
    """

    op: Op
    number: int
    token: bytes = bytes(_TOKEN_BYTES)
    level: int = 0
    grey: bool = False
    edges: bool = False
    one_to_one: bool = False
    frame: int = 0
    fit_px: tuple[int, int] = (1, 1)
    crop: tuple[float, float, float, float] | None = None
    payload_bytes: int = 0
    shared: bool = False
    lent: bool = False
    time_ms: int | None = None
    is_next: bool = False
    veil_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer. Sizes of a frame come with ``pixel_bytes``, which follow on pipe or memory.

    With a frame of a video, ``duration_ms`` is the time at which it begins to be shown.
    """

    kind: Kind
    number: int
    media_type: str | None = None
    reason: Reason | None = None
    width_px: int = 0
    height_px: int = 0
    frames: int = 0
    duration_ms: int | None = None
    channels: int = 0
    frame_width_px: int = 0
    frame_height_px: int = 0
    pixel_bytes: int = 0
    shared: bool = False
    notes_bytes: int = 0
    layers: int = 0


def token_bytes(token: str) -> bytes:
    """Return the fixed-length form of a token, so that no name of an item crosses."""
    return blake2b(token.encode(), digest_size=_TOKEN_BYTES).digest()


def packed_request(request: Request) -> bytes:
    """Return a request's header."""
    flags = (
        _GREY * request.grey
        | _EDGES * request.edges
        | _ONE_TO_ONE * request.one_to_one
        | _CROP * (request.crop is not None)
        | _SHARED * request.shared
        | _NEXT * request.is_next
        | _VEIL_FIRST * request.veil_first
        | _LENT * request.lent
    )
    return _REQUEST.pack(
        MAGIC,
        request.op,
        flags,
        request.level,
        request.number,
        request.token,
        request.frame,
        *request.fit_px,
        *(request.crop or (0.0, 0.0, 1.0, 1.0)),
        request.payload_bytes,
        -1 if request.time_ms is None else request.time_ms,
    )


def opened_request(header: bytes) -> Request:
    """Return the request that a header says; the child's side.

    Raises:
        ValueError: it is not a header of ours.
    """
    magic, op, flags, level, number, token, frame, wide, high, *rest = _REQUEST.unpack(header)
    *crop, size, time_ms = rest
    if magic != MAGIC:
        raise ValueError("not a request")
    return Request(
        op=Op(op),
        number=number,
        token=token,
        level=level,
        grey=bool(flags & _GREY),
        edges=bool(flags & _EDGES),
        one_to_one=bool(flags & _ONE_TO_ONE),
        frame=frame,
        fit_px=(wide, high),
        crop=(crop[0], crop[1], crop[2], crop[3]) if flags & _CROP else None,
        payload_bytes=size,
        shared=bool(flags & _SHARED),
        time_ms=None if time_ms < 0 else time_ms,
        is_next=bool(flags & _NEXT),
        veil_first=bool(flags & _VEIL_FIRST),
        lent=bool(flags & _LENT),
    )


def packed_answer(answer: Answer) -> bytes:
    """Return an answer's header; the child's side."""
    return _ANSWER.pack(
        MAGIC,
        answer.kind,
        TYPES.index(answer.media_type) + 1 if answer.media_type else 0,
        answer.reason or 0,
        answer.channels,
        _SHARED * answer.shared,
        answer.number,
        answer.width_px,
        answer.height_px,
        answer.frames,
        -1 if answer.duration_ms is None else min(answer.duration_ms, LONGEST_MS),
        answer.frame_width_px,
        answer.frame_height_px,
        answer.pixel_bytes,
        answer.notes_bytes,
        answer.layers,
    )


def checked_answer(untrusted_header: bytes, request: Request, limits: Limits) -> Answer:
    """Return the answer to ``request`` that a child's header says, every number checked.

    Raises:
        BrokenAnswerError: it is not an answer to this request, or a number is over a limit or
            does not fit the others.
    """
    if len(untrusted_header) != ANSWER_BYTES:
        raise BrokenAnswerError("cut short")
    (
        untrusted_magic,
        untrusted_kind,
        untrusted_type,
        untrusted_reason,
        untrusted_channels,
        untrusted_flags,
        untrusted_number,
        untrusted_width,
        untrusted_height,
        untrusted_frames,
        untrusted_duration,
        untrusted_frame_width,
        untrusted_frame_height,
        untrusted_pixel_bytes,
        untrusted_notes_bytes,
        untrusted_layers,
    ) = _ANSWER.unpack(untrusted_header)
    _require(untrusted_magic == MAGIC, "no answer at all")
    _require(untrusted_kind in Kind._value2member_map_, "unknown kind of answer")
    _require(untrusted_number == request.number, "answer to another request")
    kind = Kind(untrusted_kind)
    if kind is Kind.REFUSED:
        _require(1 <= untrusted_reason <= LAST_ON_THE_WIRE, "unknown reason")
        return Answer(kind=kind, number=request.number, reason=Reason(untrusted_reason))
    if kind is not Kind.DONE:
        return Answer(kind=kind, number=request.number, layers=untrusted_layers)
    _require(untrusted_type <= len(TYPES), "unknown type")
    _require(untrusted_width <= limits.side_px, "too wide")
    _require(untrusted_height <= limits.side_px, "too high")
    _require(untrusted_width * untrusted_height <= limits.pixels, "too many pixels")
    _require(untrusted_frames <= limits.frames, "too many frames")
    _require(-1 <= untrusted_duration <= LONGEST_MS, "no such duration")
    _require(untrusted_notes_bytes <= _most_notes(request, limits), "too many notes")
    answer = Answer(
        kind=kind,
        number=request.number,
        media_type=TYPES[untrusted_type - 1] if untrusted_type else None,
        width_px=untrusted_width,
        height_px=untrusted_height,
        frames=untrusted_frames,
        duration_ms=None if untrusted_duration < 0 else untrusted_duration,
        channels=untrusted_channels,
        frame_width_px=untrusted_frame_width,
        frame_height_px=untrusted_frame_height,
        pixel_bytes=untrusted_pixel_bytes,
        shared=bool(untrusted_flags & _SHARED),
        notes_bytes=untrusted_notes_bytes,
    )
    _check_frame(answer, request, limits)
    _check_complete(answer, request)
    return answer


def _most_notes(request: Request, limits: Limits) -> int:
    return limits.sound_bytes + SOUND_HEAD_BYTES if request.op is Op.SOUND else NOTES_LIMIT_BYTES


def _check_frame(untrusted: Answer, request: Request, limits: Limits) -> None:
    if not untrusted.pixel_bytes:
        return
    wide, high = untrusted.frame_width_px, untrusted.frame_height_px
    _require(untrusted.channels in {GREY, BGRX}, "unknown channels")
    _require(1 <= wide <= max(request.fit_px[0], 1), "frame too wide")
    _require(1 <= high <= max(request.fit_px[1], 1), "frame too high")
    _require(untrusted.pixel_bytes <= limits.frame_bytes, "frame too large")
    _require(
        untrusted.pixel_bytes == stride_of(wide, untrusted.channels) * high,
        "frame and its bytes do not fit",
    )


def _check_complete(untrusted: Answer, request: Request) -> None:
    if request.op in DECODING:
        _require(
            untrusted.media_type is not None
            and untrusted.width_px > 0
            and untrusted.height_px > 0
            and untrusted.frames > 0,
            "facts are missing",
        )
    if request.op in {Op.LOAD, Op.VIEW, Op.FIRST_TILE, Op.TILE}:
        _require(untrusted.pixel_bytes > 0, "the frame is missing")
    if request.op is Op.VIEW and request.time_ms is not None:
        _require(untrusted.duration_ms is not None, "the time is missing")


def _require(holds: bool, why: str) -> None:
    if not holds:
        raise BrokenAnswerError(why)

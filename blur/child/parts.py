"""The parts a file is cut into, walked without decoding: what to leave out, how long it lasts.

Every walk ends at the end of the bytes and after a bounded number of steps; what is cut short
ends the walk and the decoder then says so.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from blur.child.refusal import RefusedError
from blur.reasons import Reason

# Files of a real camera or program have a few thousand parts at most; a part is a walk's step.
PARTS_LIMIT = 1_000_000
PROFILE_LIMIT_BYTES = 1024 * 1024
_PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"iCCP", b"acTL", b"fcTL", b"fdAT", b"eXIf")
)
_PNG_MARK = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Length:
    """How many pictures follow each other in a file, and for how long."""

    frames: int
    duration_ms: int | None


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end (of the whole chunk) of each chunk of a PNG that is complete."""
    at = len(_PNG_MARK)
    for _ in range(PARTS_LIMIT):
        if at + 12 > len(data):
            return
        size = int.from_bytes(data[at : at + 4], "big")
        end = at + 12 + size
        if end > len(data):
            return
        kind = data[at + 4 : at + 8]
        yield kind, at, end
        if kind == b"IEND":
            return
        at = end
    raise RefusedError(Reason.TOO_MANY_PARTS)


def bare_png(data: bytes) -> bytes:
    """Return a PNG without the chunks that no pixel needs: no text, no oversized profile.

    Text chunks are where bombs lie, and none of them changes a pixel. A file that is cut short
    keeps its cut end, so that the decoder sees that it is.
    """
    kept = [_PNG_MARK]
    left_out = False
    done_at = len(_PNG_MARK)
    for kind, start, end in png_chunks(data):
        if kind in _PNG_KEPT and not _is_bomb(kind, data[start:end]):
            kept.append(data[start:end])
        else:
            left_out = True
        done_at = end
    if not left_out:
        return data
    kept.append(data[done_at : done_at + PROFILE_LIMIT_BYTES] if not _ends(kept) else b"")
    return b"".join(kept)


def _ends(chunks: list[bytes]) -> bool:
    return chunks[-1][4:8] == b"IEND"


def _is_bomb(kind: bytes, chunk: bytes) -> bool:
    if kind != b"iCCP":
        return False
    name_end = chunk.find(b"\0", 8, 8 + 80)
    return name_end < 0 or inflated(chunk[name_end + 2 : -4], PROFILE_LIMIT_BYTES) is None


def inflated(packed: bytes, limit_bytes: int) -> bytes | None:
    """Return inflated bytes, or ``None`` if they are more than ``limit_bytes`` or damaged."""
    stream = zlib.decompressobj()
    try:
        data = stream.decompress(packed, limit_bytes + 1)
    except zlib.error:
        return None
    return data if len(data) <= limit_bytes else None


def png_length(data: bytes) -> Length:
    """Return frames and duration of a PNG; one frame unless it is an animated one."""
    total_ms = 0
    frames = 0
    animated = False
    first_hidden = False
    for kind, start, _ in png_chunks(data):
        if kind == b"acTL":
            animated = True
        elif kind == b"fcTL" and animated:
            frames += 1
            delay, unit = struct.unpack_from(">HH", data[start : start + 34].ljust(34), 28)
            total_ms += round(1000 * delay / (unit or 100))
        elif kind == b"IDAT" and animated and not frames:
            first_hidden = True  # a still for programs that do not know animation
    if frames < 2 and not first_hidden:
        return Length(1, None)
    return Length(frames + first_hidden, total_ms)


def gif_length(data: bytes) -> Length:
    """Return frames and duration of a GIF, by its blocks; frames cut short are not counted."""
    at = 13 + _gif_table_bytes(data[10:11])
    frames = 0
    total_ms = 0
    for _ in range(PARTS_LIMIT):
        mark = data[at : at + 1]
        if mark == b"\x21":
            if data[at + 1 : at + 3] == b"\xf9\x04":
                total_ms += 10 * int.from_bytes(data[at + 4 : at + 6], "little")
            at = _after_sub_blocks(data, at + 2)
        elif mark == b"\x2c":
            frames += 1
            at = _after_sub_blocks(data, at + 11 + _gif_table_bytes(data[at + 9 : at + 10]))
        else:
            break
        if at < 0:
            break
    else:
        raise RefusedError(Reason.TOO_MANY_PARTS)
    return Length(max(frames, 1), total_ms if frames > 1 else None)


def _gif_table_bytes(flags: bytes) -> int:
    return 3 * 2 ** ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _after_sub_blocks(data: bytes, at: int) -> int:
    """Return where the sub-blocks that start at ``at`` end, or -1 if the file ends before."""
    while at < len(data):
        size = data[at]
        at += 1 + size
        if size == 0:
            return at
    return -1


def webp_parts(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of the content of each part of a WebP file."""
    at = 12
    for _ in range(PARTS_LIMIT):
        if at + 8 > len(data):
            return
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], at + 8, at + 8 + size
        at += 8 + size + (size & 1)
    raise RefusedError(Reason.TOO_MANY_PARTS)


def webp_length(data: bytes) -> Length:
    """Return frames and duration of a WebP file."""
    delays_ms = [
        int.from_bytes(data[start + 12 : start + 15], "little")
        for kind, start, _ in webp_parts(data)
        if kind == b"ANMF"
    ]
    if len(delays_ms) < 2:
        return Length(1, None)
    return Length(len(delays_ms), sum(delays_ms))


def boxed_length_ms(data: bytes) -> int | None:
    """Return how long one run of the sequence in a file of boxes lasts, as its track says."""
    at = data.find(b"mdhd")
    if at < 0:
        return None
    is_long = data[at + 4 : at + 5] == b"\1"
    skipped, form = (16, ">IQ") if is_long else (8, ">II")
    body = data[at + 8 + skipped : at + 8 + skipped + struct.calcsize(form)]
    if len(body) < struct.calcsize(form):
        return None
    scale, length = struct.unpack(form, body)
    return round(1000 * length / scale) if scale else None


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height that a WebP file's first part says, before any decoder sees it."""
    kind, body = data[12:16], data[20:30]
    if len(body) < 10:
        return None
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        wide, high = struct.unpack("<HH", body[6:10])
        return wide & 0x3FFF, high & 0x3FFF
    return None

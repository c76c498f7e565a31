"""The quantisation tables of a JPEG file: how it was encoded last. A neutral fact, never a mark."""

import hashlib
from collections.abc import Iterable, Iterator

from blur.provenance import JpegTables

# The example tables of the JPEG standard (Annex K), row by row, which most encoders scale.
_LUMINANCE = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)
_COLOUR = (
    *(17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99),
    *(24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99),
    *(99 for _ in range(32)),
)
# In which order a file keeps the places of a table: along the diagonals, to and fro.
_ORDER = sorted(
    range(64),
    key=lambda at: (at // 8 + at % 8, at // 8 if (at // 8 + at % 8) % 2 else at % 8),
)
_TABLES_MOST = 4
_FEWEST_BYTES = 65  # number and precision, then 64 places


def tables_of(segments: Iterable[bytes]) -> JpegTables | None:
    """Return what the tables of a file are; None where it has none that can be read.

    Args:
        segments: The contents of its DQT segments, each with one table or several.
    """
    found = dict(pair for body in segments for pair in _tables(body))
    if not found:
        return None
    whole = b"".join(bytes([number]) + found[number] for number in sorted(found))
    return JpegTables(_quality(found), hashlib.sha256(whole).hexdigest())


def _tables(body: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _FEWEST_BYTES <= len(body):
        precision, number = body[at] >> 4, body[at] & 15
        end = at + 1 + 64 * (2 if precision else 1)
        if precision > 1 or number >= _TABLES_MOST or end > len(body):
            return
        yield number, body[at + 1 : end]
        at = end


def _quality(found: dict[int, bytes]) -> int | None:
    """Return the quality, 1 to 100, at which the standard tables are these; None: never."""
    for quality in range(100, 0, -1):
        scaled = _scaled(_LUMINANCE, quality), _scaled(_COLOUR, quality)
        if found.get(0) == scaled[0] and all(
            table in scaled for number, table in found.items() if number
        ):
            return quality
    return None


def _scaled(table: tuple[int, ...], quality: int) -> bytes:
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return bytes(min(max((table[at] * percent + 50) // 100, 1), 255) for at in _ORDER)

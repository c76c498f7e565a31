"""A picture as raw pixels, ready to be put on a screen."""

from dataclasses import dataclass

GREY = 1
BGRX = 4
ROW_ALIGNMENT_BYTES = 4


def stride_of(width_px: int, channels: int) -> int:
    """Return the bytes from one row to the next: whole pixels, rounded up to four bytes."""
    return -(-width_px * channels // ROW_ALIGNMENT_BYTES) * ROW_ALIGNMENT_BYTES


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of raw pixels, 8 bits a channel.

    ``channels`` is 1 (grey) or 4 (blue, green, red, unused: on little-endian machines what Qt
    calls Format_RGB32). Row ``y`` starts at byte ``y * stride_bytes``; ``stride_bytes`` is the
    least multiple of four that holds a row. ``pixels`` is exactly ``height_px * stride_bytes``.
    """

    width_px: int
    height_px: int
    channels: int
    pixels: bytes
    stride_bytes: int

"""Which way up a picture is shown: the one tag of EXIF that changes pixels."""

import struct

UPRIGHT = 1
_ORIENTATION_TAG = 0x0112
_SHORT = 3
_ENTRIES_LIMIT = 500


def orientation(exif: bytes | None) -> int:
    """Return the orientation (1 to 8) that an EXIF block says; 1 if it says none or nonsense."""
    if not exif:
        return UPRIGHT
    block = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return UPRIGHT
    try:
        (at,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, at)
        for entry in range(min(count, _ENTRIES_LIMIT)):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", block, at + 2 + 12 * entry)
            if tag == _ORIENTATION_TAG and kind == _SHORT:
                return int(value) if 1 <= value <= 8 else UPRIGHT
    except struct.error:
        return UPRIGHT
    return UPRIGHT


def swaps_sides(which: int) -> bool:
    """Whether width and height change places."""
    return which >= 5

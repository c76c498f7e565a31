"""The XMP packet of a TIFF file: one entry of its first directory."""

import struct

_XMP_TAG = 700
_ENTRIES_LIMIT = 4096


def xmp_of_tiff(data: bytes) -> bytes | None:
    """Return the packet, or None where the file names none within its bytes.

    Raises:
        struct.error, ValueError: the header is none of a TIFF.
    """
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None or len(data) < 8:
        return None
    (at,) = struct.unpack_from(f"{order}I", data, 4)
    if at + 2 > len(data):
        return None
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for entry in range(min(count, _ENTRIES_LIMIT)):
        place = at + 2 + 12 * entry
        if place + 12 > len(data):
            return None
        tag, _, length, value = struct.unpack_from(f"{order}HHII", data, place)
        if tag == _XMP_TAG and value + length <= len(data):
            return data[value : value + length]
    return None

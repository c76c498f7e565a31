"""HEIC files: one HEVC key frame put into the boxes of a picture, by the standard's own words.

ISO/IEC 23008-12; no encoder for HEIC may be shipped, so the tests write the container themselves.
"""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.unit.blur.films import Film, made


def heic(
    pixels: NDArray[np.uint8], *, profile: bytes | None = None, turns: int = 0, count: int = 1
) -> bytes:
    """A HEIC file of RGB pixels; ``turns`` quarter turns against the clock, ``count`` pictures."""
    film = Film(
        wide_px=pixels.shape[1],
        high_px=pixels.shape[0],
        codec="libx265",
        pixels="yuv444p",
        options={
            "preset": "ultrafast",
            "crf": "4",
            "x265-params": "info=0:keyint=1:bframes=0:pools=1:log-level=0",
        },
    )
    data = made(film, iter([pixels]))
    return boxed(_found(data, b"hvcC"), _coded(data), pixels, profile, turns, count)


def boxed(
    config: bytes,
    coded: bytes,
    pixels: NDArray[np.uint8],
    profile: bytes | None,
    turns: int,
    count: int,
) -> bytes:
    """The boxes of a picture file around one coded frame, used ``count`` times."""
    high, wide = pixels.shape[:2]
    properties = [
        box(b"hvcC", config),
        full(b"ispe", struct.pack(">II", wide, high)),
        box(b"irot", bytes([turns])),
    ]
    if profile is not None:
        properties.append(box(b"colr", b"prof" + profile))
    else:  # BT.601 as the encoder's default conversion, limited range
        properties.append(box(b"colr", b"nclx" + struct.pack(">HHHB", 1, 13, 6, 0)))
    numbers = bytes(0x80 | (place + 1) if place in {0, 2} else place + 1 for place in range(4))
    items = range(1, count + 1)
    linked = b"".join(struct.pack(">HB", item, len(numbers)) + numbers for item in items)
    entries = b"".join(
        full(b"infe", struct.pack(">HH4sB", item, 0, b"hvc1", 0), version=2) for item in items
    )

    def meta(at: int) -> bytes:
        places = b"".join(struct.pack(">HHHII", item, 0, 1, at, len(coded)) for item in items)
        return full(
            b"meta",
            full(b"hdlr", struct.pack(">I4s12xB", 0, b"pict", 0))
            + full(b"pitm", struct.pack(">H", 1))
            + full(b"iinf", struct.pack(">H", count) + entries)
            + full(b"iloc", struct.pack(">BBH", 0x44, 0, count) + places)
            + box(
                b"iprp",
                box(b"ipco", b"".join(properties))
                + full(b"ipma", struct.pack(">I", count) + linked),
            ),
        )

    head = box(b"ftyp", b"heic" + struct.pack(">I", 0) + b"mif1heic")
    at = len(head) + len(meta(0)) + 8
    return head + meta(at) + box(b"mdat", coded)


def box(kind: bytes, body: bytes) -> bytes:
    """A box: its length, its kind, its content."""
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, body: bytes, version: int = 0) -> bytes:
    """A box with a version and flags of zero."""
    return box(kind, struct.pack(">I", version << 24) + body)


def _found(data: bytes, kind: bytes) -> bytes:
    at = data.index(kind) - 4
    size = int.from_bytes(data[at : at + 4], "big")
    return data[at + 8 : at + size]


def _coded(data: bytes) -> bytes:
    at: Any = data.index(b"mdat") - 4
    size = int.from_bytes(data[at : at + 4], "big")
    return data[at + 8 : at + size]

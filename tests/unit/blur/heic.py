"""HEIC files: one HEVC key frame put into the boxes of a picture, by the standard's own words.

ISO/IEC 23008-12; no encoder for HEIC may be shipped, so the tests write the container themselves.
"""

import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tests.unit.blur.films import Film, made


def coded(pixels: NDArray[np.uint8]) -> tuple[bytes, bytes]:
    """An HEVC key frame of RGB pixels: what a decoder is set up with, and the frame."""
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
    return _found(data, b"hvcC"), _found(data, b"mdat")


def heic(
    pixels: NDArray[np.uint8], *, profile: bytes | None = None, turns: int = 0, count: int = 1
) -> bytes:
    """A HEIC file of RGB pixels; ``turns`` quarter turns against the clock, ``count`` pictures."""
    config, frame = coded(pixels)
    colour = box(b"colr", b"prof" + profile) if profile is not None else NCLX
    properties = [box(b"hvcC", config), _extent(pixels), box(b"irot", bytes([turns])), colour]
    items = [Part(b"hvc1", frame, [1, 2, 3, 4]) for _ in range(count)]
    return boxed(items, properties)


# BT.601 with 16 to 235, which is how the encoder converts.
NCLX = struct.pack(">I4s4sHHHB", 19, b"colr", b"nclx", 1, 13, 6, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """An item of a file: its kind, its bytes, its properties by place from 1, and its links."""

    kind: bytes
    body: bytes
    properties: list[int]
    links: list[tuple[bytes, list[int]]] = field(default_factory=list)
    hidden: bool = False


def grid(
    pixels: NDArray[np.uint8],
    *,
    rows: int,
    columns: int,
    alpha: NDArray[np.uint8] | None = None,
    mirror: int | None = None,
) -> bytes:
    """A HEIC file of tiles, each 64 pixels square, as telephones write them."""
    high, wide = pixels.shape[:2]
    padded = np.pad(pixels, ((0, rows * 64 - high), (0, columns * 64 - wide), (0, 0)), mode="edge")
    tiles = [
        coded(np.ascontiguousarray(padded[top : top + 64, left : left + 64]))
        for top in range(0, rows * 64, 64)
        for left in range(0, columns * 64, 64)
    ]
    properties = [box(b"hvcC", tiles[0][0]), _extent(padded[:64, :64]), NCLX, _extent(pixels)]
    parts = [Part(b"hvc1", frame, [1, 2, 3], hidden=True) for _, frame in tiles]
    whole = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, wide, high)
    seen = [3, 4]
    if mirror is not None:
        properties.append(box(b"imir", bytes([mirror])))
        seen.append(len(properties))
    parts.append(Part(b"grid", whole, seen, [(b"dimg", list(range(1, len(tiles) + 1)))]))
    primary = len(parts)
    if alpha is not None:
        config, frame = coded(np.dstack([alpha] * 3))
        name = b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"
        properties += [box(b"hvcC", config), full(b"auxC", name)]
        places = [len(properties) - 1, len(properties), 4, 3]
        parts.append(Part(b"hvc1", frame, places, [(b"auxl", [primary])], hidden=True))
    return boxed(parts, properties, primary)


def boxed(parts: list[Part], properties: list[bytes], primary: int = 1) -> bytes:
    """The boxes of a picture file around its parts."""
    linked = b"".join(
        struct.pack(">HB", number, len(part.properties)) + bytes(part.properties)
        for number, part in enumerate(parts, 1)
    )
    entries = b"".join(
        full(b"infe", struct.pack(">HH4sB", number, 0, part.kind, 0), 2, int(part.hidden))
        for number, part in enumerate(parts, 1)
    )
    links = b"".join(
        box(kind, struct.pack(f">HH{len(targets)}H", number, len(targets), *targets))
        for number, part in enumerate(parts, 1)
        for kind, targets in part.links
    )

    def meta(at: int) -> bytes:
        places = b""
        for number, part in enumerate(parts, 1):
            places += struct.pack(">HHHII", number, 0, 1, at, len(part.body))
            at += len(part.body)
        return full(
            b"meta",
            full(b"hdlr", struct.pack(">I4s12xB", 0, b"pict", 0))
            + full(b"pitm", struct.pack(">H", primary))
            + full(b"iinf", struct.pack(">H", len(parts)) + entries)
            + (full(b"iref", links) if links else b"")
            + full(b"iloc", struct.pack(">BBH", 0x44, 0, len(parts)) + places)
            + box(
                b"iprp",
                box(b"ipco", b"".join(properties))
                + full(b"ipma", struct.pack(">I", len(parts)) + linked),
            ),
        )

    head = box(b"ftyp", b"heic" + struct.pack(">I", 0) + b"mif1heic")
    at = len(head) + len(meta(0)) + 8
    return head + meta(at) + box(b"mdat", b"".join(part.body for part in parts))


def box(kind: bytes, body: bytes) -> bytes:
    """A box: its length, its kind, its content."""
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, body: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags) + body)


def _extent(pixels: NDArray[np.uint8]) -> bytes:
    return full(b"ispe", struct.pack(">II", pixels.shape[1], pixels.shape[0]))


def _found(data: bytes, kind: bytes) -> bytes:
    at = data.index(kind) - 4
    size = int.from_bytes(data[at : at + 4], "big")
    return data[at + 8 : at + size]

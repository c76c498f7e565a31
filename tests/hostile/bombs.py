"""Files made to break what opens them, built here so that none is stored."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from PIL import Image

PNG_MARK = b"\x89PNG\r\n\x1a\n"
MEBIBYTE = 1024 * 1024


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(wide: int, high: int, pixels: bytes, *, depth: int = 8, extra: bytes = b"") -> bytes:
    """Return a grey PNG of packed pixel rows, with more chunks before them."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, depth, 0, 0, 0, 0))
    return PNG_MARK + header + extra + chunk(b"IDAT", pixels) + chunk(b"IEND")


def deflated(row: bytes, times: int) -> bytes:
    """Return a packed stream of one piece repeated, without ever holding it unpacked."""
    stream = zlib.compressobj(9)
    packed = [stream.compress(row) for _ in range(times)]
    return b"".join([*packed, stream.flush()])


@cache
def half_gibibyte() -> bytes:
    """Return 512 MiB of nothing, packed."""
    return deflated(bytes(MEBIBYTE), 512)


def small_png(extra: bytes = b"") -> bytes:
    """Return a good picture with more chunks in it."""
    return png(8, 8, zlib.compress(bytes(9) * 8), extra=extra)


def wide_png() -> bytes:
    """Return 900 million pixels in a few hundred kilobytes."""
    return png(30_000, 30_000, deflated(bytes(1 + 30_000 // 8), 30_000), depth=1)


def allowed_png() -> bytes:
    """Return a very large picture that is allowed: 100 million pixels."""
    return png(10_000, 10_000, deflated(bytes(1 + 10_000), 10_000))


def jpeg_header() -> bytes:
    """Return a JPEG that says it has 65,535 by 65,535 pixels and has none."""
    good = io.BytesIO()
    Image.new("RGB", (16, 16)).save(good, "JPEG")
    data = bytearray(good.getvalue())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    return bytes(data[: data.index(b"\xff\xda") + 14])


def many_texts() -> bytes:
    """Return a picture with 300,000 text chunks."""
    return small_png(chunk(b"tEXt", b"k\0v") * 300_000)


def long_gif(frames: int = 100_000) -> bytes:
    """Return an animation of very many tiny frames."""
    head = b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0x80, 0, 0) + bytes(6)
    frame = (
        b"\x21\xf9\x04\x00\x01\x00\x00\x00\x2c"
        + struct.pack("<HHHHB", 0, 0, 8, 8, 0)
        + b"\x02\x02\x44\x01\x00"
    )
    return head + frame * frames + b"\x3b"


def polyglot() -> bytes:
    """Return a JPEG that is also a ZIP archive."""
    picture = io.BytesIO()
    Image.fromarray(np.tile(np.arange(64, dtype=np.uint8) * 4, (64, 1))).save(picture, "JPEG")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("inside.txt", "nothing")
    return picture.getvalue() + archive.getvalue()


def lying_tiff() -> bytes:
    """Return a TIFF whose directory points at itself."""
    entries = [(256, 4, 1, 8), (257, 4, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)]
    entries += [(273, 4, 1, 8), (278, 4, 1, 8), (279, 4, 1, 64)]
    body = struct.pack("<H", len(entries))
    body += b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + body + struct.pack("<I", 8) + bytes(64)


def huge_webp() -> bytes:
    """Return a WebP that claims a canvas of 16 million by 16 million pixels."""
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xff" * 6
    return b"RIFF" + struct.pack("<I", len(body)) + body


BOMBS: Mapping[str, Callable[[], bytes]] = {
    "900 million pixels": wide_png,
    "100 million pixels": allowed_png,
    "a JPEG of headers": jpeg_header,
    "512 MiB in zTXt": lambda: small_png(chunk(b"zTXt", b"k\0\0" + half_gibibyte())),
    "512 MiB in iTXt": lambda: small_png(chunk(b"iTXt", b"k\0\1\0\0\0" + half_gibibyte())),
    "512 MiB in iCCP": lambda: small_png(chunk(b"iCCP", b"k\0\0" + half_gibibyte())),
    "300,000 texts": many_texts,
    "100,000 frames": long_gif,
    "JPEG and ZIP": polyglot,
    "a directory that points at itself": lying_tiff,
    "an endless canvas": huge_webp,
}
# Those that hold a picture: leaving out what surrounds it must not lose it.
GOOD_INSIDE = {
    "100 million pixels",
    "512 MiB in zTXt",
    "512 MiB in iTXt",
    "512 MiB in iCCP",
    "300,000 texts",
    "JPEG and ZIP",
    "a directory that points at itself",
}

"""Digests of a file and its type by content, from its bytes alone."""

import hashlib
from dataclasses import dataclass

_HEADS = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"II+\x00", "image/tiff"),
    (0, b"MM\x00+", "image/tiff"),
    (0, b"BM", "image/bmp"),
)
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
}
HEAD_BYTES = 64  # how much of a file `media_type` needs


@dataclass(frozen=True, slots=True)
class Digests:
    """The three digests of a file, in hex, and its length."""

    sha256: str
    sha1: str
    md5: str
    size_bytes: int


class DigestPass:
    """SHA-256, SHA-1 and MD5 of a file in one pass over its bytes.

    SHA-1 and MD5 are what hash lists carry; neither identifies an item here.
    """

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._size_bytes = 0

    def update(self, data: bytes | memoryview) -> None:
        """Take the next bytes of the file."""
        self._sha256.update(data)
        self._sha1.update(data)
        self._md5.update(data)
        self._size_bytes += len(data)

    def finish(self) -> Digests:
        """Return the digests of all the bytes taken so far."""
        return Digests(
            self._sha256.hexdigest(),
            self._sha1.hexdigest(),
            self._md5.hexdigest(),
            self._size_bytes,
        )


def media_type(head: bytes) -> str | None:
    """Return the media type that the first bytes of a file show, or ``None``; never by name.

    Args:
        head: At least the first ``HEAD_BYTES`` bytes, or the whole file if it is shorter.
    """
    for at, mark, name in _HEADS:
        if head[at : at + len(mark)] == mark:
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _boxed_type(head)
    return None


def _boxed_type(head: bytes) -> str | None:
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))]
    # mif1 and msf1 say only "an image file of boxes"; the other brands say whose.
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), None)

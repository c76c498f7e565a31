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
_PICTURE_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"hevc": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
}
# What registered brands of films begin with: ISO, MP4, iTunes, 3GPP, cameras, streams.
_FILM_BRANDS = (
    *(b"iso", b"mp4", b"mp7", b"mmp4", b"M4V", b"3g", b"f4v ", b"F4V "),
    *(b"avc", b"hvc", b"hev", b"av01", b"MSNV", b"XAVC", b"NDS"),
    *(b"dash", b"cmf", b"msdh", b"msix", b"piff"),
)
# Sound, raw photographs and pictures of unnamed codecs, which may name a film's brand beside.
_OTHER_BRANDS = frozenset(
    (b"M4A ", b"M4B ", b"M4P ", b"F4A ", b"F4B ", b"aax ", b"crx ", b"mif1", b"msf1")
)
# QuickTime files from before there were brands begin with one of these boxes.
_OLD_MOVIE_BOXES = frozenset((b"moov", b"mdat", b"wide", b"pnot"))
_EBML = b"\x1a\x45\xdf\xa3"
_DOC_TYPE = b"\x42\x82"
HEAD_BYTES = 256  # how much of a file `media_type` needs


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
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(head[8:12])
    if head[:4] == _EBML:
        return _ebml_type(head)
    if head[4:8] == b"ftyp":
        return _boxed_type(head)
    return "video/quicktime" if head[4:8] in _OLD_MOVIE_BOXES else None


def _ebml_type(head: bytes) -> str | None:
    """Return which kind of Matroska file the header's document type names."""
    at = head.find(_DOC_TYPE)
    if at < 0:
        return None
    length = head[at + 2 : at + 3]
    name = head[at + 3 : at + 3 + (length[0] & 0x7F if length else 0)].rstrip(b"\0")
    return {b"webm": "video/webm", b"matroska": "video/x-matroska"}.get(name)


def _boxed_type(head: bytes) -> str | None:
    size = int.from_bytes(head[:4], "big")
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(size, len(head)), 4))]
    # mif1 and msf1 say only "an image file of boxes"; the other brands say whose.
    pictures = [_PICTURE_BRANDS[brand] for brand in brands if brand in _PICTURE_BRANDS]
    if pictures:
        return pictures[0]
    if brands[0] == b"qt  ":
        return "video/quicktime"
    is_film = any(brand.startswith(_FILM_BRANDS) for brand in brands)
    return "video/mp4" if is_film and brands[0] not in _OTHER_BRANDS else None

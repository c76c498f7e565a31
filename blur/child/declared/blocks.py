"""Where the metadata of a file lies: EXIF and XMP blocks and texts, by the file's own structure.

A file need not decode to be read here, and what it is cut off from is simply not there. Sizes and
counts are bounded; what exceeds them is told and left out.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from av.error import FFmpegError

from blur.child.declared.tiff import xmp_of_tiff
from blur.child.heif_boxes import Boxes
from blur.child.parts import inflated, png_chunks, webp_parts
from blur.child.refusal import RefusedError
from blur.child.video_file import opened_container
from blur.provenance import Signal

BLOCK_LIMIT_BYTES = 8 * 1024 * 1024
TEXT_LIMIT_BYTES = 1024 * 1024
TEXTS_LIMIT = 400
_EXIF_MARK = b"Exif\0\0"
_XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"
_MORE_XMP_MARK = b"http://ns.adobe.com/xmp/extension/\0"
_MORE_XMP_HEAD_BYTES = 32 + 8  # whose it is (a digest in hex), whole length, offset
_PNG_XMP = "XML:com.adobe.xmp"
_VIDEO_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_GIF_XMP = b"XMP DataXMP"
_GIF_XMP_TRAILER = b"\x01\xff\xfe\xfd"  # it counts down, so that other readers find its end


@dataclass(frozen=True, slots=True)
class Text:
    """A text with a key, as PNG and video files keep them; ``where`` names the place."""

    key: str
    text: str
    where: str


@dataclass(slots=True)
class Blocks:
    """The metadata of a file, as bytes and texts; ``faults`` tells what was left out."""

    exif: list[bytes] = field(default_factory=list)
    xmp: list[bytes] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    faults: list[Signal] = field(default_factory=list)
    tables: list[bytes] = field(default_factory=list)  # of a JPEG, as its DQT segments hold them

    def too_large(self, where: str) -> None:
        """Tell of a block over one of the limits."""
        self.faults.append(Signal("unreadable-metadata", "attention", "over a limit", where))

    def add(self, to: list[bytes], block: bytes, where: str) -> None:
        """Keep a block, unless it is too large."""
        if len(block) > BLOCK_LIMIT_BYTES:
            self.too_large(where)
        else:
            to.append(block)


def blocks_of(data: bytes, media_type: str) -> Blocks:
    """Return what metadata a file has; a fault in its structure ends the search and is told."""
    found = Blocks()
    reader = _READERS.get(media_type)
    is_film = media_type.startswith("video/")
    if reader is not None or is_film:
        try:
            if reader is not None:
                reader(data, found)
            else:
                _from_video(data, media_type, found)
        except (RefusedError, ValueError, LookupError, struct.error, FFmpegError):
            found.faults.append(
                Signal("unreadable-metadata", "attention", "damaged", media_type.split("/")[1])
            )
    return found


def _from_jpeg(data: bytes, found: Blocks) -> None:
    more: dict[bytes, dict[int, bytes]] = {}
    for marker, body in _jpeg_segments(data):
        if marker == 0xE1 and body.startswith(_EXIF_MARK):
            found.exif.append(body)
        elif marker == 0xE1 and body.startswith(_XMP_MARK):
            found.xmp.append(body[len(_XMP_MARK) :])
        elif marker == 0xE1 and body.startswith(_MORE_XMP_MARK):
            rest = body[len(_MORE_XMP_MARK) :]
            at = int.from_bytes(rest[36:40], "big")
            more.setdefault(rest[:32], {})[at] = rest[_MORE_XMP_HEAD_BYTES:]
        elif marker == 0xDB:
            found.tables.append(body)
        elif marker == 0xFE:
            found.texts.append(Text("comment", body.decode("utf-8", "replace"), "JPEG comment"))
    for pieces in more.values():
        whole = b"".join(pieces[at] for at in sorted(pieces))
        found.add(found.xmp, whole, "JPEG extended XMP")


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and content of the segments before the picture's own data."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker in {0xDA, 0xD9}:
            return
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        if size < 2 or at + 2 + size > len(data):
            return
        yield marker, data[at + 4 : at + 2 + size]
        at += 2 + size


def _from_png(data: bytes, found: Blocks) -> None:
    for kind, start, end in png_chunks(data):
        if kind == b"eXIf":
            found.add(found.exif, _EXIF_MARK + data[start + 8 : end - 4], "PNG eXIf")
        elif kind in {b"tEXt", b"zTXt", b"iTXt"}:
            if len(found.texts) >= TEXTS_LIMIT:
                found.too_large("PNG texts")
                return
            _add_png_text(kind, data[start + 8 : min(end - 4, start + BLOCK_LIMIT_BYTES)], found)


def _add_png_text(kind: bytes, chunk: bytes, found: Blocks) -> None:
    name, _, rest = chunk.partition(b"\0")
    key = name[:79].decode("latin-1")
    where = f"PNG text {key}"
    body: bytes | None = rest
    if kind == b"zTXt":
        body = inflated(rest[1:], TEXT_LIMIT_BYTES)
    elif kind == b"iTXt":
        body = rest[2:].split(b"\0", 2)[-1]
        if rest[:1] == b"\1":
            body = inflated(body, TEXT_LIMIT_BYTES)
    if body is None or len(body) > TEXT_LIMIT_BYTES:
        found.too_large(where)
    elif key == _PNG_XMP:
        found.xmp.append(body)
    elif key.lower().startswith("raw profile type "):
        _add_raw_profile(key.lower().removeprefix("raw profile type "), body, found)
    else:
        form = "utf-8" if kind == b"iTXt" else "latin-1"
        found.texts.append(Text(key, _decoded(body, form), where))


def _decoded(body: bytes, form: str) -> str:
    """Return a text that should be in ``form``; most writers of Latin-1 chunks mean UTF-8."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(form, "replace")


def _add_raw_profile(name: str, body: bytes, found: Blocks) -> None:
    """Keep a block that an image program wrote as a name, a length and hexadecimal digits."""
    digits = b"".join(body.split()[2:])
    try:
        block = bytes.fromhex(digits.decode("ascii"))
    except (UnicodeDecodeError, ValueError):
        return
    if name in {"exif", "app1"} and block.startswith(_EXIF_MARK):
        found.exif.append(block)
    elif name in {"xmp", "app1"}:
        found.xmp.append(block.removeprefix(_XMP_MARK))


def _from_webp(data: bytes, found: Blocks) -> None:
    for kind, start, end in webp_parts(data):
        if kind == b"EXIF":
            block = data[start:end]
            marked = block if block.startswith(_EXIF_MARK) else _EXIF_MARK + block
            found.add(found.exif, marked, "WebP EXIF")
        elif kind == b"XMP ":
            found.add(found.xmp, data[start:end], "WebP XMP")


def _from_gif(data: bytes, found: Blocks) -> None:
    at = data.find(b"\x21\xff\x0b" + _GIF_XMP)
    if at >= 0:
        start = at + 14
        end = data.find(_GIF_XMP_TRAILER, start)
        found.add(found.xmp, data[start : end if end >= 0 else len(data)], "GIF XMP")


def _from_boxes(data: bytes, found: Blocks) -> None:
    boxes = Boxes(data)
    for item in boxes.items.values():
        if item.kind == b"Exif":
            block = boxes.bytes_of(item)
            skipped = 4 + int.from_bytes(block[:4], "big")
            found.add(found.exif, _EXIF_MARK + block[skipped:], "HEIF Exif")
        elif item.kind == b"mime":
            block = boxes.bytes_of(item)
            if b"xmpmeta" in block[:4096] or b"rdf:RDF" in block[:4096]:
                found.add(found.xmp, block, "HEIF XMP")


def _from_tiff(data: bytes, found: Blocks) -> None:
    found.exif.append(_EXIF_MARK + data)
    packet = xmp_of_tiff(data)
    if packet is not None:
        found.add(found.xmp, packet, "TIFF XMP")


def _from_video(data: bytes, media_type: str, found: Blocks) -> None:
    found.xmp += _video_packets(data, found)
    container = opened_container(data, media_type)
    with container:
        sets = [container.metadata, *(stream.metadata for stream in container.streams)]
        for key, text in (pair for one in sets for pair in one.items()):
            if len(text) > TEXT_LIMIT_BYTES or len(found.texts) >= TEXTS_LIMIT:
                found.too_large(f"container tag {key}")
            else:
                found.texts.append(Text(key, text, f"container tag {key}"))


def _video_packets(data: bytes, found: Blocks) -> Iterator[bytes]:
    """Yield XMP packets that lie in a box of their own at the top of an MP4 file."""
    at = 0
    while at + 24 <= len(data) and data[4:8] == b"ftyp":
        size = int.from_bytes(data[at : at + 4], "big")
        head = 8
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
            head = 16
        end = len(data) if size == 0 else at + size
        if size != 0 and size < head:
            return
        if data[at + 4 : at + 8] == b"uuid" and data[at + head : at + head + 16] == _VIDEO_XMP:
            if end - at > BLOCK_LIMIT_BYTES:
                found.too_large("MP4 XMP")
            else:
                yield data[at + head + 16 : end]
        at = end


_READERS: dict[str, Callable[[bytes, Blocks], None]] = {
    "image/jpeg": _from_jpeg,
    "image/png": _from_png,
    "image/webp": _from_webp,
    "image/gif": _from_gif,
    "image/avif": _from_boxes,
    "image/heic": _from_boxes,
    "image/tiff": _from_tiff,
}

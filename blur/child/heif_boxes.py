"""The boxes of a HEIF file (ISO/IEC 23008-12): which pictures it holds, and where their parts lie.

Read here and not by a library, because the one there is starts threads, which a decoder process
may not. Every walk is bounded by the bytes of the file and by a count.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from blur.child.refusal import RefusedError
from blur.reasons import Reason

# A burst has some dozens of pictures, a large panorama some hundreds of tiles.
ITEMS_LIMIT = 5000
_HIDDEN = 1


@dataclass(slots=True)
class Item:
    """One item: a coded picture, a grid of them, or data about one."""

    number: int
    kind: bytes
    hidden: bool = False
    in_index: bool = False  # its bytes lie in the index itself, not in the file at large
    extents: list[tuple[int, int]] = field(default_factory=list)  # start and length
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)  # the items it is put together of, in order
    serves: tuple[bytes, int] | None = None  # what it is to another item: b"thmb", b"auxl"...

    def found(self, kind: bytes) -> bytes | None:
        """Return the first property of a kind."""
        return next((body for name, body in self.properties if name == kind), None)


class Boxes:
    """A HEIF file's items, by number."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.items: dict[int, Item] = {}
        self._index = b""
        self._primary = 0
        top = dict(_boxes(data, b"meta"))
        if b"meta" not in top:
            raise RefusedError(Reason.ENDS_EARLY)
        parts = dict(_boxes(top[b"meta"][4:]))
        for kind, read in (
            (b"iinf", self._read_kinds),
            (b"pitm", self._read_primary),
            (b"iloc", self._read_places),
            (b"iref", self._read_links),
            (b"iprp", self._read_properties),
        ):
            if kind in parts:
                read(parts[kind])
        self._index = parts.get(b"idat", b"")

    def pictures(self) -> list[Item]:
        """Return the pictures to be shown, the one that the writer named first."""
        parts = {number for item in self.items.values() for number in item.parts}
        shown = [
            item
            for item in self.items.values()
            if item.kind in {b"hvc1", b"grid", b"iden"}
            and not item.hidden
            and item.number not in parts
            and (item.serves is None or item.serves[0] not in {b"thmb", b"auxl"})
        ]
        first = [item for item in self.items.values() if item.number == self._primary]
        return first + [item for item in shown if item.number != self._primary]

    def serving(self, number: int, manner: bytes) -> list[Item]:
        """Return the items that serve another one in a manner: ``auxl`` or ``cdsc``."""
        return [item for item in self.items.values() if item.serves == (manner, number)]

    def bytes_of(self, item: Item) -> bytes:
        """Return an item's bytes, never more than the file has."""
        source = self._index if item.in_index else self.data
        if sum(length for _, length in item.extents) > len(source):
            raise RefusedError(Reason.ENDS_EARLY)
        pieces = []
        for start, length in item.extents:
            if start + length > len(source):
                raise RefusedError(Reason.ENDS_EARLY)
            pieces.append(source[start : start + (length or len(source))])
        return b"".join(pieces)

    def _read_primary(self, body: bytes) -> None:
        (self._primary,) = struct.unpack_from(">I" if body[0] else ">H", body, 4)

    def _read_kinds(self, body: bytes) -> None:
        at = 8 if body[0] else 6
        for kind, entry in _boxes(body[at:], most=ITEMS_LIMIT):
            if kind == b"infe" and entry[0] >= 2:
                form = ">I2x4s" if entry[0] >= 3 else ">H2x4s"
                number, name = struct.unpack_from(form, entry, 4)
                self.items[number] = Item(number, name, bool(entry[3] & _HIDDEN))

    def _read_places(self, body: bytes) -> None:
        reader = _Reader(body, 4)
        version = body[0]
        sizes = reader.number(2)
        offset_bytes, length_bytes = sizes >> 12, sizes >> 8 & 15
        base_bytes, index_bytes = sizes >> 4 & 15, sizes & 15 if version else 0
        for _ in range(min(reader.number(4 if version >= 2 else 2), ITEMS_LIMIT)):
            number = reader.number(4 if version >= 2 else 2)
            method = reader.number(2) & 15 if version else 0
            reader.number(2)
            base = reader.number(base_bytes)
            extents = []
            for _ in range(min(reader.number(2), ITEMS_LIMIT)):
                reader.number(index_bytes)
                extents.append((base + reader.number(offset_bytes), reader.number(length_bytes)))
            if number in self.items and method <= 1:
                self.items[number].extents = extents
                self.items[number].in_index = method == 1

    def _read_links(self, body: bytes) -> None:
        width = 4 if body[0] else 2
        for kind, link in _boxes(body[4:], most=ITEMS_LIMIT):
            reader = _Reader(link, 0)
            source = reader.number(width)
            targets = [reader.number(width) for _ in range(min(reader.number(2), ITEMS_LIMIT))]
            item = self.items.get(source)
            if item is None or not targets:
                continue
            if kind == b"dimg":
                item.parts = targets
            else:
                item.serves = (kind, targets[0])

    def _read_properties(self, body: bytes) -> None:
        known: list[tuple[bytes, bytes]] = []
        for kind, part in _boxes(body, most=ITEMS_LIMIT):
            if kind == b"ipco":
                known = list(_boxes(part, most=ITEMS_LIMIT))
            elif kind == b"ipma":
                self._associate(part, known)

    def _associate(self, body: bytes, known: list[tuple[bytes, bytes]]) -> None:
        is_wide = bool(body[3] & 1)
        reader = _Reader(body, 4)
        for _ in range(min(reader.number(4), ITEMS_LIMIT)):
            number = reader.number(4 if body[0] else 2)
            for _ in range(reader.number(1)):
                place = reader.number(2) & 0x7FFF if is_wide else reader.number(1) & 0x7F
                if number in self.items and 1 <= place <= len(known):
                    self.items[number].properties.append(known[place - 1])


class _Reader:
    """Reads big-endian numbers one after another; past the end it raises."""

    def __init__(self, body: bytes, at: int) -> None:
        self._body = body
        self._at = at

    def number(self, width: int) -> int:
        """Return the next number of so many bytes; 0 for none."""
        piece = self._body[self._at : self._at + width]
        if len(piece) < width:
            raise RefusedError(Reason.DAMAGED)
        self._at += width
        return int.from_bytes(piece, "big")


def _boxes(
    data: bytes, last: bytes | None = None, most: int = 200
) -> Iterator[tuple[bytes, bytes]]:
    """Yield kind and content of the boxes in ``data``, as far as ``last`` or ``most`` of them."""
    return islice(_walked(data, last), most)


def _walked(data: bytes, last: bytes | None) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1 and at + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        end = len(data) if size == 0 else at + size
        if size != 0 and size < head:
            raise RefusedError(Reason.DAMAGED)
        if kind == b"mdat" and last is not None:  # may be most of the file: not copied
            at = end
            continue
        if end > len(data):
            raise RefusedError(Reason.ENDS_EARLY)
        yield kind, data[at + head : end]
        if kind == last:
            return
        at = end

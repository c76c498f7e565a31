"""A hash list read a piece at a time: digests in groups, and each line that had to be left out.

Lines are what counts: a line is a row, and a bad one is named by its number and left out. What is
held in memory does not grow with the list.
"""

import re
from binascii import unhexlify
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.errors import TableError
from app.known.entries import BadLineError, ColumnLine, PlainLine
from app.known.profiles import DIGEST_COLUMNS, STATED_COLUMNS, Profile
from app.names import shown
from app.table_reading import RowFault
from storage.known.assertion import KIND_BYTES, DigestKind, Stated

PIECE_BYTES = 4 * 1024 * 1024
LONGEST_LINE_BYTES = 100_000
FAULTS_KEPT = 1_000
_DELIMITERS = (",", ";", "\t")
_MARK = b"\xef\xbb\xbf"
_WIDE = ((b"\xff\xfe\x00\x00", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_AS_UTF_8 = "Save it as text in UTF-8 and run it again."
_QUOTED = re.compile(r'"[^"]*"')
_LINE_END = re.compile(rb"\r\n?|\n")

Group = tuple[DigestKind, list[bytes], Stated]


class ListReader:
    """Reads one list; ``groups`` once, and the counts are right after it."""

    def __init__(self, file: Path, profile: Profile) -> None:
        self.lines = self.refused = 0
        self.read_bytes = 0  # how far the reading is
        self.faults: list[RowFault] = []
        self.unused: tuple[str, ...] = ()
        self.open_end: int | None = None  # the last line, where nothing says that it is whole
        self._file = file
        self._profile = profile
        self._plain = PlainLine(profile)
        self._columns: ColumnLine | None = None
        self._row = 0  # lines before the piece at hand
        self._good_row = 0  # the last that named a digest under the header
        self._kinds: set[DigestKind] = set()

    def groups(self) -> Iterator[Group]:
        """Yield digests of one kind of which the list says the same, in the order of the list.

        Raises:
            TableError: The file cannot be read, is no text, or has no column of digests.
        """
        try:
            with self._file.open("rb") as opened:
                for piece, is_whole in self._pieces(opened):
                    yield from self._of_piece(piece, is_whole=is_whole)
        except OSError as error:
            why = (error.strerror or "cannot be read").lower()
            raise self._error(f"the list cannot be read ({why}).", "Look at its path.") from error
        if self.lines == 0:
            raise self._error("the list is empty.", "Name a list of digests.")

    # -- pieces and lines ---------------------------------------------------------------------

    def _pieces(self, opened: BinaryIO) -> Iterator[tuple[bytes, bool]]:
        """Yield whole lines, and whether the last of them ended."""
        carried = opened.read(len(_MARK) + 1)
        for mark, encoding in _WIDE:
            if carried.startswith(mark):
                raise self._error(f"the list is in {encoding}, not in UTF-8.", _AS_UTF_8)
        carried = carried.removeprefix(_MARK)
        while read := opened.read(PIECE_BYTES):
            self.read_bytes = opened.tell()
            carried += read
            end = max(carried.rfind(b"\n"), carried.rfind(b"\r", 0, len(carried) - 1)) + 1
            if end:
                yield carried[:end], True
                carried = carried[end:]
            elif len(carried) > LONGEST_LINE_BYTES:
                carried = self._skip_line(opened, carried)
        if carried:
            yield carried, carried.endswith((b"\n", b"\r"))

    def _skip_line(self, opened: BinaryIO, read: bytes) -> bytes:
        """Leave out a line that is too long to hold; return what was read after it.

        ``read`` is what was read of it: one line, which a CR at its very end may have ended.
        """
        self._refuse(self._row + 1, f"is longer than {LONGEST_LINE_BYTES:,} bytes")
        self._row += 1
        self.lines += 1
        while read:
            if end := _LINE_END.search(read):
                rest = read[end.end() :]
                is_half = not rest and read.endswith(b"\r")  # its LF may be the next byte
                return opened.read(1).removeprefix(b"\n") if is_half else rest
            read = opened.read(PIECE_BYTES)
        return b""

    def _of_piece(self, piece: bytes, *, is_whole: bool) -> Iterator[Group]:
        lines = piece.splitlines()
        if self._row == 0:
            lines = self._begin(lines)
        if self._columns is not None:
            yield from self._of_columns(lines, self._columns)
            if lines and not is_whole and self._good_row == self._row + len(lines):
                self.open_end = self._good_row
        elif is_whole and (group := self._at_once(lines)):
            yield group
        else:
            yield from self._one_by_one(lines, is_whole=is_whole)
        self._row += len(lines)

    def _begin(self, lines: list[bytes]) -> list[bytes]:
        """Look whether the first line names columns; return the lines after it if it does."""
        first = next((at for at, line in enumerate(lines) if line.strip()), 0)
        header = self._text(lines[first])
        if header is None or "\x00" in header:
            raise self._error(f"line {first + 1} is not UTF-8 text.", _AS_UTF_8)
        bare = _QUOTED.sub("", header)
        delimiter = max(_DELIMITERS, key=bare.count)
        cells = [cell.strip().strip('"') for cell in header.split(delimiter)]
        meanings = [self._profile.meaning(cell) for cell in cells]
        if set(meanings) & set(DIGEST_COLUMNS):
            self._use_columns(cells, meanings, delimiter)
            self._row = first + 1
            return lines[first + 1 :]
        if len(cells) > 1:
            known = ", ".join(sorted(self._profile.columns))
            raise self._error(
                "no column is known to hold digests.", f"Columns are: {known}. Name a profile."
            )
        return lines

    def _use_columns(self, cells: list[str], meanings: list[str | None], delimiter: str) -> None:
        for meaning in (*DIGEST_COLUMNS, *STATED_COLUMNS):
            if meanings.count(meaning) > 1:
                raise self._error(f"two columns say {meaning}.", "Take one of them out.")
        self.lines = 0
        self.unused = tuple(
            cell for cell, meaning in zip(cells, meanings, strict=True) if cell and not meaning
        )
        self._columns = ColumnLine(self._profile, cells, delimiter)

    # -- what lines say -----------------------------------------------------------------------

    def _at_once(self, lines: list[bytes]) -> Group | None:
        """Return the digests of lines that are all of one kind; None: look at each."""
        lengths = set(map(len, lines))
        kind = self._plain.kind(lengths.pop()) if len(lengths) == 1 else None
        if kind is None:
            return None
        try:
            raw = unhexlify(b"".join(lines))
        except ValueError:
            return None
        self.lines += len(lines)
        self._kinds.add(kind)
        step = KIND_BYTES[kind]
        return kind, [raw[at : at + step] for at in range(0, len(raw), step)], self._plain.stated

    def _one_by_one(self, lines: list[bytes], *, is_whole: bool) -> Iterator[Group]:
        found: dict[DigestKind, list[bytes]] = {}
        for number, line in enumerate(lines, self._row + 1):
            text = line.strip()
            if not text:
                continue
            self.lines += 1
            is_cut = number == self._row + len(lines) and not is_whole
            try:
                kind, raw = self._plain.digest(self._decoded(text))
            except BadLineError as bad:
                self._refuse(number, str(bad))
                continue
            if is_cut and self._kinds and kind not in self._kinds:
                self._refuse(number, "the list ends within a line: it was cut off here")
                continue
            self._kinds.add(kind)
            found.setdefault(kind, []).append(raw)
        for kind, some in found.items():
            yield kind, some, self._plain.stated

    def _of_columns(self, lines: list[bytes], columns: ColumnLine) -> Iterator[Group]:
        found: dict[tuple[DigestKind, Stated], list[bytes]] = {}
        for number, line in enumerate(lines, self._row + 1):
            if not line.strip():
                continue
            self.lines += 1
            try:
                digests, stated = columns.read(self._decoded(line))
            except BadLineError as bad:
                self._refuse(number, str(bad))
                continue
            self._good_row = number
            for kind, raw in digests:
                found.setdefault((kind, stated), []).append(raw)
        for (kind, stated), some in found.items():
            yield kind, some, stated

    def _decoded(self, line: bytes) -> str:
        if len(line) > LONGEST_LINE_BYTES:
            raise BadLineError(f"is longer than {LONGEST_LINE_BYTES:,} bytes")
        text = self._text(line)
        if text is None:
            raise BadLineError("is not UTF-8 text")
        return text

    def _text(self, line: bytes) -> str | None:
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def _refuse(self, row: int, reason: str) -> None:
        self.refused += 1
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(RowFault(row, reason))

    def _error(self, what: str, advice: str) -> TableError:
        return TableError(f"{shown(str(self._file))}: {what}", advice=advice)

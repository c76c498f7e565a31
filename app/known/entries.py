"""One line of a hash list: the digests in it and what it says of them."""

import csv
from binascii import unhexlify
from collections.abc import Mapping, Sequence
from typing import Final, cast

from app.known.profiles import DIGEST_COLUMNS, STATED_COLUMNS, Profile
from app.names import shown
from storage.known.assertion import KIND_BYTES, DigestKind, Stated

Found = list[tuple[DigestKind, bytes]]

TEXT_MAX_CHARS = 2_000
_SEEN_AT_MOST = 50_000  # things said that are kept at hand
_YES = frozenset({"yes", "true", "1", "y"})
_NO = frozenset({"no", "false", "0", "n"})
_FLAGS = frozenset({"real_child", "generated", "harmless"})
_BY_LENGTH: Final[dict[int, DigestKind]] = {32: "md5", 40: "sha1"}
_LONG = 64


class BadLineError(Exception):
    """A line that is left out; its message is the reason."""


class PlainLine:
    """Reads lines that are one digest each."""

    def __init__(self, profile: Profile) -> None:
        self.stated = _stated({}, {**profile.of_all})
        self._long = cast("DigestKind", profile.long)

    def kind(self, digits: int) -> DigestKind | None:
        """Return the kind of a digest with so many digits, or None."""
        return self._long if digits == _LONG else _BY_LENGTH.get(digits)

    def digest(self, text: str) -> tuple[DigestKind, bytes]:
        """Return the digest that a text is; raises BadLineError."""
        if text[:1] == text[-1:] == '"':  # as a spreadsheet saves a column of texts
            text = text[1:-1].strip()
        kind = self.kind(len(text))
        try:
            raw = unhexlify(text)
        except ValueError:
            raise BadLineError(f"'{_short(text)}' is not a digest") from None
        if kind is None:
            raise BadLineError(f"{len(text)} hexadecimal digits are no digest that is known here")
        return kind, raw


class ColumnLine:
    """Reads lines of cells under a header."""

    def __init__(self, profile: Profile, header: Sequence[str], delimiter: str) -> None:
        meanings = [profile.meaning(column) for column in header]
        self._width = len(header)
        self._delimiter = delimiter
        self._plain = PlainLine(profile)
        self._digests = [(m, at) for at, m in enumerate(meanings) if m in DIGEST_COLUMNS]
        self._stated = [(str(m), at) for at, m in enumerate(meanings) if m in STATED_COLUMNS]
        self._seen: dict[tuple[str, ...], Stated] = {}
        self._of_all = profile.of_all

    def read(self, line: str) -> tuple[Found, Stated]:
        """Return the digests of a line and what it says of them; raises BadLineError."""
        cells = line.split(self._delimiter) if '"' not in line else self._quoted(line)
        if len(cells) != self._width:
            raise BadLineError(f"has {_cells(len(cells))}, the header {self._width}")
        found = [
            self._digest(meaning, text)
            for meaning, at in self._digests
            if (text := cells[at].strip())
        ]
        if not found:
            raise BadLineError("it names no digest")
        said = tuple(cells[at] for _, at in self._stated)
        stated = self._seen.get(said)
        if stated is None:
            if len(self._seen) >= _SEEN_AT_MOST:
                self._seen.clear()
            stated = self._seen[said] = self._what(said)
        return found, stated

    def _quoted(self, line: str) -> list[str]:
        try:
            rows = list(csv.reader([line], delimiter=self._delimiter, strict=True))
        except csv.Error as error:
            if "field limit" in str(error):
                raise BadLineError("a cell is too long") from None
            raise BadLineError("a quotation mark in it is not closed, or stands astray") from None
        return rows[0] if rows else []

    def _digest(self, meaning: str | None, text: str) -> tuple[DigestKind, bytes]:
        if meaning == "hash":
            return self._plain.digest(text)
        kind = cast("DigestKind", meaning)
        digits = 2 * KIND_BYTES[kind]
        try:
            raw = unhexlify(text)
        except ValueError:
            raise BadLineError(f"{kind}: '{_short(text)}' is not hexadecimal") from None
        if len(raw) != KIND_BYTES[kind]:
            raise BadLineError(f"{kind} has {digits} hexadecimal digits, here are {len(text)}")
        return kind, raw

    def _what(self, said: tuple[str, ...]) -> Stated:
        cells = {
            meaning: text
            for (meaning, _), cell in zip(self._stated, said, strict=True)
            if (text := cell.strip())
        }
        return _stated(_texts(cells), {**_flags(cells), **self._of_all})


def _stated(texts: Mapping[str, str], flags: Mapping[str, bool]) -> Stated:
    return Stated(
        category=texts.get("category"),
        real_child=flags.get("real_child"),
        generated=flags.get("generated"),
        harmless=flags.get("harmless"),
        series=texts.get("series"),
        label=texts.get("label"),
        dated=texts.get("dated"),
    )


def _texts(cells: Mapping[str, str]) -> dict[str, str]:
    texts = {name: text for name, text in cells.items() if name not in _FLAGS}
    for name, text in texts.items():
        if len(text) > TEXT_MAX_CHARS:
            raise BadLineError(f"{name} is longer than {TEXT_MAX_CHARS:,} characters")
        if "\x00" in text:
            raise BadLineError(f"{name} holds a NUL character")
    return texts


def _flags(cells: Mapping[str, str]) -> dict[str, bool]:
    flags = {}
    for name in _FLAGS & cells.keys():
        word = cells[name].casefold()
        if word not in _YES | _NO:
            raise BadLineError(f"{name} says '{_short(cells[name])}', and must say yes or no")
        flags[name] = word in _YES
    return flags


def _cells(number: int) -> str:
    return f"{number} cell{'s' * (number != 1)}"


def _short(text: str) -> str:
    return shown(text if len(text) <= 40 else text[:40] + "…")

"""Reads the project's data files (TOML) strictly, and names the line of whatever is wrong."""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NoReturn

from grading.errors import DataFileError
from grading.toml_lines import Path, lines_of

SIZE_MAX_BYTES = 262_144  # a scheme is some 20 kB; what is larger is not one
DEPTH_MAX = 40  # nesting of brackets; a scheme needs 3
TABLES_MAX = 500  # tables under one [[key]]; uk-ew has 25 routes

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)$")
_LONG_NUMBER = re.compile(r"[0-9_]{1000,}")
_NESTING = re.compile(r"[\[\]{}\n]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


def read_toml(data: bytes, where: str, wrong: type[DataFileError]) -> "Section":
    """Return the root table of a data file.

    Args:
        data: The bytes of the file.
        where: Its name, for messages.
        wrong: The error to raise for whatever is wrong with it.

    Raises:
        DataFileError: ``wrong``, when the file is too large, no UTF-8 or no TOML.
    """
    if len(data) > SIZE_MAX_BYTES:
        raise wrong(where, 1, f"the file is larger than {SIZE_MAX_BYTES:,} bytes")
    text = _text(data, where, wrong)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise wrong(where, _line_in(str(error), text), f"not TOML: {_reason(error)}") from error
    except ValueError as error:  # a number of thousands of digits
        line = _line_of(_LONG_NUMBER, text)
        raise wrong(where, line, "a number is too long to be read") from error
    return Section(values, (), _Places(where, wrong, lambda: lines_of(text)))


def _text(data: bytes, where: str, wrong: type[DataFileError]) -> str:
    try:
        text = data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise wrong(where, line, "the text is not UTF-8") from error
    _refuse_depth(text, where, wrong)
    return text


def _refuse_depth(text: str, where: str, wrong: type[DataFileError]) -> None:
    """Deep nesting exhausts the parser's own stack, so brackets are counted before it runs."""
    depth, line = 0, 1
    for mark in _NESTING.findall(text):
        if mark == "\n":
            line += 1
        elif mark in "[{":
            depth += 1
        else:
            depth = max(0, depth - 1)
        if depth > DEPTH_MAX:
            raise wrong(where, line, f"brackets are nested more than {DEPTH_MAX} deep")


def _line_in(message: str, text: str) -> int:
    found = _AT_LINE.search(message)
    return int(found.group(1)) if found else text.rstrip("\n").count("\n") + 1


def _reason(error: Exception) -> str:
    words = _AT_LINE.sub("", str(error)).replace("(at end of document)", "").strip()
    return words[:1].lower() + words[1:]


def _line_of(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


class _Places:
    """Where every value stands, and how a wrong one is refused."""

    def __init__(
        self, where: str, wrong: type[DataFileError], lines: Callable[[], Mapping[Path, int]]
    ) -> None:
        self.where = where
        self._wrong = wrong
        self._found_lines = lines  # to find them takes as long as to read the text
        self.ranges: dict[Path, tuple[int, int]] = {}  # of the numbers that were read

    @cached_property
    def _lines(self) -> Mapping[Path, int]:
        return self._found_lines()

    def line(self, path: Path) -> int:
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def refuse(self, path: Path, why: str) -> NoReturn:
        raise self._wrong(self.where, self.line(path), why)


class Section:
    """One table of a data file, read key by key. ``only`` refuses a key that is not known there."""

    def __init__(self, values: Mapping[str, object], path: Path, places: _Places) -> None:
        self._values = values
        self._path = path
        self._places = places

    @classmethod
    def of_record(
        cls, fields: Mapping[str, object], where: str, wrong: type[DataFileError]
    ) -> "Section":
        """Return the fields of a record, to be read as strictly as a file; all on line 1."""
        return cls(fields, (), _Places(where, wrong, dict))

    def refuse(self, why: str, *below: str | int) -> NoReturn:
        """Raise the file's error for the value ``below`` this table, or for the table itself."""
        self._places.refuse((*self._path, *below), why)

    def only(self, *known: str) -> None:
        """Refuse the first key that is not one of ``known``: a key misspelt is not left aside."""
        for key in self._values:
            if key not in known:
                self.refuse(f"the key {key[:60]!r} is not known here", key)

    def has(self, key: str) -> bool:
        """Return whether the table holds ``key``."""
        return key in self._values

    def text(self, key: str) -> str:
        """Return a string that says something."""
        value = self._take(key)
        if not isinstance(value, str):
            self.refuse(f"{key} must be a text in quotation marks", key)
        if not value.strip():
            self.refuse(f"{key} is empty", key)
        return self._clean(value, key)

    def text_or(self, key: str, default: str) -> str:
        """Return a string that may be empty or absent."""
        if not self.has(key) or self._values[key] == "":
            return default
        return self.text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of one or more different strings."""
        value = self._take(key)
        if not isinstance(value, list) or not value:
            self.refuse(f"{key} must be a list of texts in quotation marks", key)
        seen: set[str] = set()
        for position, entry in enumerate(value):
            if not isinstance(entry, str) or not entry.strip():
                self.refuse(f"{key} must hold texts only", key, position)
            if entry in seen:
                self.refuse(f"{key} names {entry[:60]!r} twice", key, position)
            seen.add(self._clean(entry, key, position))
        return tuple(value)

    def texts_or_empty(self, key: str) -> tuple[str, ...]:
        """Return a list of different strings, which may be empty."""
        if self._values.get(key) == []:
            return ()
        return self.texts(key)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._take(key)
        if not isinstance(value, bool):
            self.refuse(f"{key} must be true or false", key)
        return value

    def number(self, key: str, least: int, most: int) -> int:
        """Return a whole number between ``least`` and ``most``, both allowed."""
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse(f"{key} must be a whole number", key)
        self._places.ranges[*self._path, key] = (least, most)
        if not least <= value <= most:
            self.refuse(f"{key} must lie between {least} and {most}", key)
        return value

    def decimals(self, key: str, least: float, most: float) -> tuple[float, ...]:
        """Return numbers, whole or not, between the two; one alone may stand without a list."""
        value = self._take(key)
        entries = value if isinstance(value, list) else [value]
        if not entries:
            self.refuse(f"{key} must hold a number", key)
        for place, entry in enumerate(entries):
            below = (key, place) if isinstance(value, list) else (key,)
            if isinstance(entry, bool) or not isinstance(entry, int | float):
                self.refuse(f"{key} must hold numbers only", *below)
            if not least <= entry <= most:  # nor is "not a number" between anything
                self.refuse(f"{key} must lie between {least:g} and {most:g}", *below)
        return tuple(map(float, entries))

    def section(self, key: str) -> "Section":
        """Return the table under ``key``."""
        value = self._take(key)
        if not isinstance(value, dict):
            self.refuse(f"{key} must be a table", key)
        return Section(value, (*self._path, key), self._places)

    def sections(self, key: str) -> list["Section"]:
        """Return the tables that stand as ``[[key]]``; none where the key is absent."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            self.refuse(f"{key} must be written as [[{key}]] tables", key)
        if len(value) > TABLES_MAX:
            self.refuse(f"there are more than {TABLES_MAX} [[{key}]] tables", key, TABLES_MAX)
        return [
            Section(entry, (*self._path, key, position), self._places)
            for position, entry in enumerate(value)
        ]

    def ranges(self) -> dict[Path, tuple[int, int]]:
        """Return, for every number of the file that was read, what may stand there."""
        return dict(self._places.ranges)

    def keys(self) -> tuple[str, ...]:
        """Return the keys in the order written."""
        return tuple(self._values)

    def _take(self, key: str) -> object:
        if key not in self._values:
            self.refuse(f"{key} is missing")
        return self._values[key]

    def _clean(self, value: str, *below: str | int) -> str:
        if _CONTROL.search(value):
            self.refuse(f"{below[0]} holds a control character", *below)
        return value

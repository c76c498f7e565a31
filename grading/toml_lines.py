"""On which line each value of a TOML text stands; ``tomllib`` reads values but forgets places."""

import re
import tomllib
from bisect import bisect_left

Path = tuple[str | int, ...]  # keys of tables and positions in arrays, from the root

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\n]+")  # numbers, true, false, dates (which may hold a space)
_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\n]+|#[^\n]*)*")
_BASIC = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_LITERAL = re.compile(r"'[^'\n]*'")
_LONG_BASIC = re.compile(r'"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*"{3,5}')
_LONG_LITERAL = re.compile(r"'''(?:[^']|'{1,2}(?!'))*'{3,5}")


def lines_of(text: str) -> dict[Path, int]:
    """Return the line, counted from 1, of every table and value of ``text``.

    Args:
        text: A TOML document that ``tomllib`` has accepted, its lines ended by line feeds alone.
    """
    return _Scan(text).run()


class _Scan:
    """One pass over a valid document. It reads keys and skips values."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._lines: dict[Path, int] = {}
        self._last_of: dict[Path, int] = {}  # arrays of tables: position of the newest table

    def run(self) -> dict[Path, int]:
        inside: Path = ()
        self._skip(_BLANK)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                inside = self._header()
            else:
                self._pair(inside)
            self._skip(_BLANK)
        return self._lines

    def _skip(self, what: re.Pattern[str]) -> str:
        found = what.match(self._text, self._at)
        if found is None:
            raise ValueError("not the text that was read")
        self._at = found.end()
        return found.group()

    def _mark(self, path: Path, line: int) -> None:
        self._lines.setdefault(path, line)

    def _line(self) -> int:
        return bisect_left(self._ends, self._at) + 1

    def _header(self) -> Path:
        line = self._line()
        brackets = 2 if self._text.startswith("[[", self._at) else 1
        self._at += brackets
        keys = self._keys()
        self._at += brackets
        path: Path = ()
        for key in keys[:-1]:
            path = self._newest((*path, key))
            self._mark(path, line)
        path = (*path, keys[-1])
        self._mark(path, line)
        if brackets == 2:
            self._last_of[path] = self._last_of.get(path, -1) + 1
            path = self._newest(path)
            self._mark(path, line)
        return path

    def _newest(self, path: Path) -> Path:
        return (*path, self._last_of[path]) if path in self._last_of else path

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_SPACE)
            keys.append(self._key())
            self._skip(_SPACE)
            if self._text[self._at] != ".":
                return keys
            self._at += 1

    def _key(self) -> str:
        first = self._text[self._at]
        if first == '"':
            return str(tomllib.loads("key = " + self._skip(_BASIC))["key"])
        if first == "'":
            return self._skip(_LITERAL)[1:-1]
        return self._skip(_BARE_KEY)

    def _pair(self, inside: Path) -> None:
        line = self._line()
        path = inside
        for key in self._keys():
            path = (*path, key)
            self._mark(path, line)
        self._at += 1  # the equals sign
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        first = self._text[self._at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        elif first in "\"'":
            self._string(first)
        else:
            self._skip(_BARE_VALUE)

    def _string(self, quote: str) -> None:
        long = self._text.startswith(quote * 3, self._at)
        if quote == '"':
            self._skip(_LONG_BASIC if long else _BASIC)
        else:
            self._skip(_LONG_LITERAL if long else _LITERAL)

    def _array(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANK)
        position = 0
        while self._text[self._at] != "]":
            self._mark((*path, position), self._line())
            self._value((*path, position))
            self._comma()
            position += 1
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        self._skip(_BLANK)
        while self._text[self._at] != "}":
            self._pair(path)
            self._comma()
        self._at += 1

    def _comma(self) -> None:
        self._skip(_BLANK)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_BLANK)

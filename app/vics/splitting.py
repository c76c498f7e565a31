"""A long JSON text cut into the entries of one of its arrays, without reading what is in them.

Strings and brackets alone are followed, so that a faulty entry is handed on by itself and those
after it are still found. What lies around the entries is read strictly, by a parser that is given
a 0 for each of them.
"""

import re
from collections.abc import Callable, Iterator

import ijson
import orjson

ENTRY_LIMIT_BYTES = 64 * 1024 * 1024  # an entry names each place where its file lay: some megabytes
DEEPEST_AROUND = 64  # brackets that are open at once around the entries
_PIECE_BYTES = 256 * 1024
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
# A lone quote is a string of which the end was not read yet.
_TOKEN = re.compile(_STRING + rb'|["{}\[\]:,]', re.DOTALL)
_FLAT = rb'[^"{}\[\]]++|' + _STRING
_NEXT_BRACKET = re.compile(rb"(?:%s)*+([\"{}\[\]]|\Z)" % _FLAT, re.DOTALL)


def _to_the_end(levels: int) -> re.Pattern[bytes]:
    """Return what goes past the end of a bracket in which others are nested so deep."""
    inner = _FLAT
    for _ in range(levels):
        inner = rb"%s|[{\[](?:%s)*+[}\]]" % (_FLAT, inner)
    return re.compile(rb"(?:%s)*+[}\]]" % inner, re.DOTALL)


_COMMON = _to_the_end(4)  # as an entry nests that is nothing special: at once
_QUOTE, _COLON, _COMMA = b'":,'
_OPENING, _CLOSING = b"{[", b"}]"
_OBJECT, _ARRAY, _ARRAY_END = b"{[]"

Read = Callable[[int], bytes]


class TooLargeError(Exception):
    """An entry, or what stands around the entries, goes on and on."""


class CutOffError(Exception):
    """The text ends in the midst of an entry."""


class Splitter:
    """Finds the entries of one text.

    Args:
        read: Gives so many bytes at most, none at the end.
        way: The keys that lead to the array of entries, each to an array: ``("value", "Media")``.
    """

    def __init__(self, read: Read, way: tuple[str, ...]) -> None:
        self._read = read
        self._way = way
        self._buffer, self._at = b"", 0  # what was read, and how far that was gone through
        self._around = _Around()
        self._open: list[tuple[int, str]] = []  # brackets, with the key at hand in an object
        self._string = b'""'  # the last one met: a key, if a colon follows

    def entries(self) -> Iterator[bytes]:
        """Yield each entry, as its bytes stand.

        Raises:
            TooLargeError: One is larger than any could be.
            CutOffError, ijson.JSONError, ValueError: What is around the entries is no JSON.
        """
        while True:
            token = self._next_token()
            if token is None:
                break
            if self._goes_in(token):
                yield from self._elements()
        self._around.end()

    # -- around the entries -------------------------------------------------------------------

    def _next_token(self) -> int | None:
        """Go past the next token around the entries and return it; None at the end."""
        while True:
            found = _TOKEN.search(self._buffer, self._at)
            if found is not None and found.group() != b'"':
                self._around.take(self._buffer[self._at : found.end()])
                self._at = found.end()
                if self._buffer[found.start()] == _QUOTE:
                    self._string = found.group()
                return self._buffer[found.start()]
            if found is None:
                self._around.take(self._buffer[self._at :])
                self._at = len(self._buffer)
            if not self._more(self._at):
                self._around.take(self._buffer[self._at :])
                return None

    def _goes_in(self, token: int) -> bool:
        """Keep account of brackets and keys; return whether an array of entries begins."""
        if token == _COLON and self._open:
            self._open[-1] = (self._open[-1][0], str(orjson.loads(self._string)))
        elif token in _OPENING:
            self._open.append((token, ""))
            if len(self._open) > DEEPEST_AROUND:
                raise ValueError("nested too deeply")
            return token == _ARRAY and self._is_way()
        elif token in _CLOSING and self._open:
            self._open.pop()
        return False

    def _is_way(self) -> bool:
        wanted = [step for key in self._way for step in ((_OBJECT, key), (_ARRAY, ""))]
        return self._open == wanted

    # -- among the entries --------------------------------------------------------------------

    def _elements(self) -> Iterator[bytes]:
        """Yield what stands between the commas of the array at hand, to its end."""
        start = self._at
        while True:
            token, start = self._past_token(start)
            if token in _OPENING:
                start = self._past_brackets(start)
            elif token in (_COMMA, _ARRAY_END):
                entry = self._buffer[start : self._at - 1].strip()
                self._around.take(
                    (b"0," if token == _COMMA else b"0]") if entry else bytes([token])
                )
                start = self._at
                if entry:
                    yield entry
                if token == _ARRAY_END:
                    self._open.pop()
                    return
            elif token in _CLOSING:
                raise ValueError("a bracket closes what was not opened")

    def _past_token(self, start: int) -> tuple[int, int]:
        """Go past the next token of the entry that began at ``start``; return both."""
        while True:
            found = _TOKEN.search(self._buffer, self._at)
            if found is not None and found.group() != b'"':
                self._at = found.end()
                return self._buffer[found.start()], start
            if found is None:
                self._at = len(self._buffer)
            start = self._more_of(start)

    def _past_brackets(self, start: int) -> int:
        """Go past the end of the bracket that was just opened."""
        whole = _COMMON.match(self._buffer, self._at)
        if whole is not None:
            self._at = whole.end()
            return start
        depth = 1
        while depth:
            found = _NEXT_BRACKET.match(self._buffer, self._at)
            bracket = found.group(1) if found else b""
            if found is not None and bracket and bracket != b'"':
                depth += 1 if bracket in _OPENING else -1
                self._at = found.end()
            else:
                if found is not None:
                    self._at = found.start(1)
                start = self._more_of(start)
        return start

    def _more_of(self, start: int) -> int:
        """Read more of an entry; return where it begins now."""
        if not self._more(start):
            raise CutOffError
        return 0

    def _more(self, keep_from: int) -> bool:
        """Read on, as much as is kept at least, so that a long entry is gone through but twice."""
        kept = self._buffer[keep_from:]
        if len(kept) > ENTRY_LIMIT_BYTES:
            raise TooLargeError
        data = self._read(max(_PIECE_BYTES, len(kept)))
        self._buffer, self._at = kept + data, self._at - keep_from
        return bool(data)


class _Around:
    """Reads what stands around the entries; raises ijson.JSONError where that is no JSON."""

    def __init__(self) -> None:
        self._events = ijson.sendable_list()
        self._parser = ijson.basic_parse_coro(self._events)
        self._waiting: list[bytes] = []
        self._size = 0

    def take(self, text: bytes) -> None:
        """Take some more of it."""
        self._waiting.append(text)
        self._size += len(text)
        if self._size >= _PIECE_BYTES:
            self._send()

    def end(self) -> None:
        """There is no more."""
        self._send()
        self._parser.close()

    def _send(self) -> None:
        text, self._waiting, self._size = b"".join(self._waiting), [], 0
        if text:
            self._parser.send(text)
        self._events.clear()

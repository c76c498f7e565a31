"""Which PDQ fingerprints lie near each other: exact, by multi-index hashing.

A fingerprint of 256 bits is cut into 16 words of 16 bits. Two that differ in at most 31 bits agree
in some word but for one bit at most, for 16 words of two differing bits each would make 32. So the
words of what is sought, and each with one bit turned, name all that can be near; only those are
compared in full. Nothing is missed, and nothing is estimated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BITS = 256
BYTES = BITS // 8
# The distance that PDQ's authors advise: at most 31 of 256 bits differ in what is the same picture.
RADIUS_BITS = 31
# Under this quality (0 to 100) the authors advise to use no fingerprint: a picture without detail,
# whose bits are noise and lie near to those of any other such picture.
LEAST_QUALITY = 50

_WORDS = 16
_VALUES = 1 << 16
_TURNS = np.array([0, *(1 << bit for bit in range(16))], np.int64)
# How many fingerprints are compared at a time: what they need stays in the processor's cache.
_CANDIDATES_AT_A_TIME = 1 << 18
_QUERIES_AT_A_TIME = 2048
_LEAST_AHEAD = 16
_PAIRS_AHEAD = 1 << 14

Codes = NDArray[np.uint64]  # a row of four words a fingerprint
Places = NDArray[np.int64]
Bits = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Near:
    """A fingerprint that is near: its place in the index, and how many bits differ."""

    place: int
    bits: int


@dataclass(frozen=True, slots=True)
class Nears:
    """Pairs that are near, as columns of one length: which query, which place, bits that differ."""

    queries: Places
    places: Places
    bits: Bits


def codes_of(prints: Sequence[str]) -> Codes:
    """Return fingerprints in hex as rows of an array, in the same order.

    Raises:
        ValueError: one of them is not 64 hexadecimal digits.
    """
    raw = [bytes.fromhex(one) for one in prints]
    if any(len(one) != BYTES for one in raw):
        raise ValueError(f"a PDQ fingerprint has {2 * BYTES} hexadecimal digits")
    return codes_of_bytes(b"".join(raw))


def codes_of_bytes(raw: bytes | memoryview) -> Codes:
    """Return fingerprints that lie one after another, 32 bytes each, without copying them.

    Raises:
        ValueError: the length is no multiple of 32.
    """
    return np.frombuffer(raw, np.uint64).reshape(-1, BYTES // 8)


class PdqIndex:
    """Finds all fingerprints, of up to 100 million, that are near to one.

    Beside the codes themselves, which are not copied, it holds 64 bytes a fingerprint and 8 MB.
    Asking is safe from several threads.
    """

    def __init__(self, codes: Codes, radius_bits: int = RADIUS_BITS) -> None:
        """Index the rows of ``codes``; a row's number is its place.

        Raises:
            ValueError: the radius is larger than what such words find without a miss.
        """
        if not 0 <= radius_bits <= RADIUS_BITS:
            raise ValueError(f"near means {RADIUS_BITS} bits at most")
        self._codes = np.ascontiguousarray(codes)
        self._radius = radius_bits
        count = len(codes)
        # Places by the value of each word, one word after another, and where each value begins.
        self._order = np.empty(_WORDS * count, np.uint32)
        self._begins = np.empty((_WORDS, _VALUES + 1), np.int64)
        words = _words_of(self._codes)
        for word in range(_WORDS):
            column = np.ascontiguousarray(words[:, word])
            at = word * count
            self._order[at : at + count] = np.argsort(column, kind="stable")
            self._begins[word, 0] = at
            self._begins[word, 1:] = at + np.cumsum(np.bincount(column, minlength=_VALUES))

    def __len__(self) -> int:
        return len(self._codes)

    def near(self, pdq: str) -> list[Near]:
        """Return all that are near to a fingerprint in hex, the nearest first, then by place."""
        found = self.near_all(codes_of([pdq]))
        ranked = np.lexsort((found.places, found.bits))
        return [Near(int(found.places[at]), int(found.bits[at])) for at in ranked]

    def near_all(self, queries: Codes, *, above: int | None = None) -> Nears:
        """Return each pair of a query and what is near to it, once, by query and then by place.

        With ``above`` the queries are the index's own rows from that one on, and only pairs with
        a later place are wanted: ``near_all(codes, above=0)`` has each pair of different rows once.
        """
        parts = list(self._near_parts(np.ascontiguousarray(queries), above))
        return Nears(
            np.concatenate([part.queries for part in parts] or [np.empty(0, np.int64)]),
            np.concatenate([part.places for part in parts] or [np.empty(0, np.int64)]),
            np.concatenate([part.bits for part in parts] or [np.empty(0, np.uint16)]),
        )

    def _near_parts(self, queries: Codes, above: int | None) -> Iterator[Nears]:
        for first in range(0, len(queries), _QUERIES_AT_A_TIME):
            block = queries[first : first + _QUERIES_AT_A_TIME]
            begins, counts = self._buckets(block)
            for part in _parts(counts.sum(axis=1)):
                asked, places = self._candidates(begins[part], counts[part])
                asked += part.start
                if above is not None:
                    later = np.flatnonzero(places > asked + (first + above))
                    asked, places = asked[later], places[later]
                yield self._compared(block, asked, places, first)

    def _buckets(self, queries: Codes) -> tuple[Places, Places]:
        """Return where in the order the candidates of each query begin, and how many they are."""
        values = _words_of(queries).astype(np.int64)[:, :, None] ^ _TURNS
        at = values + (np.arange(_WORDS) * (_VALUES + 1))[None, :, None]
        flat = self._begins.ravel()
        begins = flat[at].reshape(len(queries), -1)
        return begins, flat[at + 1].reshape(len(queries), -1) - begins

    def _candidates(self, begins: Places, counts: Places) -> tuple[Places, NDArray[np.uint32]]:
        """Return which query asks for which place, a row for each that may be near."""
        begins, counts = begins.ravel(), counts.ravel()
        some = np.flatnonzero(counts)
        begins, counts = begins[some], counts[some]
        # A candidate stands as far behind its bucket's beginning as it comes later in the bucket.
        at = np.repeat(begins - (np.cumsum(counts) - counts), counts)
        at += np.arange(len(at))
        return np.repeat(some // (_WORDS * len(_TURNS)), counts), self._order[at]

    def _compared(
        self, block: Codes, queries: Places, places: NDArray[np.uint32], first: int
    ) -> Nears:
        for word in (0, 1):  # most are out by the first words, and the rest is not read then
            bits = np.bitwise_count(block[:, word][queries] ^ self._codes[:, word][places])
            kept = np.flatnonzero(bits <= self._radius)
            queries, places = queries[kept], places[kept]
        bits = np.bitwise_count(block[queries] ^ self._codes[places]).sum(axis=1, dtype=np.uint16)
        kept = np.flatnonzero(bits <= self._radius)
        # The same pair is found by each word that is alike.
        pairs = queries[kept] * np.int64(len(self._codes)) + places[kept]
        _, once = np.unique(pairs, return_index=True)
        kept = kept[once]
        return Nears(queries[kept] + first, places[kept].astype(np.int64), bits[kept])


def near_groups(codes: Codes, radius_bits: int = RADIUS_BITS) -> list[tuple[Near, ...]]:
    """Return the groups of near-copies among the rows of ``codes``; what is single is in none.

    Rows are in order of precedence. A row that is near to no earlier first is itself a first;
    any other belongs to the first that is nearest to it, of several the earliest. So each member
    is within the radius of its group's first, no chain of small steps joins what is far apart, and
    what belongs together depends on the rows and their precedence alone.

    A group begins with its first (0 bits), then come its members, the nearest first, then by place.
    """
    index = PdqIndex(codes, radius_bits)
    firsts = np.full(len(codes), -1, np.int64)
    bits = np.full(len(codes), BITS, np.uint16)
    at, ahead = 0, _LEAST_AHEAD
    while at < len(codes):
        open_rows = at + np.flatnonzero(firsts[at : at + ahead] < 0)
        at += ahead
        found = index.near_all(codes[open_rows])
        _settle(open_rows, found, firsts, bits)
        ahead = _rows_ahead(len(open_rows), len(found.places))
    return _as_groups(firsts, bits)


def _rows_ahead(asked: int, found: int) -> int:
    """Return how many rows to ask of at once: few where each has many near, for most fall away."""
    each = max(found / max(asked, 1), 1.0)
    return int(min(max(_PAIRS_AHEAD / each, _LEAST_AHEAD), _PAIRS_AHEAD))


def _settle(rows: Places, found: Nears, firsts: Places, bits: Bits) -> None:
    """Make firsts of those rows that are near to no earlier one, and give them what is near."""
    ends = np.searchsorted(found.queries, np.arange(len(rows)), side="right")
    begins = np.concatenate(([0], ends[:-1]))
    for number in range(len(rows)):
        row = rows[number]
        if firsts[row] >= 0:
            continue
        near = slice(begins[number], ends[number])
        places, apart = found.places[near], found.bits[near]
        nearer = apart < bits[places]
        firsts[places[nearer]] = row
        bits[places[nearer]] = apart[nearer]


def _as_groups(firsts: Places, bits: Bits) -> list[tuple[Near, ...]]:
    """Return the rows by group, in the order of the groups' firsts."""
    rows = np.lexsort((np.arange(len(firsts)), bits, firsts))
    cuts = np.flatnonzero(np.diff(firsts[rows])) + 1
    return [
        tuple(Near(int(row), int(bits[row])) for row in group)
        for group in np.split(rows, cuts)
        if len(group) > 1
    ]


def _parts(counts: Places) -> Iterator[slice]:
    """Yield runs of queries that have not too many candidates together, one query at least."""
    ends = np.cumsum(counts)
    first = 0
    while first < len(counts):
        before = ends[first - 1] if first else 0
        stop = int(np.searchsorted(ends, before + _CANDIDATES_AT_A_TIME, side="right"))
        stop = max(stop, first + 1)
        yield slice(first, stop)
        first = stop


def _words_of(codes: Codes) -> NDArray[np.uint16]:
    return codes.view(np.uint16).reshape(-1, _WORDS)

"""Near-copies and known codes: grouping of 1,000 to 100,000, a query against 1 and 10 million."""

from collections.abc import Callable
from statistics import median
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from blur.similar import RADIUS_BITS, PdqIndex, near_groups
from tests.benchmarks.measure import Measure, in_turns, timed_s
from tests.benchmarks.peers import absent, library, timed_median_s

COMMAND = "python -m tests.benchmarks --only near"
GROUPED = (1_000, 10_000, 100_000)
KNOWN = (1_000_000, 10_000_000)
QUERIES = 200
MOST_BITS = 20
BRUTE = "compare each with each: XOR and count of bits in numpy"
BRUTE_ROWS = 512
FLAT = "faiss, IndexBinaryFlat: compare each with each, one thread"

Codes = NDArray[np.uint64]


def measure(rounds: int) -> list[Measure]:
    """Group near-copies, and ask an index."""
    noise = np.random.default_rng(20_261)
    return [
        *(one for count in GROUPED for one in grouping(noise, count, rounds)),
        *(one for count in KNOWN for one in known(noise, count)),
    ]


def grouping(noise: np.random.Generator, count: int, rounds: int) -> list[Measure]:
    """Seconds for all groups, a fifth of the codes being near-copies of others."""
    codes = with_copies(noise, count)
    # The floor is of a hundredth of the rows where all of them would take minutes.
    rows = count if count <= 10_000 else count // 100
    pair = in_turns(lambda: near_groups(codes), brute(codes, rows), rounds)
    floors = [(pair.floor_median_s * count / rows, BRUTE)]
    flat = flat_of(codes)
    if flat is not None:
        some = flat.asked(codes[:rows])
        floors.append((timed_median_s(some, rounds) * count / rows, FLAT))
    return [
        Measure(
            f"near-copies grouped, {count:,}",
            pair.work_median_s,
            "s",
            floor_s,
            floor_name,
            COMMAND,
            with_absent("exact; within 31 of 256 bits; a fifth are near-copies"),
        )
        for floor_s, floor_name in floors
    ]


def known(noise: np.random.Generator, count: int) -> list[Measure]:
    """Milliseconds for one query; its floor compares with every code."""
    codes = noise.integers(0, 2**64, (count, 4), dtype=np.uint64)
    index = PdqIndex(codes)
    asked = [codes[place].tobytes().hex() for place in noise.integers(0, count, QUERIES)]
    work_s = [timed_s(ask(index, pdq)) for pdq in asked]
    floor_s = median(timed_s(brute(codes, 1)) for _ in range(3))
    held_mb = 96 * count / 1e6 + 8
    note = f"exact, 31 bits; median of {QUERIES}; holds {held_mb:,.0f} MB, codes included"
    name = f"a PDQ against {count // 1_000_000} million known"
    floors = [(floor_s, BRUTE)]
    flat = flat_of(codes)
    if flat is not None:
        floors.append((timed_median_s(flat.asked(codes[:1]), 5), FLAT))
    value = 1000 * median(work_s)
    note = with_absent(note)
    return [
        Measure(name, value, "ms", 1000 * floor, called, COMMAND, note) for floor, called in floors
    ]


class Flat:
    """faiss's index that compares with every code, exact as ours is, on one thread."""

    def __init__(self, faiss: ModuleType, codes: Codes) -> None:
        faiss.omp_set_num_threads(1)
        self._index = faiss.IndexBinaryFlat(256)
        self._index.add(codes.view(np.uint8).reshape(len(codes), 32))

    def asked(self, codes: Codes) -> Callable[[], object]:
        """Return a call that asks for all within the radius of these."""
        rows = codes.view(np.uint8).reshape(len(codes), 32)
        return lambda: self._index.range_search(rows, RADIUS_BITS + 1)


def flat_of(codes: Codes) -> Flat | None:
    """Return the peer's index over codes; None where faiss is not installed."""
    faiss = library("faiss")
    return Flat(faiss, codes) if faiss is not None else None


def with_absent(note: str) -> str:
    """Return a note that says so where the peer is not installed."""
    missing = absent([] if library("faiss") is not None else ["faiss"])
    return f"{note}; {missing}" if missing else note


def ask(index: PdqIndex, pdq: str) -> Callable[[], object]:
    """Return a call that asks an index."""
    return lambda: index.near(pdq)


def brute(codes: Codes, rows: int) -> Callable[[], object]:
    """Return a call that compares some rows with all."""

    def compare() -> None:
        for first in range(0, rows, BRUTE_ROWS):
            for row in codes[first : min(first + BRUTE_ROWS, rows)]:
                np.bitwise_count(codes ^ row).sum(axis=1, dtype=np.uint16)

    return compare


def with_copies(noise: np.random.Generator, count: int) -> Codes:
    """Return codes of which a fifth are up to twenty bits away from another."""
    codes = noise.integers(0, 2**64, (count, 4), dtype=np.uint64)
    copies = count // 5
    rows = np.arange(count - copies, count)
    codes[rows] = codes[noise.integers(0, count - copies, copies)]
    for _ in range(MOST_BITS):
        bits = noise.integers(0, 256, copies)
        codes[rows, bits // 64] ^= np.uint64(1) << (bits % 64).astype(np.uint64)
    return codes

"""Near-copies and known codes: grouping of 1,000 to 100,000, a query against 1 and 10 million."""

from collections.abc import Callable
from statistics import median

import numpy as np
from numpy.typing import NDArray

from blur.similar import PdqIndex, near_groups
from tests.benchmarks.measure import Measure, in_turns, timed_s

COMMAND = "python -m tests.benchmarks --only near"
GROUPED = (1_000, 10_000, 100_000)
KNOWN = (1_000_000, 10_000_000)
QUERIES = 200
MOST_BITS = 20
BRUTE = "compare each with each: XOR and count of bits in numpy"
BRUTE_ROWS = 512

Codes = NDArray[np.uint64]


def measure(rounds: int) -> list[Measure]:
    """Group near-copies, and ask an index."""
    noise = np.random.default_rng(20_261)
    return [
        *(grouping(noise, count, rounds) for count in GROUPED),
        *(known(noise, count) for count in KNOWN),
    ]


def grouping(noise: np.random.Generator, count: int, rounds: int) -> Measure:
    """Seconds for all groups, a fifth of the codes being near-copies of others."""
    codes = with_copies(noise, count)
    # The floor is of a hundredth of the rows where all of them would take minutes.
    rows = count if count <= 10_000 else count // 100
    pair = in_turns(lambda: near_groups(codes), brute(codes, rows), rounds)
    return Measure(
        f"near-copies grouped, {count:,}",
        pair.work_median_s,
        "s",
        pair.floor_median_s * count / rows,
        BRUTE,
        COMMAND,
        "exact; within 31 of 256 bits; a fifth are near-copies",
    )


def known(noise: np.random.Generator, count: int) -> Measure:
    """Milliseconds for one query; its floor compares with every code."""
    codes = noise.integers(0, 2**64, (count, 4), dtype=np.uint64)
    index = PdqIndex(codes)
    asked = [codes[place].tobytes().hex() for place in noise.integers(0, count, QUERIES)]
    work_s = [timed_s(ask(index, pdq)) for pdq in asked]
    floor_s = median(timed_s(brute(codes, 1)) for _ in range(3))
    held_mb = 96 * count / 1e6 + 8
    note = f"exact, 31 bits; median of {QUERIES}; holds {held_mb:,.0f} MB, codes included"
    name = f"a PDQ against {count // 1_000_000} million known"
    return Measure(name, 1000 * median(work_s), "ms", 1000 * floor_s, BRUTE, COMMAND, note)


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

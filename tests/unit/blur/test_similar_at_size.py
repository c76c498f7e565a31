"""Near-copies among 20,000 and 100,000 fingerprints: the index held against comparing, no miss.

Comparing here goes over whole columns of words and uses nothing of the index. 20,000 are compared
each with each. Among 100,000 a share of the rows is; the rest follows from how they are drawn:
fingerprints of different families differ in bits of an even coin, and that at most 31 of 256 do so
has a chance of 10 to the power of -36 a pair.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from blur.similar import BITS, RADIUS_BITS, Near, PdqIndex, near_groups

Codes = NDArray[np.uint64]
Pairs = dict[tuple[int, int], int]
WORDS, WORD_BITS = 16, 16
COPIES = 5  # of each original that has any
SAMPLED = 400


def crowd(noise: np.random.Generator, count: int) -> tuple[Codes, NDArray[np.int64]]:
    """Fingerprints in a drawn order, and the family of each: a third are copies of another.

    A copy has up to 40 bits turned, and as often as not 30 to 33, about the radius.
    """
    copies = count // 3
    codes = noise.integers(0, 2**64, (count, 4), dtype=np.uint64)
    families = np.arange(count)
    families[-copies:] = np.repeat(np.arange(-(-copies // COPIES)), COPIES)[:copies]
    turned = noise.integers(0, 41, copies)
    about = noise.random(copies) < 0.5
    turned[about] = noise.integers(RADIUS_BITS - 1, RADIUS_BITS + 3, about.sum())
    codes[-copies:] = codes[families[-copies:]] ^ masks(noise, turned)
    order = noise.permutation(count)
    return codes[order], families[order]


def masks(noise: np.random.Generator, turned: NDArray[np.int64]) -> Codes:
    """Rows of 256 bits with so many set, anywhere."""
    ranks = noise.random((len(turned), BITS), dtype=np.float32).argsort(axis=1)
    return np.packbits(ranks < turned[:, None], axis=1).view(np.uint64)


def compared(codes: Codes, row: int, start: int = 0) -> NDArray[np.uint16]:
    """In how many bits a fingerprint differs from each, from ``start`` on."""
    apart = np.zeros(len(codes) - start, np.uint16)
    for word in range(4):
        apart += np.bitwise_count(codes[start:, word] ^ codes[row, word])
    return apart


def each_with_each(codes: Codes) -> Pairs:
    columns = np.asfortranarray(codes)
    near: Pairs = {}
    for row in range(len(codes)):
        apart = compared(columns, row, row + 1)
        for place in np.flatnonzero(apart <= RADIUS_BITS).tolist():
            near[row, row + 1 + place] = int(apart[place])
    return near


def within_families(codes: Codes, families: NDArray[np.int64]) -> Pairs:
    """All near pairs of a crowd: no others are near."""
    members = defaultdict(list)
    for row, family in enumerate(families.tolist()):
        members[family].append(row)
    whole = {
        row: int.from_bytes(codes[row].tobytes(), "little")
        for rows in members.values()
        if len(rows) > 1
        for row in rows
    }
    return {
        (one, other): bits
        for rows in members.values()
        for at, one in enumerate(rows)
        for other in rows[at + 1 :]
        if (bits := (whole[one] ^ whole[other]).bit_count()) <= RADIUS_BITS
    }


def found_by_index(codes: Codes) -> Pairs:
    found = PdqIndex(codes).near_all(codes, above=0)
    pairs = zip(found.queries.tolist(), found.places.tolist(), strict=True)
    return dict(zip(pairs, found.bits.tolist(), strict=True))


def by_the_rule(rows: Iterable[int], near: Mapping[tuple[int, int], int]) -> list[tuple[Near, ...]]:
    """Groups as they are told, row by row: a first is near to no earlier one, and has what is
    nearest to it, of several firsts the earliest."""
    beside = defaultdict(dict[int, int])
    for (one, other), bits in near.items():
        beside[one][other] = beside[other][one] = bits
    groups: dict[int, list[tuple[int, int]]] = {}
    for row in rows:
        if not beside[row].keys() & groups.keys():
            groups[row] = [(0, row)]
    for row in beside.keys() - groups.keys():
        bits, first = min((apart, one) for one, apart in beside[row].items() if one in groups)
        groups[first].append((bits, row))
    return [
        tuple(Near(row, bits) for bits, row in sorted(group))
        for group in groups.values()
        if len(group) > 1
    ]


@pytest.fixture
def noise(dice: random.Random) -> np.random.Generator:
    return np.random.default_rng(dice.getrandbits(32))


def test_that_of_twenty_thousand_every_near_pair_is_found_and_grouped_by_the_rule(
    noise: np.random.Generator,
) -> None:
    codes, families = crowd(noise, 20_000)
    near = each_with_each(codes)
    assert near == within_families(codes, families)  # so it may stand for comparing, below
    assert found_by_index(codes) == near
    assert {RADIUS_BITS - 1, RADIUS_BITS} <= set(near.values())
    assert near_groups(codes) == by_the_rule(range(len(codes)), near)


def test_that_a_hundred_thousand_are_grouped_by_the_rule_without_a_miss(
    noise: np.random.Generator,
) -> None:
    codes, families = crowd(noise, 100_000)
    near = within_families(codes, families)
    columns = np.asfortranarray(codes)
    for row in noise.choice(len(codes), SAMPLED, replace=False).tolist():
        alike = np.flatnonzero(compared(columns, row) <= RADIUS_BITS).tolist()
        assert {(min(row, one), max(row, one)) for one in alike if one != row} <= near.keys()
    assert near_groups(codes) == by_the_rule(range(len(codes)), near)


def test_that_each_word_alone_leads_to_what_is_near_by_each_of_its_bits(
    noise: np.random.Generator,
) -> None:
    """Why nothing is missed: 31 bits in 16 words leave a word with one of them at most.

    Here each word in turn is that word, and each of its bits the one, or none: the other fifteen
    words have two each, 30 or 31 bits in all. With two in the last word too it is 32, and far.
    """
    near = [
        [one if at == word else two_bits(noise) for at in range(WORDS)]
        for word in range(WORDS)
        for one in (0, *(1 << bit for bit in range(WORD_BITS)))
    ]
    far = [[two_bits(noise) for _ in range(WORDS)] for _ in near]
    query = noise.integers(0, 2**64, 4, dtype=np.uint64)
    planted = query ^ np.array([*near, *far], np.uint16).view(np.uint64)
    others = noise.integers(0, 2**64, (20_000, 4), dtype=np.uint64)
    index = PdqIndex(np.concatenate([others, planted]))
    found = {one.place - len(others): one.bits for one in index.near(query.tobytes().hex())}
    assert found == {at: 30 + any(map(is_one_bit, words)) for at, words in enumerate(near)}


def two_bits(noise: np.random.Generator) -> int:
    one, other = noise.choice(WORD_BITS, 2, replace=False)
    return 1 << int(one) | 1 << int(other)


def is_one_bit(word: int) -> bool:
    return word.bit_count() == 1

"""Near fingerprints: found by multi-index hashing, held against comparing each with each."""

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from blur.similar import BITS, RADIUS_BITS, Near, PdqIndex, codes_of, near_groups

Codes = NDArray[np.uint64]


def drawn(dice: random.Random, count: int) -> Codes:
    """Fingerprints, a third of them some bits away from another: up to twice the radius."""
    noise = np.random.default_rng(dice.getrandbits(32))
    codes = noise.integers(0, 2**64, (count, 4), dtype=np.uint64)
    for row in range(count - count // 3, count):
        codes[row] = turned(
            codes[noise.integers(0, row)], noise.integers(0, 2 * RADIUS_BITS), noise
        )
    return codes[noise.permutation(count)]


def turned(code: NDArray[np.uint64], bits: int, noise: np.random.Generator) -> Codes:
    """A fingerprint with so many bits turned, anywhere."""
    number = int.from_bytes(code.tobytes(), "little")
    for bit in noise.choice(BITS, bits, replace=False):
        number ^= 1 << int(bit)
    return np.frombuffer(number.to_bytes(32, "little"), np.uint64)


def each_with_each(codes: Codes, radius: int = RADIUS_BITS) -> dict[tuple[int, int], int]:
    """All near pairs, by comparing whole numbers: nothing of the index is used."""
    whole = [int.from_bytes(row.tobytes(), "little") for row in codes]
    apart = {
        (one, other): (whole[one] ^ whole[other]).bit_count()
        for one in range(len(whole))
        for other in range(one + 1, len(whole))
    }
    return {pair: bits for pair, bits in apart.items() if bits <= radius}


@pytest.mark.parametrize("radius", [0, 10, RADIUS_BITS])
def test_that_no_near_pair_is_missed_and_none_is_invented(dice: random.Random, radius: int) -> None:
    codes = drawn(dice, 900)
    found = PdqIndex(codes, radius).near_all(codes, above=0)
    pairs = list(zip(found.queries.tolist(), found.places.tolist(), strict=True))
    assert dict(zip(pairs, found.bits.tolist(), strict=True)) == each_with_each(codes, radius)
    assert len(pairs) == len(set(pairs))


def test_that_the_largest_distance_is_found_however_its_bits_are_spread(
    dice: random.Random,
) -> None:
    """Worst case of the words: 31 bits, two in each word but one."""
    code = random_code(dice)
    for kept_word in range(16):
        other = code
        for word in range(16):
            for bit in dice.sample(range(16), 1 if word == kept_word else 2):
                other ^= 1 << (16 * word + bit)
        index = PdqIndex(codes_of([f"{other:064x}"]))
        assert index.near(f"{code:064x}") == [Near(0, RADIUS_BITS)]
        farther = other ^ (1 << (16 * kept_word + free_bit(code ^ other, kept_word)))
        assert PdqIndex(codes_of([f"{farther:064x}"])).near(f"{code:064x}") == []


def random_code(dice: random.Random) -> int:
    return dice.getrandbits(BITS)


def free_bit(turned_bits: int, word: int) -> int:
    """A bit of a word that is not turned yet."""
    return next(bit for bit in range(16) if not turned_bits >> (16 * word + bit) & 1)


def test_that_what_is_near_comes_nearest_first(dice: random.Random) -> None:
    noise = np.random.default_rng(dice.getrandbits(32))
    first = noise.integers(0, 2**64, 4, dtype=np.uint64)
    codes = np.stack([turned(first, bits, noise) for bits in (9, 200, 0, 31, 9, 32)])
    assert PdqIndex(codes).near(first.tobytes().hex()) == [
        *(Near(2, 0), Near(0, 9), Near(4, 9), Near(3, 31)),
    ]


def test_that_each_member_is_near_to_its_first_and_belongs_to_the_nearest(
    dice: random.Random,
) -> None:
    codes = drawn(dice, 900)
    near = each_with_each(codes)
    near |= {(other, one): bits for (one, other), bits in near.items()}
    firsts: list[int] = []
    for row in range(len(codes)):  # the rule as it is told, row by row
        if all((row, first) not in near for first in firsts):
            firsts.append(row)
    wanted: dict[int, list[tuple[int, int]]] = {first: [(0, first)] for first in firsts}
    for row in set(range(len(codes))) - set(firsts):
        bits, first = min((near[row, one], one) for one in firsts if (row, one) in near)
        wanted[first].append((bits, row))
    groups = [tuple(Near(row, bits) for bits, row in sorted(wanted[one])) for one in firsts]
    assert near_groups(codes) == [group for group in groups if len(group) > 1]
    assert any(len(group) > 1 for group in groups)


def test_that_a_chain_of_small_steps_does_not_join_its_ends(dice: random.Random) -> None:
    start = random_code(dice)
    steps = [start ^ ((1 << (20 * number)) - 1) for number in range(6)]
    groups = near_groups(codes_of([f"{code:064x}" for code in steps]))
    assert [[near.place for near in group] for group in groups] == [[0, 1], [2, 3], [4, 5]]


def test_that_thousands_of_the_same_picture_are_one_group(dice: random.Random) -> None:
    noise = np.random.default_rng(dice.getrandbits(32))
    first = noise.integers(0, 2**64, 4, dtype=np.uint64)
    codes = np.stack([turned(first, 5, noise) for _ in range(3000)])
    assert [len(group) for group in near_groups(codes)] == [3000]


def test_that_nothing_has_no_groups_and_finds_nothing() -> None:
    nothing = codes_of([])
    assert near_groups(nothing) == []
    assert PdqIndex(nothing).near("0" * 64) == []


@pytest.mark.parametrize("pdq", ["00", "0" * 63, "0" * 66, "g" * 64])
def test_that_what_is_no_fingerprint_is_refused(pdq: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        codes_of([pdq])


def test_that_a_radius_at_which_something_could_be_missed_is_refused() -> None:
    with pytest.raises(ValueError, match="31 bits"):
        PdqIndex(codes_of([]), RADIUS_BITS + 1)

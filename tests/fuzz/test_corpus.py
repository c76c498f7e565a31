"""The fuzzed parsers on all that fuzzing has saved, and on what hypothesis makes of it."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import saved, seeds
from tests.fuzz.targets import TARGETS

QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("target", TARGETS)
def test_that_a_target_meets_every_saved_input_with_its_own_error_at_most(target: str) -> None:
    inputs = saved(target)
    assert inputs
    for data in (*inputs.values(), *seeds(target)):
        TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_that_a_target_meets_changed_inputs_with_its_own_error_at_most(target: str) -> None:
    known = list(saved(target).values())

    @QUICK
    @given(st.randoms(use_true_random=False), st.integers(0, len(known) - 1))
    def changed(source: random.Random, which: int) -> None:
        data = bytearray(known[which])
        for _ in range(source.randrange(1, 8)):
            at = source.randrange(len(data) + 1)
            other = known[source.randrange(len(known))]
            piece = other[source.randrange(len(other) + 1) :][: source.choice((1, 4, 200))]
            data[at : at + source.choice((0, 1, 4, len(data)))] = piece
        TARGETS[target](bytes(data))

    changed()


@pytest.mark.parametrize("target", TARGETS)
@QUICK
@given(data=st.binary(max_size=400))
def test_that_a_target_meets_any_bytes_with_its_own_error_at_most(target: str, data: bytes) -> None:
    TARGETS[target](data)

"""The rule by which a key counts, over drawn runs of keys and paintings."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from widgets.key_gate import PAUSE_NS, SEEN_NS, KeyGate, Run, pressed

MS = 1_000_000
# What happens next, and how long after what happened before: a key, an item painted, or taken away.
HAPPENINGS = st.lists(
    st.tuples(st.sampled_from(["key", "key", "key", "paint", "hide"]), st.integers(0, 600)),
    max_size=60,
)


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def played(happenings: list[tuple[str, int]]) -> list[tuple[str, int, bool]]:
    """Return what happened, when, and whether it was a key that counted."""
    clock = Clock()
    gate = KeyGate(clock)
    told = []
    for what, after_ms in happenings:
        clock.now += after_ms * MS
        counted = False
        if what == "key":
            counted = gate.takes()
        elif what == "paint":
            gate.show()
        else:
            gate.hide()
        told.append((what, clock.now, counted))
    return told


def painted_since(told: list[tuple[str, int, bool]], place: int) -> int | None:
    """Since when something has been on screen at that place, or None."""
    since = None
    for what, at, _ in told[:place]:
        if what == "paint" and since is None:
            since = at
        elif what == "hide":
            since = None
    return since


@given(HAPPENINGS)
def test_that_no_key_counts_before_its_item_could_be_seen(
    happenings: list[tuple[str, int]],
) -> None:
    told = played(happenings)
    for place, (_, at, counted) in enumerate(told):
        since = painted_since(told, place)
        assert not counted or (since is not None and at - since >= SEEN_NS)


@given(HAPPENINGS)
def test_that_a_run_whose_first_key_did_not_count_answers_nothing(
    happenings: list[tuple[str, int]],
) -> None:
    keys = [(at, counted) for what, at, counted in played(happenings) if what == "key"]
    for (before, counted_before), (at, counted) in pairwise(keys):
        assert not counted or counted_before or at - before >= PAUSE_NS


@given(HAPPENINGS)
def test_that_who_looks_loses_no_key_however_fast_the_next_ones_follow(
    happenings: list[tuple[str, int]],
) -> None:
    told = played(happenings)
    keys = [place for place, (what, _, _) in enumerate(told) if what == "key"]
    for number, place in enumerate(keys):
        _, at, counted = told[place]
        since = painted_since(told, place)
        if since is None or at - since < SEEN_NS:
            continue
        before = told[keys[number - 1]] if number else None
        fresh = before is None or at - before[1] >= PAUSE_NS
        assert counted or not (fresh or (before and before[2])), "a deliberate key was lost"


def test_that_a_steady_blind_run_never_gets_through() -> None:
    """Keys every 80 ms; every verdict is saved, and the next item painted, between two of them."""
    run, counted = Run(painted_ns=0), []
    for key in range(1, 200):
        run, counts = pressed(run, key * 80 * MS)
        counted.append(counts)
    assert not any(counted)


def test_that_painting_the_same_again_begins_nothing_anew() -> None:
    clock = Clock()
    gate = KeyGate(clock)
    gate.show()
    clock.now += SEEN_NS
    gate.show()
    assert gate.is_open
    gate.drop()
    assert not gate.is_open
    clock.now += PAUSE_NS
    assert gate.takes()

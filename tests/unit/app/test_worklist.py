"""The worklist: what is left to grade follows from the records alone."""

from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bootstrap import Workstation
from app.record import NO_EXTRAS, Extras, Recorder
from app.worklist import Progress, Worklist
from grading.errors import InvalidVerdictError
from grading.tree import Decided, settle
from grading.verdict import SecondOpinion
from storage.envelope import open_envelope
from tests.unit.app.study_home import item_id, item_row

NAMES = ("a", "b", "c", "d")
OFF = {"person": "off-remit", "ai": "no-sign-seen"}
LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)


def add_batch(ws: Workstation, title: str, names: tuple[str, ...], cut: str = "") -> str:
    begun = ws.home.local.intake_begin(ws.home.place.parent / title, title)
    ws.home.local.add_items(
        item_row(
            name,
            begun.batch_id,
            (f"{name}.png", f"copy of {name}.png"),
            "it is cut" if name == cut else None,
        )
        for name in names
    )
    return begun.batch_id


def decided(ws: Workstation, facts: dict[str, str] = OFF) -> Decided:
    return settle(ws.schemes.newest("uk-ew"), facts)


@pytest.fixture
def batch(ws: Workstation) -> str:
    """Four items, the last of which cannot be read."""
    return add_batch(ws, "Orchard", NAMES, cut="d")


def items(*names: str) -> tuple[str, ...]:
    return tuple(item_id(name) for name in names)


def test_that_everything_readable_is_to_grade_in_manifest_order(
    ws: Workstation, batch: str
) -> None:
    worklist = Worklist(ws)
    assert worklist.order(batch) == items("a", "b", "c")
    assert worklist.progress(batch) == Progress(
        items=4,
        files=8,
        to_grade=3,
        graded=0,
        set_aside=0,
        passed=0,
        unreadable=1,
        second_opinion=0,
    )


def test_that_what_was_done_is_counted_at_once_and_leaves_the_order(
    ws: Workstation, batch: str
) -> None:
    worklist, recorder = Worklist(ws), Recorder(ws)
    worklist.progress(batch)
    asked = Extras(second_opinion=SecondOpinion("person", "which?"))
    recorder.keep(decided(ws), item_id("a"), batch, extras=asked)
    recorder.set_aside(item_id("b"), batch, why="tired")
    recorder.pass_on(item_id("c"), batch)
    now = worklist.progress(batch)
    assert (now.to_grade, now.graded, now.set_aside, now.passed) == (0, 1, 1, 1)
    assert now.second_opinion == 1
    assert worklist.order(batch) == ()
    assert Worklist(ws).progress(batch) == now
    assert worklist.standing(batch)[item_id("c")] == "passed"


def test_that_a_released_item_is_to_grade_again(ws: Workstation, batch: str) -> None:
    worklist, recorder = Worklist(ws), Recorder(ws)
    recorder.set_aside(item_id("b"), batch, why="later")
    (held,) = worklist.set_aside(batch)
    assert (held.item, held.why) == (item_id("b"), "later")
    recorder.release(held.record_id, held.item, batch)
    assert worklist.set_aside(batch) == ()
    assert worklist.order(batch) == items("a", "b", "c")


def test_that_a_verdict_ends_a_hold(ws: Workstation, batch: str) -> None:
    worklist, recorder = Worklist(ws), Recorder(ws)
    recorder.set_aside(item_id("b"), batch)
    recorder.keep(decided(ws), item_id("b"), batch)
    assert worklist.set_aside(batch) == ()
    assert worklist.progress(batch).graded == 1


def test_that_a_correction_supersedes_and_counts_once(ws: Workstation, batch: str) -> None:
    worklist, recorder = Worklist(ws), Recorder(ws)
    asked = Extras(second_opinion=SecondOpinion("person", "which?"))
    first = recorder.keep(decided(ws), item_id("a"), batch, extras=asked)
    last = worklist.last_signed()
    assert last is not None
    assert last.record_id == first.record_id
    other = decided(ws, {"person": "off-remit", "ai": "edited"})
    second = recorder.keep(other, item_id("a"), batch, extras=Extras(supersedes=last.record_id))
    newest = worklist.latest_own_verdict(item_id("a"))
    assert newest is not None
    assert (newest.record_id, newest.verdict.supersedes) == (second.record_id, first.record_id)
    assert newest.verdict.facts()["ai"] == "edited"
    counts = worklist.progress(batch)
    assert (counts.graded, counts.second_opinion) == (1, 0)


def test_that_a_withdrawn_verdict_is_not_the_last_and_the_item_comes_back(
    ws: Workstation, batch: str
) -> None:
    worklist, recorder = Worklist(ws), Recorder(ws)
    kept = recorder.keep(decided(ws), item_id("a"), batch)
    assert worklist.order(batch) == items("b", "c")
    recorder.release(kept.record_id, item_id("a"), batch)
    assert worklist.last_signed() is None
    assert worklist.order(batch) == items("a", "b", "c")


def test_that_an_item_graded_in_another_batch_is_not_shown_again(
    ws: Workstation, batch: str
) -> None:
    Recorder(ws).keep(decided(ws), item_id("a"), batch)
    second = add_batch(ws, "Meadow", ("x", "a"))
    assert Worklist(ws).order(second) == items("x")
    assert Worklist(ws).progress(second).graded == 1


def test_that_an_item_the_decoder_could_not_show_is_not_offered_again(
    ws: Workstation, batch: str
) -> None:
    worklist = Worklist(ws)
    assert worklist.progress(batch).unreadable == 1
    worklist.found_unreadable(batch, item_id("b"), "the decoder gave up")
    assert worklist.progress(batch).unreadable == 2
    assert worklist.order(batch) == items("a", "c")


def test_that_batches_come_newest_first_with_their_counts(ws: Workstation, batch: str) -> None:
    second = add_batch(ws, "Meadow", ("x",))
    listed = Worklist(ws).batches()
    assert [one.id for one in listed] == [second, batch]
    assert [one.counts.to_grade for one in listed] == [1, 3]
    assert not listed[0].signed


def test_that_what_came_into_a_batch_meanwhile_is_counted_when_it_is_listed(
    ws: Workstation, batch: str
) -> None:
    worklist = Worklist(ws)
    (before,) = worklist.batches()
    more = [item_row(name, batch, (f"{name}.png",)) for name in ("e", "f")]
    ws.home.local.add_items(more)
    (after,) = worklist.batches()
    assert (before.counts.items, before.counts.to_grade, before.counts.files) == (4, 3, 8)
    assert (after.counts.items, after.counts.to_grade, after.counts.files) == (6, 5, 10)
    ws.home.local.add_items([item_row("e", batch, ("copy of e.png",))])  # a name more, no item
    assert worklist.batches()[0].counts.files == 11


def test_that_names_of_an_item_are_those_of_the_batch(ws: Workstation, batch: str) -> None:
    worklist = Worklist(ws)
    assert worklist.names(batch, item_id("a")) == ("a.png", "copy of a.png")
    assert worklist.names(batch, item_id("nothing")) == ()


def test_that_a_verdict_its_scheme_does_not_bear_out_is_refused_unsigned(
    ws: Workstation, batch: str
) -> None:
    head = ws.home.local.head(ws.home.signer.keyid)
    with pytest.raises(InvalidVerdictError):
        Recorder(ws).keep(decided(ws), item_id("a"), batch, extras=Extras(tags=("no-such",)))
    assert ws.home.local.head(ws.home.signer.keyid) == head


def test_that_a_hold_says_for_whom_and_why(ws: Workstation, batch: str) -> None:
    kept = Recorder(ws).set_aside(item_id("a"), batch, why="ask Bea", person="bea")
    predicate = open_envelope(ws.home.local.record(kept.record_id).envelope).predicate
    assert (predicate["for"], predicate["why"]) == ("bea", "ask Bea")


def test_that_the_quotation_of_a_field_in_a_comment_is_no_request(
    ws: Workstation, batch: str
) -> None:
    comment = Extras(comment='he wrote "second_opinion":null here')
    Recorder(ws).keep(decided(ws), item_id("a"), batch, extras=comment)
    asked = Extras(comment='"second_opinion":null', second_opinion=SecondOpinion("person", "?"))
    Recorder(ws).keep(decided(ws), item_id("b"), batch, extras=asked)
    assert Worklist(ws).progress(batch).second_opinion == 1


steps = st.lists(
    st.tuples(st.sampled_from(["verdict", "asked", "hold", "pass", "release"]), st.integers(0, 3)),
    max_size=12,
)


def test_that_counts_carried_forward_are_those_read_afresh(ws: Workstation) -> None:
    worklist, recorder, number = Worklist(ws), Recorder(ws), count()

    @settings(max_examples=15)
    @given(steps=steps)
    def holds(steps: list[tuple[str, int]]) -> None:
        names = tuple(f"{next(number)} {name}" for name in NAMES)
        batch = add_batch(ws, f"Orchard {names[0]}", names, cut=names[-1])
        newest: dict[str, str] = {}
        worklist.progress(batch)
        for what, which in steps:
            item = item_id(names[which])
            kept = do(ws, recorder, what, item, batch, newest.get(item))
            if kept is not None:
                newest[item] = kept
            counts = worklist.progress(batch)
            assert counts == Worklist(ws).progress(batch)
            parts = (counts.to_grade, counts.graded, counts.set_aside, counts.passed)
            assert sum(parts) + counts.unreadable == counts.items

    holds()


def do(
    ws: Workstation, recorder: Recorder, what: str, item: str, batch: str, newest: str | None
) -> str | None:
    if what == "hold":
        return recorder.set_aside(item, batch).record_id
    if what == "pass":
        return recorder.pass_on(item, batch).record_id
    if what == "release":
        if newest is not None:
            recorder.release(newest, item, batch)
        return None
    extras = Extras(second_opinion=SecondOpinion("person", "?")) if what == "asked" else NO_EXTRAS
    return recorder.keep(decided(ws), item, batch, extras=extras).record_id


def test_that_a_clock_set_back_loses_nothing_and_only_dates_the_record(
    ws: Workstation, batch: str
) -> None:
    first = Recorder(ws).keep(decided(ws), item_id("a"), batch)
    long_ago = Recorder(ws, now=lambda: LONG_AGO).keep(decided(ws), item_id("b"), batch)
    assert long_ago.seq == first.seq + 1
    last = Worklist(ws).last_signed()
    assert last is not None
    assert last.record_id == long_ago.record_id
    assert last.decided_at == "2019-01-01T00:00:00.000Z"

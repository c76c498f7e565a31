"""What was drawn by lot, in Quality: the random share apart, golden items with their resolution."""

import random
from collections.abc import Iterator, Mapping

import pytest

from app.quality.basis import Basis
from app.quality.gradings import Asked
from app.quality.left_out import UNSELECTED
from app.quality.review import Review
from app.record import NO_EXTRAS, Extras, Recorder
from app.selection.signing import NO_CHILD
from grading.verdict import SecondOpinion
from storage.statement import Draft
from tests.unit.app.desks import DRAWING, REMIT, Bureau, settled
from tests.unit.storage.homes import DECIDED_AT, digest

ITEMS = tuple(digest(f"drawn {number}") for number in range(24))
BATCHES = {"ana": digest("orchard at ana's"), "ben": digest("orchard at ben's")}
LEFT_OUT, DRAWN_AFTER = digest("left out"), digest("left out and drawn")  # of the orchard
QUARRY, LEFT_THERE = digest("another batch"), digest("left out of another batch")
ASK = Extras(second_opinion=SecondOpinion("person", "Is it?"))


class Dealt:
    """Ana grades all; Ben some by the base share, some for a reason, and some golden ones."""

    def __init__(self, bureau: Bureau, dice: random.Random) -> None:
        self.bureau = bureau
        drawn = dice.sample(ITEMS, 18)
        self.base, self.extra, self.golden = drawn[:8], drawn[8:14], drawn[14:]
        self.apart = {dice.choice(self.base)}  # in the base share they part here and nowhere else
        self.odd, self.open = self.golden[0], self.golden[-1]
        for name, batch in BATCHES.items():
            fields = {"batch": batch, "title": "Orchard", "items": [], "part": 1}
            self.sign(name, "batch", batch, fields)
        asked = [item for item in ITEMS if item in self.golden]
        for item in ITEMS:
            self.grade("ana", item, DRAWING, ASK if item in asked else NO_EXTRAS)
        bureau.sync()
        for item in asked:
            bureau["chief"].opinions.resolve(
                item, settled(DRAWING).scheme, settled(DRAWING), reasons="It is a drawing."
            )
        self.leave_out(BATCHES["ana"], LEFT_OUT, DRAWN_AFTER)
        self.leave_out(QUARRY, LEFT_THERE)
        self.sign("chief", "draw", BATCHES["ana"], self._draw())
        self.grade("ben", DRAWN_AFTER, DRAWING)  # at his desk the batch has another id
        for item in (*self.base, *self.extra, *self.golden[:-1]):
            other = item in self.apart or item in self.extra or item == self.odd
            self.grade("ben", item, REMIT if other else DRAWING)
        bureau.sync()

    def grade(
        self, name: str, item: str, facts: Mapping[str, str], extras: Extras = NO_EXTRAS
    ) -> None:
        recorder = Recorder(self.bureau[name].ws)
        recorder.keep(settled(facts), item, BATCHES[name], extras=extras)

    def sign(self, name: str, kind: str, subject: str, fields: Mapping[str, object]) -> None:
        draft = Draft(kind=kind, subject=subject, fields=fields, decided_at=DECIDED_AT)
        self.bureau[name].ws.home.local.keep([draft])

    def leave_out(self, batch: str, *items: str) -> None:
        for item in items:
            fields = {"item": item, "batch": batch, "selection": NO_CHILD, "comment": None}
            self.sign("ana", "selection", item, fields | {"active_ms": 0, "revealed_ms": 0})

    def _draw(self) -> dict[str, object]:
        ben, policy = self.bureau["ben"].ws.home.person.id, digest("a policy")
        shares = {"base": self.base, "extra": self.extra, "golden": self.golden}
        why = {"base": [], "extra": ["rare"], "golden": []}
        drawn = {
            share: [{"item": item, "person": ben, "why": why[share]} for item in items]
            for share, items in shares.items()
        }
        drawn["extra"] += [{"item": DRAWN_AFTER, "person": ben, "why": [UNSELECTED]}]
        return {"batch": BATCHES["ana"], "policy": policy, "salt": "0" * 32, **drawn}


@pytest.fixture(scope="module")
def dealt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dealt]:
    """Two analysts who took the same folder in, a supervisor who dealt it out, and QA."""
    bureau = Bureau(tmp_path_factory.mktemp("dealt"), ana="analyst", ben="analyst", quinn="qa")
    yield Dealt(bureau, random.Random(random.SystemRandom().getrandbits(32)))  # noqa: S311
    bureau.close()


@pytest.fixture
def review(dealt: Dealt) -> Review:
    """The room's questions, asked by QA."""
    return Review(dealt.bureau["quinn"].ws)


def test_that_the_random_share_is_told_apart_from_what_was_drawn_for_a_reason(
    dealt: Dealt, review: Review
) -> None:
    basis = review.basis()
    found = review.agreement(basis)
    assert basis.double == len(dealt.base) + len(dealt.extra)  # golden items are no second grading
    assert found.overall.summary.statistics["percent_agreement"].value == pytest.approx(7 / 14)
    assert found.base is not None
    assert found.base.summary.pairable_units == len(dealt.base) == basis.drawn
    assert found.base.summary.statistics["percent_agreement"].value == pytest.approx(7 / 8)
    only = review.basis(Asked(random_only=True))
    assert (only.items, only.double) == (len(dealt.base), len(dealt.base))
    alone = review.agreement(only)
    assert alone.base is None  # it is all there is
    assert alone.overall.summary.statistics["percent_agreement"].value == pytest.approx(7 / 8)


def test_that_golden_are_the_items_drawn_so_and_those_still_open_are_counted(
    dealt: Dealt, review: Review
) -> None:
    basis = review.basis()
    beside = review.graders(basis, review.agreement(basis))
    (row,) = beside.golden.rows
    assert (row.items, row.alike) == (len(dealt.golden) - 1, len(dealt.golden) - 2)
    assert beside.golden.otherwise == (dealt.odd,)
    assert beside.golden.open == 1
    (listed,) = review.items(basis, beside.golden.otherwise).rows
    assert len(listed.answers) == 2  # the golden answer stands beside the first
    assert dealt.odd not in {one.item for one in beside.partings.rows}


def test_that_open_golden_items_are_those_of_the_batches_and_the_time_asked_for(
    dealt: Dealt, review: Review
) -> None:
    ana = dealt.bureau["ana"].ws.home.person.id
    assert [
        _open(review, asked)
        for asked in (
            *(Asked(batches=frozenset({one})) for one in (*BATCHES.values(), QUARRY)),
            Asked(until=DECIDED_AT),
            Asked(since="2999-01-01T00:00:00.000Z"),  # what waits today waits then
            Asked(items=frozenset({dealt.odd})),
            Asked(graders=frozenset({ana})),
        )
    ] == [1, 1, 0, 0, 1, 0, 0]


def _open(review: Review, asked: Asked) -> int:
    basis = review.basis(asked)
    return review.graders(basis, review.agreement(basis)).golden.open


def test_that_a_folder_taken_in_at_two_desks_is_one_batch_of_the_filter(
    dealt: Dealt, review: Review
) -> None:
    whole = review.basis()
    ((batch, title),) = whole.choices.batches
    assert title == "Orchard"
    for named in (batch, *BATCHES.values()):
        one = review.basis(Asked(batches=frozenset({named})))
        assert one.asked.batches == {batch}
        assert _pairs(one) == _pairs(whole)
        golden = review.graders(one, review.agreement(one)).golden
        assert sum(row.items for row in golden.rows) == len(dealt.golden) - 1


def test_that_what_was_left_out_is_counted_under_a_filter_too(dealt: Dealt, review: Review) -> None:
    assert _left_out(review, Asked()) == (3, 1, (DRAWN_AFTER,))
    for named in BATCHES.values():  # he who assessed it has the batch under another id
        assert _left_out(review, Asked(batches=frozenset({named}))) == (2, 1, (DRAWN_AFTER,))
    assert _left_out(review, Asked(batches=frozenset({QUARRY}))) == (1, 0, ())
    assert _left_out(review, Asked(items=frozenset({LEFT_OUT}))) == (1, 0, ())
    ana = dealt.bureau["ana"].ws.home.person.id
    assert _left_out(review, Asked(graders=frozenset({ana}))) == (3, 1, ())


def _left_out(review: Review, asked: Asked) -> tuple[int, int, tuple[str, ...]]:
    basis = review.basis(asked)
    found = review.graders(basis, review.agreement(basis)).left_out
    return found.items, found.drawn, found.assessed


def _pairs(basis: Basis) -> tuple[int, int]:
    return basis.items, basis.double

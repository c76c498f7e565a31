"""The Quality room's questions to real records: who may see what, golden items, names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import RightError, UsageError
from app.quality.gradings import Asked
from app.quality.pseudonyms import by_name, in_order
from app.quality.review import Review
from app.quality.twin import Twin, shown_cell, twin_csv
from app.quality.unmasking import unmask
from app.record import Extras
from app.texts import read_texts
from grading.verdict import SecondOpinion
from storage.envelope import open_envelope
from storage.statement import Draft
from tests.unit.app.desks import DRAWING, REMIT, Bureau, settled
from tests.unit.storage.homes import BATCH, DECIDED_AT, digest

PARTED, ALIKE, ALONE = digest("parted"), digest("alike"), digest("alone")
THESE = Asked(items=frozenset({PARTED, ALIKE, ALONE}))


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """One item on which two part, one on which they do not, one of a single grader."""
    place = tmp_path_factory.mktemp("bureau")
    made = Bureau(place, ana="analyst", ben="analyst", quinn="qa", sam="supervisor")
    made["ana"].grade("parted", DRAWING)
    made["ben"].grade("parted", REMIT)
    for name in ("ana", "ben"):
        made[name].grade("alike", REMIT)
    made["ana"].grade("alone", REMIT)
    made.sync()
    yield made
    made.close()


def test_that_qa_reads_where_graders_part_and_a_supervisor_only_after_their_own_answer(
    bureau: Bureau,
) -> None:
    sam = bureau["sam"]
    for seat, withheld in ((bureau["quinn"], 0), (sam, 1)):
        review = Review(seat.ws)
        basis = review.basis(THESE)
        counted = (3 - withheld, 2 - withheld, 5 - 2 * withheld)
        assert (basis.items, basis.double, basis.votes) == counted
        assert basis.withheld == withheld
        found = review.agreement(basis)
        parted = review.graders(basis, found).partings
        assert (len(parted.rows), parted.withheld) == (1 - withheld, withheld)
        # What the list withholds no cell of the confusion matrix gives away, nor any count.
        matrix = review.crossed(basis, found, (0, 1))
        assert (matrix.shared, matrix.alike) == (2 - withheld, 1)
        apart = [one for (a, b), items in matrix.items.items() if a != b for one in items]
        assert apart == [PARTED] * (1 - withheld)
        assert len(review.items(basis, apart).rows) == 1 - withheld
        assert review.items(basis, [PARTED]).rows == review.items(basis, apart).rows
    sam.opinions.answer(PARTED, settled(DRAWING).scheme, settled(DRAWING))
    review = Review(sam.ws)
    basis = review.basis(THESE)
    (row,) = review.graders(basis, review.agreement(basis)).partings.rows
    assert (row.item, row.fact) == (PARTED, "person")
    assert len({answer.outcome for answer in row.answers}) == 2


def test_that_only_news_makes_a_new_basis_and_a_late_answer_is_golden(bureau: Bureau) -> None:
    bureau["ana"].grade("golden", DRAWING)
    bureau["ben"].grade("ask", REMIT)
    bureau.sync()
    review = Review(bureau["quinn"].ws)
    first = review.basis()
    assert review.basis() is first
    assert review.basis(Asked(batches=frozenset({"other"}))).items == 0
    drawing = settled(DRAWING)
    ask = Extras(second_opinion=SecondOpinion("person", "Is it?"))
    bureau["ana"].grade("late", DRAWING, ask)
    sam = bureau["sam"].opinions
    bureau["sam"].sync()
    sam.resolve(digest("late"), drawing.scheme, drawing, reasons="It is a drawing.")
    bureau.sync()
    basis = review.basis()
    assert basis is not first
    held = review.votes(first).counted
    assert len(held) == first.votes > 0
    none = review.graders(basis, review.agreement(basis)).golden
    assert not held  # the figures of news let go of older votes, one by one
    assert (none.rows, none.otherwise) == ((), ())
    bureau["ben"].grade("late", REMIT)
    bureau.sync()
    basis = review.basis()
    found = review.graders(basis, review.agreement(basis)).golden
    assert [(row.items, row.alike) for row in found.rows] == [(1, 0)]
    assert found.otherwise == (digest("late"),)
    deal_out(bureau, digest("another batch"))
    assert late_answers(review) == 1  # nothing was drawn of this batch
    deal_out(bureau, BATCH)
    assert late_answers(review) == 0  # here the lots say what is golden


def deal_out(bureau: Bureau, batch: str) -> None:
    """Sign that a batch was dealt out and nothing of it drawn."""
    drawn: dict[str, object] = {"base": [], "extra": [], "golden": []}
    fields = {"batch": batch, "policy": digest("a policy"), "salt": "0" * 32, **drawn}
    draft = Draft(kind="draw", subject=batch, fields=fields, decided_at=DECIDED_AT)
    bureau["sam"].ws.home.local.keep([draft])
    bureau.sync()


def late_answers(review: Review) -> int:
    basis = review.basis()
    return sum(row.items for row in review.graders(basis, review.agreement(basis)).golden.rows)


def test_that_names_are_shown_only_for_a_reason_that_is_signed(bureau: Bureau) -> None:
    quinn = bureau["quinn"].ws
    with pytest.raises(UsageError):
        unmask(quinn.home, "  ")
    with pytest.raises(RightError):
        unmask(bureau["ana"].ws.home, "curious")
    locked = Review(quinn).basis().graders
    assert all(name.startswith("Grader ") for name in locked)
    record = unmask(quinn.home, "Calibration on Friday")
    predicate = open_envelope(quinn.home.local.record(record).envelope).predicate
    assert predicate["why"] == "Calibration on Friday"
    assert Review(quinn).basis(unmasked=True).graders == ("Ana", "Ben")


def test_that_the_order_of_graders_is_no_ranking() -> None:
    assert in_order(["Grader 10", "Grader 2", "you"]) == ["you", "Grader 2", "Grader 10"]
    called = by_name({"a" * 8: "Kim", "b" * 8: "Kim", "c" * 8: "Lee"}, me="c" * 8)
    assert sorted(called.values()) == ["Kim (aaaaaa)", "Kim (bbbbbb)", "you"]


def test_that_a_table_is_written_as_csv_that_runs_nothing() -> None:
    twin = Twin("Shared", ("Who", "Share"), (("=cmd|x", 0.25), ("Ben", None)), "2 of 3")
    lines = twin_csv(twin).splitlines()
    assert lines == ["Shared", "2 of 3", "Who,Share", "'=cmd|x,0.25", "Ben,"]
    assert twin.numeric(1)
    assert not twin.numeric(0)
    assert [shown_cell(cell, read_texts()) for cell in (None, 0.256, 1200, "a")] == [
        "none",
        "0.26",
        "1,200",
        "a",
    ]
    assert [shown_cell(cell, read_texts("de")) for cell in (0.256, 1200)] == ["0,26", "1.200"]


def test_that_a_crossed_table_is_numbered_on_a_screen_and_written_with_every_name() -> None:
    twin = Twin("Crossed", ("Ann", "Child", "Adult"), (("Child", 3, 1), ("Adult", 0, 2)), "", True)
    assert twin.numbered().heads == ("Ann", "1", "2")
    assert [row[0] for row in twin.numbered().rows] == ["1  Child", "2  Adult"]
    assert "Ann,Child,Adult" in twin_csv(twin)


def test_that_a_batch_of_the_filter_has_its_place(bureau: Bureau) -> None:
    choices = Review(bureau["quinn"].ws).basis().choices
    assert [batch for batch, _ in choices.batches] == [BATCH]
    assert len(choices.graders) == 2
    assert choices.first <= choices.last


def test_that_answers_of_one_person_alone_are_told_apart_from_none(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, ana="analyst", ben="analyst", quinn="qa", sam="supervisor")
    sam = bureau["sam"]
    told = [Review(sam.ws).basis()]
    sam.grade("alone", REMIT)
    told.append(Review(sam.ws).basis())
    bureau["quinn"].grade("alone", REMIT)
    bureau.sync()
    told.append(Review(sam.ws).basis())
    bureau.close()
    assert [one.alone for one in told] == [False, True, False]
    assert not any(one.votes or one.choices.schemes for one in told)  # they may read all

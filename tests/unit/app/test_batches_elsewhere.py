"""Batches taken in at another desk: known by their signed records, and reported on from these."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.batches import known_batch, shown_batch
from app.errors import UnknownBatchError
from app.intake.manifest import sign_manifest
from app.intake.request import IntakeRequest
from app.report.data import report_csv, report_json
from app.report.page import report_html
from app.report.study import Asked, Period, make_report
from app.report.words import in_english
from app.worklist import Worklist
from tests.unit.app.desks import DRAWING, REMIT, Bureau
from tests.unit.storage.homes import digest, item_row

ALL = {"pear": ("b.png",), "apple": ("a.png", "copies/a.png"), "quince": ("d.png",)}


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """Ann has taken a batch in, with a supplement, and graded; Ben graded one of the items too."""
    made = Bureau(tmp_path_factory.mktemp("bureau"), ann="analyst", ben="analyst", qui="qa")
    taken_in(made, {"pear": ("b.png",), "apple": ("a.png",)})
    taken_in(made, {"apple": ("copies/a.png",), "quince": ("d.png",)}, unreadable="quince")
    made["ann"].grade("apple", DRAWING)
    made["ben"].grade("pear", REMIT)
    made["ann"].grade("pear", REMIT)  # else Ben's verdict on it would not be told at her desk
    made.sync()
    yield made
    made.close()


def taken_in(bureau: Bureau, names: dict[str, tuple[str, ...]], unreadable: str = "") -> None:
    """Ann adds files to her batch, without evidence, and signs for them."""
    local, folder = bureau["ann"].ws.home.local, Path("orchard")
    batch = local.intake_begin(folder, "Orchard").batch_id
    local.add_items(
        item_row(digest(item), batch, files, "cut short" if item == unreadable else None)
        for item, files in names.items()
    )
    sign_manifest(local, batch, IntakeRequest(folder, "Orchard"))


@pytest.fixture
def batch(bureau: Bureau) -> str:
    (row,) = bureau["ann"].ws.home.local.batches()
    return row.batch_id


@pytest.mark.parametrize("reader", ["chief", "qui"])
def test_that_who_reads_all_reports_on_a_batch_of_another_desk(
    bureau: Bureau, batch: str, reader: str
) -> None:
    ws = bureau[reader].ws
    assert known_batch(Worklist(ws), "Orchard").id == batch
    report = make_report(ws, Asked((batch,)))
    said = report_json(report)
    assert (said["items"], said["files"], said["unreadable"]) == (3, 4, 1)
    assert (said["graded"], said["graded_files"], said["to_grade"]) == (2, 3, 0)
    (told,) = report.batches
    assert (told.title, told.taken_in_by) == ("Orchard", "Ann")
    (sentence,) = map(in_english().said, report.left_out)
    assert "by Ann" in sentence
    assert sentence in report_html(report)
    assert sentence in report_csv(report)


def test_that_the_report_there_has_the_figures_of_the_report_here(
    bureau: Bureau, batch: str
) -> None:
    here, there = (make_report(bureau[who].ws, Asked((batch,))) for who in ("ann", "qui"))
    assert there.study == here.study
    assert (here.batches[0].taken_in_by, here.left_out) == (None, ())


def test_that_a_report_of_days_knows_the_batches_of_other_desks(bureau: Bureau, batch: str) -> None:
    ever = Asked(period=Period(None, None))
    here, there = (make_report(bureau[who].ws, ever) for who in ("ann", "qui"))
    assert there.study == here.study
    assert there.study.totals.files == 3  # with the other name of the apple, who took it in knew
    (told,) = there.batches
    assert (told.id, told.items, told.graded, told.taken_in_by) == (batch, 2, 2, "Ann")
    assert (len(there.left_out), here.left_out) == (1, ())


def test_that_an_analyst_is_told_that_verdicts_may_be_missing(bureau: Bureau, batch: str) -> None:
    report = make_report(bureau["ben"].ws, Asked((batch,)))
    assert report.study.totals.items == len(ALL)
    assert any(
        "have not graded" in sentence for sentence in map(in_english().said, report.left_out)
    )


def test_that_a_batch_of_another_desk_is_listed_and_shown(bureau: Bureau, batch: str) -> None:
    ws = bureau["ben"].ws
    (summary,) = Worklist(ws).elsewhere()
    counts = summary.counts
    assert (summary.id, summary.taken_in_by) == (batch, "Ann")
    assert (counts.items, counts.files, counts.graded, counts.unreadable) == (3, 4, 1, 1)
    document, manifest = shown_batch(ws, summary)
    assert document["taken_in_by"] == "Ann"
    assert {one["sha256"]: one["names"] for one in manifest} == {
        digest(item): list(names) for item, names in ALL.items()
    }


def test_that_a_batch_taken_in_here_is_not_listed_twice(bureau: Bureau, batch: str) -> None:
    worklist = Worklist(bureau["ann"].ws)
    assert worklist.elsewhere() == []
    assert known_batch(worklist, batch[:12]).taken_in_by is None


def test_that_a_batch_nobody_signed_is_unknown(bureau: Bureau) -> None:
    with pytest.raises(UnknownBatchError):
        known_batch(Worklist(bureau["qui"].ws), "Meadow")

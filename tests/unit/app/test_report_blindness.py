"""A report tells no answer of others that the reader's own blind answer is to come before."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.clock import utc_now
from app.intake.manifest import sign_manifest
from app.intake.request import IntakeRequest
from app.intake.sources import Source
from app.report.data import report_json
from app.report.found import Narrowed
from app.report.page import report_html
from app.report.study import Asked, Period, Report, make_report
from app.report.words import in_english
from tests.unit.app.desks import DRAWING, REMIT, SCHEME, Bureau, Seat, settled
from tests.unit.storage.homes import digest, item_row

POSTERS = {"fig": "quince", "kiwi": "medlar"}
SENTENCE = "On 1 item the answers of others open after your own answer"


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    """Ada took two items in; she and Ben part on the fig, the kiwi she alone has graded."""
    made = Bureau(tmp_path, ada="analyst", ben="analyst", qui="qa")
    local, folder = made["ada"].ws.home.local, Path("orchard")
    batch = local.intake_begin(folder, "Orchard").batch_id
    local.add_items(item_row(digest(name), batch, (f"{name}.png",)) for name in POSTERS)
    rows = [Source(f"{name}.png", report="7", poster=one) for name, one in POSTERS.items()]
    sign_manifest(local, batch, IntakeRequest(folder, "Orchard"), rows)
    made["ada"].grade("fig", DRAWING)
    made["ben"].grade("fig", REMIT)
    made["ada"].grade("kiwi", REMIT)
    made.sync()
    yield made
    made.close()


def report_of(seat: Seat, poster: str | None = None) -> Report:
    return make_report(seat.ws, Asked(narrowed=Narrowed(poster=poster)))


def test_that_a_report_keeps_back_what_a_supervisor_is_to_answer_first(bureau: Bureau) -> None:
    chief = bureau["chief"]
    whole = report_of(chief)
    assert (whole.study.totals.items, whole.study.graded.items, whole.study.to_grade) == (2, 1, 1)
    assert (whole.study.outcomes_differ, whole.study.time.graders) == (0, 1)
    # Narrowed to what the item in question is alone in, no figure moves with the answers.
    alone = report_of(chief, "quince")
    assert (alone.study.graded.items, alone.reports.total.graded) == (0, 0)
    assert alone.selected.selected.items == 1
    assert {line.graded for table in alone.groups for line in table.lines} == {0}
    assert alone.given_under == ()
    assert any(SENTENCE in sentence for sentence in map(in_english().said, alone.limits))
    assert SENTENCE in report_html(alone)
    assert report_of(chief, "medlar").study.graded.items == 1
    today = utc_now().date()
    days = Period(today - timedelta(days=1), today + timedelta(days=1))
    of_days = make_report(chief.ws, Asked(period=days))
    assert (of_days.study.totals.items, of_days.study.graded.items) == (1, 1)
    assert any(SENTENCE in sentence for sentence in map(in_english().said, of_days.limits))
    assert digest("fig") not in str(report_json(of_days))
    # Who answers nothing is kept from nothing.
    assert report_of(bureau["qui"], "quince").study.graded.items == 1
    # At an analyst's desk the same holds of whatever they have not graded.
    ben = bureau["ben"]
    assert [report_of(ben, one).study.graded.items for one in ("quince", "medlar")] == [1, 0]
    chief.opinions.answer(digest("fig"), SCHEME, settled(DRAWING))
    opened = report_of(chief, "quince")
    assert opened.study.graded.items == 1
    assert not any(SENTENCE in sentence for sentence in map(in_english().said, opened.limits))

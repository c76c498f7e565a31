"""`select`: which items go to assessment, and why the others do not; all of it signed."""

from dataclasses import replace
from pathlib import Path

import pytest

from app import pace, table_signing
from app.bootstrap import Workstation
from app.errors import RightError, TableError
from app.intake.kinds import NOT_A_PICTURE
from app.pace import Progress, StoppedError, Watch
from app.record import Recorder
from app.selection.signing import selection_counts, selections_signed
from app.selection.table import select_table
from app.table_signing import TableSummary
from app.worklist import Worklist
from grading.tree import settle
from storage.envelope import open_envelope
from tests.unit.app.folders import made_workstation
from tests.unit.app.study_home import item_id, item_row

NAMES = ("a", "b", "c", "d", "cut", "model")


@pytest.fixture
def batch(ws: Workstation, tmp_path: Path) -> str:
    """Four pictures, one that cannot be read, and a file that is no image."""
    begun = ws.home.local.intake_begin(tmp_path / "in", "Orchard")
    why = {"cut": "it is cut", "model": NOT_A_PICTURE}
    rows = [item_row(name, begun.batch_id, (name,), why.get(name)) for name in NAMES]
    rows[-1] = replace(rows[-1], media_type="application/zip")
    ws.home.local.add_items(rows)
    return begun.batch_id


def selected(ws: Workstation, batch: str, text: str) -> TableSummary:
    file = ws.home.place.parent / "table.csv"
    file.write_text(text)
    return select_table(ws, file, batch=batch)


def test_that_what_is_not_selected_leaves_the_worklist_and_is_counted_by_reason(
    ws: Workstation, batch: str
) -> None:
    table = "file,selection,comment,active_ms\na,no-child,,900\nb,child-non-criminal,,\n"
    with pytest.raises(TableError):
        selected(ws, batch, "file,colour\na,red\n")
    summary = selected(ws, batch, table + "c,Assess,seen,\n")
    assert (summary.signed, summary.skipped, summary.refused) == (3, 0, ())
    worklist = Worklist(ws)
    assert worklist.order(batch) == (item_id("c"), item_id("d"))
    counts = worklist.progress(batch)
    assert (counts.not_selected, counts.to_grade) == (2, 2)
    assert (counts.unreadable, counts.other_files) == (1, 1)
    told = selection_counts(ws, batch)
    assert (told.found, told.selected, told.no_child, told.child_non_criminal) == (6, 2, 1, 1)
    assert (told.unreadable, told.other_files, told.previews) == (1, 1, 0)
    (first, *_) = ws.home.local.records(kind="selection")
    assert open_envelope(first.envelope).predicate["active_ms"] == 900


def test_that_a_later_selection_takes_an_item_back_in(ws: Workstation, batch: str) -> None:
    worklist = Worklist(ws)
    selected(ws, batch, "file,selection\na,no-child\n")
    assert item_id("a") not in worklist.order(batch)
    again = selected(ws, batch, "file,selection\na,no-child\n")
    assert (again.signed, again.skipped) == (0, 1)
    selected(ws, batch, "file,selection\na,assess\n")
    assert worklist.order(batch)[0] == item_id("a")
    assert selections_signed(ws.home.local, batch) == {item_id("a"): "assess"}


def test_that_progress_carried_forward_is_the_one_read_afresh(ws: Workstation, batch: str) -> None:
    worklist = Worklist(ws)
    before = worklist.progress(batch)
    selected(ws, batch, "file,selection\na,no-child\nb,child-non-criminal\n")
    after = worklist.progress(batch)
    assert after != before
    assert after == Worklist(ws).progress(batch)


def test_that_a_file_that_is_no_image_can_be_marked_and_nothing_else(
    ws: Workstation, batch: str
) -> None:
    summary = selected(
        ws, batch, "file,select\nmodel,actionable-preview\na,actionable-preview\nmodel,no-child\n"
    )
    assert summary.signed == 1
    assert [fault.row for fault in summary.refused] == [3, 4]
    assert selection_counts(ws, batch).previews == 1
    assert item_id("model") not in Worklist(ws).order(batch)
    counts = Worklist(ws).progress(batch)
    assert (counts.other_files, counts.unreadable, counts.not_selected) == (1, 1, 0)


def test_that_a_mark_is_taken_back_by_a_table_and_the_record_stays(
    ws: Workstation, batch: str
) -> None:
    rows = "file,selection\nmodel,no-preview\n"
    assert selected(ws, batch, rows).skipped == 1  # nothing to take back
    selected(ws, batch, "file,selection\nmodel,actionable-preview\na,no-child\n")
    refused = selected(ws, batch, f"{rows}a,no-preview\nmodel,actionable-preview\n")
    assert (refused.signed, [fault.row for fault in refused.refused]) == (1, [3, 4])
    assert selection_counts(ws, batch).previews == 0
    assert Worklist(ws).selections(batch) == {item_id("a"): "no-child"}
    assert len(list(ws.home.local.records(kind="selection"))) == 2
    assert selected(ws, batch, rows).skipped == 1
    again = selected(ws, batch, "file,selection\nmodel,actionable-preview\n")
    assert (again.signed, selection_counts(ws, batch).previews) == (1, 1)


def test_that_bad_rows_are_named_and_the_rest_kept(ws: Workstation, batch: str) -> None:
    recorder, scheme = Recorder(ws), ws.schemes.newest("uk-ew")
    off = settle(scheme, {"person": "off-remit", "ai": "no-sign-seen"})
    recorder.keep(off, item_id("d"), batch)
    rows = [
        "a,no-child",
        "zz,assess",
        "b,1",
        "b,",
        "d,no-child",
        "a,assess",
        "a,no-child",
        "c",
        ",assess",
    ]
    summary = selected(ws, batch, "file,selection\n" + "\n".join(rows))
    assert summary.signed == 1
    assert summary.skipped == 1  # row 8 says what row 2 says
    assert [fault.row for fault in summary.refused] == [3, 4, 5, 6, 7, 9, 10]
    reasons = [fault.reason for fault in summary.refused]
    assert "graded already" in reasons[3]
    assert "row 2 selects something else" in reasons[4]


def test_that_a_table_that_is_stopped_says_how_far_it_came_and_goes_on_from_there(
    ws: Workstation, batch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_signing, "ROWS_A_TRANSACTION", 2)
    monkeypatch.setattr(pace, "TELL_EVERY_S", 0)
    file = tmp_path / "table.csv"
    file.write_text("file,selection\na,no-child\nb,no-child\nc,assess\nd,assess\n")
    told: list[Progress] = []
    watch = Watch(tell=told.append, stopped=lambda: True)
    with pytest.raises(StoppedError, match="what was done stays"):
        select_table(ws, file, batch=batch, watch=watch)
    assert told == [Progress("signing", 2, 4)]
    assert len(list(ws.home.local.records(kind="selection"))) == 2
    again = select_table(ws, file, batch=batch)
    assert (again.signed, again.skipped, again.refused) == (2, 2, ())


def test_that_only_an_analyst_selects(tmp_path: Path) -> None:
    other = made_workstation(tmp_path / "other", role="qa")
    try:
        begun = other.home.local.intake_begin(tmp_path / "in", "Orchard")
        with pytest.raises(RightError, match="may not select"):
            selected(other, begun.batch_id, "file,selection\na,no-child\n")
    finally:
        other.close()

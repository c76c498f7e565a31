"""A table becomes signed verdicts: bad rows are named one by one, and the rest is kept."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from app import pace, table_signing
from app.bootstrap import Workstation
from app.errors import TableError
from app.grade.table import RowFault, TableSummary, grade_table
from app.pace import Progress, StoppedError, Watch
from storage.envelope import open_envelope
from tests.unit.app.study_home import item_id, item_row

NAMES = ("a.png", "b.png", "sub/c.png", "comma, name.png", "cut.png")
CHILD = {
    "person": "child",
    "appears_photograph": "yes",
    "severity": "C",
    "age_band": "7-10",
    "sex": "female",
    "ai": "suspected",
}
CUT_SHORT = "the file ends before the picture does"
OFF = {"person": "off-remit", "ai": "no-sign-seen"}


@pytest.fixture
def batch(ws: Workstation, tmp_path: Path) -> str:
    """A batch of items without evidence; the last cannot be read."""
    begun = ws.home.local.intake_begin(tmp_path / "in", "Orchard")
    ws.home.local.add_items(
        item_row(name, begun.batch_id, (name,), CUT_SHORT if name == "cut.png" else None)
        for name in NAMES
    )
    return begun.batch_id


class Grader:
    """Signs tables on one batch."""

    def __init__(self, ws: Workstation, batch: str, tmp_path: Path) -> None:
        self._ws = ws
        self._batch = batch
        self._file = tmp_path / "table.csv"

    def grade(self, *rows: dict[str, str], columns: str | None = None) -> TableSummary:
        """Grade rows of cells by column."""
        named = columns.split() if columns else list(dict.fromkeys(c for r in rows for c in r))
        stream = io.StringIO()
        writer = csv.DictWriter(stream, named)
        writer.writeheader()
        writer.writerows(rows)
        return self.grade_bytes(stream.getvalue().encode())

    def grade_bytes(self, data: bytes) -> TableSummary:
        """Grade a table as it is."""
        self._file.write_bytes(data)
        scheme = self._ws.schemes.newest("uk-ew")
        return grade_table(self._ws, self._file, batch=self._batch, scheme=scheme)

    def verdicts(self) -> list[dict[str, Any]]:
        """What was signed, in order."""
        records = self._ws.home.local.records(kind="verdict")
        return [open_envelope(record.envelope).predicate for record in records]


@pytest.fixture
def grader(ws: Workstation, batch: str, tmp_path: Path) -> Grader:
    """The table under test."""
    return Grader(ws, batch, tmp_path)


def test_that_a_row_becomes_a_verdict_with_all_it_states(grader: Grader, batch: str) -> None:
    row = {"file": "a.png", **CHILD, "comment": "a, b\nc", "active_ms": "1500"}
    known = grader._ws.schemes.newest("uk-ew")
    beside = {
        "tags": " ".join(option.value for option in known.tags[1:3]),
        "ai_basis": known.bases[0].value,
        "confidence": known.confidences[0].value,
    }
    assert grader.grade({**row, **beside}) == TableSummary(1, 0, ())
    (said,) = grader.verdicts()
    assert said["item"] == item_id("a.png")
    assert said["batch"] == batch
    assert {f["fact"]: f["value"] for f in said["facts"]} == CHILD
    assert all(f["ms"] is None for f in said["facts"])
    assert said["outcome"]["category"] == "C"
    assert said["comment"] == "a, b\nc"
    assert (said["active_ms"], said["viewed"]) == (1500, "individually")
    assert said["tags"] == beside["tags"].split()
    assert said["ai_basis"] == [beside["ai_basis"]]
    assert said["confidence"] == beside["confidence"]


def test_that_a_row_without_time_does_not_claim_that_somebody_looked(grader: Grader) -> None:
    grader.grade({"file": "a.png", **OFF})
    (said,) = grader.verdicts()
    assert (said["active_ms"], said["viewed"]) == (0, "not")


def test_that_an_item_may_be_named_by_its_digest(grader: Grader) -> None:
    digest = item_id("b.png").upper()
    assert grader.grade({"sha256": digest, **OFF}).signed == 1
    assert grader.verdicts()[0]["item"] == item_id("b.png")


def test_that_an_item_that_cannot_be_read_may_be_graded(grader: Grader) -> None:
    assert grader.grade({"file": "cut.png", **OFF}).signed == 1


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"file": "no.png", **OFF}, "no file of this batch is called 'no.png'"),
        ({"file": "no\x1b.png", **OFF}, "'no\\x1b.png'"),
        ({"file": "", **OFF, "comment": "x"}, "names no item"),
        ({"sha256": "12", **OFF}, "64 hexadecimal digits"),
        ({"sha256": "f" * 64, **OFF}, "no item of this batch has the sha256"),
        ({"file": "a.png", "sha256": item_id("b.png"), **OFF}, "two different items"),
        ({"file": "a.png", **OFF, "ai": "maybe"}, "ai has no choice"),
        ({"file": "a.png", "person": "child"}, "is not stated"),
        ({"file": "a.png", **OFF, "sex": "male"}, "sex cannot be asked"),
        ({"file": "a.png", **OFF, "active_ms": "-5"}, "whole milliseconds"),
        ({"file": "a.png", **OFF, "active_ms": "soon"}, "whole milliseconds"),
        ({"file": "a.png", **OFF, "active_ms": "1.5"}, "whole milliseconds"),
        ({"file": "a.png", **OFF, "active_ms": "²"}, "whole milliseconds"),
        ({"file": "a.png", **OFF, "active_ms": "9" * 40}, "longer than a day"),
        ({"file": "a.png", **OFF, "tags": "no-such"}, "knows no tag"),
        ({"file": "a.png", **OFF, "series": "Alpha"}, "series"),
        ({"file": "a.png", **OFF, "comment": "x" * 4001}, "longer than 4000"),
        (
            {"file": "a.png", **OFF, "comment": "x" * 20_000},
            "a cell is longer than 10,000 characters",
        ),
        ({"file": "a.png", **OFF, "comment": "a\x00b"}, "NUL"),
    ],
)
def test_that_a_bad_row_is_refused_by_its_number_and_the_rest_is_kept(
    grader: Grader, row: dict[str, str], words: str
) -> None:
    columns = "file sha256 person appears_photograph sex ai active_ms tags series comment"
    good = {"file": "sub/c.png", **OFF}
    summary = grader.grade(good, row, {"file": "comma, name.png", **OFF}, columns=columns)
    assert summary.signed == 2
    ((fault),) = summary.refused
    assert fault.row == 3
    assert words in fault.reason


def test_that_claimed_provenance_alone_never_supports_generated(grader: Grader) -> None:
    scheme = grader._ws.schemes.newest("uk-ew")
    ((basis, value), *_) = sorted(scheme.never_alone)
    row = {"file": "a.png", "person": "off-remit", "ai": value, "ai_basis": basis}
    summary = grader.grade(row)
    assert (summary.signed, len(summary.refused)) == (0, 1)


def test_that_rows_too_short_and_too_long_are_refused(grader: Grader) -> None:
    summary = grader.grade_bytes(
        b"file,person,ai\na.png,off-remit\nb.png,off-remit,suspected,x\nsub/c.png,off-remit,edited\n"
    )
    assert summary.signed == 1
    assert [fault.row for fault in summary.refused] == [2, 3]


def test_that_a_quotation_mark_that_is_never_closed_swallows_no_row_unseen(
    grader: Grader,
) -> None:
    summary = grader.grade_bytes(
        b'file,person,ai,comment\na.png,off-remit,edited,"open\nb.png,off-remit,edited,\n'
    )
    assert summary.signed == 0
    assert summary.refused


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_that_the_usual_forms_of_a_table_are_read(
    grader: Grader, delimiter: str, line_end: str, mark: str
) -> None:
    rows = (("file", "person", "ai"), ("a.png", "off-remit", "edited"), ("", "", ""))
    text = mark + line_end.join(delimiter.join(row) for row in rows) + line_end + line_end
    assert grader.grade_bytes(text.encode()) == TableSummary(1, 0, ())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"file,person,colour\na.png,off-remit,red\n", "no column called 'colour'"),
        (b"file,person,person\na.png,off-remit,x\n", "twice"),
        (b"person,ai\noff-remit,edited\n", "no column says which item"),
        (b"file,person,ai\na\xffb,off-remit,edited\n", "line 2 is not UTF-8"),
        (b'file,"person\n', "header cannot be read"),
    ],
)
def test_that_a_table_that_cannot_be_understood_is_refused_whole(
    grader: Grader, data: bytes, words: str
) -> None:
    with pytest.raises(TableError, match=words):
        grader.grade_bytes(data)
    assert grader.verdicts() == []


def test_that_a_table_that_is_not_there_is_one_sentence(ws: Workstation, batch: str) -> None:
    scheme = ws.schemes.newest("uk-ew")
    with pytest.raises(TableError, match="cannot be read"):
        grade_table(ws, ws.home.place / "no.csv", batch=batch, scheme=scheme)


def test_that_the_same_table_again_signs_nothing(grader: Grader) -> None:
    rows = [{"file": "a.png", **CHILD}, {"file": "b.png", **OFF}]
    assert grader.grade(*rows) == TableSummary(2, 0, ())
    assert grader.grade(*rows) == TableSummary(0, 2, ())


def test_that_other_facts_on_a_signed_item_are_refused(grader: Grader) -> None:
    grader.grade({"file": "a.png", **CHILD})
    summary = grader.grade({"file": "a.png", **OFF})
    assert summary == TableSummary(
        0, 0, (RowFault(2, "it is already signed with other facts; correct it on the Desk"),)
    )


def test_that_a_second_row_on_one_item_is_skipped_or_refused_by_the_first(
    grader: Grader,
) -> None:
    columns = "file person appears_photograph severity age_band sex ai"
    rows = [{"file": "a.png", **OFF}, {"file": "a.png", **OFF}, {"file": "a.png", **CHILD}]
    summary = grader.grade(*rows, columns=columns)
    assert (summary.signed, summary.skipped) == (1, 1)
    assert summary.refused == (RowFault(4, "row 2 states other facts on the same item"),)


def test_that_rows_are_kept_in_groups_and_a_stopped_run_goes_on(
    ws: Workstation, batch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_signing, "ROWS_A_TRANSACTION", 2)
    file = tmp_path / "table.csv"
    lines = [f"{item_id(name)},off-remit,edited" for name in NAMES]
    file.write_text("\n".join(["sha256,person,ai", *lines]), encoding="utf-8")
    scheme = ws.schemes.newest("uk-ew")
    monkeypatch.setattr(pace, "TELL_EVERY_S", 0)
    told: list[Progress] = []
    watch = Watch(tell=told.append, stopped=lambda: True)
    with pytest.raises(StoppedError, match="what was done stays"):
        grade_table(ws, file, batch=batch, scheme=scheme, watch=watch)
    assert told == [Progress("signing", 2, 5)]
    assert len(list(ws.home.local.records(kind="verdict"))) == 2
    assert grade_table(ws, file, batch=batch, scheme=scheme) == TableSummary(3, 2, ())

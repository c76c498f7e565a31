"""Every importer and the same faults: the row or the file is named, the rest kept, nothing half.

A file that as a whole cannot be understood leaves nothing; where single rows are wrong the others
are kept and the wrong ones named, save in a baseline, which is used whole or not at all.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.exchange.importing import import_bundle
from app.exporting import export_bundle
from app.grade.table import grade_table
from app.intake.sources import read_manifest
from app.known.importing import import_hashes
from app.known.profiles import DEFAULT, profile_named
from app.messages import is_ours, sentence
from app.report.baselines import read_baseline
from app.selection.table import select_table
from app.sync import sync
from app.table_reading import RowFault
from app.vics.importing import import_vics
from app.vics.profiles import vics_profile
from tests.unit.app.study_home import StudyHome

MD5 = [f"{number:032x}" for number in range(1, 9)]
NAMES = tuple(f"{letter}.png" for letter in "abcdefgh")


@dataclass(frozen=True)
class Came:
    """What came of an import: how much was kept, what was left out; or the one sentence."""

    kept: int = 0
    faults: tuple[RowFault, ...] = ()
    refused: str = ""


class Desk:
    """A home with a fresh batch for each import, so that what was kept can be counted."""

    def __init__(self, place: Path) -> None:
        self.home = StudyHome(place / "home")
        self.place = place
        self._number = 0

    def batch(self) -> str:
        self._number += 1
        names = {f"{self._number} {name}": (name,) for name in NAMES}
        return self.home.batch(f"Batch {self._number}", names)

    def records(self) -> int:
        return int(self.home.ws.home.local.count())

    def known(self) -> int:
        return len(self.home.ws.home.known().lists())


def graded(desk: Desk, file: Path) -> Came:
    summary = grade_table(desk.home.ws, file, batch=desk.batch(), scheme=desk.home.scheme)
    return Came(summary.signed, summary.refused)


def selected(desk: Desk, file: Path) -> Came:
    summary = select_table(desk.home.ws, file, batch=desk.batch())
    return Came(summary.signed, summary.refused)


def manifest(_: Desk, file: Path) -> Came:
    found = read_manifest(file, NAMES)
    return Came(len(found.sources), found.refused)


def baseline(_: Desk, file: Path) -> Came:
    return Came(sum(map(len, read_baseline(file).figures.values())))


def hashes(desk: Desk, file: Path) -> Came:
    summary = import_hashes(desk.home.ws.home, file, profile_named(DEFAULT))
    return Came(summary.new, summary.faults)


def vics(desk: Desk, file: Path) -> Came:
    report = import_vics(desk.home.ws.home, file, vics_profile("us"))
    return Came(report.new, tuple(report.faults))


def bundle(desk: Desk, file: Path) -> Came:
    summary = import_bundle(desk.home.ws.home, file)
    return Came(summary.new, (), "; ".join(one.why for one in summary.faults))


@dataclass(frozen=True)
class Importer:
    """An importer with sound input of it; ``column`` is one that a table must have."""

    take: Callable[[Desk, Path], Came]
    header: str
    rows: tuple[str, ...]
    column: str
    text: str  # a row with a number where text belongs, or text where a number does
    whole: bool = False  # used whole or not at all


TABLES = {
    "grade": Importer(
        graded,
        "file,person,ai,active_ms",
        tuple(f"{name},off-remit,suspected,10" for name in NAMES),
        "file",
        "h.png,7,suspected,many",
    ),
    "select": Importer(
        selected,
        "file,selection,active_ms",
        tuple(f"{name},no-child,10" for name in NAMES),
        "file",
        "h.png,7,many",
    ),
    "manifest": Importer(
        manifest,
        "file,report,country,posted_at",
        tuple(f"{name},R1,GB,2026-03-02" for name in NAMES),
        "file",
        "h.png,R1,44,20260302",
    ),
    "baseline": Importer(
        baseline,
        "table,row,items",
        (
            *("category,A,1", "category,B,2", "category,C,3", "sex,both,1"),
            *("sex,male,2", "sex,female,3", "ai,edited,1", "ai,generated,2"),
        ),
        "table",
        "ai,suspected,many",
        whole=True,
    ),
    "hashes": Importer(
        hashes,
        "md5,category,dated",
        tuple(f"{digest},A,2026-03-02" for digest in MD5),
        "md5",
        "12345,A,2026-03-02",
    ),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("bad"))
    yield made
    made.home.ws.close()


def came(desk: Desk, take: Callable[[Desk, Path], Came], content: bytes, tmp_path: Path) -> Came:
    """Import it. A refusal must be one of ours, in sentences that a person reads."""
    file = tmp_path / "came.csv"
    file.write_bytes(content)
    try:
        return take(desk, file)
    except Exception as error:
        if is_ours(error):
            raise
        said = sentence(error)
    assert "\n" not in said
    assert "came.csv" in said
    return Came(refused=said)


def lines(*rows: str) -> bytes:
    return "\n".join((*rows, "")).encode()


@pytest.fixture(params=TABLES)
def table(request: pytest.FixtureRequest) -> Importer:
    return TABLES[request.param]


def test_that_sound_input_is_kept(table: Importer, desk: Desk, tmp_path: Path) -> None:
    found = came(desk, table.take, lines(table.header, *table.rows), tmp_path)
    assert (found.kept, found.faults, found.refused) == (len(table.rows), (), "")


WHOLE = {
    "UTF-16": lambda t: lines(t.header, *t.rows).decode().encode("utf-16"),
    "another encoding": lambda t: (
        lines(t.header.replace(t.column, "d\xfcrer")).decode().encode("cp1252")
    ),
    "wrong columns": lambda t: lines(t.header.replace(t.column, "fruit", 1), *t.rows),
    "a column twice": lambda t: lines(f"{t.column},{t.header}", *t.rows),
    "nothing": lambda _: b"",
    "brackets without end": lambda _: b"[" * 200_000,
    "NUL characters": lambda _: bytes(1_000),
    "a quotation mark that nobody closes": lambda t: b'"' + lines(t.header, *t.rows),
}


@pytest.mark.parametrize("fault", WHOLE)
def test_that_a_file_that_cannot_be_understood_leaves_nothing(
    fault: str, table: Importer, desk: Desk, tmp_path: Path
) -> None:
    before = desk.records(), desk.known()
    found = came(desk, table.take, WHOLE[fault](table), tmp_path)
    if table is TABLES["hashes"] and "quotation" in fault:
        assert found.kept == len(table.rows)  # a list is read line by line: no mark swallows any
        return
    assert found.refused, (fault, found)
    assert (desk.records(), desk.known()) == before


ROWS: dict[str, Callable[[Importer], tuple[str, int]]] = {
    "a number where text belongs": lambda t: (t.text, 9),
    "too many cells": lambda t: (f"{t.rows[7]},and,more,than,there,are", 9),
    "a row twice": lambda t: (t.rows[0], 9),
    "a cell without end": lambda t: (f"{'x' * 60_000},{t.rows[7]}", 9),
    "cut in the middle": lambda t: (t.rows[7][: len(t.rows[7]) // 4], 9),
}
REPEATED = {"grade", "select", "hashes"}  # the same again is no fault there: it is counted


@pytest.mark.parametrize("fault", ROWS)
def test_that_a_bad_row_is_named_and_the_others_are_kept(
    fault: str, table: Importer, desk: Desk, tmp_path: Path
) -> None:
    row, number = ROWS[fault](table)
    content = lines(table.header, *table.rows[:7], row)
    found = came(desk, table.take, content, tmp_path)
    if table.whole:
        assert f"row {number}: " in found.refused
        return
    assert (found.kept, found.refused) == (7, "")
    named = [one.row for one in found.faults]
    is_repeated = fault == "a row twice" and table in [TABLES[name] for name in REPEATED]
    assert named == ([] if is_repeated else [number])
    assert all(one.reason and "\n" not in one.reason for one in found.faults)


def test_that_one_row_in_another_encoding_is_named_and_nothing_is_kept_in_half(
    table: Importer, desk: Desk, tmp_path: Path
) -> None:
    before = desk.records(), desk.known()
    rows = list(table.rows)
    rows[6] = f"d\xfcrer{rows[6]}"
    content = "\n".join((table.header, *rows, "")).encode("cp1252")
    found = came(desk, table.take, content, tmp_path)
    if found.refused:
        assert "UTF-8" in found.refused
        assert "8" in found.refused.replace("UTF-8", "")  # the line is named
        assert (desk.records(), desk.known()) == before
    else:
        assert (found.kept, [one.row for one in found.faults]) == (len(rows) - 1, [8])


def entries(*found: object) -> bytes:
    marker = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media"
    return json.dumps({"odata.metadata": marker, "value": list(found)}).encode()


GOOD = [{"MD5": digest, "Category": 1} for digest in MD5[:7]]
BAD_ENTRIES = {
    "a number where text belongs": {"MD5": 12345},
    "text where a number belongs": {"MD5": MD5[7], "Category": "many"},
    "no digest": {"Category": 1},
    "no object": ["MD5", MD5[7]],
    "nested without need": {"MD5": MD5[7], "Category": [[[[1]]]]},
}


@pytest.mark.parametrize("fault", BAD_ENTRIES)
def test_that_a_bad_entry_of_a_case_is_named_and_the_others_are_kept(
    fault: str, desk: Desk, tmp_path: Path
) -> None:
    found = came(desk, vics, entries(*GOOD, BAD_ENTRIES[fault]), tmp_path)
    assert (found.kept, [one.row for one in found.faults], found.refused) == (7, [8], "")


@pytest.mark.parametrize(
    "content",
    [
        entries(*GOOD)[:-40],
        entries(*GOOD).decode().encode("utf-16"),
        entries(*GOOD).replace(b'"Category"', b'"\xff\xfe"'),
        b'{"value": ' + b"[" * 200_000,
        b'{"value": {"MD5": 1}}',
        b'{"fruit": []}',
        b"",
    ],
    ids=["truncated", "UTF-16", "no UTF-8", "nesting", "no list", "another file", "nothing"],
)
def test_that_a_case_that_cannot_be_read_leaves_nothing(
    content: bytes, desk: Desk, tmp_path: Path
) -> None:
    before = desk.known()
    assert came(desk, vics, content, tmp_path).refused
    assert desk.known() == before


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (entries(*GOOD).replace(b'"Category"', b'"d\xfcrer"'), "is not UTF-8"),
        (entries(*GOOD).decode().encode("utf-32"), "in UTF-32"),
    ],
    ids=["Latin-1", "UTF-32"],
)
def test_that_what_is_wrong_with_a_case_is_told_and_not_that_it_was_cut_off(
    content: bytes, why: str, desk: Desk, tmp_path: Path
) -> None:
    assert why in came(desk, vics, content, tmp_path).refused


def test_that_a_digest_as_a_number_is_named_and_the_other_entries_are_kept(
    desk: Desk, tmp_path: Path
) -> None:
    found = came(desk, vics, entries({"MD5": int("9" * 32)}, *GOOD), tmp_path)
    assert (found.kept, found.faults) == (7, (RowFault(1, "md5 is no text"),))


@pytest.mark.parametrize("part", [0.2, 0.6, 0.99])
def test_that_a_bundle_that_is_cut_or_another_file_leaves_nothing(
    part: float, desk: Desk, tmp_path: Path
) -> None:
    batch = desk.batch()
    desk.home.grade(batch, f"{desk._number} {NAMES[0]}", {"person": "off-remit", "ai": "suspected"})
    sync(desk.home.ws.home)
    export_bundle(desk.home.ws, batch, tmp_path / "bundle.zip")
    whole = (tmp_path / "bundle.zip").read_bytes()
    before = desk.records()
    assert came(desk, bundle, whole[: int(len(whole) * part)], tmp_path).refused
    assert came(desk, bundle, entries(*GOOD), tmp_path).refused
    assert desk.records() == before
    assert came(desk, bundle, whole, tmp_path) == Came()  # whole, and all of it here already

"""`export csv`: one line an item, what this desk may see and no more, in cells that run nothing."""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from app.cli import run
from app.exchange.items import LAYOUTS, OWN_FIRST, ItemsWritten, write_items
from app.record import Extras
from storage.rows import ItemRow
from tests.unit.app.desks import DRAWING, REMIT, SCHEME, Bureau, Seat, settled
from tests.unit.app.study_home import StudyHome
from tests.unit.storage.homes import BATCH, digest, item_row

CHILD = {"person": "child", "appears_photograph": "yes", "severity": "B", "age_band": "7-10"}
EDITED = {**CHILD, "sex": "both", "ai": "edited"}
UNDETERMINED = {**CHILD, "sex": "both", "ai": "no-sign-seen"}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[StudyHome]:
    found = StudyHome(tmp_path / "home")
    yield found
    found.ws.close()


def table(home: StudyHome, batch: str, place: Path, layout: str = "items") -> list[dict[str, str]]:
    items = home.ws.home.local.items(batch)
    with place.open("wb") as out:
        write_items(home.ws, batch, items, LAYOUTS[layout], out)
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=LAYOUTS[layout].delimiter))


def test_that_each_item_has_a_line_with_what_stands_on_it(home: StudyHome, tmp_path: Path) -> None:
    names = {"apple": ("=cmd|'/c calc'!A0", "copies/a.png"), "pear": ("b.png",), "plum": ("c.png",)}
    batch = home.batch("Orchard", names, unreadable=("plum",))
    extras = Extras(tags=("series",), series="@SUM(1)", active_ms=21_000, viewed="individually")
    first = home.grade(batch, "apple", REMIT)
    record = home.grade(batch, "apple", EDITED, replace(extras, supersedes=first))
    apple, pear, plum = table(home, batch, tmp_path / "items.csv")
    said = ("state", "outcome", "category", "severity", "ai", "tags", "scheme", "viewed", "files")
    assert [apple[name] for name in said] == [
        "graded",
        "criminal-indecent-photograph",
        "B",
        "B",
        "edited",
        "series",
        home.scheme.name,
        "individually",
        "'=cmd|'/c calc'!A0; copies/a.png",
    ]
    assert (apple["series"], apple["active_ms"], apple["record"]) == ("'@SUM(1)", "21000", record)
    assert (apple["verdicts"], apple["graders"], apple["resolved"]) == ("1", "1", "no")
    assert (pear["state"], pear["outcome"], pear["record"]) == ("open", "", "")
    assert (plum["state"], plum["unreadable"]) == ("unreadable", "the file is cut short")
    assert apple["md5"] == home.ws.home.local.items(batch)[0].md5


def test_that_what_is_no_picture_is_another_file_and_not_an_unreadable_one(
    home: StudyHome, tmp_path: Path
) -> None:
    batch = home.batch("Orchard", {"apple": ("a.png",)})
    other = replace(
        item_row(digest("weights"), batch, ("weights.safetensors",)),
        media_type="application/octet-stream",
        unreadable="not a picture or a video",
    )
    home.ws.home.local.add_items([other])
    said = {row["files"]: row for row in table(home, batch, tmp_path / "items.csv")}
    assert {row["state"] for row in said.values()} == {"open", "other file"}
    assert said["weights.safetensors"]["unreadable"] == ""


def test_that_the_layout_of_another_body_has_the_baseline_and_no_guess(
    home: StudyHome, tmp_path: Path
) -> None:
    batch = home.batch("Orchard", {name: (f"{name}.png",) for name in ("apple", "pear", "plum")})
    home.grade(batch, "apple", EDITED)
    home.grade(batch, "pear", UNDETERMINED)
    place = tmp_path / "icse.csv"
    rows = table(home, batch, place, "icse-csv")
    head = "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified"
    assert place.read_bytes().startswith(f"{head};Series name;Baseline\r\n".encode())
    assert [row["Baseline"] for row in rows] == ["yes", "undetermined", ""]
    assert {row["Victim identified"] for row in rows} == {""}  # nothing said is no "false"


@pytest.mark.parametrize("layout", LAYOUTS)
def test_that_no_name_is_a_formula_whatever_separator_a_spreadsheet_takes(
    home: StudyHome, tmp_path: Path, layout: str
) -> None:
    begins = ("", " ", *(f"a{mark}{space}" for mark in ",;\t\n" for space in ("", ' "')))
    hostile = [f"{begin}{sign}HYPERLINK(1)" for begin in begins for sign in "=+-@"]
    names = {f"apple {name}": (name, f"-{name}") for name in hostile}
    batch = home.batch("Orchard", {**names, "pear": ("b-c.png", "d;e.png")})
    for name in hostile:
        home.grade(batch, f"apple {name}", EDITED, Extras(tags=("series",), series=name))
    place = tmp_path / "items.csv"
    table(home, batch, place, layout)
    text = place.read_text("utf-8")
    assert text.count("HYPERLINK") >= len(hostile)
    begun = {cell.strip(' "')[:1] for cell in re.split(r"[,;\t\r\n]", text)}
    assert begun.isdisjoint("=+-@")
    assert ("b-c.png; d;e.png" in text) is (layout == "items")  # what is no formula stays


def seat_table(seat: Seat, place: Path) -> tuple[list[dict[str, str]], ItemsWritten]:
    items = [_row("fig"), _row("kiwi")]
    with place.open("wb") as out:
        written = write_items(seat.ws, BATCH, items, LAYOUTS["items"], out)
    with place.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file)), written


def _row(name: str) -> ItemRow:
    return item_row(digest(name), BATCH, (f"{name}.png",))


def test_that_what_waits_for_an_own_blind_answer_says_no_verdict(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path, ada="analyst", ben="analyst", sam="supervisor")
    try:
        bureau["ada"].grade("fig", DRAWING)
        bureau["ben"].grade("fig", REMIT)
        bureau["ada"].grade("kiwi", REMIT)
        bureau.sync()
        (fig, kiwi), written = seat_table(bureau["sam"], tmp_path / "sam.csv")
        assert (fig["state"], written.kept_back) == (OWN_FIRST, 1)
        assert _said(fig) == {}
        assert kiwi["outcome"] == "discounted"
        # An analyst who answered sees what their own answer opened.
        (fig, kiwi), _ = seat_table(bureau["ben"], tmp_path / "ben.csv")
        assert (fig["state"], fig["verdicts"]) == ("second-opinion", "2")
        assert (kiwi["state"], _said(kiwi)) == (OWN_FIRST, {})
        bureau["sam"].opinions.answer(digest("fig"), SCHEME, settled(DRAWING))
        (fig, _), written = seat_table(bureau["sam"], tmp_path / "sam.csv")
        assert (fig["verdicts"], written.kept_back) == ("2", 0)
    finally:
        bureau.close()


def _said(row: Mapping[str, str]) -> dict[str, str]:
    """What a line says beyond the file, its origin and its state."""
    names = list(row)[list(row).index("outcome") :]
    return {name: row[name] for name in names if row[name] not in {"", "0"}}


def test_that_the_command_writes_the_table_and_refuses_what_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = StudyHome(tmp_path / "home")
    batch = home.batch("Orchard", {"apple": ("a.png",)})
    home.grade(batch, "apple", REMIT)
    home.ws.close()
    (tmp_path / "secret").write_text("pears and apples\n", "utf-8")
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("ASSAY_HOME", str(tmp_path / "home"))
    out = tmp_path / "out.csv"
    words = ["export", "csv", "--batch", "Orchard", "--out"]
    assert run([*words, str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "out": str(out),
        "batch": batch,
        "profile": "items",
        "items": 1,
        "graded": 1,
        "kept_back": 0,
    }
    assert out.read_text("utf-8").startswith("sha256,sha1,md5,")
    assert run([*words, str(tmp_path)]) == 2
    assert run([*words, str(out), "--profile", "fr"]) == 2
    assert "icse-csv" in capsys.readouterr().err

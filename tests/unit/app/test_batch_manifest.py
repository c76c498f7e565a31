"""`batch add --manifest`: whence each file came is signed with the batch, gone entries counted."""

import csv
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import Workstation
from app.errors import TableError
from app.intake.folder import IntakeRequest, IntakeSummary, add_folder
from app.intake.sources import sources_of
from app.selection.signing import is_image
from storage.envelope import open_envelope
from tests.unit.app.folders import bitmap, write_files

HEADER = ["file", "report", "source_url", "poster", "country", "posted_at", "route", "note"]


class Importer:
    """Adds one folder with manifests."""

    def __init__(self, ws: Workstation, tmp_path: Path) -> None:
        self.ws = ws
        names = ("a.bmp", "b.bmp", "sub/c, d.bmp")
        files = {name: bitmap(number) for number, name in enumerate(names)}
        self.folder = write_files(tmp_path / "in", files)
        self.table = tmp_path / "manifest.csv"

    def add(self, *rows: list[str], header: list[str] = HEADER) -> IntakeSummary:
        with self.table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(header)
            writer.writerows([*row, *[""] * (len(header) - len(row))] for row in rows)
        return self.add_again()

    def add_again(self) -> IntakeSummary:
        return add_folder(self.ws, IntakeRequest(self.folder, "Orchard", manifest=self.table))

    def signed(self, batch: str) -> list[dict[str, Any]]:
        found = []
        for kind in ("batch", "batch-supplement"):
            for row in self.ws.home.local.records(kind=kind, batch=batch):
                found.append(open_envelope(row.envelope).predicate)
        return found


@pytest.fixture
def importer(ws: Workstation, tmp_path: Path) -> Importer:
    return Importer(ws, tmp_path)


def test_that_rows_are_signed_with_the_batch_and_counted_by_report(importer: Importer) -> None:
    full = [
        "a.bmp",
        "R1",
        "https://example.org/1",
        "heron",
        "gb",
        "2026-03-02T10:00Z",
        "Police",
        "x",
    ]
    summary = importer.add(full, ["sub/c, d.bmp", "R2"], ["-", "R1"], ["-", "R1"], ["-"])
    assert (summary.rows, summary.refused_rows) == (5, ())
    (batch,) = importer.signed(summary.batch)
    assert batch["sources"][0] == {
        "file": "a.bmp",
        "report": "R1",
        "source_url": "https://example.org/1",
        "poster": "heron",
        "country": "GB",
        "posted_at": "2026-03-02T10:00Z",
        "route": "police",
        "note": "x",
    }
    assert batch["reports"] == [
        {"report": "R1", "entries": 3, "gone": 2},
        {"report": "R2", "entries": 1, "gone": 0},
    ]
    assert [source.is_gone for source in sources_of(importer.ws.home.local, summary.batch)] == [
        False, False, True, True, True,
    ]  # fmt: skip


def test_that_the_same_manifest_again_signs_nothing_and_a_longer_one_what_is_new(
    importer: Importer,
) -> None:
    batch = importer.add(["a.bmp", "R1"], ["-", "R1"]).batch
    importer.add_again()
    assert len(importer.signed(batch)) == 1
    importer.add(["a.bmp", "R1"], ["-", "R1"], ["-", "R1"], ["b.bmp", "R1"])
    _, supplement = importer.signed(batch)
    assert supplement["items"] == []
    assert supplement["reports"] == [{"report": "R1", "entries": 2, "gone": 1}]
    assert len(list(sources_of(importer.ws.home.local, batch))) == 4


def test_that_a_table_made_on_another_system_names_files_in_its_way(importer: Importer) -> None:
    summary = importer.add([".\\a.bmp", "R1"], ["sub\\c, d.bmp", "R1"], ["./b.bmp", "R1"])
    assert summary.refused_rows == ()
    said = sources_of(importer.ws.home.local, summary.batch)
    assert [source.file for source in said] == ["a.bmp", "sub/c, d.bmp", "b.bmp"]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["z.bmp"], "no file of the folder is called 'z.bmp'"),
        (["../in/a.bmp"], "no file of the folder"),
        (["", "R1"], "it names no file"),
        (["b.bmp", "", "", "", "England"], "country must be two letters"),
        (["b.bmp", "", "", "", "44"], "country must be two letters"),
        (["b.bmp", "", "", "", "", "45354"], "posted_at must b"),
        (["b.bmp", "", "", "", "", "31.3.2026"], "posted_at must be a day"),
        (["b.bmp", "", "", "", "", "", "7"], "route must be one of"),
        (["b.bmp", "R\x1b[2J"], "cannot be printed"),
        (["b.bmp", "R" * 3000], "longer than"),
        (["a.bmp", "R1"], "the same row stands above"),
        (["b.bmp", *[""] * 7, "more"], "9 cells"),
    ],
)
def test_that_a_bad_row_is_named_and_the_rest_kept(
    importer: Importer, row: list[str], why: str
) -> None:
    summary = importer.add(["a.bmp", "R1"], row, ["sub/c, d.bmp", "R2"])
    assert summary.added == 3
    assert summary.rows == 2
    ((number, reason),) = [(fault.row, fault.reason) for fault in summary.refused_rows]
    assert number == 3
    assert why in reason


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        ("file,report\na.bmp,1".encode("utf-16"), "UTF-8"),
        (b"file,rapport\na.bmp,1\n", "no column called 'rapport'"),
        (b"report\n1\n", "no column says"),
        (b"file,file\na.bmp,a.bmp\n", "twice"),
        (b"file\nnot there\n", "no row of the manifest"),
        (b'file,note\n"a.bmp,1\n', "no row of the manifest"),
        (b"\xff\xd8\xff\xe0", "UTF-8"),
    ],
)
def test_that_a_manifest_that_is_none_takes_nothing_in(
    importer: Importer, content: bytes, why: str
) -> None:
    importer.table.write_bytes(content)
    with pytest.raises(TableError, match=why):
        importer.add_again()
    assert importer.ws.home.local.batches() == []


def test_that_files_that_are_no_images_are_listed_with_their_type_and_never_kept(
    ws: Workstation, tmp_path: Path
) -> None:
    files = {
        "guide.txt": b"plain words\n",
        "model.safetensors": (40).to_bytes(8, "little") + b'{"a": {"dtype": "F16"}}' + bytes(60),
        "set.zip": b"PK\x03\x04" + bytes(60),
        "net.gguf": b"GGUF" + bytes(60),
        "book.pdf": b"%PDF-1.7\n",
        "a.bmp": bitmap(1),
    }
    batch = add_folder(ws, IntakeRequest(write_files(tmp_path / "in", files), "Mixed")).batch
    rows = {row.names[0]: row for row in ws.home.local.items(batch)}
    assert {name: row.media_type for name, row in rows.items()} == {
        "guide.txt": "text/plain",
        "model.safetensors": "application/x-safetensors",
        "set.zip": "application/zip",
        "net.gguf": "application/x-gguf",
        "book.pdf": "application/pdf",
        "a.bmp": "image/bmp",
    }
    assert [name for name, row in rows.items() if is_image(row)] == ["a.bmp"]
    held = [name for name, row in rows.items() if ws.home.vault.has(batch, row.item)]
    assert held == ["a.bmp"]

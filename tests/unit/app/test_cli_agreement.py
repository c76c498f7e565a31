"""`agreement --ratings`: any file a person may hand over, and one plain answer."""

import csv
import io
import json
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.agreement import agreement_of_table
from app.cli import run
from app.errors import TableError
from app.ratings_table import read_ratings
from tests.house.tree import HOUSE
from tests.unit.grading.agreement_cases import HERE, SHARED, tables


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Where a test writes its table."""
    return tmp_path / "ratings.csv"


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """The exit status, standard output and standard error of `agreement`."""
    status = run(["agreement", *arguments])
    told = capsys.readouterr()
    return status, told.out, told.err


def figures(capsys: pytest.CaptureFixture[str], file: Path, *more: str) -> dict[str, object]:
    """The document of a table that is understood."""
    status, out, _ = asked(capsys, "--ratings", str(file), "--json", *more)
    assert status == 0
    document = json.loads(out)
    assert isinstance(document, dict)
    return document


def refused(capsys: pytest.CaptureFixture[str], file: Path, *more: str) -> str:
    """The sentence for a table or an option that is wrong."""
    status, out, err = asked(capsys, "--ratings", str(file), "--json", *more)
    assert (status, out) == (2, "")
    lines = err.splitlines()
    assert len(lines) == 1
    return lines[0].replace(str(file), "FILE")


GOOD = "Ann,Ben\nA,A\nB,A\nB,B\nA,\n"


def test_that_a_table_gives_the_agreed_document(
    capsys: pytest.CaptureFixture[str], table: Path
) -> None:
    table.write_text(GOOD)
    document = figures(capsys, table)
    statistics = document.pop("statistics")
    assert document == {"units": 4, "graders": 2, "pairable_units": 3, "level": "nominal"}
    assert isinstance(statistics, dict)
    percent = statistics["percent_agreement"]
    assert percent["value"] == pytest.approx(2 / 3)
    assert percent["undefined"] is None
    assert len(percent["ci"]) == 2
    assert statistics["cohen_kappa"]["value"] == pytest.approx(0.4)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfAnn,Ben\r\nA,A\r\nB,A\r\nB,B\r\nA,\r\n",
        b"Ann;Ben\nA;A\nB;A\nB;B\nA;\n",
        b"Ann\tBen\nA\tA\nB\tA\nB\tB\nA\t\n",
        b"Ann,Ben\rA,A\rB,A\rB,B\rA,",
        b'"Ann, B."; Ben \n"A";A\n\n"B";A\n B ;B\nA;"  "\n\n',
    ],
    ids=["mark and CRLF", "semicolon", "tab", "CR without an end", "quotes, blanks, empty lines"],
)
def test_that_what_spreadsheets_write_is_understood(
    capsys: pytest.CaptureFixture[str], table: Path, data: bytes
) -> None:
    table.write_text(GOOD)
    expected = figures(capsys, table)
    table.write_bytes(data)
    assert figures(capsys, table) == expected


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "FILE: the table is empty. Its first row names the graders."),
        (b"\n\n", "FILE: the table is empty. Its first row names the graders."),
        (b"\xef\xbb\xbf", "FILE: the table is empty. Its first row names the graders."),
        (b",\nA,B\n", "FILE: the table is empty. Its first row names the graders."),
        (b",Ann,Ben\n0,A,A\n", "FILE, row 1: column 1 names no grader."),
        (b"Ann,Ben,Ann\nA,B,A\n", "FILE, row 1: the grader Ann stands there twice."),
        (b"Ann,Ben\nA,B\nA\n", "FILE, row 3: has 1 cells, and the header 2."),
        (b"Ann,Ben\nA,B\nA,B,C\n", "FILE, row 3: has 3 cells, and the header 2."),
        (b"Ann,Ben\nA,B\nB", "FILE, row 3: has 1 cells, and the header 2."),
        (b"Ann;Ben\nA,B\n", "FILE, row 2: has 1 cells, and the header 2."),
        (b'Ann,Ben\nA,"B\nA,B\n', "FILE, row 2: a quotation mark opens a cell here"),
        (b"Ann,Ben\nA,B\nA,\x00\n", "FILE: line 3 holds a NUL character."),
        (b"Ann,Ben\nA,B\nA,\xe9\n", "FILE: line 3 is not UTF-8 text."),
        ("Ann,Ben\nA,B\n".encode("utf-16"), "FILE: line 1 is not UTF-8 text."),
        (b"Ann,Ben\nA," + b"x" * 20_000, "FILE, row 2: a cell is longer than 10,000 characters"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "FILE: line 1 is not UTF-8 text."),
        (b",".join(b"g%d" % n for n in range(1_001)), "FILE, row 1: names 1,001 graders, at most"),
    ],
)
def test_that_a_table_that_is_none_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], table: Path, data: bytes, sentence: str
) -> None:
    table.write_bytes(data)
    assert refused(capsys, table).startswith(sentence)


def test_that_a_file_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert refused(capsys, tmp_path / "none.csv").startswith("FILE: the table cannot be read (no")
    assert refused(capsys, tmp_path).startswith("FILE: the table cannot be read (is a directory)")


def test_that_a_category_that_was_not_declared_is_named_with_its_row(
    capsys: pytest.CaptureFixture[str], table: Path
) -> None:
    table.write_text("Ann,Ben\nA,A\nA,A\n\nB,D\nA,E\n")
    assert refused(capsys, table, "--categories", "A,B,C").startswith(
        "FILE, row 5: “D” is none of the categories A, B, C."
    )


def test_that_a_word_among_numbers_is_named_with_its_row(
    capsys: pytest.CaptureFixture[str], table: Path
) -> None:
    table.write_text("Ann,Ben\n1,2\n2,two\n")
    assert refused(capsys, table, "--level", "interval").startswith(
        "FILE, row 3: “two” is not a number, as interval ratings are."
    )


def test_that_a_column_of_free_text_is_no_scale(
    capsys: pytest.CaptureFixture[str], table: Path
) -> None:
    table.write_text("Ann,Ben\n" + "".join(f"note {n},note {n}b\n" for n in range(150)))
    assert "there are 300 different ratings" in refused(capsys, table)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--categories", ""), "--categories: no category is named."),
        (("--categories", "A,B,A"), "--categories: the category “A” is named twice."),
        (("--categories", 'A,"B'), "--categories cannot be read ("),
        (
            ("--categories", "A,B", "--level", "interval"),
            "--categories: “A” is not a number, as interval ratings are.",
        ),
        (("--level", "ratio"), "main.py agreement: argument --level: invalid choice: 'ratio'"),
        (("--batch", "1"), "main.py agreement: argument --batch: not allowed with argument"),
    ],
)
def test_that_a_wrong_option_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], table: Path, more: tuple[str, ...], sentence: str
) -> None:
    table.write_text(GOOD)
    assert refused(capsys, table, *more).startswith(sentence)


def test_that_a_batch_where_there_is_no_home_is_one_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, out, err = asked(capsys, "--batch", "1234", "--json")
    assert (status, out) == (3, "")
    assert err.count("\n") == 1
    assert "there is no home here" in err


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("Ann,Ben\n", "There is no rating: nothing can be compared."),
        ("Ann\nA\nB\n", "Agreement needs two graders, and only Ann rated (2 items)."),
        ("Ann,Ben\nA,\n,B\n", "No item was graded by two or more: 0 double-graded of 2."),
    ],
    ids=["only a header", "one column", "no overlap"],
)
def test_that_a_table_that_defines_nothing_says_why(
    capsys: pytest.CaptureFixture[str], table: Path, data: str, reason: str
) -> None:
    table.write_text(data)
    document = figures(capsys, table)
    _, out, _ = asked(capsys, "--ratings", str(table))
    assert re.findall(r"\d+", out.splitlines()[0])[:2] == [  # in words as in the document
        str(document["units"]),
        str(document["graders"]),
    ]
    statistics = document["statistics"]
    assert isinstance(statistics, dict)
    for entry in statistics.values():
        assert entry == {"value": None, "se": None, "ci": None, "undefined": reason}
    status, out, _ = asked(capsys, "--ratings", str(table))
    assert status == 0
    assert out.count(reason) == 1


def test_that_a_person_reads_a_table_with_its_notes(
    capsys: pytest.CaptureFixture[str], table: Path
) -> None:
    table.write_text("Ann,Ben,Cas\nA,A,A\nB,A,B\n,,\nB,B,NA\nA,,\n")
    _, out, err = asked(capsys, "--ratings", str(table))
    assert err == ""
    assert out.startswith("4 items, 3 graders, 3 items graded by two or more.\n")
    assert "Krippendorff's alpha" in out
    assert out.count("Cohen's kappa compares two graders, and 3 rated here.") == 1
    assert "- 3 double-graded of 4 items." in out
    assert "- “NA” is counted as a category; leave the cell empty where there is no rating." in out
    assert "- Rows without any rating, left out: 1." in out


def test_that_with_json_the_notes_go_to_the_person(
    capsys: pytest.CaptureFixture[str], table: Path
) -> None:
    table.write_text(GOOD)
    _, out, err = asked(capsys, "--ratings", str(table), "--json")
    assert len(out.splitlines()) == 1
    assert "3 double-graded of 4 items." in err


def test_that_a_declared_order_is_the_order_of_the_weights(
    capsys: pytest.CaptureFixture[str], table: Path
) -> None:
    table.write_text("Ann,Ben\nlow,mid\nhigh,high\nmid,mid\nlow,high\nlow,low\n")
    level = ("--level", "ordinal")
    sorted_by_letter = figures(capsys, table, *level)["statistics"]
    declared = figures(capsys, table, *level, "--categories", "low,mid,high")["statistics"]
    assert isinstance(declared, dict)
    assert isinstance(sorted_by_letter, dict)
    for name in ("krippendorff_alpha", "gwet_ac2_linear", "cohen_kappa_quadratic"):
        assert declared[name]["value"] != sorted_by_letter[name]["value"]
    assert declared["gwet_ac1"]["se"] == pytest.approx(sorted_by_letter["gwet_ac1"]["se"])


@given(data=st.binary(max_size=60) | st.text('Aa1 ,;"\t\r\n.x', max_size=60).map(str.encode))
@settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_that_any_bytes_are_a_table_or_refused(table: Path, data: bytes) -> None:
    table.write_bytes(data)
    with suppress(TableError):
        found = agreement_of_table(table, "nominal")
        json.dumps(found.summary.as_json(), allow_nan=False)


def test_that_rows_are_numbered_as_a_spreadsheet_does(table: Path) -> None:
    table.write_text('Ann,Ben\n"A\nA",B\n\nB,B\n"A\nA",B\n')
    read = read_ratings(table)
    assert read.graders == ("Ann", "Ben")
    assert read.first_row == (2, 4)
    assert list(read.kind_of) == [0, 1, 0]


def test_that_no_home_is_needed_or_made_and_neither_qt_nor_a_database_is_loaded(
    table: Path, tmp_path: Path
) -> None:
    table.write_text(GOOD)
    program = (
        "import sys; from app.cli import run;"
        "status = run(sys.argv[1:]);"
        "heavy = {'PySide6', 'sqlalchemy', 'cv2', 'PIL', 'cryptography'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else status)"
    )
    home = tmp_path / "home"
    command = [sys.executable, "-c", program, "agreement", "--ratings", str(table)]
    done = subprocess.run(
        [*command, "--home", str(home)], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not home.exists()


@pytest.mark.parametrize("module", ["app.cli.decide", "grading.consensus", "grading.tree"])
def test_that_what_must_start_fast_loads_no_numpy(module: str) -> None:
    program = f"import sys, {module}; sys.exit('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=HOUSE, check=False)
    assert done.returncode == 0


STATISTICS = {
    "percent_agreement": "percent_agreement",
    "gwet_ac1": "gwet_ac1",
    "fleiss_kappa": "fleiss_kappa",
    "conger_kappa": "conger_kappa",
    "brennan_prediger": "brennan_prediger",
    "cohen_kappa": "cohen_kappa_unweighted",
    "cohen_kappa_linear": "cohen_kappa_linear",
    "cohen_kappa_quadratic": "cohen_kappa_quadratic",
    "gwet_ac2_linear": "gwet_ac2_linear",
    "gwet_ac2_quadratic": "gwet_ac2_quadratic",
}
CASES = [*sorted(HERE.glob("*.json")), *sorted(SHARED.glob("*.json"))]


@pytest.mark.parametrize("file", CASES, ids=lambda file: f"{file.parents[2].name}-{file.stem}")
def test_that_a_published_table_comes_out_of_a_spreadsheet_as_published(
    capsys: pytest.CaptureFixture[str], table: Path, file: Path
) -> None:
    for case in tables(file):
        if not case.get("ratings"):
            continue
        with table.open("w", newline="") as opened:
            writer = csv.writer(opened)
            writer.writerow([f"g{column}" for column in range(len(case["ratings"][0]))])
            writer.writerows(case["ratings"])
        scale = io.StringIO()
        csv.writer(scale).writerow(case["categories"])
        declared = ("--categories", scale.getvalue().strip())
        document = figures(capsys, table, "--level", case["scale"], *declared)
        compare(document, case)


def compare(document: dict[str, object], case: dict[str, Any]) -> None:
    """Every figure that the case has, and its standard error."""
    found, expected = document["statistics"], case["expected"]
    assert isinstance(found, dict)
    names = {"krippendorff_alpha": f"krippendorff_alpha_{case['scale']}"} | STATISTICS
    for ours, theirs in names.items():
        for part, name in (
            ("value", theirs),
            ("se", f"{theirs}_se_gwet"),
            ("se", f"{theirs}_se"),
            ("ci", f"{theirs}_bootstrap_ci95"),
        ):
            if name in expected:
                within = expected[name]["tolerance"]
                assert found[ours][part] == pytest.approx(expected[name]["value"], abs=within), name

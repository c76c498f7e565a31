"""What a report says of whence items came: by report within bounds, by place, beside a baseline."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree

from app.clock import as_rfc3339
from app.errors import TableError, UsageError
from app.intake.manifest import manifest_entry
from app.intake.sources import TEXT_MAX_CHARS, Source, signed_rows
from app.record import Extras
from app.report.baselines import baseline_of, read_baseline
from app.report.data import report_csv, report_json
from app.report.found import Narrowed
from app.report.page import report_html
from app.report.paper import report_pdf
from app.report.study import Asked, Report, make_report
from app.report.words import in_english
from storage.statement import Draft
from tests.unit.app.study_home import NOON, StudyHome, item_id

AI = {"ai": "generated"}
CRIMINAL = {"person": "child", "appears_photograph": "yes", "severity": "C", "age_band": "7-10"}
CRIMINAL |= {"sex": "both", **AI}
ACTIONABLE_NO_AI = {**CRIMINAL, "ai": "no-sign-seen"}
NO_AI = {"person": "off-remit", "ai": "no-sign-seen"}
# In the form in which the study behind the product counts its reports.
ACTIONABLE_AI, BESIDE_THEM, ELSEWHERE, GONE = 15, 9, 69, 11


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StudyHome]:
    found = StudyHome(tmp_path_factory.mktemp("origin") / "home")
    yield found
    found.ws.close()


def taken_in(
    home: StudyHome, title: str, rows: Sequence[Source], **said: object
) -> tuple[str, tuple[str, ...]]:
    """A signed batch with a file for each row that is not gone; returns its id and the names."""
    names = tuple(row.file for row in rows if not row.is_gone)
    batch = home.batch(title, {f"{title} {name}": (name,) for name in names})
    items = [manifest_entry(row) for row in home.ws.home.local.items(batch)]
    fields = {"batch": batch, "title": title, "items": items, "part": 1, **said}
    home.ws.home.local.keep(
        [
            Draft(
                kind="batch",
                subject=batch,
                fields={**fields, **signed_rows(rows)},
                decided_at=as_rfc3339(home.now),
            )
        ]
    )
    return batch, names


def graded(home: StudyHome, batch: str, title: str, facts: dict[str, dict[str, str]]) -> None:
    for name, stated in facts.items():
        home.grade(batch, f"{title} {name}", stated, Extras(active_ms=9_000))


def report_on(home: StudyHome, *batches: str, **asked: Any) -> Report:
    return make_report(home.ws, Asked(batches, **asked), now=lambda: NOON)


@pytest.fixture(scope="module")
def study(home: StudyHome) -> str:
    """Reports as in the study: 93 to 104 identified, 24 in an actionable report, 15 actionable."""
    rows, facts = [], {}
    plan = (
        (ACTIONABLE_AI, "acted", CRIMINAL),
        (BESIDE_THEM, "acted", {"person": "off-remit", **AI}),
        (ELSEWHERE, "other", {"person": "off-remit", **AI}),
        (7, "other", NO_AI),
    )
    for many, report, stated in plan:
        for _ in range(many):
            name = f"{len(rows):03}.png"
            rows.append(Source(name, report=f"{report}-{len(rows) % 3}", country="GB"))
            facts[name] = stated
    rows += [Source("-", report="other-0")] * GONE
    batch, _ = taken_in(home, "Study", rows)
    graded(home, batch, "Study", facts)
    return batch


def test_that_counts_by_report_have_the_form_of_the_study(home: StudyHome, study: str) -> None:
    said = report_json(report_on(home, study))["by_report"]
    assert isinstance(said, dict)
    assert (said["reports"], said["actionable_reports"], said["gone"]) == (6, 3, GONE)
    of = {
        name: (said[name]["lower"], said[name]["upper"])
        for name in ("ai_identified", "in_actionable_report", "actionable_ai")
    }
    assert of == {
        "ai_identified": (93, 104),
        "in_actionable_report": (24, 24),
        "actionable_ai": (15, 15),
    }
    assert sum(row["ai_identified"]["lower"] for row in said["rows"]) == 93
    page = report_html(report_on(home, study))
    assert "<td>93\N{EN DASH}104</td><td>24</td><td>15</td>" in page
    assert "11 entries were gone before review" in page


def test_that_what_was_gone_of_an_actionable_report_counts_in_all_three_upper_counts(
    home: StudyHome,
) -> None:
    rows = [Source("a.png", report="7"), Source("-", report="7"), Source("-", report="8")]
    batch, _ = taken_in(home, "Gone", rows)
    graded(home, batch, "Gone", {"a.png": ACTIONABLE_NO_AI})
    total = report_on(home, batch).reports.total
    uppers = (total.ai_identified, total.in_actionable, total.actionable_ai)
    assert [(one.files, one.files_upper) for one in uppers] == [(0, 2), (0, 1), (0, 1)]


@pytest.fixture(scope="module")
def orchard(home: StudyHome) -> str:
    rows = [
        Source("a.png", "1", "https://one.example/x", "pear", "NL", "2026-01-31", "public"),
        Source("a.png", "2", "https://two.example/y", "plum", "NL", "2026-02-01", "police"),
        Source("b.png", "1", "https://one.example/z", "pear", "NL", "2026-01-02", "public"),
        Source("c.png", poster="pear"),
        Source("d.png", poster="<b>quince</b>"),
    ]
    batch, _ = taken_in(
        home, "Orchard", rows, source_url="https://all.example:8080/q", country="GB"
    )
    graded(home, batch, "Orchard", {"a.png": CRIMINAL, "b.png": NO_AI})
    return batch


def rows_of(report: Report, key: str) -> dict[str, tuple[int, int, int, int]]:
    (table,) = (table for table in report.groups if table.key == key)
    return {line.label: (line.files, line.items, line.graded, line.ai) for line in table.lines}


def test_that_items_are_counted_by_all_that_a_manifest_says(home: StudyHome, orchard: str) -> None:
    report = report_on(home, orchard)
    assert rows_of(report, "by_source") == {
        "one.example": (2, 2, 2, 1),
        "all.example": (2, 2, 0, 0),
        "two.example": (1, 1, 1, 1),
    }
    assert rows_of(report, "by_country") == {"NL": (3, 2, 2, 1), "GB": (2, 2, 0, 0)}
    assert list(rows_of(report, "by_posted")) == ["2026-01", "2026-02", "Not stated"]
    assert rows_of(report, "by_route")["police"] == (1, 1, 1, 1)
    assert rows_of(report, "by_decided") == {"2026-03": (3, 2, 2, 1)}
    assert rows_of(report, "by_batch") == {"Orchard": (5, 4, 2, 1)}
    assert [(one.poster, one.percent, one.so_far_percent) for one in report.posters.largest] == [
        ("pear", 60, 60),
        ("<b>quince</b>", 20, 80),
        ("plum", 20, 100),
    ]


def test_that_a_hostile_pseudonym_is_only_words(home: StudyHome, orchard: str) -> None:
    report = report_on(home, orchard)
    page = report_html(report)
    assert "<b>quince" not in page
    assert "&lt;b&gt;quince" in page
    assert b"quince" not in report_pdf(report)[:64]


@pytest.mark.parametrize("alone", [True, False])
def test_that_the_longest_names_that_a_manifest_may_have_go_on_over_the_pages(
    home: StudyHome, alone: bool
) -> None:
    rows = [Source("a.png", "7 " * (TEXT_MAX_CHARS // 2), poster="p" * TEXT_MAX_CHARS)]
    # A short table is kept together where it can be, a long one is not tried.
    rows += [Source(f"{n}.png", str(n), poster=f"plum {n}") for n in range(0 if alone else 20)]
    batch, _ = taken_in(home, f"Long {alone}", rows)
    report = report_on(home, batch)
    assert rows_of(report, "by_poster")["p" * TEXT_MAX_CHARS] == (1, 1, 0, 0)
    assert report_pdf(report).rstrip().endswith(b"%%EOF")


def test_that_a_report_is_narrowed_to_a_source_a_country_or_a_poster(
    home: StudyHome, orchard: str
) -> None:
    for narrowed, files, graded_items in (
        (Narrowed(source="one.example"), 2, 2),
        (Narrowed(country="gb"), 2, 0),
        (Narrowed(poster="plum", country="NL"), 1, 1),
        (Narrowed(poster="nobody"), 0, 0),
    ):
        report = report_on(home, orchard, narrowed=narrowed)
        assert (report.study.totals.files, report.study.graded.items) == (files, graded_items)
        assert report_json(report)["narrowed"] is not None
    assert "narrowed to source one.example" in report_html(
        report_on(home, orchard, narrowed=Narrowed(source="one.example"))
    )


def test_that_what_was_not_selected_is_counted_and_not_left_to_grade(home: StudyHome) -> None:
    batch = home.batch("Market", {name: (f"{name}.png",) for name in ("fig", "kiwi", "lime")})
    for name, said in (("fig", "no-child"), ("kiwi", "child-non-criminal")):
        fields = {"item": item_id(name), "batch": batch, "selection": said, "comment": None}
        at = as_rfc3339(home.now)
        draft = Draft(kind="selection", subject=item_id(name), fields=fields, decided_at=at)
        home.ws.home.local.keep([draft])
    home.grade(batch, "kiwi", NO_AI)  # taken back in, in whatever way: it was looked at
    report = report_on(home, batch)
    found = report_json(report)["found"]
    assert isinstance(found, dict)
    counts = {name: one["items"] for name, one in found.items() if isinstance(one, dict)}
    assert counts == {
        "found": 3,
        "selected": 2,
        "not_selected": 1,
        "no_child": 1,
        "child_non_criminal": 0,
        "unreadable": 0,
        "other_files": 0,
    }
    assert report.study.to_grade == 1
    assert any(
        "1 item (1 file) was not selected" in sentence
        for sentence in map(in_english().said, report.limits)
    )


def test_that_severity_and_age_stand_beside_a_baseline(home: StudyHome, study: str) -> None:
    baseline = baseline_of("category: A=10 B=20 C=70; age_band: 7-10=12.5%, 11-13=37.5%", "Before")
    report = report_on(home, study, baseline=baseline)
    said = report_json(report)["baseline"]
    assert isinstance(said, dict)
    category, age = said["tables"]
    shares = [(row["value"], row["percent"], row["baseline_percent"]) for row in category["rows"]]
    assert shares == [("A", 0, 10), ("B", 0, 20), ("C", 100, 70)]
    assert [row["points"] for row in age["rows"]] == [0, 0, 75, -75, 0, 0]
    assert "Beside Before" in report_html(report)


def test_that_the_report_of_another_batch_is_a_baseline(
    home: StudyHome, study: str, tmp_path: Path
) -> None:
    file = tmp_path / "other.csv"
    file.write_text(report_csv(report_on(home, study)), "utf-8")
    assert read_baseline(file).figures["by_category"] == {"A": 0, "B": 0, "C": 1_500}


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("table,row,items\ncategory,A,1\ncategory,B,many\n", "row 3: 'many' is no figure"),
        ("table,row,items\ncategory,A,-1\n", "row 2: '-1' is no figure"),
        ("table,row,items\ncategory,A,1\ncategory,A,2\n", "row 3: category A stands there twice"),
        ("table,row,items\nfruit,A,1\n", "row 2: table must be one of"),
        ("table,row,items\ncategory,A,0\n", "no figure in it is above 0"),
        ("table,row,items\ncategory,A\n", "row 2: has 2 cells, the header 3"),
        ("table,row,items\n", "no figure in it is above 0"),
    ],
)
def test_that_a_wrong_baseline_is_not_used_in_part(table: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "baseline.csv"
    file.write_text(table, "utf-8")
    with pytest.raises(TableError) as told:
        read_baseline(file)
    assert why in str(told.value)
    for words in ("", "category A=1", "category: A=x", "fruit: A=1", "category: A=0"):
        with pytest.raises(UsageError):
            baseline_of(words)


def test_that_charts_are_pictures_without_script_and_every_table_stays(
    home: StudyHome, study: str
) -> None:
    page = report_html(report_on(home, study, baseline=baseline_of("category: A=1")))
    pictures = [part.partition("</svg>")[0] + "</svg>" for part in page.split("<svg")[1:]]
    assert len(pictures) == 7
    for picture in pictures:
        drawn = ElementTree.fromstring(f"<svg{picture}")
        assert {one.tag.rpartition("}")[2] for one in drawn.iter()} <= {
            *("svg", "title", "rect", "text", "path"),
        }
    assert "<script" not in page
    assert page.count("<figure>") == len(pictures)
    assert len(re.findall(r"</figure>\s*<table>", page)) == len(pictures)


def test_that_figures_of_origin_are_the_same_in_csv_and_json(home: StudyHome, orchard: str) -> None:
    report = report_on(home, orchard)
    rows = list(csv.reader(io.StringIO(report_csv(report))))
    said = {(table, row, column): value for table, row, column, value in rows}
    assert said["by_source", "one.example", "files"] == "2"
    assert said["by_report", "1", "ai_identified:lower"] == "1"
    assert said["largest", "pear", "so_far_percent"] == "60"
    assert said["found", "found", "files"] == "4"
    assert json.loads(json.dumps(report_json(report), allow_nan=False))["backlog"]["items"] == 2

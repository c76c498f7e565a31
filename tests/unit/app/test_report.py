"""The study report over a real home: which verdicts count, and in which form it is written."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.errors import UsageError
from app.intake.kinds import NOT_A_PICTURE
from app.record import Extras
from app.report.data import report_csv, report_json
from app.report.page import report_html
from app.report.paper import report_pdf
from app.report.study import Asked, Period, Report, make_report
from app.report.words import in_english
from grading.scheme import Scheme, read_scheme
from tests.unit.app.study_home import NOON, StudyHome, item_id, item_row

PHOTOGRAPH = {"person": "child", "appears_photograph": "yes"}
CRIMINAL = {**PHOTOGRAPH, "severity": "C", "age_band": "7-10", "sex": "both", "ai": "generated"}
OFF_REMIT = {"person": "off-remit", "ai": "no-sign-seen"}
DRAWING = {"person": "known-adult", "appears_photograph": "no", "ai": "suspected"}
NAMES = {
    "apple": ("a.png", "copies/a.png"),
    "pear": ("b.png",),
    "plum": ("c.png",),
    "quince": ("d.png",),
}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[StudyHome]:
    found = StudyHome(tmp_path / "home")
    yield found
    found.ws.close()


@pytest.fixture
def orchard(home: StudyHome) -> str:
    return home.batch("Orchard", NAMES, unreadable=("quince",))


def reported(home: StudyHome, *batches: str, scheme: Scheme | None = None) -> Report:
    return make_report(home.ws, Asked(batches, scheme=scheme), now=lambda: NOON)


def test_that_a_batch_with_nothing_graded_says_so(home: StudyHome, orchard: str) -> None:
    report = reported(home, orchard)
    said = report_json(report)
    assert (said["files"], said["items"], said["graded"]) == (5, 4, 0)
    assert (said["unreadable"], said["to_grade"]) == (1, 3)
    assert said["criminal"] == {"items": 0, "files": 0, "percent": None}
    page = report_html(report)
    assert "Nothing is graded yet" in page
    assert "\N{EN DASH}" in page


def test_that_items_and_files_are_both_counted(home: StudyHome, orchard: str) -> None:
    home.grade(orchard, "apple", CRIMINAL, Extras(active_ms=30_000, revealed_ms=2_000))
    home.grade(orchard, "pear", OFF_REMIT, Extras(active_ms=10_000))
    study = reported(home, orchard).study
    assert (study.graded.items, study.graded.files) == (2, 3)
    assert (study.criminal.items, study.criminal.files) == (1, 2)
    assert study.criminal_percent == 50
    assert study.time.seconds_per_item == 20.0
    assert study.time.revealed_ms == 2_000
    assert study.to_grade == 1


def test_that_a_correction_replaces_what_it_supersedes(home: StudyHome, orchard: str) -> None:
    first = home.grade(orchard, "apple", CRIMINAL, Extras(active_ms=1_000))
    home.grade(orchard, "apple", OFF_REMIT, Extras(active_ms=500, supersedes=first))
    study = reported(home, orchard).study
    assert study.criminal.items == 0
    assert study.discounted.items == 1
    assert study.outcomes_differ == 0
    assert (study.time.verdicts, study.time.active_ms) == (2, 1_500)


def test_that_a_resolution_decides_whatever_is_said_after_it(tmp_path: Path) -> None:
    home = StudyHome(tmp_path / "home", role="supervisor")
    batch = home.batch("Orchard", NAMES)
    first = home.grade(batch, "apple", CRIMINAL, Extras(active_ms=1_000))
    home.resolve(batch, "apple", OFF_REMIT, decides=(first,))
    home.grade(batch, "apple", CRIMINAL, Extras(active_ms=500))
    study = reported(home, batch).study
    home.ws.close()
    assert (study.criminal.items, study.discounted.items) == (0, 1)
    assert (study.time.verdicts, study.time.active_ms, study.time.graders) == (2, 1_500, 1)
    assert study.outcomes_differ == 0


def test_that_a_pdf_holds_the_report_and_a_hostile_title_is_only_words(home: StudyHome) -> None:
    title = '<img src="file:///etc/hostname"/> <b>&amp; \x07 \u4e2d & a very ' + "long " * 40
    batch = home.batch(title, NAMES)
    home.grade(batch, "apple", CRIMINAL, Extras(active_ms=30_000))
    report = reported(home, batch)
    made = report_pdf(report)
    assert made.startswith(b"%PDF-1.")
    assert made.rstrip().endswith(b"%%EOF")
    assert made.count(b"/Type /Page\n") + made.count(b"/Type /Page ") >= 1
    assert b"/Subtype /Image" not in made
    assert report_pdf(report) == made


def test_that_a_withdrawn_verdict_leaves_the_one_before_it(home: StudyHome, orchard: str) -> None:
    home.grade(orchard, "apple", OFF_REMIT)
    home.withdraw(home.grade(orchard, "apple", CRIMINAL))
    assert reported(home, orchard).study.criminal.items == 0


def test_that_two_standing_verdicts_count_once_and_are_told(home: StudyHome, orchard: str) -> None:
    home.grade(orchard, "apple", CRIMINAL)
    home.grade(orchard, "apple", DRAWING)
    study = reported(home, orchard).study
    assert study.graded.items == 1
    assert study.by_reason.base.items == 1
    assert study.outcomes_differ == 1


def test_that_the_order_of_the_log_comes_before_the_order_of_arrival(
    home: StudyHome, orchard: str
) -> None:
    local = home.ws.home.local
    for facts in (CRIMINAL, OFF_REMIT):
        home.grade(orchard, "apple", facts)
    early, late = (record.position for record in local.records(kind="verdict"))
    local.outbox.confirmed([(late, 5), (early, 6)])
    assert reported(home, orchard).study.criminal.items == 1


def test_that_an_item_of_two_batches_is_graded_in_both(home: StudyHome, orchard: str) -> None:
    other = home.batch("Market", {"apple": ("x.png",), "fig": ("y.png",)})
    home.grade(orchard, "apple", CRIMINAL)
    assert reported(home, other).study.graded.items == 1
    both = reported(home, orchard, other)
    assert (both.study.totals.items, both.study.totals.files) == (5, 7)
    assert [(batch.title, batch.graded) for batch in both.batches] == [
        ("Orchard", 1),
        ("Market", 1),
    ]


def test_that_verdicts_of_a_trainee_count_their_time_alone(tmp_path: Path) -> None:
    learner = StudyHome(tmp_path / "home", role="trainee")
    try:
        batch = learner.batch("Orchard", NAMES)
        learner.grade(batch, "apple", CRIMINAL, Extras(active_ms=7_000))
        study = reported(learner, batch).study
    finally:
        learner.ws.close()
    assert study.graded.items == 0
    assert study.time.active_ms == 7_000


def in_period(home: StudyHome, first: date | None, last: date | None) -> Report:
    return make_report(home.ws, Asked(period=Period(first, last)), now=lambda: NOON)


def test_that_a_period_holds_what_was_decided_in_it_and_stays_as_it_was(
    home: StudyHome, orchard: str
) -> None:
    first, second = NOON.date(), NOON.date() + timedelta(days=1)
    apple = home.grade(orchard, "apple", CRIMINAL)
    before = in_period(home, None, first).study
    home.now = NOON + timedelta(days=1)
    home.grade(orchard, "pear", OFF_REMIT)
    home.grade(orchard, "apple", OFF_REMIT, Extras(supersedes=apple))
    assert in_period(home, None, first).study == before
    assert (before.totals.items, before.criminal.items) == (1, 1)
    later = in_period(home, second, None).study
    assert (later.totals.items, later.criminal.items, later.to_grade) == (2, 0, 0)
    assert in_period(home, second + timedelta(days=1), None).study.graded.items == 0


def test_that_the_limits_of_a_period_speak_of_its_own_verdicts_alone(
    home: StudyHome, orchard: str
) -> None:
    unseen = Extras(viewed="not")  # from a table: without a look of its own
    apple = home.grade(orchard, "apple", CRIMINAL, unseen)
    home.now = NOON + timedelta(days=1)
    home.grade(orchard, "apple", OFF_REMIT, Extras(supersedes=apple))
    home.grade(orchard, "pear", OFF_REMIT, unseen)
    report = in_period(home, home.now.date(), None)
    said = map(in_english().said, report.limits)
    looks = [sentence for sentence in said if "recorded look" in sentence]
    assert [sentence.partition(" were")[0] for sentence in looks] == ["1 verdict of 2"]


def other_version(home: StudyHome) -> Scheme:
    """The scheme with one more question, whose answer nobody stated, before category C ends."""
    text = home.ws.schemes.bytes_of(home.scheme).decode()
    text = text.replace('version = "2026.1"', 'version = "2027.1"')
    text = text.replace('when = { severity = ["C"] }\nend = "indecent-c"',
                        'when = { severity = ["C"] }\nto = "focus"')  # fmt: skip
    text += (
        '[[question]]\nfact = "focus"\ntitle = "?"\n'
        'choice = [{ value = "yes", key = "1", label = "Yes" }]\n'
        '[[route]]\nfrom = "focus"\nanswers = ["yes"]\nend = "indecent-c"\n'
    )
    return read_scheme(text.encode(), "uk-ew-2027.toml")


def test_that_deriving_anew_lists_the_items_where_a_fact_is_missing(
    home: StudyHome, orchard: str
) -> None:
    home.grade(orchard, "apple", CRIMINAL)
    home.grade(orchard, "pear", {**CRIMINAL, "severity": "A"})
    report = reported(home, orchard, scheme=other_version(home))
    said = report_json(report)
    assert said["derived_anew"] == {
        "scheme": "uk-ew@2027.1",
        "unanswered": [{"item": item_id("apple"), "fact": "focus"}],
    }
    assert said["graded"] == 1
    assert item_id("apple") in report_html(report)
    assert ["unanswered", item_id("apple"), "fact", "focus"] in table(report_csv(report))


def test_that_deriving_anew_lets_no_overruled_verdict_stand_in_for_what_decides(
    tmp_path: Path,
) -> None:
    home = StudyHome(tmp_path / "home", role="supervisor")
    batch = home.batch("Orchard", NAMES)
    first = home.grade(batch, "apple", {**CRIMINAL, "severity": "A"}, Extras(active_ms=1_000))
    home.resolve(batch, "apple", CRIMINAL, decides=(first,))
    home.grade(batch, "pear", OFF_REMIT)
    home.grade(batch, "pear", CRIMINAL)
    report = reported(home, batch, scheme=other_version(home))
    home.ws.close()
    assert report.study.graded.items == 0
    assert {one.item for one in report.unanswered} == {item_id("apple"), item_id("pear")}
    assert (report.study.time.active_ms, report.changed) == (1_000, 0)


def test_that_an_outcome_has_changed_where_its_kind_category_or_reason_has(
    home: StudyHome, orchard: str
) -> None:
    text = home.ws.schemes.bytes_of(home.scheme).decode()
    text = text.replace('version = "2026.1"', 'version = "2027.1"')
    renamed = text.replace('law = "PoCA 1978 s.1"', 'law = "PoCA 1978, section 1"')
    home.grade(orchard, "apple", CRIMINAL)
    home.grade(orchard, "pear", {**CRIMINAL, "severity": "A"})
    home.grade(orchard, "plum", OFF_REMIT)
    report = reported(home, orchard, scheme=read_scheme(renamed.encode(), "uk-ew-2027.toml"))
    assert (report.study.graded.items, report.changed) == (3, 0)
    a, b = 'end = "indecent-a"', 'end = "indecent-b"'
    turned = renamed.replace(a, "@").replace(b, a).replace("@", b)
    report = reported(home, orchard, scheme=read_scheme(turned.encode(), "uk-ew-2027.toml"))
    assert (report.study.graded.items, report.changed) == (3, 1)


def test_that_deriving_anew_under_the_same_scheme_changes_nothing(
    home: StudyHome, orchard: str
) -> None:
    for name, facts in zip(NAMES, (CRIMINAL, OFF_REMIT, DRAWING), strict=False):
        home.grade(orchard, name, facts)
    plain, anew = reported(home, orchard), reported(home, orchard, scheme=home.scheme)
    assert anew.study == plain.study
    assert anew.unanswered == ()


def test_that_verdicts_under_several_schemes_ask_which_to_report_under(
    home: StudyHome, orchard: str
) -> None:
    text = home.ws.schemes.bytes_of(home.scheme).replace(b'id = "uk-ew"', b'id = "uk-xx"')
    home.grade(orchard, "apple", CRIMINAL)
    home.ws.schemes.add(text, "uk-xx.toml")
    first, home.scheme = home.scheme, home.ws.schemes.newest("uk-xx")
    home.grade(orchard, "pear", CRIMINAL)
    with pytest.raises(UsageError, match="several schemes: uk-ew, uk-xx"):
        reported(home, orchard)
    assert reported(home, orchard, scheme=first).study.graded.items == 2


def test_that_a_page_says_over_what_its_time_is_or_that_none_is_stated(
    home: StudyHome, orchard: str
) -> None:
    home.grade(orchard, "pear", OFF_REMIT)
    assert "no verdict states a time" in report_html(reported(home, orchard))
    home.grade(orchard, "apple", CRIMINAL, Extras(active_ms=30_000))
    assert "30.0 s <span>desk time over the 1 item whose" in report_html(reported(home, orchard))


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_that_the_csv_has_one_figure_a_line(home: StudyHome, orchard: str) -> None:
    home.grade(orchard, "apple", CRIMINAL, Extras(active_ms=30_000))
    rows = table(report_csv(reported(home, orchard)))
    assert rows[0] == ["table", "row", "column", "value"]
    assert all(len(row) == 4 for row in rows)
    figures = {(row[0], row[1], row[2]): row[3] for row in rows}
    assert len(figures) == len(rows)
    assert figures["batches", orchard, "title"] == "Orchard"
    assert figures["by_law", "criminal-indecent-photograph", "items"] == "1"
    assert figures["by_law", "criminal-indecent-photograph", "ai:generated"] == "1"
    assert figures["by_reason", "Off Remit", "percent"] == ""
    assert figures["summary", "criminal", "percent"] == "100"
    assert figures["summary", "time", "seconds_per_item"] == "30.0"
    assert figures["summary", "time", "timed"] == "1"


def test_that_a_title_cannot_become_a_formula(home: StudyHome) -> None:
    batch = home.batch("=1+1", {"apple": ("a.png",)})
    assert ["batches", batch, "title", "'=1+1"] in table(report_csv(reported(home, batch)))


class Page(HTMLParser):
    """Notes what a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_that_the_page_is_whole_in_itself_with_a_caption_on_every_table(
    home: StudyHome, orchard: str
) -> None:
    home.grade(orchard, "apple", CRIMINAL)
    page = report_html(reported(home, orchard))
    read = Page()
    read.feed(page)
    assert read.tags.count("table") == read.tags.count("caption") == 8
    assert read.links == []
    assert {"script", "link", "img", "iframe"}.isdisjoint(read.tags)
    assert "url(" not in page
    assert '<html lang="en">' in page


def test_that_a_title_is_shown_as_text(home: StudyHome) -> None:
    batch = home.batch("<script>x</script>", {"apple": ("a.png",)})
    page = report_html(reported(home, batch))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_that_one_figure_says_what_could_not_be_read(home: StudyHome) -> None:
    batch = home.batch("Mixed", {"fig": ("f.png",), "kiwi": ("k.png",)}, unreadable=("kiwi",))
    text = replace(item_row("notes", batch, ("n.txt",), NOT_A_PICTURE), media_type="text/plain")
    home.ws.home.local.add_items([text])
    report = reported(home, batch)
    assert (report.selected.unreadable.items, report.selected.other_files.items) == (1, 1)
    page = report_html(report)
    assert "cannot be read</th><td>1</td>" in page
    assert "still to grade" in page
    assert " 1 could not be read." in page


def test_that_large_counts_have_comma_thousands(home: StudyHome) -> None:
    batch = home.batch("Large", {"apple": tuple(f"{n}.png" for n in range(1_234))})
    assert "1,234 files" in report_html(reported(home, batch))


def test_that_two_reports_of_the_same_records_differ_in_their_time_alone(
    home: StudyHome, orchard: str
) -> None:
    home.grade(orchard, "apple", CRIMINAL)
    one = make_report(home.ws, Asked((orchard,)), now=lambda: NOON)
    two = make_report(home.ws, Asked((orchard,)), now=lambda: NOON + timedelta(days=9))
    assert {**report_json(one), "made_at": ""} == {**report_json(two), "made_at": ""}
    at = re.compile(r"2026-03-\d\d(T[0-9:.]+Z| at \d\d:\d\d)")
    assert at.sub("", report_html(one)) == at.sub("", report_html(two))
    assert at.sub("", report_csv(one)) == at.sub("", report_csv(two))
    assert json.loads(json.dumps(report_json(one), allow_nan=False)) == report_json(one)

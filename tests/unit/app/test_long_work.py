"""Long work says how many of how many, stops where it is asked to, and loses nothing by it."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import pace
from app import sync as sync_module
from app.agreement import agreement_of_table
from app.cli.watching import MEGABYTES, progress_words
from app.exchange.items import LAYOUTS, write_items
from app.known import reading
from app.known.importing import import_hashes
from app.known.profiles import DEFAULT, profile_named
from app.pace import Pace, Progress, StoppedError, StoppedWholeError, Watch
from app.quality.figures import questions
from app.quality.gradings import Gradings, gradings
from app.sync import sync
from app.vics import importing as vics_importing
from app.vics.importing import import_vics
from app.vics.profiles import vics_profile
from app.whole_file import whole_file
from storage.home import Home
from tests.unit.app.cut_short import cut_everywhere, stops_at
from tests.unit.app.known.digest_lists import drawn, written
from tests.unit.app.study_home import StudyHome
from tests.unit.storage.homes import made_home, passed_on


@pytest.fixture(autouse=True)
def _told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "TELL_EVERY_S", 0)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = made_home(tmp_path / "home")
    made.local.keep([passed_on(f"item {number}") for number in range(9)])
    yield made
    made.close()


def test_that_a_sync_tells_what_it_sends_and_takes_in_and_goes_on_from_where_it_was_stopped(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.upload.PUSH_RECORDS", 4)
    monkeypatch.setattr(sync_module, "PULL_RECORDS", 3)
    waiting = [home.local.outbox.count()]

    def check() -> None:
        logged = {one.record_id for one in home.central().records(-1, 100)}
        here = {one.record_id for one in home.local.records()}
        left = {one.record_id for one in home.local.outbox.waiting(100)}
        assert here - left <= logged  # nothing counts as sent that is not there
        assert len(left) <= waiting[-1]
        waiting.append(len(left))

    assert cut_everywhere(lambda watch: sync(home, watch=watch), check) >= 4
    assert len(set(waiting)) > 2  # each run went on from where the one before stood
    home.local.keep([passed_on(f"more {number}") for number in range(5)])
    told: list[Progress] = []
    assert sync(home, watch=Watch(tell=told.append)).pushed == 5
    assert [(one.stage, one.done, one.of) for one in told] == [
        ("sending", 4, 5),
        ("sending", 5, 5),
        ("taking_in", 3, 5),
        ("taking_in", 5, 5),
    ]


def test_that_a_list_that_is_stopped_leaves_nothing_and_goes_in_whole_later(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PIECE_BYTES", 1_000)
    file = written(tmp_path / "list.csv", drawn("md5", 100))
    told: list[Progress] = []

    def take(watch: Watch) -> object:
        return import_hashes(home, file, profile_named(DEFAULT), watch=watch)

    def check() -> None:
        assert not home.known().matches({"md5": file.read_text().split()[0]})

    with pytest.raises(StoppedWholeError, match="nothing of it was kept"):
        take(stops_at(2))
    check()
    summary = import_hashes(home, file, profile_named(DEFAULT), watch=Watch(tell=told.append))
    assert (summary.new, summary.here_already) == (100, False)
    assert {one.of for one in told} == {file.stat().st_size}
    assert [one.done for one in told] == sorted({one.done for one in told})
    assert told[-1].done == told[-1].of


def test_that_a_project_vic_file_that_is_stopped_leaves_nothing(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vics_importing, "_TOLD_EVERY", 5)
    entries = [{"MD5": digest.upper(), "Category": 1} for digest in drawn("md5", 20)]
    marker = "http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media"
    file = tmp_path / "set.json"
    file.write_text(json.dumps({"odata.metadata": marker, "value": entries}), encoding="utf-8")
    with pytest.raises(StoppedWholeError, match="nothing of it was kept"):
        import_vics(home, file, vics_profile("us"), watch=stops_at(2))
    told: list[Progress] = []
    report = import_vics(home, file, vics_profile("us"), watch=Watch(tell=told.append))
    assert (report.new, report.here_already) == (20, False)
    assert told[-1].of == file.stat().st_size


def test_that_a_table_that_is_stopped_leaves_the_older_file(tmp_path: Path) -> None:
    study = StudyHome(tmp_path / "home")
    batch = study.batch("Orchard", {"apple": ("a.png",), "pear": ("b.png",)})
    file = tmp_path / "table.csv"
    file.write_bytes(b"older")
    rows = list(study.ws.home.local.items(batch))
    with pytest.raises(StoppedError), whole_file(file) as out:
        write_items(study.ws, batch, rows, LAYOUTS["items"], out, watch=stops_at(2))
    assert file.read_bytes() == b"older"
    told: list[Progress] = []
    with whole_file(file) as out:
        watch = Watch(tell=told.append)
        write_items(study.ws, batch, rows, LAYOUTS["items"], out, watch=watch)
    assert told[-1] == Progress("writing", len(rows), len(rows), told[-1].left_s)
    assert file.read_bytes() != b"older"
    study.ws.close()


def test_that_how_long_still_follows_the_rate_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = itertools.chain([0.0, 0.5, 10.0, 40.0])
    monkeypatch.setattr(pace.time, "monotonic", lambda: next(now_s))
    told: list[Progress] = []
    stage = Pace("checking", 400, told.append)
    for done in (1, 100, 400):
        stage.reached(done)
    assert [one.left_s for one in told] == [None, 30.0, None]  # nothing is left of what is done
    assert [progress_words(one, "records") for one in told] == [
        "checking 1 of 400 records",
        "checking 100 of 400 records, about 30 s left",
        "checking 400 of 400 records",
    ]
    long = Progress("reading", 1_500_000, 1_234_500_000, 600.0)
    assert progress_words(long, MEGABYTES) == "reading 1.5 of 1,234.5 MB, about 10 min left"


def test_that_a_table_of_ratings_tells_its_rows_and_its_resamples_and_stops_between_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ratings_table._TOLD_EVERY", 10)
    monkeypatch.setattr("grading.agreement.bootstrap._CELLS_AT_ONCE", 10_000)
    file = tmp_path / "ratings.csv"
    rows = [f"{'AB'[number % 2]},{'AB'[number % 3 > 0]}" for number in range(40)]
    file.write_text("\n".join(["ann,ben", *rows, ""]), encoding="utf-8")
    told: list[Progress] = []
    found = agreement_of_table(file, "nominal", watch=Watch(tell=told.append))
    assert found.summary.units == 40
    assert [one.done for one in told if one.stage == "reading"] == [10, 20, 30, 40]
    drawn = [one for one in told if one.stage == "drawing"]
    assert len(drawn) > 1
    assert drawn[-1].done == drawn[-1].of
    again = cut_everywhere(lambda watch: agreement_of_table(file, "nominal", watch=watch), list)
    assert again == len(told)


def test_that_agreement_on_a_batch_tells_what_it_reads_and_how_many_questions_it_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.second_opinion.voices.KEPT_AT_ONCE", 1)
    monkeypatch.setattr("app.quality.gradings.KEPT_AT_ONCE", 1)
    study = StudyHome(tmp_path / "home")
    batch = study.batch("Orchard", {"apple": ("a.png",), "pear": ("b.png",)})
    study.grade(batch, "apple", {"person": "off-remit", "ai": "no-sign-seen"})
    scheme = study.scheme
    told: list[Progress] = []
    watch = Watch(tell=told.append)
    votes = gradings(study.ws, known=Gradings(study.ws, watch))
    questions(votes, scheme, watch=watch)
    last = {one.stage: (one.done, one.of) for one in told}
    assert list(last) == ["reading", "judging", "comparing"]
    assert all(done == of for done, of in last.values())
    assert last["comparing"] == (len(scheme.questions), len(scheme.questions))
    study.ws.close()
    assert progress_words(Progress("judging", 1, 2), "records") == "going through 1 of 2 items"

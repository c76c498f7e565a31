"""What is written out or checked can be stopped at any step: the file is whole, or as it was."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import pace
from app.exchange.outgoing import export_for, export_waiting
from app.exporting import export_bundle
from app.known.releasing import export_hashes
from app.pace import Progress, Watch
from app.report.study import Asked, make_report
from app.schemes import SchemeShelf
from app.sync import sync
from app.verify import HomeAudit
from app.vics.profiles import vics_profile
from app.vics.writing import write_vics
from app.whole_file import whole_file
from storage.exchange.bundle_audit import BundleAudit
from storage.exchange.bundle_reading import read_bundle
from tests.unit.app.cut_short import cut_everywhere
from tests.unit.app.study_home import NOON, StudyHome

OFF_REMIT = {"person": "off-remit", "ai": "no-sign-seen"}
ITEMS = 4
OLDER = b"what stood here"


@pytest.fixture(autouse=True)
def _told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "TELL_EVERY_S", 0)


@pytest.fixture
def study(tmp_path: Path) -> Iterator[StudyHome]:
    made = StudyHome(tmp_path / "home", role="supervisor")
    yield made
    made.ws.close()


@pytest.fixture
def batch(study: StudyHome) -> str:
    names = [f"item {number}" for number in range(ITEMS)]
    found = study.batch("Orchard", {name: (f"{name}.png",) for name in names})
    for name in names:
        study.grade(found, name, OFF_REMIT)
    sync(study.ws.home)
    return found


class Place:
    """A file in a folder of its own, over an older one."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.file = folder / "out"
        self.file.write_bytes(OLDER)

    def is_untouched(self) -> None:
        assert [one.name for one in self.file.parent.iterdir()] == ["out"]
        assert self.file.read_bytes() == OLDER


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "out")


def stages(told: list[Progress]) -> dict[str, Progress]:
    """Return how each stage ended."""
    return {one.stage: one for one in told}


@pytest.mark.parametrize("what", ["batch", "person", "waiting"])
def test_that_a_bundle_that_is_stopped_leaves_the_older_file_and_nothing_else(
    study: StudyHome, batch: str, place: Place, what: str
) -> None:
    if what == "waiting":
        study.grade(batch, "item 0", OFF_REMIT)

    def work(watch: Watch) -> object:
        if what == "waiting":
            return export_waiting(study.ws, place.file, watch=watch)
        if what == "person":
            return export_for(study.ws, "Ada", place.file, watch=watch)
        return export_bundle(study.ws, batch, place.file, watch=watch)

    assert cut_everywhere(work, place.is_untouched) > ITEMS
    bundle = read_bundle(place.file)
    assert list(BundleAudit(bundle, study.ws.home.identity.roster).faults()) == []
    told: list[Progress] = []
    work(Watch(tell=told.append))
    ended = stages(told)
    assert list(ended) == ["reading", "proving", "writing"]
    assert all(one.done == one.of > 0 for one in ended.values())


def test_that_hash_lists_that_are_stopped_leave_older_files_and_sign_nothing(
    study: StudyHome, batch: str, place: Place
) -> None:
    home = study.ws.home

    def check() -> None:
        place.is_untouched()
        assert not list(home.local.records(kind="release"))
        assert not list(home.local.records(kind="retraction"))

    def work(watch: Watch) -> object:
        return export_hashes(study.ws, batch, place.file, watch=watch)

    assert cut_everywhere(work, check) > ITEMS
    assert place.file.read_bytes() != OLDER
    told: list[Progress] = []
    work(Watch(tell=told.append))
    assert [(one.stage, one.done, one.of) for one in told] == [
        ("checking", number, ITEMS) for number in range(1, ITEMS + 1)
    ]


def test_that_a_case_that_is_stopped_leaves_the_older_file(
    study: StudyHome, batch: str, place: Place
) -> None:
    def work(watch: Watch) -> None:
        with whole_file(place.file) as out:
            profile = vics_profile("uk")
            write_vics(study.ws, batch, "Orchard", profile, out, version="1", watch=watch)

    assert cut_everywhere(work, place.is_untouched) == ITEMS
    (case,) = json.loads(place.file.read_bytes())["value"]
    assert len(case["Media"]) == ITEMS


def test_that_a_check_that_is_stopped_finds_the_same_when_it_is_begun_again(
    study: StudyHome, batch: str
) -> None:
    home = study.ws.home
    before = [row.record_id for row in home.local.records(batch=batch)]
    checked: list[int] = []

    def work(watch: Watch) -> None:
        audit = HomeAudit(home, SchemeShelf().exact, None)
        assert list(audit.faults(watch.ticks("checking", lambda: audit.expected))) == []
        checked.append(audit.checked)

    def check() -> None:
        assert [row.record_id for row in home.local.records(batch=batch)] == before

    assert cut_everywhere(work, check) > 0
    told: list[Progress] = []
    work(Watch(tell=told.append))
    assert checked[0] == checked[1] > ITEMS
    assert (told[-1].stage, told[-1].done) == ("checking", told[-1].of)


def test_that_a_report_that_is_stopped_is_made_whole_when_it_is_asked_for_again(
    study: StudyHome, batch: str
) -> None:
    def work(watch: Watch) -> None:
        report = make_report(study.ws, Asked((batch,)), now=lambda: NOON, watch=watch)
        assert report.study.graded.items == ITEMS

    assert cut_everywhere(work, lambda: None) > ITEMS
    told: list[Progress] = []
    work(Watch(tell=told.append))
    assert [(one.stage, one.done, one.of) for one in told] == [
        *(("reading", number, ITEMS) for number in range(1, ITEMS + 1)),
        *(("counting", number, 4) for number in range(5)),
    ]

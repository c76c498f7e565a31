"""Bundles between desks: carried by file, twice, out of order, damaged, from a stranger, blind."""

import itertools
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from app.bootstrap import Workstation, workstation_of
from app.errors import UsageError
from app.exchange.importing import ImportSummary, import_bundle
from app.exchange.outgoing import export_for, export_waiting
from app.exporting import Contents, write_contents
from app.messages import sentence
from app.pace import StoppedError, Watch
from app.record import Recorder
from app.sync import sync
from app.verify import HomeAudit
from grading.tree import settle
from storage.enrolment import ENROLMENT_NAME, read_enrolment
from storage.errors import BundleError, StrangerBundleError
from storage.exchange.bundle_reading import read_bundle
from storage.home import Home, open_home
from tests.unit.app.deployment import PASSPHRASE, Deployment, new_home
from tests.unit.app.study_home import item_id
from tests.unit.storage.bundles import files_of, rewrite
from tests.unit.storage.homes import BATCH, copied_home

PHOTO: Mapping[str, str] = {
    "person": "child",
    "appears_photograph": "yes",
    "severity": "B",
    "age_band": "7-10",
    "sex": "both",
    "ai": "generated",
}
DRAWING: Mapping[str, str] = {"person": "known-adult", "appears_photograph": "no", "ai": "edited"}


class Desks(Deployment):
    """A supervisor with the central store in the home, and Ben, whom only files reach."""

    def __init__(self, place: Path) -> None:
        super().__init__(place)
        self.ada = workstation_of(self.founder)
        ben = self.joining("Ben")
        asks = read_enrolment(ben.place / ENROLMENT_NAME)
        self.office().enrol(asks)
        sync(self.founder)
        self.carried(self.ada, "Ben", ben)
        self.ben = workstation_of(ben)

    def carried(self, ws: Workstation, person: str, to: Home) -> ImportSummary:
        """Export for a person, and import the file there."""
        export_for(ws, person, self.place / "carried.zip")
        return import_bundle(to, self.place / "carried.zip")

    def waiting(self, name: str = "waiting.zip") -> Path:
        """Ben's file for the centre."""
        export_waiting(self.ben, self.place / name)
        return self.place / name


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Desks]:
    """Two desks without a network."""
    made = Desks(tmp_path)
    yield made
    made.close()


@pytest.fixture
def dice() -> random.Random:
    """Random, with its seed printed."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")
    return random.Random(seed)  # noqa: S311 - a test's choice, not a secret


def reopened_at(place: Path) -> Home:
    return open_home(place, passphrase=lambda: PASSPHRASE)


def graded(ws: Workstation, *items: str, facts: Mapping[str, str] = PHOTO) -> list[str]:
    """Sign a verdict on each item."""
    recorder, scheme = Recorder(ws), ws.schemes.newest("uk-ew")
    decided = settle(scheme, facts)
    return [recorder.keep(decided, item_id(one), BATCH).record_id for one in items]


def faults(ws: Workstation) -> list[str]:
    return [fault.why for fault in HomeAudit(ws.home, ws.schemes.exact).faults()]


def pin(ws: Workstation) -> tuple[int, str]:
    found = ws.home.local.logbook.pin()
    assert found is not None
    return found.size, found.root


def test_that_two_desks_without_a_network_come_to_agree(desks: Desks) -> None:
    assert desks.ben.home.person.roles == ("analyst",)
    mine = graded(desks.ben, "one", "two")
    graded(desks.ada, "two", facts=DRAWING)
    taken = import_bundle(desks.ada.home, desks.waiting())
    assert (taken.new, taken.waiting, taken.faults) == (2, 2, [])
    assert sync(desks.ada.home).alarms == 0
    back = desks.carried(desks.ada, "Ben", desks.ben.home)
    assert (back.confirmed, back.faults, back.hidden) == (2, [], 0)
    assert pin(desks.ada) == pin(desks.ben)
    for ws in (desks.ada, desks.ben):
        assert faults(ws) == []
        here = {one.record_id for one in ws.home.local.records(kind="verdict")}
        assert set(mine) < here
        assert len(here) == 3
    assert desks.ben.home.local.outbox.count() == 0


def test_that_a_bundle_that_is_stopped_anywhere_goes_in_from_there(desks: Desks) -> None:
    mine = graded(desks.ben, "one", "two", "three")
    file = desks.waiting()
    for step in itertools.count(1):
        asked = itertools.count(1)
        watch = Watch(stopped=lambda asked=asked, step=step: next(asked) == step)
        try:
            import_bundle(desks.ada.home, file, watch=watch)
        except StoppedError:
            continue
        break
    assert step > len(mine)  # it was stopped before each of them, and before that
    here = {one.record_id for one in desks.ada.home.local.records(kind="verdict")}
    assert here == set(mine)
    assert faults(desks.ada) == []


def test_that_the_same_bundle_again_changes_nothing(desks: Desks) -> None:
    graded(desks.ben, "one", "two")
    file = desks.waiting()
    import_bundle(desks.ada.home, file)
    again = import_bundle(desks.ada.home, file)
    assert (again.new, again.waiting, again.faults) == (0, 0, [])
    assert again.here > 2
    sync(desks.ada.home)
    desks.carried(desks.ada, "Ben", desks.ben.home)
    count, before = desks.ben.home.local.count(), pin(desks.ben)
    again = desks.carried(desks.ada, "Ben", desks.ben.home)
    assert (again.new, again.confirmed, again.faults) == (0, 0, [])
    assert (desks.ben.home.local.count(), pin(desks.ben)) == (count, before)


def test_that_bundles_may_come_in_any_order(desks: Desks) -> None:
    graded(desks.ben, "one", "two")
    first = desks.waiting("first.zip")
    sent = {one.record_id for one in desks.ben.home.local.records(kind="verdict")}
    graded(desks.ben, "three", "four")
    later = {
        one.record_id: one
        for one in desks.ben.home.local.records(kind="verdict")
        if one.record_id not in sent
    }
    write_contents(desks.ben, Contents(later), desks.place / "second.zip")
    early = import_bundle(desks.ada.home, desks.place / "second.zip")
    assert (early.new, early.early, early.faults) == (0, 2, [])
    assert import_bundle(desks.ada.home, first).new == 2
    late = import_bundle(desks.ada.home, desks.place / "second.zip")
    assert (late.new, late.early) == (2, 0)
    assert sync(desks.ada.home).alarms == 0
    assert faults(desks.ada) == []


def test_that_an_older_bundle_after_a_newer_one_changes_nothing(desks: Desks) -> None:
    graded(desks.ada, "one")
    sync(desks.ada.home)
    export_for(desks.ada, "Ben", desks.place / "older.zip")
    graded(desks.ada, "two")
    sync(desks.ada.home)
    desks.carried(desks.ada, "Ben", desks.ben.home)
    before = pin(desks.ben)
    assert import_bundle(desks.ben.home, desks.place / "older.zip").faults == []
    assert pin(desks.ben) == before


def test_that_a_damaged_bundle_is_refused_whole_and_each_damage_named(
    desks: Desks, dice: random.Random
) -> None:
    graded(desks.ben, "one", "two", "three")
    file = desks.waiting()
    content = files_of(file)
    records = sorted(name for name in content if name.startswith("envelopes/"))
    hurt = dice.sample(records, 2)
    for name in hurt:
        at = dice.randrange(len(content[name]))
        raw = bytearray(content[name])
        raw[at] ^= 1
        content[name] = bytes(raw)
    rewrite(file, content)
    before = desks.ada.home.local.count()
    taken = import_bundle(desks.ada.home, file)
    assert taken.refused
    assert taken.new == 0
    named = {fault.record_id for fault in taken.faults}
    assert {name[len("envelopes/") : -len(".json")] for name in hurt} <= named
    assert desks.ada.home.local.count() == before


@pytest.mark.parametrize("name", ["leaves.txt", "checkpoint.txt", "contents.txt"])
def test_that_a_file_taken_out_of_a_bundle_shows(desks: Desks, name: str) -> None:
    graded(desks.ada, "one")
    sync(desks.ada.home)
    export_for(desks.ada, "Ben", desks.place / "cut.zip")
    content = files_of(desks.place / "cut.zip")
    del content[name]
    rewrite(desks.place / "cut.zip", content)
    before = desks.ben.home.local.count()
    if name == "contents.txt":
        with pytest.raises(BundleError, match=r"no contents\.txt"):
            import_bundle(desks.ben.home, desks.place / "cut.zip")
    else:
        assert import_bundle(desks.ben.home, desks.place / "cut.zip").refused
    assert desks.ben.home.local.count() == before


def test_that_leaves_of_another_log_show(desks: Desks) -> None:
    export_for(desks.ada, "Ben", desks.place / "forged.zip")
    content = files_of(desks.place / "forged.zip")
    lines = content["leaves.txt"].decode().splitlines()
    content["leaves.txt"] = "\n".join([*lines[:-1], "ab" * 32, ""]).encode()
    rewrite(desks.place / "forged.zip", content)
    told = [fault.why for fault in import_bundle(desks.ben.home, desks.place / "forged.zip").faults]
    assert any("does not give the size and root" in why for why in told)


def test_that_a_fork_comes_in_whole_and_is_told(desks: Desks, tmp_path: Path) -> None:
    home = desks.ben.home
    home.close()
    copied = reopened_at(copied_home(home.place, tmp_path / "copied"))
    desks.ben = workstation_of(reopened_at(home.place))
    here = graded(desks.ben, "one", "two")
    there = graded(workstation_of(copied), "three", "four")
    assert import_bundle(desks.ada.home, desks.waiting()).faults == []
    export_waiting(workstation_of(copied), desks.place / "copied.zip")
    copied.close()
    taken = import_bundle(desks.ada.home, desks.place / "copied.zip")
    assert (taken.new, taken.waiting, taken.refused) == (2, 2, False)
    assert [fault.fork for fault in taken.faults] == [True, True]
    assert {alarm.what for alarm in desks.ada.home.local.logbook.alarms()} == {"fork"}
    assert sync(desks.ada.home).waiting == 0  # forks are logged too

    quinn = desks.joining("Quinn", "qa")
    assert desks.enrol(quinn).in_force
    sync(desks.ada.home)
    assert not desks.carried(desks.ada, "Quinn", quinn).refused
    for record_id in (*here, *there):
        assert desks.ada.home.local.has_record(record_id)
        assert quinn.local.has_record(record_id)


def test_that_a_bundle_of_strangers_is_refused_in_words(desks: Desks, tmp_path: Path) -> None:
    other = workstation_of(new_home(tmp_path / "other", "Eve", "analyst"))
    graded(other, "one")
    export_waiting(other, tmp_path / "stranger.zip")
    other.close()
    before = desks.ada.home.local.count()
    with pytest.raises(StrangerBundleError, match="of another deployment") as told:
        import_bundle(desks.ada.home, tmp_path / "stranger.zip")
    assert "nothing of it was taken in" in sentence(told.value)
    assert desks.ada.home.local.count() == before


def test_that_a_bundle_holds_only_what_its_reader_may_read(desks: Desks) -> None:
    (hers,) = graded(desks.ada, "one")
    sync(desks.ada.home)
    export_for(desks.ada, "Ben", desks.place / "blind.zip")
    bundle = read_bundle(desks.place / "blind.zip")
    assert hers not in bundle.envelopes
    raw = (desks.place / "blind.zip").read_bytes()
    assert item_id("one").encode() not in raw
    import_bundle(desks.ben.home, desks.place / "blind.zip")
    graded(desks.ben, "one", facts=DRAWING)
    import_bundle(desks.ada.home, desks.waiting())
    sync(desks.ada.home)
    desks.carried(desks.ada, "Ben", desks.ben.home)
    assert desks.ben.home.local.has_record(hers)
    assert faults(desks.ben) == []


def test_that_what_its_reader_may_not_read_stays_out_even_if_the_bundle_holds_it(
    desks: Desks,
) -> None:
    (hers,) = graded(desks.ada, "one")
    sync(desks.ada.home)
    export_for(desks.ada, "Ada", desks.place / "full.zip")
    taken = import_bundle(desks.ben.home, desks.place / "full.zip")
    assert taken.hidden == 1
    assert not desks.ben.home.local.has_record(hers)


def test_that_nobody_and_several_are_told_apart(desks: Desks, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nobody in the roster"):
        export_for(desks.ada, "Zoe", tmp_path / "none.zip")
    other = desks.joining("Ben two")
    asks = read_enrolment(other.place / ENROLMENT_NAME)
    desks.office().enrol(asks, person=desks.ben.home.person.id)
    export_for(desks.ada, "Ben", tmp_path / "one.zip")  # two keys of one person


def test_that_a_record_may_follow_one_that_its_reader_may_not_read(desks: Desks) -> None:
    graded(desks.ada, "one")
    desks.office().renew(expiry="2030-01-01")  # read by all, and the next of Ada's key
    sync(desks.ada.home)
    taken = desks.carried(desks.ada, "Ben", desks.ben.home)
    assert taken.faults == []
    assert desks.ben.home.roster.version == desks.ada.home.roster.version

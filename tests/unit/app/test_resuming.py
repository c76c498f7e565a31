"""Going on with a log that is not the one this home knew: `sync --resume`, cut at every step."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.resuming import USED_NOTE, Resuming, was_resumed
from app.sync import resume, sync
from app.verify import HomeAudit
from storage.central.sqlite import SqliteCentralStore
from storage.errors import CentralRewrittenError, CentralUnreachableError
from storage.home import Home
from tests.depth import steps
from tests.unit.app.deployment import Deployment
from tests.unit.app.faulty import Faulty
from tests.unit.storage.homes import copied_home, made_home, opened_home, passed_on
from tests.unit.storage.office import Office

KEY = bytes(range(32))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = made_home(tmp_path / "home")
    made.local.keep([passed_on(f"item {number}") for number in range(6)])
    yield made
    made.close()


def restored(home: Home, place: Path, *, forked: bool = False) -> SqliteCentralStore:
    """A central store as it was some records ago, with a stranger's record since where asked."""
    store = SqliteCentralStore(place, KEY, create=True)
    store.append([record.envelope for record in home.local.records()][:5], "carrier")
    if forked:
        store.append([Office().records[0].envelope], "somebody")
    return store


def test_that_a_log_that_lost_its_end_is_made_whole_by_one_seat(home: Home, tmp_path: Path) -> None:
    sync(home)
    ids = [record.record_id for record in home.local.records()]
    old = restored(home, tmp_path / "old.db")
    with pytest.raises(CentralRewrittenError, match="had 8 records and has 5 now"):
        sync(home, old)
    summary, agreement = resume(home, "the disk of the server failed", old)
    assert summary is not None
    assert agreement is not None
    assert (summary.waiting, summary.size, agreement.needed) == (0, 9, 1)
    logged = [record.record_id for record in old.records(-1, 100)]
    assert logged == [*ids, agreement.record_id]
    assert sync(home, old).alarms == 0
    assert was_resumed(home)
    assert [alarm.what for alarm in home.local.logbook.alarms()] == ["rewritten"]
    assert list(HomeAudit(home, lambda *_: None, old).faults()) == []
    old.close()


def test_that_going_on_can_be_cut_at_any_step(home: Home, tmp_path: Path) -> None:
    """Fail at step n, for n = 1, 2, ... until a run has no fault."""
    sync(home)
    ids = [record.record_id for record in home.local.records()]
    home.close()
    fails_at = 0  # the first step is 1; with 0 nothing fails
    while True:
        fails_at += steps(4)
        tried = opened_home(copied_home(home.place, tmp_path / f"home-{fails_at}"))
        pinned = tried.outside_pin()
        assert pinned is not None
        before = pinned.path.read_bytes()
        old = restored(tried, tmp_path / f"old-{fails_at}.db", forked=True)
        line = Faulty(old, fails_at)
        try:
            resume(tried, "restored", line)
            cut = False
        except CentralUnreachableError:
            cut = True
            resume(tried, "restored", old)
        assert sync(tried, old).waiting == 0
        logged = [record.record_id for record in old.records(-1, 100)]
        assert [one for one in logged if one in ids] == ids
        assert len(set(logged)) == len(logged) == len(ids) + 2
        assert "resumed" in {alarm.what for alarm in tried.local.logbook.alarms()}
        pinned.path.write_bytes(before)
        tried.close()
        old.close()
        if not cut:
            break
    assert fails_at > 30


def test_that_nothing_is_agreed_on_where_nothing_stands_still(home: Home) -> None:
    summary, agreement = resume(home, None)
    assert agreement is None
    assert summary is not None
    assert summary.waiting == 0
    assert [record.kind for record in home.local.records()].count("resumption") == 0


def test_that_a_record_taken_out_under_its_leaf_is_sent_again(home: Home) -> None:
    sync(home)
    central = home.central()
    assert isinstance(central, SqliteCentralStore)
    lost = list(home.local.records())[4].record_id
    with central._database.transaction() as connection:
        connection.exec_driver_sql("DROP TRIGGER records_refuse_delete")
        gone = "DELETE FROM records WHERE record_id = ?"
        connection.exec_driver_sql(gone, (bytes.fromhex(lost),))
    with pytest.raises(CentralRewrittenError):
        sync(home)
    summary, _ = resume(home, "a row was lost")
    assert summary is not None
    assert summary.waiting == 0
    assert lost in home.central().read([lost])
    assert json.dumps(sync(home).alarms) == "0"


def test_that_ones_own_agreement_of_long_ago_does_not_hide_one_to_second(tmp_path: Path) -> None:
    deployment = Deployment(tmp_path / "d")
    ada, ben = deployment.founder, deployment.joined("Ben", "supervisor")
    central = ada.central()
    own = Resuming(ada, central).agree("a fire that was none")
    for home in (ada, ben):
        deployment.sync(home)  # nothing stands still here, and nobody seconds it
    theirs = Resuming(ben, central).agree("the server was restored")
    deployment.sync(ada)
    assert theirs.record_id != own.record_id
    assert Resuming(ada, central).lacking() == theirs
    _, seconded = resume(ada, None, central)
    assert seconded is not None
    assert (seconded.record_id, seconded.in_force) == (theirs.record_id, True)
    assert Resuming(ada, central).lacking() == own  # still told, and nothing is signed twice
    assert resume(ada, None, central)[1] is None
    ada.local.note_put(USED_NOTE, [own.record_id])
    assert Resuming(ada, central).lacking() is None
    deployment.close()

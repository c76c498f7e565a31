"""The line to the server is cut or goes dead, and many write at once; a clock is wrong."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.sync import sync
from app.verify import HomeAudit
from storage.central import address
from storage.central.interface import Receipt
from storage.envelope import Sealed
from storage.errors import CentralUnreachableError
from storage.home import Home
from tests.depth import steps
from tests.faults.line import Line
from tests.integration.conftest import centre, server_18  # noqa: F401  # fixtures
from tests.integration.desks import Centre, Desk
from tests.integration.servers import Server
from tests.unit.storage.homes import made_home, passed_on
from tests.unit.storage.office import Office

LINK_S = 2  # how long a desk with a failing line waits for a link, the least there is; one takes ms
WRITERS = 9
LOTS = 6


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = made_home(tmp_path / "home")
    yield made
    made.close()


@pytest.fixture
def desk(home: Home, centre: Centre) -> Desk:  # noqa: F811
    return centre.desk(home.person.id)


@pytest.mark.parametrize("dead", [False, True], ids=["cut in mid-batch", "half-open"])
def test_that_a_line_that_fails_after_any_answer_loses_and_doubles_nothing(
    home: Home,
    desk: Desk,
    centre: Centre,  # noqa: F811
    server_18: Server,  # noqa: F811
    dead: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Fail after answer n, for n = 0, 1, ... until a run has no fault."""
    answers, failed, is_whole = 0, 0, False
    while not is_whole:
        home.local.keep([passed_on(f"item {answers} {part}") for part in range(40)])
        with Line(server_18, answers, dead=dead) as line, monkeypatch.context() as patch:
            patch.setattr(address, "CONNECT_S", LINK_S)
            store = line.store(desk, centre.database)
            try:
                sync(home, store)
                is_whole = not line.failed
            except CentralUnreachableError:
                failed += 1
            store.close()
        assert sync(home, desk.store).waiting == 0
        ours = [record.record_id for record in home.local.records()]
        assert [record.record_id for record in desk.store.records(-1, 100_000)] == ours
        answers += 1 if answers < 4 else steps(5)  # the first are given while the link is made
    assert failed > 3


def test_that_nine_writers_at_once_get_one_log_without_a_gap(centre: Centre) -> None:  # noqa: F811
    offices = [Office() for _ in range(WRITERS)]
    lots: list[list[list[Sealed]]] = [
        [[office.verdict(f"{lot} {part}") for part in range(5)] for lot in range(LOTS)]
        for office in offices
    ]
    desks = [centre.desk(f"writer {number}") for number in range(WRITERS)]
    told: list[list[Receipt]] = [[] for _ in desks]
    together = threading.Barrier(WRITERS)

    def write(number: int) -> None:
        together.wait()
        for lot in lots[number]:
            told[number] += desks[number].store.append([one.envelope for one in lot], "")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for receipts, own in zip(told, lots, strict=True):
        assert [one.record_id for one in receipts] == [one.record_id for lot in own for one in lot]
        assert all(one.fresh for one in receipts)
        assert [one.index for one in receipts] == sorted(one.index for one in receipts)
    indices = sorted(one.index for receipts in told for one in receipts)
    assert indices == list(range(WRITERS * LOTS * 5))
    for desk in desks:
        desk.store.close()


def test_that_what_comes_twice_and_in_any_order_is_there_once(
    home: Home,
    desk: Desk,
    centre: Centre,  # noqa: F811
    dice: random.Random,
) -> None:
    home.local.keep([passed_on(f"item {number}") for number in range(12)])
    ours = [record.envelope for record in home.local.records()]
    carrier = centre.desk("carrier")
    for _ in range(2):
        dice.shuffle(ours)
        for envelope in ours:
            carrier.store.append([envelope], "")
    summary = sync(home, desk.store)
    assert (summary.waiting, summary.alarms, summary.size) == (0, 0, len(ours))
    logged = [record.record_id for record in desk.store.records(-1, 1_000)]
    assert len(set(logged)) == len(logged) == len(ours)
    assert [record.seq for record in home.local.records()] == list(range(1, len(ours) + 1))
    carrier.store.close()


def test_that_a_clock_seven_years_back_changes_no_order(home: Home, desk: Desk) -> None:
    home.local.keep([passed_on("before", decided_at="2026-03-02T09:00:00Z")])
    home.local.keep([passed_on("after", decided_at="2019-03-02T09:00:00Z")])
    assert sync(home, desk.store).alarms == 0
    ours = [record.record_id for record in home.local.records()]
    assert [record.record_id for record in desk.store.records(-1, 100)] == ours
    assert list(HomeAudit(home, lambda *_: None, desk.store).faults()) == []

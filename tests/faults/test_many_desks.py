"""Six workstations on one server with faults drawn; two hundred are a benchmark (`scale`)."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.fleet import FAULTS, Fleet
from tests.integration.conftest import server_18  # noqa: F401  # a fixture
from tests.integration.servers import Server

DESKS = 6
ITEMS = 24


@pytest.fixture
def fleet(server_18: Server, tmp_path: Path) -> Iterator[Fleet]:  # noqa: F811
    made = Fleet(server_18, tmp_path / "fleet", DESKS)
    yield made
    made.close()


def test_that_nothing_is_lost_doubled_or_out_of_order_whatever_befalls_six_desks(
    fleet: Fleet, dice: random.Random
) -> None:
    faults = [*FAULTS, *FAULTS]
    dice.shuffle(faults)
    shifts = [
        fleet.shift(number, tuple(f"item {at + number // 2}" for at in range(ITEMS)), 2, fault)
        for number, fault in enumerate(faults)
    ]
    report = fleet.run(shifts, at_once=3)
    last = fleet.run([fleet.shift(number, (), 1) for number in range(DESKS)], at_once=3)
    assert report.alarms + last.alarms == 0
    assert fleet.check(shifts, last) == DESKS * ITEMS

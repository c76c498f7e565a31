"""A workstation is killed, or stands still, at each step of a sync, one after another."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.depth import steps
from tests.faults.fleet import Fleet
from tests.integration.conftest import server_18  # noqa: F401  # a fixture
from tests.integration.servers import Server

GRADING = 1  # the number of the desk


@pytest.fixture
def fleet(server_18: Server, tmp_path: Path) -> Iterator[Fleet]:  # noqa: F811
    made = Fleet(server_18, tmp_path / "fleet", 2)
    yield made
    made.close()


@pytest.mark.parametrize("fault", ["kill", "stop"])
def test_that_a_workstation_taken_away_at_any_step_of_a_sync_loses_and_doubles_nothing(
    fleet: Fleet, fault: str
) -> None:
    """Fail at step n, for n = 1, 2, ... until a run has no fault."""
    shifts, step = [], 0
    while True:
        step += steps(9)
        items = (f"item {step}", f"another {step}")
        shifts.append(replace(fleet.shift(GRADING, items, 1, fault), step=step))
        report = fleet.run(shifts[-1:], at_once=1)
        assert report.alarms == 0
        if not report.recovered_s.get(fault):
            break
    last = fleet.run([fleet.shift(number, (), 1) for number in (0, GRADING)], at_once=2)
    assert last.alarms == 0
    assert fleet.check(shifts, last) == 2 * len(shifts)
    assert step > 20

"""Twelve analysts, two supervisors and one QA reviewer around one PostgreSQL server: 2,000 items.

Each has a home, a key and a login of their own; two of them work at a time, each in a process.
Three analysts have a habit, drawn for each run. The two supervisors work the queue at the same
time until it is empty. The Quality room finds the habits, and says nothing of anybody else.
"""

import multiprocessing
import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from app.quality.figures import outcome_name
from storage.central.provisioning import provision
from tests.chance import drawn_again
from tests.integration.conftest import server_18  # noqa: F401  # a fixture
from tests.integration.desks import template_of
from tests.integration.servers import KEEPER, Server
from tests.stories import people_at_desks as work
from tests.stories.people_at_desks import Place, Row
from tests.stories.simulated_desk import (
    BEGAN,
    CALLED_FOR,
    LASTED,
    SLIPS,
    Facts,
    Habit,
    any_walk,
    careless,
    drifting,
    leaning,
    said_of_habits,
)
from tests.unit.app.desks import SCHEME, settled
from tests.unit.storage.homes import digest

ITEMS = 2_000
ANALYSTS = ("Ana", "Ben", "Cem", "Dot", "Eve", "Fay", "Gus", "Hal", "Ivy", "Jon", "Kim", "Lou")
SUPERVISORS = ("Sam", "Sol")
ROLES = {
    "Vera": "admin",
    **dict.fromkeys(ANALYSTS, "analyst"),
    **dict.fromkeys(SUPERVISORS, "supervisor"),
    "Quinn": "qa",
}
TITLE = "Orchard"
BY_HAND = 2


class Organisation:
    """The people, their workstations, and what they did."""

    def __init__(self, server: Server, folder: Path, dice: random.Random) -> None:
        self._server = server
        self.database = server.database(f"planted_{os.urandom(4).hex()}", template_of(server))
        self.places = {}
        for name, role in ROLES.items():
            login = f"{name.lower()}_{self.database}"
            url, password = server.address(login, self.database).text(), server.login(login)
            (folder / name).mkdir()
            self.places[name] = Place(folder / name / "home", name, role, login, url, password)
        keeper = server.address(KEEPER, self.database)
        provision(keeper, server.password, admin=self.places["Vera"].login)
        habits: tuple[Habit, ...] = (leaning, drifting, careless)
        self.habits = dict(zip(dice.sample(ANALYSTS, len(habits)), habits, strict=True))
        self.calls_for, self.tables = self._planned(dice)

    def close(self) -> None:
        """Take the database and the logins away."""
        self._server.drop(self.database)
        with self._server.keeper() as keeper:
            for place in self.places.values():
                keeper.execute(f"DROP ROLE {place.login}")

    def _planned(self, dice: random.Random) -> tuple[dict[str, Facts], dict[str, list[Row]]]:
        """Draw what each item calls for, and what two analysts make of it over eight weeks."""
        kinds, weights = zip(*CALLED_FOR, strict=True)
        calls_for: dict[str, Facts] = {}
        tables: dict[str, list[Row]] = {name: [] for name in ANALYSTS}
        for number in range(ITEMS):
            item, gone = digest(f"item {number} {dice.random()}"), number / ITEMS
            calls_for[item] = dict(dice.choices(kinds, weights)[0])
            for name in dice.sample(ANALYSTS, 2):
                given = any_walk(dice) if dice.random() < SLIPS else calls_for[item]
                habit = self.habits.get(name)
                facts = dict(habit(given, gone, dice) if habit else given)
                tables[name].append(Row(item, facts, BEGAN + gone * LASTED))
        return calls_for, tables


Organise = Callable[[random.Random], Organisation]


@pytest.fixture
def organise(
    server_18: Server,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Organise]:
    """Let an organisation be drawn."""
    made: list[Organisation] = []

    def organise(dice: random.Random) -> Organisation:
        made.append(Organisation(server_18, tmp_path_factory.mktemp("desks"), dice))
        return made[-1]

    yield organise
    for one in made:
        one.close()


@pytest.fixture
def workers() -> Iterator[ProcessPoolExecutor]:
    """Two processes: as many desks work at the same time."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        yield pool


def joined(org: Organisation, workers: ProcessPoolExecutor) -> None:
    """Vera founds the deployment, the others join, and she enrols them."""
    first = workers.submit(work.found_or_join, org.places["Vera"], None).result()
    others = [place for name, place in org.places.items() if name != "Vera"]
    list(workers.map(work.found_or_join, others, [first] * len(others)))
    workers.submit(work.enrol, org.places["Vera"], others).result()


def graded(org: Organisation, workers: ProcessPoolExecutor) -> None:
    """Every analyst grades their items by table and sends what they signed."""
    at_work = [
        workers.submit(work.grade, org.places[name], TITLE, rows)
        for name, rows in org.tables.items()
    ]
    told = [one.result() for one in at_work]
    assert told == [(len(rows), 0, 0) for rows in org.tables.values()]


def resolved(org: Organisation, workers: ProcessPoolExecutor) -> int:
    """The supervisors work the queue at the same time; return how many items waited in it.

    They reach for the same items, and the log says who was first. After the first few each signs
    the resolutions of half of what is left in one go.
    """
    both = [org.places[name] for name in SUPERVISORS]
    waited = workers.submit(work.waiting, both[0]).result()
    one_by_one = list(workers.map(work.work_the_queue, both, [org.calls_for] * 2, [BY_HAND] * 2))
    assert [resolved for resolved, _ in one_by_one] == [BY_HAND] * 2
    halves = list(workers.map(work.empty_the_queue, both, [org.calls_for] * 2, [0, 1], [2, 2]))
    assert sum(halves) == waited - 2 * BY_HAND
    assert list(workers.map(work.waiting, both)) == [0, 0]
    return waited


@pytest.mark.timeout(1_800)  # of a crowded machine; a quiet one takes a minute
@drawn_again
def test_that_a_desk_empties_its_queue_and_quality_finds_what_was_planted_and_no_more(
    dice: random.Random, organise: Organise, workers: ProcessPoolExecutor
) -> None:
    organisation = organise(dice)
    joined(organisation, workers)
    graded(organisation, workers)
    waited = resolved(organisation, workers)
    seen = workers.submit(work.review, organisation.places["Quinn"]).result()

    assert (seen.items, seen.double) == (ITEMS, ITEMS)
    assert seen.titles == (TITLE,)  # taken in at twelve desks, it is one batch
    assert set(seen.names) == set(ANALYSTS)  # nobody who decides or reviews is counted as a grader
    by_item: dict[str, list[str]] = {}
    for rows in organisation.tables.values():
        for row in rows:
            by_item.setdefault(row.item, []).append(outcome_name(settled(row.facts).outcome))
    alike = sum(one == other for one, other in by_item.values())
    assert seen.alike == pytest.approx(alike / ITEMS)
    assert ITEMS - alike <= waited == len(seen.resolved)
    assert seen.resolved == {
        item: SCHEME.words(settled(organisation.calls_for[item]).outcome) for item in seen.resolved
    }
    said_of_habits(organisation.habits, seen.said, list(seen.outcomes))
    others = set(ANALYSTS) - set(organisation.habits)
    assert not [said for said in seen.sentences if any(name in said for name in others)]

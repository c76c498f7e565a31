"""What the server does to hide a record does not tell of what kind the record is."""

import psycopg
import pytest

from tests.integration.desks import Centre
from tests.integration.servers import Server, wait_until_alone
from tests.integration.test_blindness import READERS, Worlds, as_login, begin_anew, theirs, told
from tests.unit.storage.office import Office

_ALIKE = ("verdict", "opinion", "pass", "draw", "of-a-later-version", "assignment", "calibration")
_OF_ONE_ROW = (
    "EXPLAIN (ANALYZE, VERBOSE, BUFFERS, TIMING OFF, SUMMARY OFF) {}",
    "EXPLAIN (VERBOSE, SETTINGS) {}",
    "{}",
)


@pytest.mark.parametrize("answered", [False, True], ids=["a new item", "an answered item"])
def test_that_a_hidden_record_does_not_tell_of_what_kind_it_is(
    any_server: Server, answered: bool
) -> None:
    """By what the server does to hide it: every kind takes the same steps and the same pages."""
    worlds, told_of = Worlds(any_server), {}
    try:
        for kind in _ALIKE:
            if answered and READERS[kind] == "v":
                continue  # the own verdict has opened it
            centre = Centre(any_server)
            worlds.made.append(centre)
            a, b = worlds._enrolled(centre)
            office = Office()
            begin_anew(office, worlds.key)
            a.store.append([told(office, kind).envelope], "")
            b.store.append([theirs("item" if answered else "another item").envelope], "")
            assert [one.index for one in b.store.records(-1, 10)] == [1]
            for store in (a.store, b.store, centre.keeper):
                store.close()
            with any_server.keeper(centre.database) as keeper:
                wait_until_alone(keeper)
                keeper.execute("VACUUM ANALYZE")
            with as_login(any_server, centre.database, b) as connection:
                told_of[kind] = _steps(connection)
    finally:
        worlds.remove()
    assert len(set(told_of.values())) == 1, told_of


def _steps(connection: psycopg.Connection) -> str:
    """What the server says of how it hides the first row; asked before, so that it has all read."""
    wanted = "SELECT log_index, record_id FROM assay.records WHERE log_index = 0"
    for _ in range(2):
        answers = [
            [row[0] for row in connection.execute(plan.format(wanted).encode()).fetchall()]
            for plan in _OF_ONE_ROW
        ]
    return "\n".join(
        str(line) for lines in answers for line in lines if "Planning" not in str(line)
    )

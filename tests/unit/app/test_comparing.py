"""A sync reads a bounded part of the log it knows, and still notices one that was rewritten."""

import random
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.comparing import TURN_NOTE
from app.schemes import SchemeShelf
from app.sync import pull_from, sync
from storage.errors import CentralRewrittenError
from storage.home import Home
from storage.log import CompactRange
from tests.integration.desks import DoubleCentralStore
from tests.unit.storage.homes import made_home, passed_on
from tests.unit.storage.office import Office

NEWEST, IN_TURN, LOGGED = 6, 8, 42
TURNS = -(-(LOGGED - NEWEST) // IN_TURN)


class Counted(DoubleCentralStore):
    """Says how many leaves were read, and has another leaf at one place."""

    def __init__(self) -> None:
        super().__init__()
        self.read_leaves = 0
        self.exchanged: int | None = None

    def leaves(self, start: int, limit: int) -> list[bytes]:
        found = super().leaves(start, limit)
        self.read_leaves += len(found)
        return found

    def root(self, size: int, beginning: CompactRange | None = None) -> bytes:
        self.read_leaves += size - (beginning.size if beginning is not None else 0)
        return super().root(size, beginning)

    def _leaves(self) -> list[bytes]:
        leaves = super()._leaves()
        if self.exchanged is not None:
            leaves[self.exchanged] = bytes(32)
        return leaves


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home whose log is longer than what is compared of it at once."""
    monkeypatch.setattr("app.comparing.NEWEST", NEWEST)
    monkeypatch.setattr("app.comparing.IN_TURN", IN_TURN)
    made = made_home(tmp_path / "home")
    made.local.keep([passed_on(f"item {number}") for number in range(LOGGED - 2)])
    yield made
    made.close()


@pytest.fixture
def central(home: Home) -> Counted:
    """A store that this home has sent everything to."""
    made = Counted()
    assert sync(home, made).size == LOGGED
    made.read_leaves = 0
    return made


def sync_often(home: Home, central: Counted) -> None:
    """Sync until every leaf has had its turn."""
    for _ in range(TURNS):
        sync(home, central)


def test_that_a_sync_reads_the_newest_leaves_and_some_of_the_others(
    home: Home, central: Counted
) -> None:
    for _ in range(TURNS + 2):
        central.read_leaves = 0
        sync(home, central)
        assert NEWEST < central.read_leaves <= NEWEST + IN_TURN


def test_that_another_leaf_anywhere_is_noticed_once_its_turn_has_come(
    home: Home, central: Counted, dice: random.Random
) -> None:
    for _ in range(dice.randrange(TURNS)):  # wherever the turns stand
        sync(home, central)
    central.exchanged = dice.randrange(LOGGED - NEWEST)
    with pytest.raises(CentralRewrittenError, match=f"another root over its first {LOGGED}"):
        sync_often(home, central)
    with pytest.raises(CentralRewrittenError):
        sync(home, central)  # and it stays so: the turn does not go on over it


def test_that_the_turn_goes_round_while_the_log_grows_with_each_sync(
    home: Home, central: Counted, dice: random.Random
) -> None:
    def grow(times: int) -> None:
        for _ in range(times):
            home.local.keep([passed_on(secrets.token_hex(8))])
            sync(home, central)

    grow(TURNS + dice.randrange(TURNS))  # the turn has come to the end meanwhile
    central.exchanged = dice.randrange(LOGGED - NEWEST)
    with pytest.raises(CentralRewrittenError, match="another root"):
        grow(2 * TURNS)


def test_that_a_log_that_came_by_file_is_compared_whole_and_takes_no_turn(
    home: Home, central: Counted, dice: random.Random
) -> None:
    sync(home, central)
    turn = home.local.note_get(TURN_NOTE)
    assert turn
    pull_from(home, central, schemes=SchemeShelf().exact)
    assert home.local.note_get(TURN_NOTE) == turn
    central.exchanged = dice.randrange(LOGGED)
    with pytest.raises(CentralRewrittenError, match="another root"):
        pull_from(home, central, schemes=SchemeShelf().exact)


def test_that_another_leaf_among_the_newest_is_noticed_at_once(
    home: Home, central: Counted, dice: random.Random
) -> None:
    central.exchanged = LOGGED - 1 - dice.randrange(NEWEST)
    with pytest.raises(CentralRewrittenError, match="another root"):
        sync(home, central)


def test_that_a_record_dropped_from_the_old_part_is_noticed_at_once(
    home: Home, central: Counted, dice: random.Random
) -> None:
    """All behind it move up, also where a stranger's record makes the log as long again."""
    central.log.pop(dice.randrange(LOGGED - NEWEST))
    stranger = Office()
    stranger.verdict("another item")
    central.append([record.envelope for record in stranger.records], "stranger")
    assert central.size() > LOGGED
    with pytest.raises(CentralRewrittenError, match="another root"):
        sync(home, central)


def test_that_a_leaf_damaged_here_is_not_laid_to_the_central_store(
    home: Home, central: Counted
) -> None:
    with home.local.transaction() as connection:
        connection.exec_driver_sql("UPDATE leaves SET leaf = zeroblob(32) WHERE log_index = 40")
    assert sync(home, central).size == LOGGED

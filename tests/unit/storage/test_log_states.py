"""Earlier states of the log: their roots, from the leaves that are here."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.log import CompactRange, leaf_hash, root_of
from storage.records import LocalStore
from tests.faults.storage_room import store_in
from tests.unit.storage.homes import digest

LEAVES = [leaf_hash(digest(f"record {number}")) for number in range(300)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with store_in(tmp_path, create=True) as made:
        made.logbook.add_leaves(0, LEAVES)
        yield made


def pinned(store: LocalStore, size: int) -> None:
    tree = CompactRange()
    tree.extend(LEAVES[:size])
    store.logbook.move_pin(size, tree.root(), tree.to_bytes())


def test_that_each_earlier_state_has_the_root_of_its_leaves(
    store: LocalStore, dice: random.Random
) -> None:
    for size in sorted(dice.sample(range(1, 300), 3)):
        pinned(store, size)
    sizes = {0, 300, *dice.sample(range(300), 20)}
    assert store.log_states.roots_at(sizes) == {size: root_of(LEAVES[:size]) for size in sizes}
    (one, *_) = sizes
    assert store.log_states.root_at(one) == root_of(LEAVES[:one])


def test_that_two_hundred_colleagues_cost_the_leaves_once(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cosignature each, each of another size: what is read must not grow with their number."""
    read: list[int] = []
    leaves = store.logbook.leaves

    def counted(start: int, limit: int) -> list[bytes]:
        page = leaves(start, limit)
        read.extend(range(start, start + len(page)))
        return page

    monkeypatch.setattr(store.logbook, "leaves", counted)
    store.log_states.roots_at(set(range(100, 300)))
    assert read == list(range(299))
    read.clear()
    pinned(store, 250)
    store.log_states.roots_at({255, 260})
    assert read == list(range(250, 260))


def test_that_a_page_of_the_log_is_written_to_a_few_pages_of_the_file(
    tmp_path: Path, store: LocalStore
) -> None:
    """Leaves come in no order: an index over all of them is written anew nearly whole each time."""
    store.logbook.add_leaves(300, [leaf_hash(digest(f"{number}")) for number in range(40_000)])
    store._database.truncate_log()
    store.logbook.add_leaves(40_300, [leaf_hash(digest(f"more {one}")) for one in range(1_000)])
    assert (tmp_path / "local.db-wal").stat().st_size < 900_000


def test_that_a_place_is_found_in_every_part_of_the_log(
    store: LocalStore, dice: random.Random
) -> None:
    ids = [digest(f"{number}") for number in range(2 * 16_384)]
    assert store.logbook.index_of(ids[0]) is None
    store.logbook.add_leaves(300, [leaf_hash(one) for one in ids])
    for number in (0, len(ids) - 1, *dice.sample(range(len(ids)), 20)):
        assert store.logbook.index_of(ids[number]) == 300 + number
    assert store.logbook.index_of(digest("record 7")) == 7
    assert store.logbook.index_of(digest("nowhere")) is None

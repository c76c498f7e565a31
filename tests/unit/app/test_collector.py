"""What is kept for a sitting is not looked through again, and goes with the sitting."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.collector
from app.collector import (
    look_through_everything,
    much_is_apart,
    note_beginning,
    note_end,
    set_apart,
)
from app.freed_memory import give_back_memory
from app.quality.review import Review
from app.second_opinion.queue import Queue
from app.second_opinion.voices import Voices
from tests.unit.app.desks import DRAWING, Bureau

ITEMS = 6


class Item:
    """Something that holds on to itself, as what signals are connected to does."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave nothing apart that was not."""
    yield
    note_end()
    look_through_everything()


def test_that_what_was_set_apart_is_not_looked_through_until_the_sitting_ends() -> None:
    left = weakref.ref(Item())
    set_apart()
    assert much_is_apart()
    gc.collect()
    assert left() is not None
    note_end()
    assert much_is_apart()
    give_back_memory()
    assert left() is None
    assert not much_is_apart()


def test_that_a_sitting_that_is_still_held_at_a_look_is_not_set_apart_for_good() -> None:
    ending = Item()
    left = weakref.ref(ending)
    set_apart()
    give_back_memory()  # the rooms are gone, and the end of the sitting takes its time
    assert much_is_apart()
    del ending
    note_end()
    give_back_memory()
    assert left() is None


def test_that_what_a_sitting_sets_apart_stays_so_at_the_looks_after_the_one_before() -> None:
    set_apart()
    note_end()
    give_back_memory()
    note_beginning()
    read = Item()
    left = weakref.ref(read)
    set_apart()
    del read
    give_back_memory()  # a look for what the first one left, a while after its end
    assert left() is not None
    note_end()
    give_back_memory()
    assert left() is None


def test_that_a_sitting_that_begins_before_the_look_for_the_last_one_goes_at_its_own_end() -> None:
    set_apart()
    note_end()
    note_beginning()
    sitting = Item()
    left = weakref.ref(sitting)
    give_back_memory()
    del sitting
    note_end()
    give_back_memory()
    assert left() is None


def test_that_what_was_set_apart_goes_at_once_where_nothing_but_its_owner_holds_it() -> None:
    kept = [{*range(3)} for _ in range(3)]
    left = weakref.ref(kept[0])
    set_apart()
    kept.clear()
    assert left() is None


def test_that_the_program_itself_stays_apart_after_a_sitting() -> None:
    gc.freeze()
    set_apart()
    note_end()
    look_through_everything()
    apart = gc.get_freeze_count()
    assert apart > 10 * len(gc.get_objects())


@pytest.mark.parametrize("room", ["quality", "opinions"])
def test_that_what_a_room_reads_is_set_apart_as_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    for module in ("quality.gradings", "quality.review", "second_opinion.queue"):
        monkeypatch.setattr(f"app.{module}.KEPT_AT_ONCE", 2)
    monkeypatch.setattr("app.second_opinion.voices.KEPT_AT_ONCE", 2)
    bureau = Bureau(tmp_path / "bureau", ann="analyst")
    for number in range(ITEMS):
        bureau["ann"].grade(f"item {number}", DRAWING)
    bureau.sync()
    ws = bureau["chief"].ws
    gc.collect()
    before = gc.get_freeze_count()
    voices = Voices(ws.home)
    reader = Review(ws) if room == "quality" else Queue(ws, voices)
    if isinstance(reader, Review):
        basis = reader.basis()
        assert not any(one is basis for one in gc.get_objects())
    else:
        reader.waiting()
    assert app.collector._apart.is_set()
    assert gc.get_freeze_count() > before
    bureau.close()

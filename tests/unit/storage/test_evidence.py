"""The index of evidence: what was taken in is found again, and nothing is there twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from storage.home import Home
from storage.rows import ItemRow
from tests.unit.storage import homes
from tests.unit.storage.homes import digest, opened_home


def item_row(batch: str, name: str, *paths: str) -> ItemRow:
    """A row as intake makes it."""
    return homes.item_row(digest(name), batch, paths or (f"{name}.png",))


@pytest.fixture
def batch(home: Home, tmp_path: Path) -> str:
    """A batch just begun."""
    return home.local.intake_begin(tmp_path / "found", "Title").batch_id


def test_that_the_same_folder_and_title_are_the_same_batch(home: Home, tmp_path: Path) -> None:
    (tmp_path / "found").mkdir()
    begun = home.local.intake_begin(tmp_path / "found", "Title")
    assert home.local.intake_begin(tmp_path / "x" / ".." / "found", "Title") == begun
    assert home.local.intake_begin(tmp_path / "found", "Other").batch_id != begun.batch_id
    assert home.local.intake_begin(tmp_path / "other", "Title").batch_id != begun.batch_id
    assert len(begun.batch_id) == 64
    assert not begun.done


def test_that_a_folder_whose_name_is_not_unicode_is_remembered(home: Home, tmp_path: Path) -> None:
    odd = tmp_path / "caf\udce9"
    first = home.local.intake_begin(odd, "Title")
    assert home.local.intake_begin(odd, "Title") == first


def test_that_items_come_back_in_order_with_all_their_names(home: Home, batch: str) -> None:
    rows = [item_row(batch, "b", "1.png", "sub/2.png"), item_row(batch, "a")]
    home.local.add_items(rows)
    assert home.local.items(batch) == rows
    assert home.local.item(batch, digest("a")) == rows[1]
    assert home.local.item(batch, digest("nothing")) is None
    assert home.local.item_by_name(batch, "sub/2.png") == rows[0]
    assert home.local.item_by_name(batch, "nothing.png") is None


def test_that_adding_again_adds_only_new_names(home: Home, batch: str) -> None:
    home.local.add_items([item_row(batch, "a", "a.png")])
    home.local.add_items([item_row(batch, "a", "a.png"), item_row(batch, "a", "copy.png")])
    (row,) = home.local.items(batch)
    assert row.names == ("a.png", "copy.png")


def test_that_adding_is_all_or_none(home: Home, batch: str) -> None:
    wrong = item_row(digest("no such batch"), "b")
    with pytest.raises(Exception, match="FOREIGN KEY"):
        home.local.add_items([item_row(batch, "a"), wrong])
    assert home.local.items(batch) == []


def test_that_one_item_can_be_in_two_batches(home: Home, batch: str, tmp_path: Path) -> None:
    other = home.local.intake_begin(tmp_path / "other", "Other").batch_id
    home.local.add_items([item_row(batch, "a", "here.png"), item_row(other, "a", "there.png")])
    assert home.local.batches_with(digest("a")) == [batch, other]
    assert home.local.items(other)[0].names == ("there.png",)


def test_that_a_changed_file_is_found_by_its_newest_content(home: Home, batch: str) -> None:
    home.local.add_items([item_row(batch, "before", "same.png")])
    home.local.add_items([item_row(batch, "after", "same.png")])
    found = home.local.item_by_name(batch, "same.png")
    assert found is not None
    assert found.item == digest("after")


def test_that_a_batch_is_signed_when_everything_in_it_is_listed(home: Home, batch: str) -> None:
    local = home.local
    first = item_row(batch, "a", "a.png")
    assert local.unsigned(batch) == []
    local.add_items([first])
    assert local.unsigned(batch) == [first]
    local.mark_signed([first])
    assert local.unsigned(batch) == []
    assert local.batches()[0].signed
    local.add_items([item_row(batch, "a", "copy.png"), item_row(batch, "b")])
    assert not local.batches()[0].signed
    assert local.unsigned(batch) == [replace(first, names=("copy.png",)), item_row(batch, "b")]


def test_that_a_batch_counts_items_and_files(home: Home, batch: str) -> None:
    assert home.local.batch(batch) is not None
    home.local.add_items([item_row(batch, "a", "1", "2", "3"), item_row(batch, "b")])
    (row,) = home.local.batches()
    assert row == home.local.batch(batch)
    assert (row.title, row.items, row.files, row.signed) == ("Title", 2, 4, False)
    assert home.local.batch(digest("nothing")) is None


def test_that_an_item_can_be_found_unreadable_later(home: Home, batch: str) -> None:
    home.local.add_items([item_row(batch, "a"), item_row(batch, "b")])
    home.local.mark_unreadable(batch, digest("a"), "it ends in the middle")
    reasons = [row.unreadable for row in home.local.items(batch)]
    assert reasons == ["it ends in the middle", None]


def test_that_adding_nothing_does_nothing(home: Home, batch: str) -> None:
    home.local.add_items([])
    assert home.local.items(batch) == []


def test_that_an_intake_cut_short_finds_what_is_there(home: Home, tmp_path: Path) -> None:
    begun = home.local.intake_begin(tmp_path / "found", "Title")
    home.local.add_items([item_row(begun.batch_id, "a")])
    home.close()
    again = opened_home(home.place)
    assert again.local.intake_begin(tmp_path / "found", "Title") == begun
    assert [row.item for row in again.local.items(begun.batch_id)] == [digest("a")]
    again.close()

"""A home put back from an old copy: its key signs nothing before it knows its newest record."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.sync import sync
from storage.errors import CentralRewrittenError, CorruptStoreError, OlderCopyError
from storage.home import Home
from tests.unit.storage.homes import copied_home, made_home, opened_home, passed_on

CENTRAL = "central.db"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A home that was synced, and of which a copy was made then."""
    home = made_home(tmp_path / "home")
    home.local.keep([passed_on("before the copy")])
    sync(home)
    home.close()
    copied_home(home.place, tmp_path / "backup")
    return home.place


@pytest.fixture
def backup(place: Path, tmp_path: Path) -> Iterator[Home]:
    """That copy, opened after the home itself went on and synced."""
    newer = opened_home(place)
    newer.local.keep([passed_on("after the copy"), passed_on("after that")])
    sync(newer)
    newer.close()
    opened = opened_home(tmp_path / "backup")
    yield opened
    opened.close()


def ours(home: Home) -> list[str]:
    """The record ids of a home, in order."""
    return [record.record_id for record in home.local.records()]


def forget_pin(home: Home) -> None:
    """Take away the pin outside the home, as a new disk does."""
    outside = home.outside_pin()
    assert outside is not None
    outside.path.unlink()


def test_that_nothing_is_signed_in_a_home_older_than_its_pin(backup: Home) -> None:
    before = backup.local.head(backup.signer.keyid)
    with pytest.raises(OlderCopyError, match=r"had 5 records .* knows 3"):
        backup.local.keep([passed_on("next")])
    assert backup.local.head(backup.signer.keyid) == before
    assert backup.local.outbox.count() == 0


def test_that_a_home_whose_central_store_is_newer_signs_again_after_a_sync(
    place: Path, backup: Home
) -> None:
    (backup.place / CENTRAL).write_bytes((place / CENTRAL).read_bytes())
    with pytest.raises(OlderCopyError):
        backup.local.keep([passed_on("next")])
    assert sync(backup).pulled == 2
    newer = opened_home(place)
    assert ours(backup) == ours(newer)
    newer.close()
    (kept,) = backup.local.keep([passed_on("next")])
    assert kept.seq == 6
    assert sync(backup).alarms == 0


def test_that_the_central_store_tells_where_the_pin_is_gone(place: Path, backup: Home) -> None:
    forget_pin(backup)
    (backup.place / CENTRAL).write_bytes((place / CENTRAL).read_bytes())
    with pytest.raises(OlderCopyError, match="record 5 of this key, and here the last is 3"):
        backup.local.keep([passed_on("next")])


def test_that_a_sync_cut_before_its_pin_does_not_hide_what_was_sent(
    place: Path, tmp_path: Path
) -> None:
    newer = opened_home(place)
    newer.local.keep([passed_on("sent, and never confirmed")])
    envelopes = [record.envelope for record in newer.local.outbox.waiting(10)]
    newer.central().append(envelopes, newer.person.id)
    newer.close()
    backup = opened_home(tmp_path / "backup")
    (backup.place / CENTRAL).write_bytes((place / CENTRAL).read_bytes())
    with pytest.raises(OlderCopyError):
        backup.local.keep([passed_on("next")])
    backup.close()


def test_that_a_sync_with_a_central_store_as_old_is_refused_too(backup: Home) -> None:
    with pytest.raises(CentralRewrittenError, match="had 5 records and has 3 now"):
        sync(backup)
    with pytest.raises(OlderCopyError):
        backup.local.keep([passed_on("next")])


def test_that_the_newer_home_goes_on(place: Path, backup: Home) -> None:
    backup.close()
    home = opened_home(place)
    assert home.local.keep([passed_on("next")])[0].seq == 6
    home.close()


def test_that_two_copies_that_went_different_ways_are_told(place: Path, backup: Home) -> None:
    forget_pin(backup)
    backup.local.keep([passed_on("another"), passed_on("way")])
    sync(backup)
    home = opened_home(place)
    with pytest.raises(OlderCopyError, match="different ways"):
        home.local.keep([passed_on("next")])
    home.close()


def test_that_a_damaged_central_store_keeps_nobody_from_grading(place: Path) -> None:
    (place / CENTRAL).unlink()
    home = opened_home(place)
    assert home.local.keep([passed_on("next")])[0].seq == 4
    home.close()


def test_that_a_damaged_pin_keeps_the_key_from_signing(place: Path) -> None:
    home = opened_home(place)
    outside = home.outside_pin()
    assert outside is not None
    outside.path.write_bytes(b"nonsense")
    with pytest.raises(CorruptStoreError, match="pin"):
        home.local.keep([passed_on("next")])
    home.close()

"""The vault: evidence comes back as it went in, or not at all, and nothing plain is written."""

import errno
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import vault as vault_module
from storage.chunked import CHUNK_BYTES, HEADER_BYTES
from storage.errors import (
    CorruptStoreError,
    DamagedEvidenceError,
    DiskFullError,
    MissingEvidenceError,
    UnwritableStoreError,
)
from storage.home import Home
from storage.tables import vault_keys
from tests.unit.storage.homes import BATCH, digest, opened_home

ITEM, OTHER = digest("item"), digest("other")
PICTURE = b"a drawing of a hill " * 5_000


def files(home: Home) -> list[Path]:
    """Every file of the vault."""
    return sorted(path for path in (home.place / "vault").rglob("*") if path.is_file())


def test_that_evidence_comes_back_as_it_went_in(home: Home) -> None:
    assert home.vault.put(BATCH, PICTURE, ITEM)
    assert home.vault.has(BATCH, ITEM)
    assert home.vault.get(BATCH, ITEM) == PICTURE
    home.close()
    again = opened_home(home.place)
    assert again.vault.get(BATCH, ITEM) == PICTURE
    again.close()


@pytest.mark.parametrize("content", [b"", b"x", b"y" * CHUNK_BYTES])
def test_that_evidence_of_any_length_comes_back(home: Home, content: bytes) -> None:
    home.vault.put(BATCH, content, ITEM)
    assert home.vault.get(BATCH, ITEM) == content


def test_that_evidence_may_come_in_pieces(home: Home) -> None:
    pieces = (PICTURE[start : start + 777] for start in range(0, len(PICTURE), 777))
    home.vault.put(BATCH, pieces, ITEM)
    assert home.vault.get(BATCH, ITEM) == PICTURE


def test_that_what_is_there_is_not_written_again(home: Home) -> None:
    home.vault.put(BATCH, PICTURE, ITEM)
    before = files(home)[0].stat().st_ino
    assert not home.vault.put(BATCH, PICTURE, ITEM)
    assert [path.stat().st_ino for path in files(home)] == [before]


def test_that_neither_content_nor_digest_can_be_seen_on_the_disk(home: Home) -> None:
    home.vault.put(BATCH, PICTURE, ITEM)
    (path,) = files(home)
    assert PICTURE[:64] not in path.read_bytes()
    seen = str(path.relative_to(home.place))
    assert ITEM not in seen
    assert BATCH not in seen
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_that_the_same_item_has_another_name_in_another_batch(home: Home) -> None:
    home.vault.put(BATCH, PICTURE, ITEM)
    home.vault.put(digest("second batch"), PICTURE, ITEM)
    first, second = files(home)
    assert first.name != second.name
    assert first.read_bytes() != second.read_bytes()


def test_that_missing_evidence_is_named(home: Home) -> None:
    assert not home.vault.has(BATCH, ITEM)
    with pytest.raises(MissingEvidenceError, match=ITEM):
        home.vault.get(BATCH, ITEM)
    home.vault.put(BATCH, PICTURE, OTHER)
    with pytest.raises(MissingEvidenceError, match=ITEM):
        home.vault.get(BATCH, ITEM)


def test_that_asking_for_evidence_makes_no_key(home: Home) -> None:
    home.vault.has(BATCH, ITEM)
    with home.local.transaction() as connection:
        assert connection.execute(vault_keys.select()).all() == []


@pytest.mark.parametrize("at", [0, 30, HEADER_BYTES, HEADER_BYTES + 100, -1])
def test_that_a_flipped_byte_is_noticed(home: Home, at: int) -> None:
    home.vault.put(BATCH, PICTURE, ITEM)
    (path,) = files(home)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedEvidenceError, match=ITEM):
        home.vault.get(BATCH, ITEM)


@pytest.mark.parametrize("length", [0, 20, HEADER_BYTES + 16, HEADER_BYTES + CHUNK_BYTES + 16])
def test_that_a_cut_file_is_noticed(home: Home, length: int) -> None:
    home.vault.put(BATCH, PICTURE, ITEM)
    (path,) = files(home)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DamagedEvidenceError):
        home.vault.get(BATCH, ITEM)


def test_that_one_item_cannot_stand_in_for_another(home: Home) -> None:
    home.vault.put(BATCH, PICTURE, ITEM)
    (first,) = files(home)
    home.vault.put(BATCH, b"something else", OTHER)
    (second,) = [path for path in files(home) if path != first]
    second.write_bytes(first.read_bytes())
    with pytest.raises(DamagedEvidenceError, match=OTHER):
        home.vault.get(BATCH, OTHER)


def test_that_a_batch_key_cannot_be_put_under_another_batch(home: Home) -> None:
    home.vault.put(BATCH, PICTURE, ITEM)
    home.vault.forget_keys()
    with home.local.transaction() as connection:
        connection.execute(vault_keys.update().values(batch_id=bytes.fromhex(OTHER)))
    with pytest.raises(CorruptStoreError, match="key of batch"):
        home.vault.get(OTHER, ITEM)


def test_that_a_part_is_read_without_the_rest(home: Home) -> None:
    home.vault.put(BATCH, PICTURE, ITEM)
    with home.vault.open(BATCH, ITEM) as file:
        assert file.readable()
        assert file.seekable()
        assert file.size_bytes == len(PICTURE)
        assert file.seek(50_000) == file.tell() == 50_000
        assert file.read(30) == PICTURE[50_000:50_030]
        assert file.seek(-10, os.SEEK_CUR) == 50_020
        assert file.seek(-5, os.SEEK_END) == len(PICTURE) - 5
        assert file.read() == PICTURE[-5:]
        assert file.read() == b""
        assert file.seek(-7, os.SEEK_SET) == 0
        buffer = bytearray(8)
        assert file.readinto(buffer) == 8
        assert bytes(buffer) == PICTURE[:8]
    file.close()


def test_that_a_reader_of_files_can_read_it(home: Home) -> None:
    home.vault.put(BATCH, PICTURE, ITEM)
    with io.BufferedReader(home.vault.open(BATCH, ITEM)) as file:
        file.seek(19_990)
        assert file.read(40_000) == PICTURE[19_990:59_990]


def test_that_a_group_is_there_when_its_block_ends(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_module, "GROUP_FILES", 4)
    items = [digest(f"item {number}") for number in range(10)]
    with home.vault.group(BATCH) as group:
        assert [group.put(item.encode(), item) for item in items] == [True] * 10
        assert [home.vault.has(BATCH, item) for item in items] == [True] * 8 + [False] * 2
    assert [home.vault.get(BATCH, item) for item in items] == [item.encode() for item in items]
    assert list((home.place / "vault" / "incoming").iterdir()) == []


def test_that_the_same_content_twice_in_a_group_is_one_file(home: Home) -> None:
    with home.vault.group(BATCH) as group:
        group.put(PICTURE, ITEM)
        group.put(PICTURE, ITEM)
    assert len(files(home)) == 1
    assert home.vault.get(BATCH, ITEM) == PICTURE


def test_that_a_group_given_up_leaves_nothing(home: Home) -> None:
    def give_up() -> None:
        with home.vault.group(BATCH) as group:
            group.put(PICTURE, ITEM)
            raise KeyError

    with pytest.raises(KeyError):
        give_up()
    assert files(home) == []


def test_that_a_source_that_fails_leaves_nothing(home: Home) -> None:
    def failing() -> Iterator[bytes]:
        yield PICTURE
        raise KeyError

    with pytest.raises(KeyError):
        home.vault.put(BATCH, failing(), ITEM)
    assert files(home) == []


def test_that_the_leftovers_of_a_killed_run_are_cleared_away(home: Home) -> None:
    incoming = home.place / "vault" / "incoming"
    (incoming / "half").write_bytes(b"noise")
    home.close()
    opened_home(home.place).close()
    assert list(incoming.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, DiskFullError),
        (errno.EIO, UnwritableStoreError),
        (errno.EROFS, UnwritableStoreError),
    ],
)
@pytest.mark.parametrize("step", ["write", "fsync", "replace"])
def test_that_what_the_disk_answers_is_told_and_leaves_nothing_half(
    home: Home, monkeypatch: pytest.MonkeyPatch, step: str, number: int, error: type[Exception]
) -> None:
    home.vault.put(BATCH, b"before", OTHER)

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, step, refuse)
        with pytest.raises(error):
            home.vault.put(BATCH, PICTURE, ITEM)
    assert not home.vault.has(BATCH, ITEM)
    assert home.vault.get(BATCH, OTHER) == b"before"
    home.vault.put(BATCH, PICTURE, ITEM)
    assert home.vault.get(BATCH, ITEM) == PICTURE


def test_that_every_file_is_flushed_before_it_gets_its_name(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.vault.put(BATCH, b"makes the folder", OTHER)
    order: list[str] = []
    replace, fsync = os.replace, os.fsync

    def told_replace(source: Path, target: Path) -> None:
        order.append("name")
        replace(source, target)

    def told_fsync(handle: int) -> None:
        order.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    monkeypatch.setattr(os, "replace", told_replace)
    monkeypatch.setattr(os, "fsync", told_fsync)
    with home.vault.group(BATCH) as group:
        for number in range(3):
            group.put(PICTURE, digest(f"item {number}"))
    assert order == ["file"] * 3 + ["name"] * 3 + ["folder"]

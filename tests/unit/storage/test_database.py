"""Databases: encrypted or not opened, and what the disk answers told in one sentence."""

import ctypes
import errno
import os
import random
import secrets
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlcipher3 import _sqlite3

from storage.database import (
    CACHE_KIB,
    PAGE_BYTES,
    ROOMY_CACHE_KIB,
    WRITING_CACHE_KIB,
    Database,
    fault_of,
    open_database,
)
from storage.errors import CorruptStoreError, DiskFullError, StorageError, UnwritableStoreError
from storage.files import fault_of as fault_of_disk
from storage.tables import LOCAL, notes

KEY = bytes(range(32))
PAGES = 2 * WRITING_CACHE_KIB * 1024 // PAGE_BYTES
SLACK_KIB = 256
MORE_THAN_PAGES = 1.5  # what SQLite needs beside each page, and its statements
_sqlite = ctypes.CDLL(_sqlite3.__file__)  # the one that is loaded; it counts what it holds
_sqlite.sqlite3_memory_used.restype = ctypes.c_int64
# Makes a database, and says how often its key's text is in memory: as it is, and once planted. The
# text is written backwards and its beginning left out, which something short may have come over.
LOOKS_FOR_ITS_KEY = """
import os, sys
from contextlib import suppress
from pathlib import Path
from storage.database import open_database
from storage.tables import LOCAL

key = os.urandom(32)
backwards = b"".join(b"%x%x" % (byte & 15, byte >> 4) for byte in reversed(key))[:40]
database = open_database(Path(sys.argv[1]), key, LOCAL, create=True)

def times():
    count = 0
    with open("/proc/self/mem", "rb", buffering=0) as memory:
        for line in Path("/proc/self/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            begin, end = (int(edge, 16) for edge in span.split("-"))
            if "w" in rights:
                with suppress(OSError, OverflowError):  # a mapping of a device
                    content = bytearray(os.pread(memory.fileno(), end - begin, begin))
                    content.reverse()
                    count += content.count(backwards)
                    content[:] = bytes(len(content))
    return count

print(times())
planted = bytearray(backwards)
planted.reverse()
print(times())
with database.transaction() as connection:
    print(connection.exec_driver_sql("PRAGMA cipher_memory_security").scalar())
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with some pages in it, closed."""
    made = tmp_path / "local.db"
    database = open_database(made, KEY, LOCAL, create=True)
    rows = [{"name": f"note {number}", "content": "x" * 500} for number in range(200)]
    with database.transaction() as connection:
        connection.execute(notes.insert(), rows)
    database.close()
    return made


def count(database: Database) -> int:
    """How many notes are there."""
    with database.transaction() as connection:
        return len(connection.execute(notes.select()).all())


def fill(database: Database) -> None:
    """Write ten megabytes."""
    rows = [{"name": f"page {at}", "content": "x" * 5_000} for at in range(2_000)]
    with database.transaction() as connection:
        connection.execute(notes.insert(), rows)


def setting(database: Database, name: str) -> object:
    """A setting of the connection."""
    with database.transaction() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_that_a_fault_does_not_quote_what_was_to_be_written(path: Path) -> None:
    """Its text may end on a terminal; what is written here are names and answers."""
    database = open_database(path, KEY, LOCAL)
    said = f"said of an item {secrets.token_hex(8)}"
    row = {"name": said, "content": None}
    with pytest.raises(IntegrityError) as failed, database.transaction() as connection:
        connection.execute(insert(notes), row)
    assert said not in "".join(traceback.format_exception(failed.value))
    database.close()


def test_that_a_database_is_opened_as_it_must_be(path: Path) -> None:
    database = open_database(path, KEY, LOCAL)
    assert setting(database, "cipher_status") == "1"
    assert setting(database, "journal_mode") == "wal"
    assert setting(database, "synchronous") == 2
    assert setting(database, "secure_delete") == 1
    assert setting(database, "foreign_keys") == 1
    assert count(database) == 200
    database.close()


def test_that_another_key_does_not_open_it_and_says_nothing_else(
    path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CorruptStoreError, match="damaged or was made with other keys"):
        open_database(path, bytes(32), LOCAL)
    assert capfd.readouterr() == ("", "")


def test_that_a_plain_database_is_refused(tmp_path: Path) -> None:
    plain = sqlite3.connect(tmp_path / "local.db")
    plain.execute("CREATE TABLE alembic_version (version_num)")
    plain.commit()
    plain.close()
    with pytest.raises(CorruptStoreError):
        open_database(tmp_path / "local.db", KEY, LOCAL)


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 8192])
def test_that_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "local.db").write_bytes(content)
    with pytest.raises(CorruptStoreError):
        open_database(tmp_path / "local.db", KEY, LOCAL)


@pytest.mark.parametrize("seed", range(25))
def test_that_random_damage_is_told_or_does_no_harm(path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # damage that can be made again
    content = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 5, 200])):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    try:
        database = open_database(path, KEY, LOCAL)
    except CorruptStoreError:
        return
    try:
        assert count(database) == 200
    except CorruptStoreError:
        pass
    finally:
        database.close()


def test_that_a_cut_database_is_told(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(CorruptStoreError):
        count(open_database(path, KEY, LOCAL))


def test_that_a_fault_inside_a_transaction_takes_it_back(path: Path) -> None:
    database = open_database(path, KEY, LOCAL)

    def fail() -> None:
        with database.transaction() as connection:
            connection.execute(notes.delete())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert count(database) == 200
    database.close()


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    """It, open, with more in it than a window keeps at hand."""
    opened = open_database(path, KEY, LOCAL)
    rows = [{"name": f"page {n}", "content": chance_text()} for n in range(PAGES)]
    with opened.transaction() as connection:
        connection.execute(notes.insert(), rows)
    yield opened
    opened.close()


def chance_text() -> str:
    return random.randbytes(PAGE_BYTES // 4).hex()  # noqa: S311 - not a key


def kept_kib(database: Database) -> int:
    ((kept,),) = database.look_up("PRAGMA cache_size", ())
    return -int(kept)


def read_all(database: Database) -> int:
    """Read every page; return how many KiB SQLite holds in memory then, by its own count."""
    database.look_up("SELECT sum(length(content)) FROM notes", ())
    return int(_sqlite.sqlite3_memory_used()) // 1024


def test_that_a_database_keeps_a_window_small_however_much_of_it_was_read(
    database: Database,
) -> None:
    database.look_up("SELECT 1", ())
    before = int(_sqlite.sqlite3_memory_used()) // 1024
    first = read_all(database)
    assert first - before <= CACHE_KIB * MORE_THAN_PAGES
    assert all(read_all(database) <= first + SLACK_KIB for _ in range(5))


def test_that_what_writes_much_has_room_and_gives_it_back(database: Database) -> None:
    small = read_all(database)
    with database.with_room():
        assert read_all(database) - small > (WRITING_CACHE_KIB - CACHE_KIB) // 2
    assert int(_sqlite.sqlite3_memory_used()) // 1024 <= small + SLACK_KIB
    assert read_all(database) <= small + SLACK_KIB


def test_that_room_is_that_of_whoever_needs_most_until_the_last_is_done(
    database: Database,
) -> None:
    assert kept_kib(database) == CACHE_KIB <= 1_024  # a thousand items must not fill it slowly
    sync, digests = database.with_room(), database.with_room(ROOMY_CACHE_KIB)
    with suppress(LookupError), sync:
        assert kept_kib(database) == WRITING_CACHE_KIB > CACHE_KIB
        digests.__enter__()  # on another thread it ends when it likes
        assert kept_kib(database) == ROOMY_CACHE_KIB > WRITING_CACHE_KIB
        with database.transaction():
            assert kept_kib(database) == ROOMY_CACHE_KIB
        raise LookupError
    assert kept_kib(database) == ROOMY_CACHE_KIB
    digests.__exit__(None, None, None)
    assert kept_kib(database) == CACHE_KIB


def test_that_closing_twice_is_once(path: Path) -> None:
    database = open_database(path, KEY, LOCAL)
    database.close()
    database.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["local.db"]


class AnswerError(Exception):
    """What the driver raises."""

    def __init__(self, code: int) -> None:
        super().__init__("as SQLite says it")
        self.sqlite_errorcode = code


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (11, CorruptStoreError),
        (26, CorruptStoreError),
        (13, DiskFullError),
        (10, UnwritableStoreError),
        (10 | 4 << 8, UnwritableStoreError),  # an extended code: IOERR_FSYNC
        (8, UnwritableStoreError),
        (14, UnwritableStoreError),
    ],
)
def test_that_each_answer_of_sqlite_has_a_name_here(code: int, kind: type[StorageError]) -> None:
    assert type(fault_of(AnswerError(code), Path("local.db"))) is kind


@pytest.mark.parametrize(
    ("free_bytes", "kind"), [(100_000, DiskFullError), (10**9, UnwritableStoreError)]
)
def test_that_a_failed_write_on_a_full_disk_is_told_as_a_full_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free_bytes: int, kind: type[StorageError]
) -> None:
    room = SimpleNamespace(free=free_bytes)
    monkeypatch.setattr("storage.database.shutil.disk_usage", lambda _: room)
    for code in (10, 10 | 3 << 8, 10 | 19 << 8):  # IOERR, IOERR_WRITE, IOERR_SHMSIZE
        assert type(fault_of(AnswerError(code), tmp_path / "local.db")) is kind
    read = AnswerError(10 | 1 << 8)  # a read needs no room
    assert type(fault_of(read, tmp_path / "local.db")) is UnwritableStoreError


def test_that_a_database_on_a_full_disk_says_so(tmp_path: Path) -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small disk can be made by root on Linux only")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(tmp_path)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let a test mount a disk")
    try:
        database = open_database(tmp_path / "local.db", KEY, LOCAL, create=True)
        with pytest.raises(DiskFullError, match="the disk is full"):
            fill(database)
        database.close()
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


@pytest.mark.parametrize("code", [1, 19, 21])
def test_that_our_own_faults_are_not_blamed_on_the_disk(code: int) -> None:
    assert fault_of(AnswerError(code), Path("local.db")) is None
    assert fault_of(None, Path("local.db")) is None


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, DiskFullError),
        (errno.EDQUOT, DiskFullError),
        (errno.EROFS, UnwritableStoreError),
        (errno.EIO, UnwritableStoreError),
        (None, UnwritableStoreError),
    ],
)
def test_that_each_answer_of_the_disk_has_a_name_here(
    number: int | None, kind: type[StorageError]
) -> None:
    error = OSError(number, "said") if number is not None else OSError("said")
    assert type(fault_of_disk(error, Path("home"))) is kind


@pytest.mark.parametrize("side", ["-shm", "-wal"])
def test_that_a_database_read_while_it_was_locked_can_be_written_after(
    path: Path, side: str
) -> None:
    left = path.with_name(path.name + side)
    left.write_bytes(bytes(32_768))
    left.chmod(0o400)
    database = open_database(path, KEY, LOCAL)
    assert left.stat().st_mode & 0o200
    fill(database)
    database.close()


def test_that_the_sentence_names_the_file_that_is_locked(path: Path) -> None:
    left = path.with_name(path.name + "-shm")
    left.touch(mode=0o400)
    error = SimpleNamespace(sqlite_errorcode=8)
    fault = fault_of(error, path)  # type: ignore[arg-type]  # what is read of it is its code
    assert isinstance(fault, UnwritableStoreError)
    assert str(left) in str(fault)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the memory of a process by /proc")
def test_that_of_a_key_no_text_stays_in_memory_and_what_is_written_is_not_slowed(
    tmp_path: Path,
) -> None:
    # A process of its own: one that closed a database overwrites what it frees from then on.
    ran = subprocess.run(
        [sys.executable, "-c", LOOKS_FOR_ITS_KEY, str(tmp_path / "new.db")],
        capture_output=True,
        text=True,
        check=True,
    )
    found, planted, overwrites = ran.stdout.split()
    assert (found, overwrites) == ("0", "0")
    assert int(planted) > 0

"""One SQLCipher database: opened with a raw key, one connection, one transaction at a time."""

import os
import shutil
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, exc
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.pool import StaticPool

from grading.late_methods import dataclass
from storage.errors import (
    CorruptStoreError,
    DiskFullError,
    StoreError,
    UnwritableStoreError,
)
from storage.files import FILE_MODE
from storage.wiping import wipe

PLAIN_HEADER = b"SQLite format 3"
BUSY_MS = 5_000
# So much of its pages a database keeps decrypted. A window grows by it, so it is what a person who
# grades fills within the first items.
CACHE_KIB = 1_024
# While many records are written. The indexes of a desk fit: to write 20,000 of them takes no longer
# than with eight times as much.
WRITING_CACHE_KIB = 4_096
# While much is written all over one tree, more of it stays at hand and less is written twice.
ROOMY_CACHE_KIB = 32_768
PAGE_BYTES = 8_192  # three records a page where 4,096 hold one: a third less to encrypt and write

# SQLite's primary result codes, https://www.sqlite.org/rescode.html
_CORRUPT = frozenset({11, 26})
_FULL = frozenset({13})
_IOERR = 10  # on some disks what a full one answers to a write
_READ_FAULTS = frozenset({10 | 1 << 8, 10 | 2 << 8})  # IOERR_READ, IOERR_SHORT_READ
_FULL_BELOW_BYTES = 1_000_000
_SIDE_FILES = ("-wal", "-shm")
_UNWRITABLE = frozenset({3, 5, 6, 8, 10, 14, 22, 23})

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    f"cache_size = -{CACHE_KIB}",
    "trusted_schema = OFF",
    f"busy_timeout = {BUSY_MS}",
)


# Of the whole process, and for good: SQLCipher never turns it off again. From then on every piece
# of memory that SQLite takes is locked and every one that it frees overwritten, which costs more
# than encrypting does; so it is left until the end.
_OVERWRITES_FREED = "PRAGMA cipher_memory_security = ON"
# What SQLite read the key's text into is free again, with the text in it. This takes all of that at
# once: it has a constant of each length in which there are free pieces, more often than they are.
_CONSTANTS = [f"'{'x' * length}'" for length in (30, 90) for _ in range(200)]
_TAKES_FREE_PIECES = f"SELECT {','.join(_CONSTANTS)}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a database must look like: its tables, and the migrations that lead to them."""

    metadata: MetaData
    revision: str  # the newest migration; what `metadata` describes
    folder: Path  # of the migrations


class Database:
    """An open database. Use it from one thread at a time; a lock keeps a second one waiting."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine
        self._lock = threading.RLock()
        self._connection: Connection | None = None  # inside a transaction only
        self._is_closed = False
        self._driver: sqlcipher.Connection | None = None  # for what is looked up by itself
        self._rooms_kib: list[int] = []  # what each who writes much has asked for

    def look_up(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        """Return the rows of one query that stands by itself, its statement kept prepared.

        What SQLAlchemy does around a query takes ten times as long as looking one row up. Inside a
        transaction of the same thread it belongs to that.

        Raises:
            UnwritableStoreError, CorruptStoreError: what the disk answered.
        """
        with self._lock:
            if self._is_closed:
                raise UnwritableStoreError(f"{self.path}: the database is closed.")
            try:
                if self._driver is None:
                    self._driver = self._driver_now()
                return list(self._driver.execute(query, values))
            except sqlcipher.Error as error:
                fault = fault_of(error, self.path)
                if fault is None:
                    raise
                raise fault from error

    def _driver_now(self) -> Any:  # noqa: ANN401  # SQLAlchemy knows not what it drives
        """Return the one connection of the driver; what a transaction wrote to it stays."""
        if self._connection is not None:
            return self._connection.connection.driver_connection
        raw = self._engine.raw_connection()
        driver = raw.driver_connection
        raw.close()  # back to the pool, which rolls back what it gets and holds this one alone
        return driver

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection inside BEGIN IMMEDIATE; commit at the end, roll back on any error.

        Inside another transaction of the same thread it joins that one.

        Raises:
            DiskFullError, UnwritableStoreError, CorruptStoreError: what the disk answered.

        """
        with self._lock:
            if self._connection is not None:
                yield self._connection
                return
            with self.faults(), self._engine.connect() as connection, connection.begin():
                self._connection = connection
                try:
                    yield connection
                finally:
                    self._connection = None

    @contextmanager
    def with_room(self, kib: int = WRITING_CACHE_KIB) -> Iterator[None]:
        """Have room for more pages during the block, for all its transactions; then give it back.

        Blocks of several threads may overlap: the room is that of the one that needs most.
        """
        with self._lock:
            self._rooms_kib.append(kib)
            self._keep_pages()
        try:
            yield
        finally:
            with self._lock:
                self._rooms_kib.remove(kib)
                self._keep_pages()

    def _keep_pages(self) -> None:
        kib = max(self._rooms_kib, default=CACHE_KIB)
        with suppress(StoreError):  # the transaction says what is wrong with the file
            self.look_up(f"PRAGMA cache_size = -{kib}", ())

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn what the database raises inside into an error of this room."""
        try:
            yield
        except exc.DBAPIError as error:
            fault = fault_of(error.orig, self.path)
            if fault is None:
                raise
            raise fault from error

    def page_fault(self) -> str | None:
        """Read every page of the file, those no query would reach too; say what is wrong or None.

        Not to be called inside a transaction.

        Raises:
            StoreError: the file cannot be read at all.

        """
        with self._lock, self.faults():
            raw = self._engine.raw_connection()
            try:
                return _page_fault(raw.cursor(), self.path)
            except sqlcipher.Error as error:
                fault = fault_of(error, self.path)
                if fault is None:
                    raise
                raise fault from error
            finally:
                raw.close()

    def cipher(self) -> str | None:
        """Return the version of the cipher that this file is open under; None: it is plain."""
        with self.transaction() as connection:
            status = connection.exec_driver_sql("PRAGMA cipher_status").scalar()
            version = connection.exec_driver_sql("PRAGMA cipher_version").scalar()
        return str(version) if str(status) == "1" else None

    def truncate_log(self) -> None:
        """Put what waits in the write-ahead log into the main file and cut the log to nothing.

        Not to be called inside a transaction. UnwritableStoreError if something still reads it.
        """
        with self._lock, self.faults():
            raw = self._engine.raw_connection()
            try:
                cursor = raw.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                (busy, *_) = cursor.fetchone() or (1,)
            finally:
                raw.close()
        if busy:
            raise UnwritableStoreError(f"{self.path}: the write-ahead log could not be emptied.")

    def close(self) -> None:
        """Put everything into the main file and let go of it; calling it again does nothing.

        What SQLite lets go of on the way is overwritten, the key's text among it.
        """
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                with suppress(sqlcipher.Error, exc.DBAPIError, StoreError):  # it did not open
                    raw = self._engine.raw_connection()
                    raw.cursor().execute(_OVERWRITES_FREED)
                    raw.close()
            self._driver = None
            self._engine.dispose()


def _page_fault(cursor: DBAPICursor, path: Path) -> str | None:
    with suppress(sqlcipher.Error):  # the check reads the main file: put into it what waits
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.fetchall()
    cursor.execute("PRAGMA cipher_integrity_check")  # the HMAC of every page
    damaged = len(cursor.fetchall())
    if damaged:
        pages = path.stat().st_size // PAGE_BYTES
        return f"a page of {path.name} is damaged ({damaged:,} of {pages:,} pages)"
    cursor.execute("PRAGMA quick_check(1)")
    (found,) = cursor.fetchone() or ("it cannot be checked",)
    return None if found == "ok" else f"{path.name} is not what a database must be inside"


def fault_of(error: BaseException | None, path: Path) -> StoreError | None:
    """Say what SQLite answered in the words of this room; None if the fault is ours."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    if primary in _CORRUPT:
        return CorruptStoreError(f"{path}: this database is damaged or was made with other keys.")
    is_write = primary == _IOERR and code not in _READ_FAULTS
    if primary in _FULL or (is_write and _is_disk_full(path)):
        return DiskFullError(f"{path}: the disk is full.")
    if primary in _UNWRITABLE:
        return UnwritableStoreError(f"{_locked_part(path)}: the database cannot be used ({error}).")
    return None


def _parts(path: Path) -> tuple[Path, ...]:
    """Return the files that a database in WAL mode is made of."""
    return (path, *(path.with_name(path.name + part) for part in _SIDE_FILES))


def _is_locked(part: Path) -> bool:
    """Tell whether a file is there and may not be written."""
    if not part.exists():
        return False
    return not part.stat().st_mode & stat.S_IWUSR or not os.access(part, os.W_OK)


def _locked_part(path: Path) -> Path:
    """Return the file of a database that may not be written, or the database itself."""
    return next(filter(_is_locked, _parts(path)), path)


def _unlock_side_files(path: Path) -> None:
    """Make the side files writable where the database is.

    SQLite makes them with the permissions that the database had: opened once while it was
    read-only, it could not be written after.
    """
    if not _is_locked(path):
        for part in filter(_is_locked, _parts(path)):
            with suppress(OSError):  # another person's: the write says so
                part.chmod(FILE_MODE)


def _is_disk_full(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < _FULL_BELOW_BYTES
    except OSError:
        return False


def open_database(path: Path, key: bytes, plan: Plan, *, create: bool = False) -> Database:
    """Open a database with its key, and bring an older one up to date.

    Args:
        path: the file.
        key: 32 bytes, used as they are.
        plan: what it must look like.
        create: make a new one; otherwise it must be there.

    Raises:
        CorruptStoreError: damaged, not encrypted, missing, or made with another key.
        NewerHomeError: written by a newer version of this program.
        DiskFullError, UnwritableStoreError: what the disk answered.

    """
    if not create and not path.is_file():
        raise CorruptStoreError(f"{path}: this database is missing.")
    database = Database(path, _engine(path, key))
    try:
        _bring_to(database, plan, create=create)
    except BaseException:
        with suppress(exc.DBAPIError):
            database.close()
        raise
    return database


def _engine(path: Path, key: bytes) -> Engine:
    def connect() -> sqlcipher.Connection:
        _unlock_side_files(path)
        # isolation_level None: the driver begins nothing, or rolled-back DDL would stay
        connection = sqlcipher.connect(str(path), isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection, path, key)
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(  # hidden, or a fault's text quotes names of evidence
        "sqlite://", module=sqlcipher, creator=connect, poolclass=StaticPool, hide_parameters=True
    )

    @event.listens_for(engine, "begin")
    def begin_immediate(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _prepare(connection: sqlcipher.Connection, path: Path, key: bytes) -> None:
    connection.execute("PRAGMA cipher_log_level = NONE")  # or it writes to standard error
    hexed = key.hex()
    keyed = f"PRAGMA key = \"x'{hexed}'\""
    connection.executescript(keyed)  # which keeps no statement, as `execute` does
    wipe(hexed, keyed)
    connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
    connection.executescript(_TAKES_FREE_PIECES)
    if connection.execute("PRAGMA cipher_status").fetchone() != ("1",):
        raise CorruptStoreError(f"{path}: this database would not be encrypted.")
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    with path.open("rb") as file:
        # an open without a key makes a plain file and says nothing
        if file.read(len(PLAIN_HEADER)) == PLAIN_HEADER:
            raise CorruptStoreError(f"{path}: this database is not encrypted.")


def _bring_to(database: Database, plan: Plan, *, create: bool) -> None:
    with database.transaction() as connection:
        if create:
            plan.metadata.create_all(connection)
            connection.exec_driver_sql(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
                " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
            )
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (plan.revision,))
            return
        found = _revision(connection, database.path)
    if found != plan.revision:
        from storage.upgrading import upgrade  # noqa: PLC0415 - alembic takes over a second

        upgrade(database, plan, found)


def _revision(connection: Connection, path: Path) -> str:
    try:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    except exc.OperationalError as error:
        if fault_of(error.orig, path) is not None:
            raise
        found = None
    if not isinstance(found, str):
        raise CorruptStoreError(f"{path}: this database was never finished.")
    return found


def utc_now() -> str:
    """Return the time in RFC 3339, as this machine's clock claims it."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

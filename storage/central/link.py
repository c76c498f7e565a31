"""The link to a PostgreSQL server: made as ``Address`` says, and never waited on for ever."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.conninfo import make_conninfo
from sqlalchemy import Connection, Engine, create_engine, exc
from sqlalchemy.pool import NullPool

from storage.central.address import Address
from storage.central.server_faults import fault_of
from storage.errors import CentralUnreachableError

IDLE_S = 30.0  # after which a line may be dead without a sign, and a new one is made
PATIENCE_S = 90.0  # over the server's own limit of one statement: only a dead line gets there


class Link:
    """One connection, made on first use and again after it broke; one transaction at a time."""

    def __init__(
        self, address: Address, password: str | None, *, patience_s: float = PATIENCE_S
    ) -> None:
        self.address = address
        self._password = password
        self._patience_s = patience_s
        self._engine = _engine(self._connect)
        self._connection: Connection | None = None
        self._line: socket.socket | None = None  # the same line, to hang up by
        self._cut = threading.Event()  # the time of this transaction is over
        self._used = 0.0  # when the last transaction ended, by the clock that never goes back
        self._lock = threading.RLock()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection inside a transaction; commit at the end, roll back on any error.

        Raises:
            CentralStoreError: what the server answered, or that it did not.

        """
        with self._lock:
            try:
                # the first questions on a new line are asked by `_connected` already
                with self._faults(), self._deadline():
                    connection = self._connected()
                    with connection.begin():
                        yield connection
                self._used = time.monotonic()
            except BaseException:
                self.close()  # what state it is in is not known: the next call makes another
                raise

    def close(self) -> None:
        """Hang up; calling it again does nothing."""
        with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                with suppress(exc.SQLAlchemyError, psycopg.Error):
                    connection.invalidate()
                connection.close()
            self._engine.dispose()
            line, self._line = self._line, None
            if line is not None:
                line.close()

    def _connected(self) -> Connection:
        if self._connection is not None and time.monotonic() - self._used > IDLE_S:
            self.close()
        if self._connection is None:
            self._connection = self._engine.connect()
            self._used = time.monotonic()
        return self._connection

    def _connect(self) -> psycopg.Connection:
        told = self.address.parameters()
        if self._password is not None:  # without one libpq looks into the person's password file
            told["password"] = self._password
        made = psycopg.connect(make_conninfo("", **told), prepare_threshold=2)
        if self._line is not None:
            self._line.close()
        self._line = socket.socket(fileno=os.dup(made.fileno()))
        if self._cut.is_set():  # while the link was made: there was no line yet to hang up by
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)
        return made

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except exc.DBAPIError as error:
            fault = fault_of(error.orig, self.address)
            if fault is None:
                raise
            raise fault from error
        except psycopg.Error as error:
            fault = fault_of(error, self.address)
            if fault is None:
                raise
            raise fault from error

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        """Cut the line when the time is over.

        A server that was stopped still has its kernel answer for it, and its own limits do not run:
        nothing but a clock on this side ends such a wait.
        """
        cut = self._cut = threading.Event()

        def hang_up() -> None:
            cut.set()
            line = self._line
            if line is not None:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self._patience_s, hang_up)
        timer.start()
        try:
            yield
        except exc.SQLAlchemyError as error:
            if cut.is_set():
                raise CentralUnreachableError(
                    f"Central store {self.address.shown()}: it did not answer in time."
                ) from error
            raise
        finally:
            timer.cancel()
            timer.join()


def _engine(connect: Callable[[], psycopg.Connection]) -> Engine:
    return create_engine(
        "postgresql+psycopg://",
        creator=connect,
        poolclass=NullPool,
        use_native_hstore=False,
        hide_parameters=True,  # or a fault's text quotes the verdicts that were sent
    )

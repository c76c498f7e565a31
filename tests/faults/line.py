"""A line to a server that can be cut, or go dead without a word, after so many answers."""

import contextlib
import socket
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from storage.central.address import Address
from storage.central.postgres import PostgresCentralStore
from tests.integration.desks import Desk
from tests.integration.servers import Server

PATIENCE_S = 0.5  # of a desk with such a line


class Line:
    """Carries a desk's connections to its server; use it in a `with`.

    ``answers`` is how many pieces come back before it fails; ``dead`` says that it then stays open
    and carries nothing, as a half-open connection does, where it would be cut otherwise.
    """

    def __init__(self, server: Server, answers: int, *, dead: bool) -> None:
        self._target = str(server.folder / f".s.PGSQL.{server.port}")
        self._server = server
        self._left = answers
        self._dead = dead
        self._folder = Path(tempfile.mkdtemp(prefix="line-", dir="/tmp"))
        self._listens = socket.socket(socket.AF_UNIX)
        self._listens.bind(str(self._folder / f".s.PGSQL.{server.port}"))
        self._listens.listen()
        self._sockets: list[socket.socket] = [self._listens]
        self._threads = [threading.Thread(target=self._accept)]
        self.failed = False

    def __enter__(self) -> "Line":
        self._threads[0].start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for one in self._sockets:
            one.close()
        for file in self._folder.iterdir():
            file.unlink()
        self._folder.rmdir()

    def store(self, desk: Desk, database: str) -> PostgresCentralStore:
        """Connect a desk through this line."""
        where = quote(str(self._folder), safe="")
        url = f"postgresql://{desk.login}@:{self._server.port}/{database}?host={where}"
        return PostgresCentralStore(Address.read(url), desk.password, patience_s=PATIENCE_S)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listens.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._target)
            self._sockets += [near, far]
            for ends in ((near, far, False), (far, near, True)):
                thread = threading.Thread(target=self._carry, args=ends)
                self._threads.append(thread)
                thread.start()

    def _carry(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65_536):
                if answers:
                    self._left -= 1
                if self._left < 0:
                    self.failed = True
                    if self._dead:
                        continue  # taken, and carried nowhere
                    break
                target.sendall(piece)
        if not (self.failed and self._dead):
            for one in (source, target):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

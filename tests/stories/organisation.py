"""People of one organisation around one PostgreSQL server, each with a home, a key and a login.

Every shift at a desk is a process of its own, and its commands go through ``main``.
"""

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from storage.central.provisioning import provision
from tests.integration.desks import template_of
from tests.integration.servers import KEEPER, Server
from tests.stories.desk_shift import Shift, worked
from tests.unit.app.folders import PASSPHRASE

AT_ONCE = 2


class Desk:
    """One workstation: its home, and whose login it uses."""

    def __init__(self, folder: Path, server: Server, database: str, login: str) -> None:
        self.folder = folder
        folder.mkdir()
        self.login = f"{login.lower()}_{database}"
        self.url = server.address(self.login, database).text()
        (folder / "passphrase").write_text(PASSPHRASE)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def lets_in(self, password: str) -> None:
        """Write down the password of the login."""
        (self.folder / "password").write_text(password)

    def shift(self, *commands: Sequence[object]) -> list[Any]:
        """Run commands in a process of this desk; all must end well. Returns their documents."""
        told = self.tried(*commands)
        for (status, _, said), words in zip(told, commands, strict=True):
            assert status == 0, (self.name, words, said)
        return [json.loads(out) for _, out, _ in told]

    def tried(self, *commands: Sequence[object]) -> list[tuple[int, str, str]]:
        """Run commands in a process of this desk; returns status, output and messages of each."""
        words = [[*map(str, command), "--json"] for command in commands]
        environment = {
            **os.environ,
            "ASSAY_HOME": str(self.home),
            "ASSAY_PASSPHRASE_FILE": str(self.folder / "passphrase"),
            "ASSAY_CENTRAL_PASSWORD_FILE": str(self.folder / "password"),
        }
        return worked(Shift(environment, words))


class Organisation:
    """Desks on one central store, and what they do at the same time; the first founds it."""

    def __init__(self, server: Server, folder: Path, roles: Mapping[str, str]) -> None:
        self._folder = folder
        self._server = server
        self.roles = roles
        self.founder, *others = roles
        self.others = tuple(others)
        self.database = server.database(f"story_{os.urandom(4).hex()}", template_of(server))
        self.desks = {name: self.desk(name, name) for name in roles}
        for desk in list(self.desks.values()):
            desk.lets_in(server.login(desk.login))
        keeper = server.address(KEEPER, self.database)
        provision(keeper, server.password, admin=self.desks[self.founder].login)

    def __getitem__(self, name: str) -> Desk:
        return self.desks[name]

    def desk(self, name: str, login: str) -> Desk:
        """Set a workstation up for the login of a person."""
        return Desk(self._folder / name, self._server, self.database, login)

    def all_of(self, names: Sequence[str], shift: Any) -> dict[str, Any]:
        """Let these desks work, two at a time; returns what each was told."""
        with ThreadPoolExecutor(AT_ONCE) as rooms:
            return dict(zip(names, rooms.map(lambda name: shift(self[name]), names), strict=True))

    def close(self) -> None:
        """Take the database and the logins away."""
        self._server.drop(self.database)
        with self._server.keeper() as keeper:
            for name in self.roles:
                keeper.execute(f"DROP ROLE {self.desks[name].login}")

    def founded(self) -> str:
        """The first one founds the deployment; returns the id of its first roster."""
        desk = self[self.founder]
        role = ("--role", self.roles[self.founder])
        init = ("home", "init", "--name", self.founder, *role, "--keys", "file")
        made, _ = desk.shift((*init, "--central", desk.url), ("sync",))
        return str(made["roster"])

    def joining(self, name: str, first: str, url: str) -> tuple[object, ...]:
        """Return the command with which a desk asks to join; ``Hal-2`` is one more of Hal's."""
        role = self.roles[name.partition("-")[0]]
        init = ("home", "init", "--name", name, "--role", role, "--keys", "file")
        return (*init, "--join", first, "--central", url)

    def asking(self, first: str) -> dict[str, Any]:
        """All others make a home that asks to join; returns what each was told."""
        return self.all_of(
            self.others, lambda desk: desk.shift(self.joining(desk.name, first, desk.url))[0]
        )

    def enrolments(self, asking: Mapping[str, Any]) -> list[tuple[object, ...]]:
        """Return the commands with which the founder enrols the others."""
        return [
            ("roster", "enrol", asking[name]["enrolment"], "--login", self[name].login)
            for name in self.others
        ]

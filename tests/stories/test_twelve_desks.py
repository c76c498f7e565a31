"""Twelve people of one organisation around one PostgreSQL server.

Every desk has a home, a key and a login of its own, and every shift is a process of its own.
"""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from storage.central.provisioning import provision
from tests.integration.conftest import server_18  # noqa: F401  # a fixture
from tests.integration.desks import template_of
from tests.integration.servers import KEEPER, Server
from tests.unit.app.folders import PASSPHRASE, write_bitmaps

ROOT = Path(__file__).parents[2]
AT_ONCE = 2
ANALYSTS = ("Ana", "Ben", "Cem", "Dot", "Eve", "Fay", "Gus", "Hal")
ROLES = {"Vera": "admin", **dict.fromkeys(ANALYSTS, "analyst"), "Quinn": "qa"}
ROLES |= {"Sam": "supervisor", "Sol": "supervisor"}
DRAWING = {"person": "known-adult", "appears_photograph": "no", "ai": "edited"}
REMIT = {"person": "off-remit", "ai": "no-sign-seen"}
FIELDS = ("person", "appears_photograph", "ai")
FOUND = [f"{number:03}.bmp" for number in range(6)]
BEFORE, AFTER = FOUND[:4], FOUND[4:]  # graded before the laptop was lost, and after


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
        ended = subprocess.run(
            [sys.executable, "-m", "tests.stories.desk_shift"],
            cwd=ROOT,
            env=environment,
            input=json.dumps(words),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        told = [tuple(one) for one in json.loads(ended.stdout)]
        assert not any("Traceback" in said for _, _, said in told), told
        return told

    def grades(self, files: Sequence[str], facts: dict[str, str]) -> tuple[object, ...]:
        """Write a table and return the command that signs it."""
        table = self.folder / "table.csv"
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ["file", *FIELDS])
            writer.writeheader()
            writer.writerows({"file": name, **facts} for name in files)
        return ("grade", table, "--batch", "Orchard")


class Organisation:
    """Twelve desks on one central store, and what they do at the same time."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._folder = folder
        self._server = server
        self.database = server.database(f"twelve_{os.urandom(4).hex()}", template_of(server))
        self.desks = {name: self.desk(name, name) for name in ROLES}
        for desk in list(self.desks.values()):
            desk.lets_in(server.login(desk.login))
        keeper = server.address(KEEPER, self.database)
        provision(keeper, server.password, admin=self.desks["Vera"].login)

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
            for name in ROLES:
                keeper.execute(f"DROP ROLE {self.desks[name].login}")


@pytest.fixture
def organisation(server_18: Server, tmp_path: Path) -> Iterator[Organisation]:  # noqa: F811
    made = Organisation(server_18, tmp_path)
    yield made
    made.close()


def joining(name: str, first: str, url: str) -> tuple[object, ...]:
    role = ROLES[name.partition("-")[0]]
    init = ("home", "init", "--name", name, "--role", role, "--keys", "file")
    return (*init, "--join", first, "--central", url)


def founded(org: Organisation) -> str:
    """Vera founds the deployment; returns the id of its first roster."""
    init = ("home", "init", "--name", "Vera", "--role", "admin", "--keys", "file")
    made, _ = org["Vera"].shift((*init, "--central", org["Vera"].url), ("sync",))
    return str(made["roster"])


def joined(org: Organisation, first: str) -> dict[str, Any]:
    """The others join and are enrolled; returns what each home asked for."""
    others = [name for name in ROLES if name != "Vera"]
    asking = org.all_of(others, lambda desk: desk.shift(joining(desk.name, first, desk.url))[0])
    (refused,) = org["Ben"].tried(("sync",))
    assert (refused[0], "enrolled" in refused[2]) == (3, True)
    enrol = [
        ("roster", "enrol", asking[name]["enrolment"], "--login", org[name].login)
        for name in others
    ]
    # The last is Sol's: from then on a change takes two administrators.
    enrol[-1] = (*enrol[-1], "--roles", "supervisor,admin")
    *_, last, _ = org["Vera"].shift(*enrol, ("sync",))
    assert last["in_force"]
    return asking


def graded(org: Organisation, found: Path) -> dict[str, Any]:
    """All analysts take the folder in and grade; Ben differs. Returns what each was told."""
    add = ("batch", "add", found, "--title", "Orchard")
    return org.all_of(
        ANALYSTS,
        lambda desk: desk.shift(
            ("sync",), add, desk.grades(BEFORE, REMIT if desk.name == "Ben" else DRAWING), ("sync",)
        ),
    )


def in_force(org: Organisation, act: Sequence[object]) -> None:
    """Vera signs a change of the roster, and Sol stands behind it."""
    signed, _ = org["Vera"].shift(act, ("sync",))
    assert not signed["in_force"]
    _, approved, _ = org["Sol"].shift(("sync",), ("approve", signed["record"]), ("sync",))
    assert approved["in_force"]
    org["Vera"].shift(("sync",))


def replaced(org: Organisation, hal: dict[str, Any], first: str, found: Path) -> None:
    """Hal grades on without a network, and his laptop is lost: a new one, the old key revoked."""
    old = org["Hal"]
    assert old.shift(old.grades(AFTER, DRAWING))[0]["signed"] == len(AFTER)
    new = org.desks["Hal-2"] = org.desk("Hal-2", "Hal")
    new.lets_in((old.folder / "password").read_text())
    (asks,) = new.shift(joining("Hal-2", first, new.url))
    in_force(org, ("roster", "enrol", asks["enrolment"], "--person", hal["person"]))
    in_force(org, ("roster", "revoke", hal["keyid"], "--reason", "lost"))

    sent, refused, told = old.tried(("sync",), old.grades(FOUND[5:], REMIT), ("verify",))
    assert (sent[0], json.loads(sent[1])["pushed"]) == (0, len(AFTER))  # logged, and of no force
    assert (refused[0], "was revoked from record" in refused[2]) == (3, True)
    assert steps(told[1]) == [5] * len(AFTER)

    add = ("batch", "add", found, "--title", "Orchard")
    alarmed, *went_on = new.tried(("sync",), add, new.grades(AFTER[:1], DRAWING), ("sync",))
    assert (alarmed[0], json.loads(alarmed[1])["alarms"]) == (1, len(AFTER))
    assert [status for status, _, _ in went_on] == [0, 0, 0]  # told once


def steps(verified: str) -> list[int]:
    """The step of each fault that `verify` found."""
    return [one["step"] for one in json.loads(verified)["faults"]]


def resolved(org: Organisation, batch: str, found: Path) -> None:
    """Sam decides one of the items on which Ben differs, and reports on the batch Ana took in."""
    _, listed = org["Sam"].tried(("sync",), ("queue", "list"))  # the first tells of Hal's two
    disputed = {sha256((found / name).read_bytes()).hexdigest() for name in BEFORE}
    waits = {one["item"]: one["why"] for one in json.loads(listed[1])}
    assert waits == {one: ["disputed"] for one in disputed}
    item = min(disputed)
    facts = ("--facts", json.dumps(DRAWING), "--reason", "a drawing, plainly")
    decided, _, left, report = org["Sam"].shift(
        ("queue", "resolve", item, *facts), ("sync",), ("queue", "list"), reporting(batch)
    )
    assert decided["record"]
    assert graded_in(report) == len(BEFORE) + 1  # the new Hal's too, and not the lost laptop's
    assert {one["item"] for one in left} == disputed - {item}


def reporting(batch: str) -> tuple[object, ...]:
    """Return the command that reports on a batch."""
    return ("report", "--batch", batch, "--format", "json")


def graded_in(report: dict[str, Any]) -> int:
    """How many items are graded, in a report on the batch that Ana took in."""
    assert [one["taken_in_by"] for one in report["batches"]] == ["Ana"]
    assert (report["items"], report["files"], len(report["left_out"]) > 0) == (6, 6, True)
    return int(report["graded"])


def read(org: Organisation, batch: str, report: Path) -> None:
    """QA reads all and what does not count; an analyst reads what their own verdicts open."""
    _, verified, agreed, reported, listed = org["Quinn"].tried(
        ("sync",), ("verify",), ("agreement", "--batch", batch), reporting(batch), ("batch", "list")
    )
    assert graded_in(json.loads(reported[1])) == len(BEFORE) + 1
    assert sorted(one["taken_in_by"] for one in json.loads(listed[1])) == sorted([*ANALYSTS, "Hal"])
    assert steps(verified[1]) == [5] * len(AFTER)
    told = json.loads(agreed[1])
    assert (agreed[0], told["graders"], told["pairable_units"]) == (0, len(ANALYSTS), len(BEFORE))
    asked = ("report", "--batch", "Orchard", "--format", "json", "--out", report)
    synced, verified, _, of_ana = org["Eve"].shift(("sync",), ("verify",), asked, reporting(batch))
    assert verified["faults"] == []
    assert verified["checked"] < synced["size"]  # Hal's verdicts on what she has not graded
    assert json.loads(report.read_text())["graded"] == len(BEFORE)
    assert graded_in(of_ana) == len(BEFORE)  # what she has not graded stays hidden


def test_that_twelve_desks_grade_and_one_is_revoked_while_offline(
    organisation: Organisation, tmp_path: Path
) -> None:
    found = write_bitmaps(tmp_path / "found", len(FOUND))
    assert sorted(one.name for one in found.iterdir()) == FOUND
    first = founded(organisation)
    asking = joined(organisation, first)
    told = graded(organisation, found)
    replaced(organisation, asking["Hal"], first, found)
    batch = told["Ana"][1]["batch"]
    resolved(organisation, batch, found)
    read(organisation, batch, tmp_path / "report.json")

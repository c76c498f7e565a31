"""Twelve people of one organisation around one PostgreSQL server.

Every desk has a home, a key and a login of its own, and every shift is a process of its own.
"""

import csv
import json
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import server_18  # noqa: F401  # a fixture
from tests.integration.servers import Server
from tests.stories.organisation import Desk, Organisation
from tests.unit.app.folders import write_bitmaps

ANALYSTS = ("Ana", "Ben", "Cem", "Dot", "Eve", "Fay", "Gus", "Hal")
ROLES = {"Vera": "admin", **dict.fromkeys(ANALYSTS, "analyst"), "Quinn": "qa"}
ROLES |= {"Sam": "supervisor", "Sol": "supervisor"}
DRAWING = {"person": "known-adult", "appears_photograph": "no", "ai": "edited"}
REMIT = {"person": "off-remit", "ai": "no-sign-seen"}
FIELDS = ("person", "appears_photograph", "ai")
FOUND = [f"{number:03}.bmp" for number in range(6)]
BEFORE, AFTER = FOUND[:4], FOUND[4:]  # graded before the laptop was lost, and after


def grades(desk: Desk, files: Sequence[str], facts: dict[str, str]) -> tuple[object, ...]:
    """Write a table and return the command that signs it."""
    table = desk.folder / "table.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["file", *FIELDS])
        writer.writeheader()
        writer.writerows({"file": name, **facts} for name in files)
    return ("grade", table, "--batch", "Orchard")


@pytest.fixture
def organisation(server_18: Server, tmp_path: Path) -> Iterator[Organisation]:  # noqa: F811
    made = Organisation(server_18, tmp_path, ROLES)
    yield made
    made.close()


def joined(org: Organisation, first: str) -> dict[str, Any]:
    """The others join and are enrolled; returns what each home asked for."""
    asking = org.asking(first)
    (refused,) = org["Ben"].tried(("sync",))
    assert (refused[0], "enrolled" in refused[2]) == (3, True)
    enrol = org.enrolments(asking)
    # The last is Sol's: from then on a change takes two administrators.
    enrol[-1] = (*enrol[-1], "--roles", "supervisor,admin")
    *_, last, _ = org["Vera"].shift(*enrol, ("sync",))
    assert last["in_force"]
    return asking


def graded(org: Organisation, found: Path) -> dict[str, Any]:
    """All analysts take the folder in and grade; Ben differs. Returns what each was told."""
    add = ("batch", "add", found, "--title", "Orchard")

    def shift(desk: Desk) -> Any:
        facts = REMIT if desk.name == "Ben" else DRAWING
        return desk.shift(("sync",), add, grades(desk, BEFORE, facts), ("sync",))

    return org.all_of(ANALYSTS, shift)


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
    assert old.shift(grades(old, AFTER, DRAWING))[0]["signed"] == len(AFTER)
    new = org.desks["Hal-2"] = org.desk("Hal-2", "Hal")
    new.lets_in((old.folder / "password").read_text())
    (asks,) = new.shift(org.joining("Hal-2", first, new.url))
    in_force(org, ("roster", "enrol", asks["enrolment"], "--person", hal["person"]))
    in_force(org, ("roster", "revoke", hal["keyid"], "--reason", "lost"))

    sent, refused, told = old.tried(("sync",), grades(old, FOUND[5:], REMIT), ("verify",))
    assert (sent[0], json.loads(sent[1])["pushed"]) == (0, len(AFTER))  # logged, and of no force
    assert (refused[0], "was revoked from record" in refused[2]) == (3, True)
    assert steps(told[1]) == [5] * len(AFTER)

    add = ("batch", "add", found, "--title", "Orchard")
    alarmed, *went_on = new.tried(("sync",), add, grades(new, AFTER[:1], DRAWING), ("sync",))
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
    # What he decided, and the new Hal's; what still waits for his own answer is kept back.
    assert graded_in(report) == 2
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
    # The new Hal's too, and not the lost laptop's.
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
    first = organisation.founded()
    asking = joined(organisation, first)
    told = graded(organisation, found)
    replaced(organisation, asking["Hal"], first, found)
    batch = told["Ana"][1]["batch"]
    resolved(organisation, batch, found)
    read(organisation, batch, tmp_path / "report.json")

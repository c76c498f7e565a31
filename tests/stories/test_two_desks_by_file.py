"""Two desks without a network: joined, graded and agreed by files alone, every step a process."""

import csv
from pathlib import Path

from tests.stories.test_command_line import Shell
from tests.unit.app.folders import write_bitmaps

DRAWING = {"person": "known-adult", "appears_photograph": "no", "ai": "edited"}
FIELDS = ("person", "appears_photograph", "ai")


def desk(folder: Path) -> Shell:
    folder.mkdir()
    return Shell(folder)


def graded(shell: Shell, folder: Path) -> None:
    """Add what was found, and sign a verdict on each picture."""
    shell.run("batch", "add", folder, "--title", "Found")
    table = shell.folder / "table.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["file", *FIELDS])
        writer.writeheader()
        writer.writerows({"file": one.name, **DRAWING} for one in sorted(folder.iterdir()))
    shell.run("grade", table, "--batch", "Found")


def test_that_two_desks_without_a_network_agree_by_carrying_files(tmp_path: Path) -> None:
    ada, ben = desk(tmp_path / "ada"), desk(tmp_path / "ben")
    stick = tmp_path / "stick"
    stick.mkdir()
    ada.run("home", "init", "--name", "Ada", "--role", "supervisor", "--keys", "file")
    first = ada.json("roster", "show")["first"]
    joined = ("home", "init", "--name", "Ben", "--role", "analyst", "--keys", "file")
    made = ben.json(*joined, "--join", first)
    ben.run("batch", "list", status=3)  # nothing before the administrator has enrolled him
    assert ada.json("roster", "enrol", made["enrolment"])["in_force"]
    ada.run("sync")
    ada.run("export", "bundle", "--for", "Ben", "--out", stick / "welcome.zip")
    assert ben.json("import", "bundle", stick / "welcome.zip")["faults"] == []

    graded(ben, write_bitmaps(tmp_path / "found", 2))
    ben.run("export", "bundle", "--waiting", "--out", stick / "from-ben.zip")
    taken = ada.json("import", "bundle", stick / "from-ben.zip")
    assert (taken["new"], taken["waiting"], taken["faults"]) == (3, 3, [])
    ada.run("sync")
    ada.run("export", "bundle", "--for", "Ben", "--out", stick / "to-ben.zip")
    assert ben.json("import", "bundle", stick / "to-ben.zip")["confirmed"] == 3
    for shell in (ada, ben):
        found = shell.json("verify")
        assert (found["faults"], found["pending"]) == ([], 0)

"""A study on the command line: a home, a folder, a table of facts, sync, verify, report, bundle.

Every step is a process of its own. The bundle that a stranger checks comes of interpreters that
start anew each time, as a person or a script would start them.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.stories.desk_shift import Shift, worked
from tests.unit.app.folders import bitmap, jpeg, write_files

ROOT = Path(__file__).parents[2]
CHILD = {
    "person": "child",
    "appears_photograph": "yes",
    "severity": "B",
    "age_band": "7-10",
    "sex": "female",
    "ai": "generated",
}
ADULT = {"person": "known-adult", "appears_photograph": "yes", "adult_content": "none"}


class Shell:
    """Runs commands on one home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "passphrase").write_text("pears and apples\n", encoding="utf-8")
        self._environment = {
            **os.environ,
            "ASSAY_HOME": str(folder / "home"),
            "ASSAY_PASSPHRASE_FILE": str(folder / "passphrase"),
        }

    def run(self, *argv: str | Path, status: int = 0) -> str:
        """Run a command, check its status, and return its standard output."""
        ((ended, out, messages),) = worked(Shift(self._environment, [[*map(str, argv)]]))
        assert ended == status, messages
        return out

    def json(self, *argv: str | Path, status: int = 0) -> Any:
        """Run a command and return its document."""
        return json.loads(self.run(*argv, "--json", status=status))


class Interpreter(Shell):
    """The same, each command by an interpreter that knows nothing yet."""

    def run(self, *argv: str | Path, status: int = 0) -> str:
        """Run a command, check its status, and return its standard output."""
        ended = subprocess.run(
            [sys.executable, "-m", "tests.least_cost", *map(str, argv)],
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )
        assert ended.returncode == status, ended.stderr
        assert "Traceback" not in ended.stderr
        return ended.stdout


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A person at a terminal."""
    return Shell(tmp_path)


def found_folder(place: Path) -> Path:
    """Thirty pictures, a copy, a cut one, words, and a link."""
    files = {f"{number:02}.bmp": bitmap(number) for number in range(30)}
    files |= {"again/copy.bmp": bitmap(3), "cut.jpg": jpeg(1, (640, 480))[:1500]}
    folder = write_files(place, {**files, "words.txt": b"words"})
    (folder / "link.bmp").symlink_to("00.bmp")
    return folder


def write_table(file: Path, rows: list[dict[str, str]]) -> Path:
    """Write a table of verdicts."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.DictWriter(opened, columns)
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_that_a_study_is_done_from_the_command_line(shell: Shell, tmp_path: Path) -> None:
    made = shell.json("home", "init", "--name", "Ada", "--role", "analyst", "--keys", "file")
    assert made["keys"] == "file"

    folder = found_folder(tmp_path / "found")
    added = shell.json("batch", "add", folder, "--title", "Orchard", "--declared-ai")
    assert (added["added"], added["copies"]) == (30, 1)
    assert [fault["file"] for fault in added["unreadable"]] == ["cut.jpg", "words.txt"]
    assert [fault["file"] for fault in added["refused"]] == ["link.bmp"]
    batch = added["batch"]

    rows = [{"file": f"{n:02}.bmp", **CHILD, "active_ms": "20000"} for n in range(6)]
    rows += [{"file": f"{n:02}.bmp", **ADULT, "ai": "suspected"} for n in range(6, 20)]
    rows += [{"file": "nowhere.bmp", **ADULT, "ai": "suspected"}]
    table = write_table(tmp_path / "table.csv", rows)
    graded = shell.json("grade", table, "--batch", batch, status=1)
    assert (graded["signed"], graded["skipped"]) == (20, 0)
    assert [fault["row"] for fault in graded["refused"]] == [22]
    again = shell.json("grade", table, "--batch", batch[:12], status=1)
    assert (again["signed"], again["skipped"]) == (0, 20)

    (listed,) = shell.json("batch", "list")
    assert (listed["items"], listed["files"], listed["graded"]) == (32, 33, 20)

    synced = shell.json("sync")
    assert (synced["waiting"], synced["size"]) == (0, synced["pushed"])
    assert shell.json("sync")["pushed"] == 0

    checked = shell.json("verify")
    assert checked["faults"] == []
    assert checked["checked"] == synced["size"]

    report = tmp_path / "report.json"
    shell.run("report", "--batch", batch, "--format", "json", "--out", report)
    assert "Adult No Sexual Activity" in report.read_text(encoding="utf-8")
    for form in ("html", "csv"):
        shell.run("report", "--batch", batch, "--format", form, "--out", tmp_path / f"r.{form}")

    bundle = tmp_path / "bundle.zip"
    shell.run("export", "bundle", "--batch", batch, "--out", bundle)
    assert shell.json("verify", "--bundle", bundle, "--roster", made["roster"])["faults"] == []


@pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "jq", "openssl", "sha256sum"))),
    reason="bash, jq, openssl or sha256sum is not installed",
)
def test_that_a_stranger_checks_a_bundle_without_this_program(tmp_path: Path) -> None:
    shell = Interpreter(tmp_path)
    shell.run("home", "init", "--name", "Ada", "--role", "analyst", "--keys", "file")
    folder = write_files(tmp_path / "found", {"a.bmp": bitmap(1)})
    shell.run("batch", "add", folder, "--title", "Orchard")
    table = write_table(tmp_path / "t.csv", [{"file": "a.bmp", **CHILD}])
    shell.run("grade", table, "--batch", "Orchard")
    shell.run("sync")
    shell.run("export", "bundle", "--batch", "Orchard", "--out", tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "bundle")
    assert checked_by_a_stranger(tmp_path / "bundle") == 0
    (first, *_) = sorted((tmp_path / "bundle" / "envelopes").iterdir())
    content = bytearray(first.read_bytes())
    content[40] ^= 1
    first.write_bytes(content)
    assert checked_by_a_stranger(tmp_path / "bundle") != 0


def checked_by_a_stranger(folder: Path) -> int:
    """The exit status of the bundle's own script."""
    script = ["bash", "verify.sh"]
    return subprocess.run(script, cwd=folder, capture_output=True, check=False).returncode


def test_that_bad_input_is_one_sentence_each_and_nothing_is_lost(
    shell: Shell, tmp_path: Path
) -> None:
    shell.run("batch", "list", status=3)  # no home yet
    shell.run("home", "init", "--name", "Ada", "--role", "analyst", "--keys", "file")
    shell.run("home", "init", "--name", "Bea", "--role", "analyst", "--keys", "file", status=2)
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nowhere", tmp_path / "empty", tmp_path / "passphrase"):
        shell.run("batch", "add", folder, "--title", "Orchard", status=2)
    assert shell.json("batch", "list") == []
    shell.run("grade", tmp_path / "no.csv", "--batch", "Orchard", status=2)
    (tmp_path / "passphrase").write_text("wrong\n", encoding="utf-8")
    shell.run("batch", "list", status=3)
    (tmp_path / "passphrase").write_text("pears and apples\n", encoding="utf-8")
    (tmp_path / "home").chmod(0o755)
    shell.run("batch", "list", status=3)
    (tmp_path / "home").chmod(0o700)
    database = tmp_path / "home" / "local.db"
    kept = database.read_bytes()
    database.write_bytes(kept[:4096] + bytes(100) + kept[4196:])
    shell.run("batch", "list", status=3)
    database.write_bytes(kept)
    assert shell.json("batch", "list") == []

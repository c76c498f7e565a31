"""The commands as a shell sees them: grammar, streams, exit status, and what they load."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import cli
from app.bootstrap import ROOT
from app.cli import COMMANDS, run
from app.passphrase import PASSPHRASE_FILE
from tests.unit.app.folders import (
    PASSPHRASE,
    bitmap,
    made_workstation,
    opened_workstation,
    write_files,
)

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that commands find and can open."""
    place = tmp_path / "home"
    made_workstation(place).close()
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    monkeypatch.setenv("ASSAY_HOME", str(place))
    monkeypatch.setenv(PASSPHRASE_FILE, str(tmp_path / "passphrase"))
    return place


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """A command that does what a test tells it."""
    module = SimpleNamespace(declare=lambda parser: None, run=lambda arguments, out: 0)
    monkeypatch.setitem(sys.modules, "faulty_command", module)
    monkeypatch.setattr(cli, "COMMANDS", {**COMMANDS, "faulty": cli.Command("faulty_command", "x")})
    return module


def one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and "Traceback" not in text


@pytest.mark.parametrize(
    "argv",
    [
        ["nonsense"],
        ["--json"],
        ["--home"],
        ["--hom", "x", "batch", "list"],
        ["--json", "nonsense"],
        ["demo", "--jsn"],
        ["demo", "--json"],
        ["batch"],
        ["batch", "nonsense"],
        ["batch", "add"],
        ["batch", "add", "x"],
        ["batch", "add", "x", "--titel", "y"],
        ["batch", "list", "--home"],
        ["grade"],
        ["grade", "x.csv"],
        ["batch", "shred"],
        ["batch", "add", "x", "--title", "  "],
        ["batch", "add", "x", "--title", "a\x1bb"],
        ["batch", "add", "x", "--title", "y", "--country", "England"],
        ["batch", "add", "x", "--title", "y", "--source-url", "a\udcffb"],
        ["demo", "--no-window"],
    ],
)
def test_that_wrong_usage_is_one_sentence_and_status_2(argv: list[str], capsys: Captured) -> None:
    assert run(argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert one_sentence(err)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_that_every_command_explains_itself_and_its_shared_options(
    name: str, capsys: Captured
) -> None:
    assert run([name, "--help"]) == 0
    out, _ = capsys.readouterr()
    assert f"main.py {name}" in out
    assert "--home DIR" in out
    assert "--json" in out


@pytest.mark.parametrize("argv", [["--help"], ["-h"], ["help"]])
def test_that_help_lists_every_command(argv: list[str], capsys: Captured) -> None:
    assert run(argv) == 0
    out, _ = capsys.readouterr()
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []


def test_that_shared_options_may_stand_before_the_sub_command(
    home: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSAY_HOME")
    assert run(["batch", "--home", str(home), "--json", "list"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert run(["batch", "list", f"--home={home}"]) == 0
    assert "no batches yet" in capsys.readouterr().out


@pytest.mark.parametrize(
    "argv",
    [
        ["--json", "batch", "list"],
        ["--home", "HOME", "--json", "batch", "list"],
        ["--json", "--home=HOME", "batch", "list"],
        ["--home", "HOME", "batch", "--json", "list"],
    ],
)
def test_that_shared_options_may_stand_before_the_command(
    home: Path, argv: list[str], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    if any("HOME" in word for word in argv):
        monkeypatch.delenv("ASSAY_HOME")
    assert run([word.replace("HOME", str(home)) for word in argv]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_that_the_version_is_that_of_the_project(capsys: Captured) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"Assay {project['version']}\n"
    assert run(["--json", "--version"]) == 0
    assert json.loads(capsys.readouterr().out)["version"] == project["version"]


def test_that_an_interrupt_is_one_line_and_status_3(
    faulty: SimpleNamespace, capsys: Captured
) -> None:
    def interrupted(arguments: object, out: object) -> int:
        raise KeyboardInterrupt

    faulty.run = interrupted
    assert run(["faulty"]) == 3
    assert one_sentence(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("argv", "goes_on"),
    [
        ("verify", False),
        ("report --batch 1", False),
        ("export csv --batch 1 --out list", False),
        ("export hashes --batch 1 --out add", True),
        ("batch list", False),
        ("batch add list --title list", True),
        ("import bundle list", True),
        ("sync", True),
    ],
)
def test_that_an_interrupt_tells_whether_the_next_run_goes_on_or_begins_anew(
    argv: str, goes_on: bool, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def interrupted(arguments: object, out: object) -> int:
        raise KeyboardInterrupt

    module = import_module(COMMANDS[argv.split(maxsplit=1)[0]].module)
    monkeypatch.setattr(module, "run", interrupted)
    assert run(argv.split()) == 3
    assert capsys.readouterr().err == (
        "Stopped; what was kept stays, run it again to go on.\n"
        if goes_on
        else "Stopped; nothing was changed. Run it again: it begins anew.\n"
    )


def test_that_our_fault_is_told_without_a_trace_and_noted_in_the_log_of_the_home(
    faulty: SimpleNamespace, home: Path, capsys: Captured
) -> None:
    def broken(arguments: object, out: object) -> int:
        return {"": 0}["the name of a file"]

    faulty.run = broken
    assert run(["faulty"]) == 3
    err = capsys.readouterr().err
    assert "KeyError at app/test_cli.py" in err
    assert "the name of a file" not in err
    assert "Traceback" not in err
    (log,) = (home / "log").iterdir()
    assert "the name of a file" not in log.read_text(encoding="utf-8")


def test_that_a_reader_who_goes_away_is_no_fault(home: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, str(ROOT / "main.py"), "batch", "list", "--json"]
    ended = subprocess.run(
        command, stdout=write, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT
    )
    os.close(write)
    assert ended.returncode == 0
    assert "Error" not in ended.stderr


def test_that_add_list_and_show_say_what_a_program_can_read(
    home: Path, tmp_path: Path, capsys: Captured
) -> None:
    files = {"a.bmp": bitmap(1), "b.bmp": bitmap(1), "c.bmp": bitmap(2), "w.txt": b"words"}
    folder = write_files(tmp_path / "in", files)
    assert run(["batch", "add", str(folder), "--title", "Orchard", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert list(summary) == ["batch", "added", "copies", "already", "unreadable", "refused"]
    assert (summary["added"], summary["copies"], summary["already"]) == (2, 1, 0)
    assert [fault["file"] for fault in summary["unreadable"]] == ["w.txt"]

    assert run(["batch", "list", "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["batch"] == summary["batch"]
    assert (listed["title"], listed["items"], listed["files"]) == ("Orchard", 3, 4)
    assert (listed["graded"], listed["unreadable"], listed["signed"]) == (0, 1, True)
    assert listed["other_files"] == 1
    assert run(["batch", "add", str(folder), "--title", "Pear"]) == 0
    assert "0 unreadable, 1 other files, 0 refused" in capsys.readouterr().out

    for named in (summary["batch"], summary["batch"][:10], "Orchard"):
        assert run(["batch", "show", named, "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert shown["manifest"][0]["names"] == ["a.bmp", "b.bmp"]


def test_that_people_get_lines_and_programs_get_one_document(home: Path, capsys: Captured) -> None:
    assert run(["batch", "list"]) == 0
    out, err = capsys.readouterr()
    assert (out.count("\n"), err) == (1, "")
    assert run(["batch", "list", "--json"]) == 0
    out, err = capsys.readouterr()
    assert out == "[]\n"
    assert err.count("\n") == 1


def test_that_a_folder_that_cannot_be_listed_makes_no_batch(
    home: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_files(tmp_path / "shut", {"a.bmp": bitmap(1)})
    listed = os.scandir

    def scandir(path: str) -> object:
        if os.fspath(path) == str(folder):
            raise PermissionError(13, "Permission denied", str(folder))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert run(["batch", "add", str(folder), "--title", "Shut"]) == 3
    assert capsys.readouterr().err.count("\n") == 1
    assert run(["batch", "list", "--json"]) == 0
    assert capsys.readouterr().out == "[]\n"


def test_that_a_batch_with_nothing_in_it_is_not_listed(home: Path, capsys: Captured) -> None:
    ws = opened_workstation(home)
    ws.home.local.intake_begin(home.parent, "Nothing")
    ws.close()
    assert run(["batch", "list", "--json"]) == 0
    assert capsys.readouterr().out == "[]\n"


@pytest.mark.parametrize("named", ["", "abc", "ffff", "no such"])
def test_that_a_batch_that_is_not_there_is_one_sentence(
    home: Path, capsys: Captured, named: str
) -> None:
    assert run(["batch", "show", named]) == 2
    assert one_sentence(capsys.readouterr().err)


def test_that_a_title_borne_by_two_batches_is_asked_back(
    home: Path, tmp_path: Path, capsys: Captured
) -> None:
    for folder in ("one", "two"):
        write_files(tmp_path / folder, {"a.bmp": bitmap(1)})
        assert run(["batch", "add", str(tmp_path / folder), "--title", "Orchard"]) == 0
    capsys.readouterr()
    assert run(["batch", "show", "Orchard"]) == 2
    assert "2 batches" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b"", "empty"),
        (b"\n", "empty"),
        (b"\xff\xfe", "UTF-8"),
        (b"wrong\n", "passphrase"),
    ],
)
def test_that_a_passphrase_that_does_not_open_is_one_sentence(
    home: Path, tmp_path: Path, capsys: Captured, content: bytes | None, words: str
) -> None:
    secret = tmp_path / "passphrase"
    secret.unlink()
    if content is not None:
        secret.write_bytes(content)
    assert run(["batch", "list"]) == 3
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_that_nobody_is_asked_where_there_is_no_terminal(
    home: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PASSPHRASE_FILE)
    monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: SIM115 - pytest closes it
    assert run(["batch", "list"]) == 3
    assert "terminal" in capsys.readouterr().err
    sys.stdin.close()


def test_that_a_home_that_is_in_use_or_not_there_is_one_sentence(
    home: Path, tmp_path: Path, capsys: Captured
) -> None:
    assert run(["batch", "list", "--home", str(tmp_path / "nowhere")]) == 3
    assert "home init" in capsys.readouterr().err
    other = made_workstation(tmp_path / "other")
    assert run(["batch", "list", "--home", str(tmp_path / "other")]) == 3
    assert "in use" in capsys.readouterr().err
    other.close()


LOADED = """
import json, sys
from app.cli import run
status = run(sys.argv[1:])
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""


def loaded_by(*argv: str) -> tuple[int, set[str]]:
    """The status of a command in a process of its own, and the modules it loaded."""
    ended = subprocess.run(
        [sys.executable, "-c", LOADED, *argv],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    status, modules = json.loads(ended.stderr.splitlines()[-1])
    return status, set(modules)


def top_levels(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


WINDOW = {"PySide6", "shiboken6", "widgets"}
DECODERS = {"PIL", "cv2", "numpy", "imagehash"}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_that_no_command_loads_a_window_or_a_decoder(name: str) -> None:
    status, modules = loaded_by(name, "--help")
    assert status == 0
    assert not top_levels(modules) & (WINDOW | (DECODERS - {"numpy"}))


def test_that_adding_and_grading_load_no_window_and_no_decoder(home: Path, tmp_path: Path) -> None:
    folder = write_files(tmp_path / "in", {"a.bmp": bitmap(1)})
    table = tmp_path / "t.csv"
    table.write_text("file,person,ai\na.bmp,off-remit,edited\n", encoding="utf-8")
    for argv in (
        ["batch", "add", str(folder), "--title", "Orchard"],
        ["grade", str(table), "--batch", "Orchard"],
        ["batch", "list"],
        ["sync"],
        ["verify"],
    ):
        status, modules = loaded_by(*argv)
        assert status == 0, argv
        assert not top_levels(modules) & (WINDOW | DECODERS), argv


def test_that_decide_loads_no_store_and_makes_no_home(nobodys_home: Path) -> None:
    facts = json.dumps({"person": "off-remit", "ai": "edited"})
    status, modules = loaded_by("decide", "--scheme", "uk-ew", "--facts", facts)
    assert status == 0
    assert not top_levels(modules) & {"sqlalchemy", "storage", "cryptography", "blur"}
    assert list(nobodys_home.rglob("*.db")) == []

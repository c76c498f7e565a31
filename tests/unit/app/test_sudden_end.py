"""A fault in a library ends the window at once: the next start is told so, and of nothing else."""

import re
import secrets
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.dumps import LAST_LINES, LastLines
from app.fault_log import past_faults
from app.sudden_end import told_end

Start = Callable[[str], "subprocess.Popen[str]"]
PATIENCE_S = 120


@pytest.fixture
def word() -> str:
    """What a window holds, and leaves nowhere."""
    return secrets.token_hex(6)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "home" / "log"


@pytest.fixture
def start(log: Path, word: str) -> Iterator[Start]:
    """Starts what ends in a way that is named, once it is at work."""
    begun: list[subprocess.Popen[str]] = []

    def start(way: str) -> "subprocess.Popen[str]":
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.unit.app.falls", str(log), way, word],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        begun.append(child)
        assert child.stdout is not None
        assert child.stdout.readline() == "at work\n"
        return child

    yield start
    for child in begun:
        child.kill()
        child.communicate()


def ended(child: "subprocess.Popen[str]") -> int:
    """The exit status of a process that was told to end."""
    child.communicate("now\n", timeout=PATIENCE_S)
    return child.returncode


@pytest.fixture
def begun(log: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], LastLines]:
    """The next start, in this process, whose own faults stay with pytest."""
    monkeypatch.setattr("app.dumps.faulthandler.enable", lambda _: None)

    def begin() -> LastLines:
        lines = LastLines()
        lines.go_into(log)
        return lines

    return begin


@pytest.mark.parametrize(("way", "kind"), [("fault", "SIGSEGV"), ("SIGABRT", "SIGABRT")])
def test_that_an_end_by_a_fault_is_told_once_by_lines_of_code_alone(
    start: Start, begun: Callable[[], LastLines], log: Path, word: str, way: str, kind: str
) -> None:
    assert ended(start(way)) < 0
    (before,) = past_faults(log.parent)  # nobody was told of it yet
    file = told_end(begun())
    assert file is not None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    at, first, *lines = file.read_text().splitlines()
    assert (at, first) == (before.at, kind)
    first_thread = lines[: lines.index("another thread")]
    assert any(re.fullmatch(r"  app/falls\.py:\d+ reveal", line) for line in first_thread)
    assert not [one for one in log.iterdir() if word in one.read_text()]
    assert re.search(r"app/falls\.py:\d+ < app/falls\.py:\d+$", before.told)
    assert past_faults(log.parent) == (before,)
    assert told_end(begun()) is None


@pytest.mark.parametrize("way", ["ordinary", "SIGKILL", "SIGTERM"])
def test_that_an_end_that_is_no_fault_is_not_told(
    start: Start, begun: Callable[[], LastLines], way: str
) -> None:
    ended(start(way))
    assert told_end(begun()) is None


def test_that_a_second_window_is_no_end_and_the_fault_of_the_first_is_told_after_it(
    start: Start, begun: Callable[[], LastLines]
) -> None:
    first = start("fault")
    assert ended(start("ordinary")) == 0
    second = begun()
    assert told_end(second) is None
    ended(first)
    assert told_end(second) is None  # it was not there when this one began
    assert told_end(begun()) is not None


@pytest.mark.parametrize(
    "left", [bytes(4096), b"Fatal Python er", b"Windows fatal exception: code 0x8001010d\n\n"]
)
def test_that_what_is_left_without_power_tells_nothing_false(
    begun: Callable[[], LastLines], log: Path, left: bytes
) -> None:
    log.mkdir(parents=True)
    (log / LAST_LINES).write_bytes(left)
    assert told_end(begun()) is None
    assert (log / LAST_LINES).read_bytes() == b""
    assert past_faults(log.parent) == ()


def test_that_where_no_more_can_be_written_what_was_left_is_named(
    start: Start,
    begun: Callable[[], LastLines],
    log: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended(start("fault"))

    def full(*_: object) -> Path:
        raise OSError(28, "no space")

    monkeypatch.setattr("app.sudden_end.note", full)
    assert told_end(begun()) == log / LAST_LINES
    assert "Segmentation fault" in (log / LAST_LINES).read_text()


def test_that_a_log_that_cannot_be_written_gives_way_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.dumps.faulthandler.enable", lambda _: None)
    (tmp_path / "file").touch()
    lines = LastLines()
    lines.go_into(tmp_path / "file" / "log", tmp_path / "other")
    assert lines.file == tmp_path / "other" / LAST_LINES

"""The one door: what it opens, and what it says when it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

MAIN = Path(__file__).resolve().parents[2] / "main.py"


def started(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program without a display and return how it ended."""
    clean = {name: value for name, value in os.environ.items() if name not in _DISPLAYS}
    return subprocess.run(
        [sys.executable, str(MAIN), *words],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=clean,
        cwd=cwd,
    )


_DISPLAYS = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
@pytest.mark.parametrize(
    "words",
    [(), ("demo",), ("--home", "somewhere"), ("--home=somewhere",), ("--platform", "xcb")],
)
def test_that_without_a_display_one_sentence_says_so(words: tuple[str, ...]) -> None:
    ended = started(*words)
    assert ended.returncode == 3
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1
    assert "no display" in ended.stderr
    assert "`main.py --help` lists them" in ended.stderr  # and what works all the same
    assert ended.stderr.count(". ") == 0  # one sentence


@pytest.mark.parametrize(
    "words",
    [
        ("--home", "somewhere", "batch", "list"),
        ("--home=somewhere", "--json", "batch", "list"),
        ("--home", "demo", "batch", "list"),
    ],
)
def test_that_a_command_after_its_home_opens_no_window(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    ended = started(*words, cwd=tmp_path)
    assert ended.returncode == 3
    assert "no home" in ended.stderr


@pytest.mark.parametrize(
    "words", [("demo", "--home", "x"), ("demo", "--json"), ("--json",), ("--home",), ("--hmoe",)]
)
def test_that_words_the_window_does_not_take_are_refused(words: tuple[str, ...]) -> None:
    ended = started(*words)
    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) == 1


def test_that_commands_are_listed_without_a_display() -> None:
    ended = started("--help")
    assert ended.returncode == 0
    assert "inspect" in ended.stdout


def test_that_an_unknown_command_is_wrong_usage() -> None:
    assert started("no-such-command").returncode == 2


def test_that_missing_packages_are_told_in_one_sentence(tmp_path: Path) -> None:
    # A copy without an environment beside it, run by a Python that has no packages at all.
    (tmp_path / "main.py").write_text(MAIN.read_text(encoding="utf-8"), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "main.py"), "schemes", "list"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 3
    assert ended.stderr == "Needed packages are missing here: run `make setup` first.\n"


def test_that_a_decoder_ends_when_its_parent_has_nothing_to_say() -> None:
    ended = subprocess.run(
        [sys.executable, str(MAIN), "--decoder"],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    assert ended.returncode == 0
    assert ended.stdout.startswith(b"ASY1")

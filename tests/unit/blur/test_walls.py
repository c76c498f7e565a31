"""bubblewrap around the decoder: used where it is, missed nowhere."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from blur import walls
from blur.decoder import Decoder
from blur.protection import Layer
from tests.unit.blur.pictures import COMMAND, MAIN, blocks, saved

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is of Linux")
needs_bubblewrap = pytest.mark.skipif(walls.found() is None, reason="bubblewrap is not installed")


@pytest.fixture
def own_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs that is all that is searched."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@needs_bubblewrap
def test_that_behind_walls_the_persons_files_are_not_there_at_all(
    own_decoder: Decoder, tmp_path: Path
) -> None:
    (tmp_path / "letter.txt").write_text("private")
    assert own_decoder.protections() & Layer.WALLS
    try:
        seen = Path(f"/proc/{own_decoder.pid}/root")
        shown = {entry.name for entry in seen.iterdir()}
    except PermissionError:
        pytest.skip("the process is closed to this user, as it should be")
    assert "usr" in shown
    assert not (seen / str(tmp_path / "letter.txt").lstrip("/")).exists()
    assert not {"home", "var", "tmp"} & shown - {MAIN.parts[1]}
    assert own_decoder.facts(saved(blocks())).width_px == 240


@needs_bubblewrap
def test_that_the_process_behind_walls_is_the_one_that_is_named(own_decoder: Decoder) -> None:
    own_decoder.protections()
    words = Path(f"/proc/{own_decoder.pid}/cmdline").read_bytes().split(b"\0")
    assert words[0] == sys.executable.encode()
    assert b"--decoder" in words


def test_that_without_bubblewrap_the_decoder_starts_as_well(own_path: Path) -> None:
    own = Decoder(COMMAND)
    try:
        assert not own.protections() & Layer.WALLS
        assert own.facts(saved(blocks())).width_px == 240
    finally:
        own.close()


def test_that_walls_that_do_not_stand_are_left_out(own_path: Path) -> None:
    broken = own_path / "bwrap"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    own = Decoder(COMMAND)
    try:
        assert not own.protections() & Layer.WALLS
        assert own.facts(saved(blocks())).width_px == 240
    finally:
        own.close()


PARENT = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from blur.decoder import Decoder
from tests.unit.blur.pictures import COMMAND
decoder = Decoder(COMMAND)
decoder.protections()
os.kill(decoder.pid, signal.SIGSTOP)  # one that does not notice by itself that its parent is gone
print(decoder.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("path", [os.environ["PATH"], "/nowhere"])
def test_that_a_decoder_ends_with_a_parent_that_was_killed(path: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(MAIN.parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PATH": path},
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    decoder = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait(60)
    parent.stdin.close()
    parent.stdout.close()
    until_s = time.monotonic() + 60
    while _is_running(decoder):
        assert time.monotonic() < until_s, "the decoder outlived its parent"
        time.sleep(0.01)  # no event tells of the end of a process that is not ours


def _is_running(pid: int) -> bool:
    """Whether a process runs: it is there, and not only waiting to be noticed as ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False

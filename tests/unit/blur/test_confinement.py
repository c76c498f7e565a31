"""What the decoder process can no longer do, tried inside a process locked down the same way."""

import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from blur.child.confine import Layer
from blur.decoder import Decoder
from blur.limits import Limits
from tests.unit.blur.pictures import COMMAND, MAIN

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="written for Linux so far")

SCRIPT = """
import ctypes, json, os, signal, socket, subprocess, sys
sys.path.insert(0, {root!r})
from blur.child.confine import confine
from blur.limits import Limits
in_force = int(confine(Limits()))

def tried(act):
    try:
        act()
    except BaseException as error:
        return type(error).__name__
    return "done"

def fork():
    if os.fork() == 0:
        os._exit(0)

print(json.dumps({{
    "in_force": in_force,
    "read": tried(lambda: open("/etc/hostname")),
    "write": tried(lambda: open({target!r}, "w")),
    "socket": tried(lambda: socket.socket()),
    "local socket": tried(lambda: socket.socketpair()),
    "pipe": tried(os.pipe),
    "fork": tried(fork),
    "exec": tried(lambda: subprocess.run(["true"])),
    "parent": tried(lambda: os.kill(os.getppid(), 0)),
    "memory": tried(lambda: bytearray(3 * 1024**3)),
    "more files": tried(lambda: __import__("resource").setrlimit(7, (64, 64))),
}}))
"""


@pytest.fixture(scope="module")
def attempts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What came of each attempt in one locked-down process."""
    folder = tmp_path_factory.mktemp("locked")
    script = textwrap.dedent(SCRIPT).format(root=str(MAIN.parent), target=str(folder / "made"))
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, timeout=60
    )
    told: dict[str, object] = json.loads(ended.stdout)
    told["made"] = (folder / "made").exists()
    return told


@pytest.mark.parametrize(
    "what", ["read", "write", "socket", "local socket", "pipe", "fork", "exec", "more files"]
)
def test_that_the_process_can_no_longer(attempts: dict[str, object], what: str) -> None:
    assert attempts[what] in {"OSError", "PermissionError", "BlockingIOError", "ValueError"}


def test_that_no_file_was_made(attempts: dict[str, object]) -> None:
    assert attempts["made"] is False


def test_that_memory_over_the_limit_is_not_given(attempts: dict[str, object]) -> None:
    assert attempts["memory"] == "MemoryError"


def test_that_the_decoder_reports_the_layers_that_are_in_force(
    attempts: dict[str, object], decoder: Decoder
) -> None:
    in_force = Layer(decoder.protections())
    assert in_force == Layer(int(str(attempts["in_force"])))
    needed = (
        Layer.MEMORY
        | Layer.CPU_TIME
        | Layer.NO_FILE_GROWS
        | Layer.NO_FILE_OPENS
        | Layer.NO_PROCESS_STARTS
        | Layer.NO_NEW_PRIVILEGES
        | Layer.NO_TRACING
        | Layer.DIES_WITH_PARENT
    )
    assert needed in in_force


def test_that_the_decoder_holds_no_file_but_its_pipes_and_memory(decoder: Decoder) -> None:
    decoder.protections()
    folder = Path(f"/proc/{decoder.pid}/fd")
    try:
        held = [str(handle.readlink()) for handle in folder.iterdir()]
    except PermissionError:
        pytest.skip("the process is closed to this user, as it should be")
    assert all(name.startswith(("pipe:", "/memfd:assay")) for name in held)


def test_that_the_decoder_inherits_nothing_of_the_persons_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSAY_PASSPHRASE_FILE", "somewhere secret")
    own = Decoder(COMMAND)
    try:
        own.protections()
        surroundings = Path(f"/proc/{own.pid}/environ").read_bytes()
    except PermissionError:
        pytest.skip("the process is closed to this user, as it should be")
    finally:
        own.close()
    assert b"secret" not in surroundings


def test_that_limits_cross_as_words() -> None:
    lowered = Limits(pixels=5, item_s=0.25, kept_items=3)
    assert Limits.from_words([*lowered.words(), "shared=7"]) == lowered

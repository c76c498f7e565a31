"""Each layer of the decoder's confinement by itself, tried from the inside."""

import os
import platform
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from blur.child import landlock
from blur.child.seccomp import ARCHITECTURES, program
from blur.limits import Limits
from blur.protection import Layer, layers_of
from blur.protocol import Op, Request, checked_answer
from tests.unit.blur.locked import ALL, tried
from tests.unit.blur.pictures import MAIN

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="written for Linux so far")
HAS_FILTER = platform.machine() in ARCHITECTURES

FILES, FILTER = Layer.LANDLOCK, Layer.SYSTEM_CALLS
NEEDS_LANDLOCK = {"connect": 4, "parent": 6}  # the ABI since which it is known
PATIENCE_S = 60
EPERM, EACCES, EMFILE, EAGAIN, EFBIG = 1, 13, 24, 11, 27


@pytest.mark.parametrize("ordinary", [False, True])
@pytest.mark.parametrize(
    ("what", "layers", "answers"),
    [
        ("open", FILES, {EACCES}),
        ("list", FILES, {EACCES}),
        ("write", FILES, {EACCES}),
        ("connect", FILES, {EACCES}),
        ("parent", FILES, {EPERM}),
        ("open", FILTER, {EPERM}),
        ("list", FILTER, {EPERM}),
        ("write", FILTER, {EPERM}),
        ("socket", FILTER, {"SIGSYS"}),
        ("connect", FILTER, {"SIGSYS"}),
        ("exec", FILTER, {"SIGSYS"}),
        ("ptrace", FILTER, {"SIGSYS"}),
        ("fork", FILTER, {EPERM}),
        ("thread", FILTER, {"no thread"}),
        ("parent", FILTER, {EPERM}),
        ("code", FILTER, {EPERM}),
        ("limit", FILTER, {"not allowed"}),
        ("clock limit", FILTER, {"done"}),
        ("read", FILTER, {"done"}),
        ("memory", Layer.MEMORY, {"memory"}),
        ("grow", Layer.NO_FILE_GROWS, {EFBIG, "SIGXFSZ"}),
        ("open", Layer.NO_FILE_OPENS, {EMFILE}),
        ("socket", Layer.NO_FILE_OPENS, {EMFILE}),
        ("fork", Layer.PLAIN_USER | Layer.NO_PROCESS_STARTS, {EAGAIN}),
        ("connect", Layer.NO_NETWORK, {111, 101}),
        ("be looked into", Layer.NO_TRACING, {EACCES}),
        ("open lent anew", FILTER, {EPERM}),
        ("open lent anew", Layer.NO_FILE_OPENS, {EMFILE}),
    ],
)
def test_that_a_layer_stops_an_attempt_by_itself(
    tmp_path: Path, what: str, layers: Layer, answers: set[object], ordinary: bool
) -> None:
    if layers is FILTER and not HAS_FILTER:
        pytest.skip("no list of system calls for this architecture")
    if layers is FILES and landlock.abi() < NEEDS_LANDLOCK.get(what, 1):
        pytest.skip("this kernel's Landlock is older")
    if layers & Layer.NO_NETWORK and (ordinary or os.geteuid() != 0):
        pytest.skip("an ordinary user may have no namespaces here")
    assert tried(what, layers, tmp_path, ordinary=ordinary) in answers


@pytest.mark.parametrize("ordinary", [False, True])
@pytest.mark.parametrize(
    "what",
    [
        *("open", "list", "write", "grow", "socket", "fork", "thread", "exec", "ptrace", "parent"),
        *("memory", "code", "limit", "read", "open lent anew", "be looked into"),
    ],
)
def test_that_each_attempt_can_be_made_where_no_layer_is(
    tmp_path: Path, what: str, ordinary: bool
) -> None:
    assert tried(what, Layer(0), tmp_path, ordinary=ordinary) == "done"


@pytest.mark.parametrize("ordinary", [False, True])
@pytest.mark.parametrize(
    "what",
    [
        *("open", "list", "write", "grow", "socket", "connect", "fork", "thread", "exec"),
        *("ptrace", "parent", "memory", "code", "limit", "write to lent", "open lent anew"),
    ],
)
def test_that_nothing_succeeds_under_all_layers(tmp_path: Path, what: str, ordinary: bool) -> None:
    assert tried(what, ALL, tmp_path, ordinary=ordinary) != "done"
    assert not (tmp_path / "made").exists()


def test_that_a_file_that_was_lent_can_be_read_and_not_written(tmp_path: Path) -> None:
    assert tried("read lent", ALL, tmp_path) == "done"
    assert tried("write to lent", Layer(0), tmp_path) == EACCES
    assert tried("write to lent", Layer(0), tmp_path, lends=False) == "done"


PARENT = """
import signal, subprocess, sys
child = '''
import signal, sys
sys.path.insert(0, sys.argv[1])
from blur.child import confine_linux
from blur.limits import Limits
from blur.protection import Layer
{Layer(layer): apply for layer, apply in confine_linux.layers(Limits())}[Layer.DIES_WITH_PARENT]()
print("deaf", flush=True)
signal.pause()
'''
started = subprocess.Popen([sys.executable, "-c", child, sys.argv[1]], stdout=subprocess.PIPE)
started.stdout.readline()
print(started.pid, flush=True)
signal.pause()
"""


def test_that_a_decoder_that_listens_to_nothing_ends_with_its_parent() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(MAIN.parent)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    try:
        ended, _, _ = select.select([child], [], [], PATIENCE_S)
        assert ended
    finally:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(child, signal.SIGKILL)
        os.close(child)


ORDINARY = """
import os, sys
sys.path.insert(0, sys.argv[1])
from blur.child import confine_linux, landlock, serve, tried
landlock.abi = lambda: int(sys.argv[2])
tried.try_codecs()
if os.geteuid() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
serve.run([])
"""


def missing_of_an_ordinary_user(landlock_abi: int) -> Layer:
    """What a decoder of an ordinary user says that it lacks, walls left out: others put them up."""
    started = subprocess.run(
        [sys.executable, "-c", ORDINARY, str(MAIN.parent), str(landlock_abi)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=True,
    )
    request = Request(op=Op.DROP, number=0)
    ready = checked_answer(started.stdout, request, Limits())
    return layers_of("linux") & ~Layer(ready.layers) & ~Layer.WALLS


def test_that_an_ordinary_user_has_all_layers_but_perhaps_a_network_of_its_own() -> None:
    abi = landlock.abi()
    if abi < max(NEEDS_LANDLOCK.values()):
        pytest.skip("this kernel's Landlock is older")
    assert missing_of_an_ordinary_user(abi) in Layer.NO_NETWORK


@pytest.mark.parametrize(
    ("abi", "missing"),
    [
        (1, Layer.LANDLOCK_CONNECTIONS | Layer.LANDLOCK_SIGNALS),
        (4, Layer.LANDLOCK_SIGNALS),
    ],
)
def test_that_an_older_kernel_is_not_said_to_close_what_its_landlock_does_not_know(
    abi: int, missing: Layer
) -> None:
    if landlock.abi() < abi:
        pytest.skip("this kernel's Landlock is older")
    assert missing_of_an_ordinary_user(abi) & ~Layer.NO_NETWORK == missing


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_that_a_filter_is_short_enough_and_ends_in_a_refusal(name: str) -> None:
    code = program(ARCHITECTURES[name])
    assert len(code) % 8 == 0
    assert len(code) // 8 < 4096
    assert code[-8:-4] == b"\x06\0\0\0"


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_that_no_number_has_two_answers(name: str) -> None:
    listed = ARCHITECTURES[name]
    numbers = [*listed.allowed, *listed.memory, listed.limits, *listed.deadly]
    assert len(set(numbers)) == len(numbers)

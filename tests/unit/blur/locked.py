"""A process locked down by some layers, or all, that then tries one thing."""

import functools
import json
import mmap
import operator
import os
import signal
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path

from blur.protection import Layer
from blur.shared import LentMemory
from tests.unit.blur.pictures import MAIN

SCRIPT = """
import ctypes, json, mmap, os, resource, signal, socket, sys, threading
sys.path.insert(0, {root!r})
from blur.child import confine_linux, landlock, seccomp
from blur.protection import Layer
from blur.limits import Limits

libc = ctypes.CDLL(None, use_errno=True)
lent = int(sys.argv[3])
lent_map = mmap.mmap(lent, mmap.PAGESIZE, access=mmap.ACCESS_READ)
harmless = socket.socket()  # made before any layer: what is open stays open
wanted = Layer({wanted})
needed = Layer.NO_NEW_PRIVILEGES if wanted & (Layer.LANDLOCK | Layer.SYSTEM_CALLS) else Layer(0)
if {ordinary}:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    libc.prctl(4, 1, 0, 0, 0)  # as the process of one who was never another
# The parent of what is tried is of the same user, so that only a layer can keep it from a signal.
tried = os.fork()
if tried:
    _, status = os.waitpid(tried, 0)
    ended = os.waitstatus_to_exitcode(status)
    if ended < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(-ended, signal.SIG_DFL) if -ended != signal.SIGKILL else None
        os.kill(os.getpid(), -ended)
    os._exit(ended)
for layer, apply in confine_linux.layers(Limits()):
    if layer & (wanted | needed):
        try:
            apply()
        except OSError:
            if wanted != Layer({all_layers}):
                raise

def connect():
    harmless.connect(("127.0.0.1", 9))

def allocate():
    libc.malloc.restype = ctypes.c_void_p  # asked for and not touched: nothing has to be had
    if not libc.malloc(ctypes.c_size_t(3 * 1024**3)):
        raise MemoryError

def be_looked_into():
    if libc.prctl(3, 0, 0, 0, 0) != 1:  # PR_GET_DUMPABLE: whether its user may look in
        raise PermissionError(13, "not dumpable")

def raw(name, *arguments):
    ctypes.set_errno(0)
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)

def write_to_lent():
    # In each way there is; the last error if none does it.
    at = ctypes.c_void_p(libc.mmap(None, mmap.PAGESIZE, mmap.PROT_READ, mmap.MAP_SHARED, lent, 0))
    page = ctypes.c_size_t(mmap.PAGESIZE)
    read_write = mmap.PROT_READ | mmap.PROT_WRITE
    for attempt in (
        lambda: os.write(lent, b"x"),
        lambda: os.ftruncate(lent, 0),
        lambda: raw("mmap", None, page, read_write, mmap.MAP_SHARED, lent, 0),
        lambda: raw("mprotect", at, page, read_write),
    ):
        try:
            attempt()
        except OSError as error:
            last = error
        else:
            return
    raise last

libc.mmap.restype = ctypes.c_ssize_t
attempts = {{
    "read lent": lambda: lent_map[:1],
    "write to lent": write_to_lent,
    "open lent anew": lambda: os.open("/proc/self/fd/" + str(lent), os.O_RDWR),
    "open": lambda: open("/etc/hostname"),
    "list": lambda: os.listdir("/"),
    "write": lambda: os.open("made", os.O_CREAT | os.O_WRONLY),
    "grow": lambda: os.write(int(sys.argv[2]), b"x"),
    "socket": socket.socket,
    "connect": connect,
    "fork": lambda: os.fork() or os._exit(0),
    "thread": lambda: threading.Thread(target=int).start(),
    "exec": lambda: os.execv("/bin/echo", ["echo", json.dumps("done")]),
    "ptrace": lambda: raw("ptrace", 0, 0, 0, 0),
    "parent": lambda: os.kill(os.getppid(), 0),
    "memory": allocate,
    "code": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
    "be looked into": be_looked_into,
    "limit": lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
    "clock limit": lambda: resource.setrlimit(
        resource.RLIMIT_CPU, (60, resource.getrlimit(resource.RLIMIT_CPU)[1])),
    "read": lambda: os.read(0, 1),
}}
try:
    attempts[sys.argv[1]]()
    print(json.dumps("done"))
except MemoryError:
    print(json.dumps("memory"))
except OSError as error:
    print(json.dumps(error.errno))
except RuntimeError:
    print(json.dumps("no thread"))
except ValueError:
    print(json.dumps("not allowed"))
"""


ALL = functools.reduce(operator.or_, Layer)


def tried(
    what: str, layers: Layer, folder: Path, *, ordinary: bool = False, lends: bool = True
) -> object:
    """Return what came of an attempt under some layers: an error's number, a word, or a signal.

    ``ordinary`` makes the process one of an ordinary user first, if it is not one already. With
    ``lends`` it has a large file's memory as a decoder is given it, else as the parent holds it.
    """
    script = textwrap.dedent(SCRIPT).format(
        root=str(MAIN.parent),
        wanted=int(layers),
        all_layers=int(ALL),
        ordinary=ordinary and os.geteuid() == 0,
    )
    folder.chmod(0o777)  # an ordinary user finds it as the working folder, and may write there
    lent = LentMemory.made(mmap.PAGESIZE)
    assert lent is not None
    handle = lent.handle if lends else lent._writable
    with (folder / "grows").open("wb") as growing, closing(lent):
        ended = subprocess.run(
            [sys.executable, "-c", script, what, str(growing.fileno()), str(handle)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
            pass_fds=[growing.fileno(), handle],
            cwd=folder,
        )
    if ended.returncode < 0:
        return signal.Signals(-ended.returncode).name
    assert ended.stdout, ended.stderr.decode()
    return json.loads(ended.stdout)

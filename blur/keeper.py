"""Keeps one decoder process alive: starts it, listens to its complaints, replaces it."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO

from blur import job_object, walls
from blur.limits import Limits
from blur.protection import Layer
from blur.shared import LentMemory, SharedPixels

# What is kept of a child's standard error: enough to see why it did not start.
_LAST_WORDS_BYTES = 4096
_FAILED_STARTS_LIMIT = 3
_END_WAIT_S = 10.0
# What names each memory's descriptor on the process's command line.
SHARED_WORD = "shared"
LENT_WORD = "lent"
# What has a decoder read what files declare of their making, beside decoding them.
PROVENANCE_WORD = "provenance=1"
# What has a decoder run classifiers.
CLASSIFIER_WORD = "classifier=1"
# What has a process become a foreign program.
PROGRAM_WORD = "program"


class Child:
    """One running decoder process with its pipes."""

    def __init__(
        self,
        process: "subprocess.Popen[bytes]",
        shared: SharedPixels | None,
        lent: LentMemory | None = None,
        first_pid: int | None = None,
    ) -> None:
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise ValueError("a decoder process needs its three pipes")
        # Of a decoder behind walls it is the walls: they fall with it, and it with them.
        self.process = process
        self._first_pid = first_pid
        # Behind walls the first process ends all; held, so that its number is never another's.
        self._first = None if first_pid is None else walls.Held(first_pid)
        self.shared = shared
        self.lent = lent
        self.to_child: IO[bytes] = process.stdin
        self.from_child: IO[bytes] = process.stdout
        self.complaints: IO[bytes] = process.stderr
        self.is_ready = False
        self.has_ended = False  # whoever still uses pipes and memory is to let go of them soon
        # What protects it: what was put on it from outside, and what it says of itself.
        self.layers = int(Layer.WALLS if first_pid else 0)
        # Held while a request uses pipes and memory: they are closed only when none does.
        self.in_use = threading.Lock()

    @property
    def pid(self) -> int:
        """The process that decodes."""
        first = self._first_pid
        return self.process.pid if first is None else walls.started_by(first) or first

    def kill(self) -> None:
        """End the process at once, and walls with it."""
        if self._first is not None:
            self._first.kill()
        self.process.kill()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Write all of ``data`` to the child; ``OSError`` when it is gone."""
        view = memoryview(data)
        while view:
            view = view[self.to_child.write(view) :]

    def read(self, count: int) -> bytes:
        """Return ``count`` bytes from the child, or fewer if it ended before."""
        first = self.from_child.read(count) or b""
        if len(first) in {0, count}:
            return first
        untrusted = bytearray(first)
        while len(untrusted) < count:
            more = self.from_child.read(count - len(untrusted))
            if not more:
                break
            untrusted += more
        return bytes(untrusted)

    def close(self) -> None:
        """Close pipes and memory once no request uses them; the process has ended."""
        self.has_ended = True
        with self.in_use:
            for pipe in (self.to_child, self.from_child, self.complaints):
                pipe.close()
            if self._first is not None:
                self._first.close()
            for memory in (self.shared, self.lent):
                if memory is not None:
                    memory.close()


NICE = 5  # of a decoder once the first item is seen: the window comes first


class Keeper:
    """One decoder process after another, on a thread that lives as long as the decoder does.

    The process is started by this thread and by no other, because Linux ends a child that asks
    to die with its parent when the *thread* that started it ends.
    """

    def __init__(self, command: Sequence[str], limits: Limits, *, stands_by: bool = False) -> None:
        """Start the first process, unless it stands by: then whoever first asks for it does."""
        self._command = (*command, *limits.words())
        self._stands_by = stands_by
        self._gives_way = False
        self._limits = limits
        self._changed = threading.Condition()
        self._child: Child | None = None
        self._failed_starts = 0
        self._last_words = b""
        self._is_closing = False
        self._on_loss: Callable[[], object] | None = None
        self._walls = walls.found()
        self._thread = threading.Thread(target=self._keep, name="decoder-keeper", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """The process that runs now, if one does."""
        child = self._child
        return child.pid if child is not None else None

    @property
    def last_words(self) -> str:
        """The end of what the last process wrote on standard error; for a person who debugs."""
        return self._last_words.decode("ascii", "replace")

    def stand_ready(self) -> None:
        """Have the process of one that stands by started, and let it give way; waits for nothing.

        Decoders that work ahead may take every core, and a key is to be answered all the same.
        """
        with self._changed:
            self._gives_way = True
            if self._child is not None:
                _give_way(self._child)
            self._begin()

    def _begin(self) -> None:
        if self._stands_by:
            self._stands_by = False
            self._changed.notify_all()

    def child(self, timeout_s: float) -> Child | None:
        """Return the process that runs, waiting for one; ``None`` if none starts or all is over."""
        with self._changed:
            self._begin()
            if self._failed_starts >= _FAILED_STARTS_LIMIT:
                self._failed_starts = _FAILED_STARTS_LIMIT - 1  # somebody asks: one more try
                self._changed.notify_all()
            self._changed.wait_for(self._is_settled, timeout_s)
            return self._child

    def is_ready(self, child: Child, layers: int) -> None:
        """Note that a process said it is ready, with the protections in force."""
        child.is_ready = True
        child.layers |= layers
        with self._changed:
            self._failed_starts = 0
            if self._gives_way:
                _give_way(child)

    def watch(self, on_loss: Callable[[], object] | None) -> None:
        """Have each loss of a process told, from whatever thread sees it, before another runs.

        A loss is whatever nobody here asked for: it ended, hung or answered nonsense.
        """
        self._on_loss = on_loss

    def replace(self, child: Child) -> None:
        """End a process that misbehaved; the next :meth:`child` is another one."""
        if self._let_go(child):
            self._tell_loss()
        child.kill()

    def calm(self) -> None:
        """End the process that runs, at once; a new one starts in its place."""
        child = self._child
        if child is not None:
            self._let_go(child)
            child.kill()

    def close(self) -> None:
        """End the process and the thread."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self.calm()
        self._thread.join(_END_WAIT_S)

    def _let_go(self, child: Child) -> bool:
        """Hand a process out no more; return whether it was the one that is handed out."""
        with self._changed:
            if self._child is not child:
                return False
            self._child = None
            return True

    def _tell_loss(self) -> None:
        on_loss = self._on_loss
        if on_loss is not None:
            on_loss()

    def _is_settled(self) -> bool:
        return (
            self._child is not None
            or self._is_closing
            or self._failed_starts >= _FAILED_STARTS_LIMIT
        )

    def _keep(self) -> None:
        while self._may_start():
            try:
                shared = SharedPixels.made(self._limits.frame_bytes)
                self._run_one(shared, LentMemory.made(self._limits.most_bytes()))
            except OSError as error:
                self._ended(str(error).encode("ascii", "replace"))

    def _may_start(self) -> bool:
        with self._changed:
            self._changed.wait_for(self._is_wanted)
            return not self._is_closing

    def _is_wanted(self) -> bool:
        if self._is_closing:
            return True
        return not self._stands_by and self._failed_starts < _FAILED_STARTS_LIMIT

    def _run_one(self, shared: SharedPixels | None, lent: LentMemory | None) -> None:
        child = self._started(shared, lent)
        # Windows alone bounds a process from outside; what the number stands for is its own.
        handle = getattr(child.process, "_handle", None)
        if handle is not None:
            child.layers = int(job_object.bound(int(handle), self._limits.memory_bytes))
        with self._changed:
            if self._is_closing:
                child.kill()
            else:
                self._child = child
            self._changed.notify_all()
        words = _drained(child.complaints)
        child.kill()  # it closed its standard error: it ended, or it is up to something
        child.process.wait()
        self._ended(words, child)
        child.close()

    def _started(self, shared: SharedPixels | None, lent: LentMemory | None) -> Child:
        given = {SHARED_WORD: shared, LENT_WORD: lent}
        words = {word: memory.handle for word, memory in given.items() if memory is not None}
        command = [*self._command, *(f"{word}={handle}" for word, handle in words.items())]
        handles = list(words.values())
        if self._walls is None:
            return Child(_process(command, handles), shared, lent)
        info = walls.Info()
        try:
            behind = walls.around(command, self._walls, info.to_parent)
            process = _process(behind, [*handles, info.to_parent])
        finally:
            first_pid = info.first_pid()
        return Child(process, shared, lent, first_pid)

    def _ended(self, words: bytes, child: Child | None = None) -> None:
        if child is not None and self._let_go(child):
            self._tell_loss()
        with self._changed:
            self._last_words = words
            if child is not None and not child.is_ready and self._walls is not None:
                self._walls = None  # they may be why: once more without
            elif child is None or not child.is_ready:
                self._failed_starts += 1
            self._changed.notify_all()


def _process(command: Sequence[str], handles: Sequence[int]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        cwd=_neutral_folder(),
        env=clean_environment(),
        close_fds=True,
        pass_fds=handles,
    )


def _neutral_folder() -> str:
    return os.environ.get("SYSTEMROOT", "C:\\") if sys.platform == "win32" else "/"


def clean_environment() -> dict[str, str]:
    """Return the environment of a decoder: nothing of the person's, one thread a library."""
    clean = {
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ORT_DISABLE_TELEMETRY": "1",
        "PYTHONNOUSERSITE": "1",
    }
    if sys.platform == "win32":
        clean["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "C:\\Windows")
    return clean


def _drained(complaints: IO[bytes]) -> bytes:
    """Read a pipe to its end and return the last of it."""
    words = b""
    while more := complaints.read(_LAST_WORDS_BYTES):
        words = (words + more)[-_LAST_WORDS_BYTES:]
    return words


def _give_way(child: Child) -> None:
    if sys.platform != "win32":
        with suppress(OSError):  # it has ended
            own = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, child.pid, max(own, NICE))

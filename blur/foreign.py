"""A foreign program as a classifier: it is given pixels as JSON lines, and never a name.

One line in, one line out::

    {"width": 64, "height": 48, "pixels": "<base64, RGB, row by row>"}
    {"scores": {"label": 0.25}}

It runs from code that nobody here knows: so its digest is in the signed policy, what it says is
checked, and one that is late or talks nonsense is ended.
"""

import base64
import json
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from math import isfinite
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import IO, Self

from blur.decoder import Decoder
from blur.errors import ModelError
from blur.frame import BGRX, Frame
from blur.keeper import PROGRAM_WORD, clean_environment
from blur.look import Look
from blur.outcome import unreadable
from blur.reasons import Reason
from blur.veil import CLEAR_LEVEL

ANSWER_S = 20.0
_LINE_LIMIT_BYTES = 64 * 1024
_END_WAIT_S = 5.0
_TOKEN = "foreign"


class ForeignProgram:
    """One running program with its two pipes; ended when it is late or wrong, and started anew."""

    def __init__(
        self,
        command: Sequence[str],
        program: Path,
        labels: Sequence[str],
        answer_s: float = ANSWER_S,
    ) -> None:
        """Start nothing yet.

        Args:
            command: What starts a decoder child.
            program: Where the program lies; its digest was compared.
            labels: What it answers for, each with a probability.
            answer_s: How long an answer may take.
        """
        self._command = [*command, f"{PROGRAM_WORD}={program}"]
        self._labels = tuple(labels)
        self._answer_s = answer_s
        self._running: subprocess.Popen[bytes] | None = None
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        self._reader: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def scores(self, frame: Frame) -> tuple[float, ...]:
        """Return the probability of each label for a picture, 0 to 1.

        Raises:
            ModelError: the program does not run, is late, or answers otherwise than it must.
        """
        try:
            self._ask(frame)
            untrusted_line = self._lines.get(timeout=self._answer_s)
        except (OSError, ValueError) as error:
            self.close()
            raise ModelError("the program ended by itself, or spoke unasked") from error
        except Empty as error:
            self.close()
            raise ModelError("the program took longer than the time limit allows") from error
        try:
            return self._opened(untrusted_line)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
            self.close()
            raise ModelError("the program's answer is not one line of JSON with scores") from error

    def _ask(self, frame: Frame) -> None:
        running = self._started()
        if running.stdin is None or not self._lines.empty():
            raise OSError("it said something before it was asked")
        running.stdin.write(_line(frame))
        running.stdin.flush()

    def close(self) -> None:
        """End the program; the next picture starts it anew."""
        running, self._running = self._running, None
        if running is None:
            return
        running.kill()
        running.wait(_END_WAIT_S)
        if self._reader is not None:
            self._reader.join(_END_WAIT_S)
        for pipe in (running.stdin, running.stdout):
            if pipe is not None:
                with suppress(OSError):  # what was not written yet goes nowhere
                    pipe.close()

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._running is None:
            self._running = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=clean_environment(),
                close_fds=True,
            )
            self._lines = SimpleQueue()
            self._reader = threading.Thread(
                target=_read_lines,
                args=(self._running.stdout, self._lines),
                name="foreign-program",
                daemon=True,
            )
            self._reader.start()
        return self._running

    def _opened(self, untrusted_line: bytes) -> tuple[float, ...]:
        if not untrusted_line.endswith(b"\n"):
            raise ValueError("cut short")
        untrusted = json.loads(untrusted_line)["scores"]
        if set(untrusted) != set(self._labels):
            raise ValueError("other labels")
        found = tuple(untrusted[label] for label in self._labels)
        if any(isinstance(score, bool) or not isinstance(score, int | float) for score in found):
            raise TypeError("no number")
        if not all(isfinite(score) and 0 <= score <= 1 for score in found):
            raise ValueError("no probability")
        return tuple(map(float, found))


def pictured(decoder: Decoder, untrusted: bytes, room_px: tuple[int, int], *, clear: bool) -> Frame:
    """Return what a foreign program may see of a picture: veiled, or clear and small.

    Raises:
        UnreadableError: it cannot be decoded, or is a video.
    """
    loaded = decoder.load(_TOKEN, untrusted, room_px)
    try:
        if loaded.facts.is_video:
            raise unreadable(Reason.STILLS_ALONE)
        if not clear:
            return loaded.veiled
        return decoder.view(_TOKEN, Look(fit_px=room_px, level=CLEAR_LEVEL, grey=False))
    finally:
        decoder.drop(_TOKEN)


def _read_lines(pipe: IO[bytes], lines: "SimpleQueue[bytes]") -> None:
    """Hand on each line, a bounded part of it; an empty one says that it ended."""
    with suppress(OSError, ValueError):  # the pipe was closed under it
        while line := pipe.readline(_LINE_LIMIT_BYTES):
            lines.put(line)
    lines.put(b"")


def _line(frame: Frame) -> bytes:
    said = {
        "width": frame.width_px,
        "height": frame.height_px,
        "pixels": base64.b64encode(_rgb(frame)).decode(),
    }
    return json.dumps(said).encode() + b"\n"


def _rgb(frame: Frame) -> bytes:
    """Return a frame's pixels as RGB without padding."""
    rows = []
    for row in range(frame.height_px):
        start = row * frame.stride_bytes
        line = bytes(frame.pixels[start : start + frame.width_px * frame.channels])
        plain = bytearray(3 * frame.width_px)
        if frame.channels == BGRX:
            plain[0::3], plain[1::3], plain[2::3] = line[2::4], line[1::4], line[0::4]
        else:
            plain[0::3] = plain[1::3] = plain[2::3] = line
        rows.append(bytes(plain))
    return b"".join(rows)

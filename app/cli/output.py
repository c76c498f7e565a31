"""What a command prints: one JSON document, or lines for a person."""

import io
import json
import sys
from typing import TextIO


class Output:
    """Where a command says what it did.

    With ``--json`` standard output carries JSON alone, and everything for a person goes to
    standard error. Text is written so that no name can break a terminal's encoding.
    """

    def __init__(
        self, *, as_json: bool, stdout: TextIO | None = None, stderr: TextIO | None = None
    ) -> None:
        self.as_json = as_json
        self._stdout = _unbreakable(stdout or sys.stdout)
        self._stderr = _unbreakable(stderr or sys.stderr)
        self._open_line = False

    def document(self, value: object) -> None:
        """Print ``value`` as one JSON document on one line; nothing without ``--json``."""
        self._end_progress()
        if self.as_json:
            self._stdout.write(json.dumps(value, ensure_ascii=False, allow_nan=False) + "\n")

    def line(self, text: str) -> None:
        """Print a line for a person."""
        self._end_progress()
        (self._stderr if self.as_json else self._stdout).write(text + "\n")

    def note(self, text: str) -> None:
        """Print a line for a person on standard error: a warning, a fault."""
        self._end_progress()
        self._stderr.write(text + "\n")
        self._stderr.flush()

    def progress(self, text: str) -> None:
        """Show how far the work is, in place; silent where nobody watches a terminal."""
        if self._stderr.isatty():
            self._open_line = True  # first: Ctrl+C may come while it is written
            self._stderr.write("\r\x1b[K" + text)
            self._stderr.flush()

    def flush(self) -> None:
        """Hand everything to the system; raises BrokenPipeError if nobody reads any more."""
        self._end_progress()
        self._stdout.flush()
        self._stderr.flush()

    def _end_progress(self) -> None:
        if self._open_line:
            self._stderr.write("\r\x1b[K")
            self._stderr.flush()  # before what standard output writes to the same terminal
            self._open_line = False


def _unbreakable(stream: TextIO) -> TextIO:
    if isinstance(stream, io.TextIOWrapper):
        # UTF-8 whatever the locale: JSON is UTF-8, and an odd name must not stop a command.
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    return stream

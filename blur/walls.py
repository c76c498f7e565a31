"""bubblewrap, where it is installed: walls around a decoder before its first instruction.

The decoder locks itself down once its libraries are loaded. Until then it sees, behind these
walls, the program's own files read-only, and no others; no network, and no other process. What
runs is looked up here on every start, and a decoder that does not come up behind walls is
started without them: nothing needs them.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_NAME = "bwrap"
# Where a Linux system keeps the libraries that Python's are linked to.
_LIBRARIES = ("/usr", "/lib", "/lib32", "/lib64", "/libx32", "/bin", "/sbin")
_LOADER = ("/etc/ld.so.cache",)
_INFO_LIMIT_BYTES = 4096


class Info:
    """A pipe on which bubblewrap says which process it started behind the walls."""

    def __init__(self) -> None:
        self._from_walls, self.to_parent = os.pipe()

    def first_pid(self) -> int | None:
        """Return the first process behind the walls; ``None`` if there came to be none."""
        os.close(self.to_parent)
        with open(self._from_walls, "rb") as pipe:
            said = pipe.read(_INFO_LIMIT_BYTES)
        try:
            number = json.loads(said)["child-pid"]
        except (ValueError, KeyError, TypeError):
            return None
        return number if isinstance(number, int) else None


class Held:
    """A process held by a handle; its number may be given to another once it has ended."""

    def __init__(self, pid: int) -> None:
        self._handle: int | None = None
        if sys.platform == "linux":
            with suppress(OSError):  # it has ended already
                self._handle = os.pidfd_open(pid)

    def kill(self) -> None:
        """End it, if it has not ended."""
        if sys.platform == "linux" and self._handle is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def close(self) -> None:
        """Let go of it."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def started_by(pid: int) -> int | None:
    """Return what the first process behind the walls started, if the system tells."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return None
    return int(children[0]) if children else None


def found() -> str | None:
    """Return where bubblewrap is, if this machine has it."""
    return shutil.which(_NAME) if sys.platform == "linux" else None


def around(command: Sequence[str], walls: str, info: int) -> list[str]:
    """Return a command that runs another behind walls and says on ``info`` which process it is."""
    words = [walls, "--die-with-parent", "--new-session", "--info-fd", str(info)]
    words += [f"--unshare-{what}" for what in ("pid", "net", "ipc", "uts", "cgroup-try")]
    if os.geteuid() == 0:
        # The decoder gives them up itself, as it does without walls; it could not do so without.
        words += ["--cap-add", "ALL"]
    for place in (*_LIBRARIES, *_LOADER, *_own_places(command)):
        words += ["--ro-bind-try", place, place]
    return [*words, "--dev", "/dev", "--chdir", "/", "--", *command]


def _own_places(command: Sequence[str]) -> list[str]:
    """Return the folders of Python, its packages and the program, none within another."""
    named = {sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(sys.executable)}
    named |= {str(Path(word).parent) for word in command if Path(word).is_file()}
    places: list[str] = []
    # A folder reached by a link is shown under its own name too.
    for place in [*sorted(named), *sorted(map(os.path.realpath, named))]:
        within = any(Path(place).is_relative_to(shown) for shown in (*_LIBRARIES, *places))
        if place not in {"", "/"} and not within:
            places.append(place)
    return places

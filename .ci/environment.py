"""Make `.venv` and see to the system packages, for running (`run`) or testing (`test`).

Needs nothing but the standard library, because it runs before anything is installed. A second run
finds everything in place and ends within a second. Exit status: 0 ready, 2 wrong usage, 3 the
machine lacks something that this account cannot install: one sentence names it and the command.
"""

import fcntl
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import system_packages

HOUSE = Path(__file__).resolve().parent.parent
LOCKS = {"run": ("requirements.lock",), "test": ("requirements.lock", "requirements-dev.lock")}
STAMP = "assay.json"  # written last: a folder without it was never finished


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an environment was made of, so that the next run can trust it."""

    goal: str
    locks: dict[str, str]  # SHA-256 of each lock file by its name
    place: str  # scripts in it name this folder: moved, they are dead
    python: str


class SetupError(Exception):
    """The environment cannot be made; the text is the sentence for the person."""


def main(arguments: list[str]) -> int:
    """Make what the goal needs. Return the exit status."""
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        print("Usage: .ci/setup run|test", file=sys.stderr)
        return 2
    goal = arguments[0]
    try:
        with alone(HOUSE):
            system_packages.provide(goal)
            make_environment(HOUSE, goal)
    except (SetupError, system_packages.MissingError) as error:
        print(error, file=sys.stderr)
        return 3
    return 0


@contextmanager
def alone(house: Path) -> Iterator[None]:
    """Hold the one lock: two terminals must not build the same folder at once."""
    folder = os.open(house / ".ci", os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another setup is at work here; waiting for it.", file=sys.stderr)
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def make_environment(house: Path, goal: str) -> None:
    """Leave `.venv` ready for `goal`: kept if whole, made anew if not."""
    place = house / ".venv"
    why = why_not_ready(place, house, goal)
    if why is None:
        return
    print(f"Making .venv for {goal}: {why}.", file=sys.stderr)
    builder = base_python()
    remove(place)
    make_bare(builder, place)
    install(place, house / ".ci" / LOCKS[goal][-1])
    write_stamp(place, house, goal)


def why_not_ready(place: Path, house: Path, goal: str) -> str | None:
    """Return why `.venv` cannot serve `goal` as it is, or None if it can."""
    if not place.exists():
        return "there is none yet"
    stamp = read_stamp(place)
    if stamp is None:
        return "the one here was never finished"
    if stamp.place != str(place):
        return "the one here was moved from another folder"
    if stamp.goal not in ("test", goal):
        return "the one here was made without what tests need"
    if any(stamp.locks.get(name) != digest(house / ".ci" / name) for name in LOCKS[goal]):
        return "the lock file has changed"
    return why_python_differs(place, stamp)


def why_python_differs(place: Path, stamp: Stamp) -> str | None:
    """Return what is wrong with the environment's Python, or None."""
    if version_of(python_in(place)) != stamp.python:
        return "its Python is gone or was replaced"
    if os.environ.get("ASSAY_PYTHON_ASKED") and stamp.python != platform.python_version():
        return "another Python is asked for"
    return None


def python_in(place: Path) -> Path:
    """Return the interpreter of an environment."""
    return place / "bin" / "python"


def base_python() -> str:
    """Return the interpreter that builds: never one inside a virtual environment."""
    return getattr(sys, "_base_executable", None) or sys.executable


def version_of(python: Path) -> str | None:
    """Return the full version that an interpreter gives of itself, or None if it does not run."""
    command = [str(python), "-c", "import platform; print(platform.python_version())"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def digest(file: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def remove(place: Path) -> None:
    """Take away an environment that is not whole. A `.venv` that is a link loses only the link."""
    if place.is_symlink() or place.is_file():
        place.unlink()
    elif place.exists():
        shutil.rmtree(place)


def make_bare(builder: str, place: Path) -> None:
    """Make an environment with nothing but pip in it."""
    made = subprocess.run([builder, "-m", "venv", str(place)], check=False)
    if made.returncode != 0:
        raise SetupError(
            f"{builder} could not make {place.name} (see above): "
            "free some disk or mend that Python, then run make again."
        )


def install(place: Path, lock: Path) -> None:
    """Install exactly what the lock file names, from wheels whose hashes it holds."""
    options = ["--require-hashes", "--only-binary=:all:", "--no-deps", "--no-input"]
    command = [str(python_in(place)), "-m", "pip", "install", *options, "-r", str(lock)]
    quiet = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    if subprocess.run(command, check=False, env=os.environ | quiet).returncode != 0:
        raise SetupError(
            f"The packages of {lock.name} could not all be installed; pip says above why. "
            "If the network or the disk failed, run make again."
        )


def write_stamp(place: Path, house: Path, goal: str) -> None:
    """Say in the environment what it was made of."""
    locks = {name: digest(house / ".ci" / name) for name in LOCKS[goal]}
    stamp = Stamp(goal, locks, str(place), version_of(python_in(place)) or "")
    (place / STAMP).write_text(json.dumps(asdict(stamp), indent=1) + "\n", encoding="utf-8")


def read_stamp(place: Path) -> Stamp | None:
    """Return the stamp, or None if there is none or it cannot be read."""
    try:
        return Stamp(**json.loads((place / STAMP).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""A report that a person can send: what runs here, and not one name, hash or pixel of evidence.

Nothing is taken over from a store or a file but counts, names that our own files define, and what
is written as a version. Counts are rounded, so that a report says nothing of a caseload.
"""

import os
import platform
import re
import shutil
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.bootstrap import settings_of
from app.fault_log import past_faults
from app.inspect import protections
from app.version import VERSION
from blur.errors import BlurError
from grading.late_methods import dataclass
from storage.census import census
from storage.errors import StorageError
from storage.home import Home, default_home, open_home
from storage.home_file import (
    CENTRAL_NAME,
    EMBEDDED,
    KNOWN_NAME,
    LOCAL_NAME,
    NOWHERE,
    HomeFile,
    read_home_file,
    require_home,
)

LIBRARIES = (
    "PySide6-Essentials", "SQLAlchemy", "alembic", "av", "c2pa-python", "cryptography", "keyring",
    "numpy", "opencv-python-headless", "Pillow", "psycopg", "reportlab", "sqlcipher3",
)  # fmt: skip
_WORD = re.compile(r"[\w.+:-]{1,40}")
_GIB = 1 << 30
_HEAD = (
    "Report on this workstation. It holds no name, hash or picture of evidence.",
    "Read it before you send it.",
)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is known of this workstation, by part; each part is names and values, in order."""

    parts: dict[str, dict[str, str]] = field(default_factory=dict)

    def text(self) -> str:
        """Return the report as a person reads it."""
        lines = [*_HEAD, ""]
        for part, rows in self.parts.items():
            lines.append(part)
            lines += [f"  {name}: {value}" for name, value in rows.items()] or ["  nothing"]
            lines.append("")
        return "\n".join(lines)


def diagnose(
    place: Path,
    passphrase: Callable[[], str] | None = None,
    *,
    home: Home | None = None,
    more: Iterable[tuple[str, str]] = (),
) -> Diagnosis:
    """Look at everything that can be looked at; what cannot is named by the class of its error.

    Args:
        place: The folder of the home; it need not be one.
        passphrase: Opens the home if it is asked for; None leaves it shut.
        home: The home, where it is open already.
        more: Rows that the window adds to what is said of the program.
    """
    return Diagnosis(
        {
            "Program": {"version": VERSION, **dict(more)},
            "System": _system(place),
            "Libraries": {name: _version(name) for name in LIBRARIES},
            "Protection": _protection(),
            "Home": _home(place),
            "Stores": _stores(place, passphrase, home),
            "Settings that differ": _settings(place),
            "Last faults of the program": {fault.at: fault.told for fault in past_faults(place)},
        }
    )


def rounded(number: int) -> str:
    """Return a count as one digit and noughts: its size can be seen, its number not."""
    if number < 10:
        return "none" if number == 0 else "under 10"
    noughts = 10 ** (len(str(number)) - 1)
    return f"about {round(number / noughts) * noughts:,}"


def _system(place: Path) -> dict[str, str]:
    said = {
        "system": f"{platform.system()} {word(platform.release())}",
        "distribution": _distribution(),
        "machine": platform.machine(),
        "processors": str(os.cpu_count()),
        "Python": platform.python_version(),
    }
    session = os.environ.get("XDG_SESSION_TYPE", "")
    if session:  # else nothing is known of it here; the window says what it is drawn on
        said["session"] = word(session)
    there = next((folder for folder in (place, *place.parents) if folder.exists()), None)
    if there is not None:
        free = shutil.disk_usage(there).free
        said["free on the disk of the home"] = f"{rounded(free // _GIB)} GiB"
    return said


def _distribution() -> str:
    try:
        said = platform.freedesktop_os_release()
    except OSError:
        return "not said"
    return f"{word(said.get('ID', ''))} {word(said.get('VERSION_ID', ''))}".strip()


def word(text: str) -> str:
    """Return what the system says of itself, if it is a short word and can be nobody's name."""
    return text if _WORD.fullmatch(text) else "something else"


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not here"


def _protection() -> dict[str, str]:
    try:
        told = protections()
    except BlurError as error:
        return {"decoder": f"does not start ({type(error).__name__})"}
    return {one.name: "in force" if one.in_force else "not in force" for one in told}


def _home(place: Path) -> dict[str, str]:
    try:
        require_home(place)
        said = read_home_file(place)
    except StorageError as error:
        return {"home": f"cannot be read ({type(error).__name__})"}
    return {
        "keys": said.keys,
        "second place of the pin": said.pins,
        "central store": _central(said),
        "folder": "as the platform says" if place == default_home() else "named",
        **{name: _size(place / name) for name in (LOCAL_NAME, CENTRAL_NAME, KNOWN_NAME)},
    }


def _central(said: HomeFile) -> str:
    return said.central if said.central in {EMBEDDED, NOWHERE} else "a server"


def _size(file: Path) -> str:
    try:
        return f"{rounded(max(file.stat().st_size >> 20, 1))} MiB"
    except OSError:
        return "not there"


def _stores(place: Path, passphrase: Callable[[], str] | None, home: Home | None) -> dict[str, str]:
    if home is not None:
        return _counted(home)
    if passphrase is None:
        return {"local store": "not opened"}
    try:
        with closing(open_home(place, passphrase=passphrase)) as opened:
            return _counted(opened)
    except Exception as error:  # any of them is a line of the report, by its kind alone
        return {"local store": f"does not open ({type(error).__name__})"}


def _counted(home: Home) -> dict[str, str]:
    found = census(home)
    said = {"revision": found.revision, "cipher": home.cipher() or "none"}
    said |= {name: rounded(many) for name, many in found.rows.items()}
    said |= {f"records of kind {word(kind)}": rounded(many) for kind, many in found.records.items()}
    return said


def _settings(place: Path) -> dict[str, str]:
    settings = settings_of(place)
    changed = [
        name for name, one in settings.described.items() if settings.value(name) != one.default
    ]
    said = dict.fromkeys(changed, "set")
    if settings.faults:
        said["lines skipped"] = str(len(settings.faults))
    return said

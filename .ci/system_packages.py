"""What Qt on X11 and the tests need from the system, and how to get it.

The truth is what the loader finds, not what a package is called: each shared object is opened, each
command looked for. The names of packages serve only to install or to name what is missing.
"""

import ctypes
import glob
import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# Direct needs (DT_NEEDED) of PySide6's Qt libraries and their xcb plugin that its wheel does not
# carry, and the Debian package of each. Read off with `ldd`; read again when PySide6 is raised.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
# Commands that only tests need: a screen, keys pressed from outside, and the tools that verify.sh
# (written into an exported bundle) is allowed to use.
TEST_COMMANDS = {
    "Xvfb": "xvfb",
    "git": "git",
    "jq": "jq",
    "openbox": "openbox",
    "openssl": "openssl",
    "sha256sum": "coreutils",
    "xdotool": "xdotool",
    "xkbcomp": "x11-xkb-utils",
}
# What tests listen with to what a screen reader hears. They are skipped, with the reason, where it
# is not there and this account may not install it.
HELPFUL_FILES = {
    ("/usr/bin/dbus-daemon", "/bin/dbus-daemon"): "dbus",
    (
        "/usr/libexec/at-spi-bus-launcher",
        "/usr/lib/at-spi2-core/at-spi-bus-launcher",
    ): "at-spi2-core",
}
# A database server with TLS, for tests of the link to one. Debian keeps its programs out of PATH.
SERVER_FOLDERS = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"
SERVER_PROGRAMS = "initdb", "postgres"
SERVER_PACKAGE = "postgresql"
# Renamed when time_t grew to 64 bits: Debian 13, Ubuntu 24.04 and later.
RENAMED_T64 = {"libglib2.0-0": "libglib2.0-0t64"}
RELEASE_WITH_T64 = {"debian": 13.0, "ubuntu": 24.04}


class MissingError(Exception):
    """The system lacks something; the text is the sentence for the person."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """What /etc/os-release says of the system."""

    name: str
    like: tuple[str, ...]  # the distributions it is made from
    version: float  # 0.0 where the release has no number (testing, rolling)

    @property
    def knows_our_names(self) -> bool:
        """Whether the package names of this file are this distribution's."""
        return bool({self.name, *self.like} & RELEASE_WITH_T64.keys())

    def package(self, name: str) -> str:
        """Return what this release calls the package."""
        since = RELEASE_WITH_T64.get(self.name)
        is_late = since is not None and (self.version == 0.0 or self.version >= since)
        return RENAMED_T64.get(name, name) if is_late else name


def provide(goal: str) -> None:
    """Install what is missing if this account may, else raise MissingError naming it."""
    if not sys.platform.startswith("linux"):
        return  # the wheels of other systems bring all they need
    missing = what_is_missing(goal)
    if not missing:
        help_along(goal)
        return
    distribution = read_distribution(Path("/etc/os-release"))
    packages = sorted({distribution.package(name) for name in missing.values()})
    if not distribution.knows_our_names:
        raise MissingError(
            f"Missing here: {', '.join(missing)}. Install what brings them "
            f"(on Debian: {' '.join(packages)}) with your package tool, then run make again."
        )
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise MissingError(
            f"Missing here: {', '.join(missing)}. To install them, run: "
            f"sudo apt-get update && sudo apt-get install -y --no-install-recommends "
            f"{' '.join(packages)}"
        )
    install(sorted({*packages, *what_would_help(goal)}))
    left = what_is_missing(goal)
    if left:
        raise MissingError(
            f"Still missing after installing {' '.join(packages)}: {', '.join(left)}. "
            "Look at what apt-get said above."
        )


def help_along(goal: str) -> None:
    """Install what only some tests want, if this account may; nothing fails for the lack of it."""
    packages = what_would_help(goal)
    known = read_distribution(Path("/etc/os-release")).knows_our_names
    if packages and known and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        try:
            install(packages)
        except MissingError as error:
            print(f"{error} Tests that want it are skipped.", file=sys.stderr)


def what_would_help(goal: str) -> list[str]:
    """Return the packages that some tests want, and are skipped without."""
    if goal != "test":
        return []
    wanted = HELPFUL_FILES.items()
    return [package for files, package in wanted if not any(map(os.path.exists, files))]


def what_is_missing(goal: str) -> dict[str, str]:
    """Return each thing that `goal` needs and the system lacks, with its Debian package."""
    missing = {name: package for name, package in LIBRARIES.items() if not loads(name)}
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        missing["the Python modules venv and ensurepip"] = venv_package()
    if goal == "test":
        missing |= {c: package for c, package in TEST_COMMANDS.items() if shutil.which(c) is None}
        if server_programs() is None:
            missing["a PostgreSQL server (initdb, postgres)"] = SERVER_PACKAGE
    return missing


def server_programs() -> Path | None:
    """Return the folder with the newest PostgreSQL server's programs, or None."""
    found = [Path(place) for pattern in SERVER_FOLDERS for place in glob.glob(pattern)]
    on_path = shutil.which("postgres")
    found = ([Path(on_path).parent] if on_path else []) + sorted(found, key=release_of)
    whole = [place for place in found if all((place / one).exists() for one in SERVER_PROGRAMS)]
    return whole[-1] if whole else None


def release_of(programs: Path) -> int:
    """Return the number of the release in a folder of programs; 0 where there is none."""
    digits = "".join(one for one in programs.parent.name if one.isdigit())
    return int(digits or 0)


def loads(library: str) -> bool:
    """Whether the loader finds and opens the shared object."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def venv_package() -> str:
    """Return the package that completes this very interpreter."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def read_distribution(os_release: Path) -> Distribution:
    """Read the name and number of the distribution, and what it is made from."""
    try:
        lines = os_release.read_text(encoding="utf-8").splitlines()
    except OSError:
        return Distribution("", (), 0.0)
    fields = {key: value.strip("\"'") for key, _, value in (line.partition("=") for line in lines)}
    try:
        version = float(fields.get("VERSION_ID", "0"))
    except ValueError:
        version = 0.0
    like = tuple(fields.get("ID_LIKE", "").split())
    return Distribution(fields.get("ID", ""), like, version)


def install(packages: list[str]) -> None:
    """Install with apt-get, the lists read anew first and once again if that fails."""
    print(f"Installing system packages: {' '.join(packages)}", file=sys.stderr)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    update = ["apt-get", "update", "-q"]
    if subprocess.run(update, check=False, env=environment).returncode != 0:
        subprocess.run(update, check=False, env=environment)  # a mirror in motion, once more
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    if subprocess.run(command, check=False, env=environment).returncode != 0:
        raise MissingError(
            f"apt-get could not install {' '.join(packages)}; it says above why. "
            f"If its server could not be reached, run make again later."
        )

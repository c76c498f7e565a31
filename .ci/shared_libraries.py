"""Which shared libraries of this system a tree needs, copied beside it and found by it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ELF = b"\x7fELF"
# Every Linux has these, and they must be its own: the C library and the loader.
OF_THE_SYSTEM = re.compile(
    r"(ld-linux.*|linux-vdso|lib(c|m|dl|rt|pthread|util|resolv|mvec|nsl|anl))\.so.*"
)
_LINE = re.compile(r"^\s*(\S+) => (\S+) \(", re.M)
_MISSING = re.compile(r"^\s*(\S+) => not found", re.M)


@dataclass(frozen=True, slots=True)
class Package:
    """A package of this system that a copied library is from."""

    name: str
    version: str


def elves(tree: Path) -> Iterator[Path]:
    """Give every program and shared library of a tree."""
    for folder, _, names in os.walk(tree):
        for name in names:
            file = Path(folder, name)
            if not file.is_symlink() and file.is_file():
                with file.open("rb") as opened:
                    if opened.read(4) == ELF:
                        yield file


def needed(file: Path) -> dict[str, Path]:
    """Return the libraries that a file is loaded with, by name, as the loader finds them here."""
    said = subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=False).stdout
    return {name: Path(path) for name, path in _LINE.findall(said)}


def missing(file: Path) -> list[str]:
    """Return the libraries that a file needs and the loader does not find."""
    said = subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=False).stdout
    return _MISSING.findall(said)


def bring(tree: Path, own: Path) -> dict[str, Path]:
    """Copy into `own` what the tree needs of this system.

    Returns the copied libraries by name, with where each came from.
    """
    copied: dict[str, Path] = {}
    own.mkdir(parents=True, exist_ok=True)
    for file in list(elves(tree)):
        for name, path in needed(file).items():
            inside = path.resolve().is_relative_to(tree)
            if name in copied or inside or OF_THE_SYSTEM.fullmatch(name):
                continue
            shutil.copy(path.resolve(), own / name)
            copied[name] = path
    return copied


def point(files: Iterable[Path], own: Path, patchelf: str) -> None:
    """Let each file find its libraries in `own`, and what it found beside itself before."""
    for file in files:
        before = subprocess.run(
            [patchelf, "--print-rpath", str(file)], capture_output=True, text=True, check=True
        ).stdout.strip()
        relative = [part for part in before.split(":") if part.startswith("$ORIGIN")]
        to_own = os.path.relpath(own, file.parent)
        path = ":".join([*relative, f"$ORIGIN/{to_own}"])
        subprocess.run([patchelf, "--set-rpath", path, str(file)], check=True)


def package_of(library: Path) -> Package | None:
    """Return the Debian package that a library is from; None on another system."""
    for place in (library, library.resolve(), Path("/usr", *library.parts[1:])):
        found = subprocess.run(
            ["dpkg-query", "-S", str(place)], capture_output=True, text=True, check=False
        )
        if found.returncode == 0:
            name = found.stdout.partition(": ")[0].split(",")[0]
            version = subprocess.run(
                ["dpkg-query", "-W", "-f", "${Version}", name],
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            return Package(name.partition(":")[0], version)
    return None

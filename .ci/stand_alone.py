"""Make a stand-alone build: interpreter, packages, libraries, program, licences, bill of materials.

A folder and a tar of it in `dist/`. The interpreter is the one that `.venv` was made with; of the
packages exactly what `requirements.lock` names. Started by `.ci/package`.
"""

import compileall
import hashlib
import importlib.metadata
import json
import os
import platform
import py_compile
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

import package_papers as papers
import shared_libraries as libraries
from packaging.requirements import Requirement

HOUSE = Path(__file__).resolve().parent.parent
ROOMS = ("app", "blur", "grading", "resources", "storage", "widgets")
BESIDE = ("main.py", "pyproject.toml", "LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md")
# Of the standard library: what needs a terminal or Tk, what builds, what tests. readline and the
# dbm modules are left out because their libraries are under the GPL or of Sleepycat.
NOT_OF_PYTHON = (
    "test", "idlelib", "tkinter", "turtledemo", "turtle.py", "ensurepip", "lib2to3", "pydoc_data",
    "site-packages", "config-*", "__pycache__", "_tkinter*", "readline*", "_dbm*", "_gdbm*",
    "_curses*", "nis*", "_test*", "xxlimited*",
)  # fmt: skip
NOT_OF_PACKAGES = (
    "__pycache__", "tests", "test", "testing_data", "*.pyi", "*.qml", "*.h", "*.a", "*.o", "*.d",
    "*.rlib",
)  # fmt: skip
QT_MODULES = ("QtCore", "QtDBus", "QtGui", "QtSvg", "QtWidgets")
# X11, which Wayland desktops have too; no theme of another toolkit.
QT_PLUGINS = ("platforms", "iconengines", "platforminputcontexts")
NOT_OF_QT = ("*eglfs*", "*wayland*", "*virtualkeyboard*", "*linuxfb*", "*vnc*", "*minimalegl*")
LAUNCHER = """#!/bin/sh
# Starts Assay from this folder, wherever it lies.
here=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")" && pwd)
# Windows are painted without the graphics driver: its libraries would have to fit ours.
QT_XCB_GL_INTEGRATION=none
export QT_XCB_GL_INTEGRATION
exec "$here/python/bin/PYTHON" -E -s "$here/program/main.py" "$@"
"""


def main(tools: Path) -> int:
    """Build; return 0, or 3 with a sentence where something is missing on this machine."""
    version = json.loads(
        subprocess.run(
            [sys.executable, "main.py", "--version", "--json"],
            capture_output=True, text=True, check=True, cwd=HOUSE,
        ).stdout
    )["version"]  # fmt: skip
    name = f"assay-{version}-linux-{platform.machine()}"
    tree = HOUSE / "dist" / name
    shutil.rmtree(tree, ignore_errors=True)
    python = tree / "python"
    print("The interpreter, its packages, the program.", flush=True)
    copy_python(python)
    shipped = copy_packages(python)
    prune_qt(site_of(python) / "PySide6")
    copy_program(tree / "program")
    print("The libraries of this system that they need.", flush=True)
    copied = bring_libraries(python, str(tools / "patchelf"))
    # A wheel may leave it to one of its libraries to have loaded another that lies beside it.
    here = {file.name for file in libraries.elves(python)}
    without = {name for file in libraries.elves(python) for name in libraries.missing(file)} - here
    if without:
        print(f"Not found on this machine: {', '.join(sorted(without))}.", file=sys.stderr)
        return 3
    (tree / "VERSION").write_text(f"{version}\n")
    write_launcher(tree / "assay")
    papers.lay_licences(tree, shipped, copied)
    papers.write_bill(tree, tools, copied)
    # Unchecked: nothing looks at the sources again, whatever their dates are after unpacking.
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    plain = str(tree.parent)  # a file names no folder of this machine
    compileall.compile_dir(tree, quiet=2, invalidation_mode=mode, workers=0, stripdir=plain)
    archive = packed(tree)
    print(f"{archive.relative_to(HOUSE)}: {archive.stat().st_size >> 20} MiB")
    return 0


def copy_python(target: Path) -> None:
    """Copy the interpreter that `.venv` was made with."""
    base = Path(sys.base_prefix)
    named = f"python{sys.version_info.major}.{sys.version_info.minor}"
    standard = Path(sysconfig.get_path("stdlib"))
    skip = shutil.ignore_patterns(*NOT_OF_PYTHON)
    shutil.copytree(standard, target / "lib" / named, ignore=skip, symlinks=False)
    for file in (target / "lib" / named).glob("_sysconfigdata*.py"):  # it names where it was built
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(str(base), "/usr"), encoding="utf-8")
    (target / "bin").mkdir()
    shutil.copy(Path(base, "bin", named).resolve(), target / "bin" / named)
    site_of(target).mkdir(exist_ok=True)


def site_of(python: Path) -> Path:
    """Return where the packages of the copied interpreter lie."""
    return (
        python
        / "lib"
        / f"python{sys.version_info.major}.{sys.version_info.minor}"
        / "site-packages"
    )


def copy_packages(python: Path) -> list[importlib.metadata.Distribution]:
    """Copy what the lock names, file by file as each package lists them; return what was copied."""
    ignored = shutil.ignore_patterns(*NOT_OF_PACKAGES)
    shipped = []
    for pin in pins():
        distribution = importlib.metadata.distribution(pin.name)
        if not pin.specifier.contains(distribution.version, prereleases=True):
            raise SystemExit(f"{pin.name} {distribution.version} is installed, {pin} is locked.")
        for file in distribution.files or ():
            source = Path(str(file.locate()))
            parts = Path(file).parts
            left_out = any(ignored("", [part]) for part in parts)
            if ".." in parts or left_out or not source.is_file():
                continue
            target = site_of(python) / file
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        shipped.append(distribution)
    return shipped


def pins() -> list[Requirement]:
    """Return what the lock fixes for this Python and this system."""
    lines = (HOUSE / ".ci" / "requirements.lock").read_text(encoding="utf-8").splitlines()
    read = [Requirement(line.removesuffix(" \\")) for line in lines if line[:1].isalnum()]
    return [pin for pin in read if pin.marker is None or pin.marker.evaluate()]


def prune_qt(qt: Path) -> None:
    """Leave of Qt what a window needs."""
    plugins = qt / "Qt" / "plugins"
    unwanted = [file for file in qt.glob("*.abi3.so") if module_of(file) not in QT_MODULES]
    unwanted += [folder for folder in plugins.iterdir() if folder.name not in QT_PLUGINS]
    unwanted += [qt / "Qt" / folder for folder in ("qml", "metatypes", "translations", "libexec")]
    unwanted += [qt / folder for folder in ("include", "typesystems", "glue", "doc", "scripts")]
    unwanted += [file for file in qt.iterdir() if is_tool(file)]
    unwanted += [file for pattern in NOT_OF_QT for file in plugins.rglob(pattern)]
    remove(unwanted)
    loaders = [*qt.glob("*.so*"), *plugins.rglob("*.so")]
    needed = {name for file in loaders for name in libraries.needed(file)}
    remove([file for file in (qt / "Qt" / "lib").iterdir() if file.name not in needed])


def module_of(file: Path) -> str:
    """Return the name of the module that a file holds."""
    return file.name.partition(".")[0]


def is_tool(file: Path) -> bool:
    """Whether this is a program such as Designer."""
    return file.is_file() and not file.suffix and os.access(file, os.X_OK)


def remove(unwanted: list[Path]) -> None:
    """Remove files and folders, those that are there."""
    for one in unwanted:
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink(missing_ok=True)


def copy_program(target: Path) -> None:
    """Copy the program as git knows it, and its guides."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", *ROOMS, *BESIDE, "docs"],
        cwd=HOUSE, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    for name in filter(None, listed.split("\0")):
        to = target / name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HOUSE / name, to)


def bring_libraries(python: Path, patchelf: str) -> dict[str, Path]:
    """Copy the libraries of this system and let everything find them."""
    own = python / "lib" / "system"
    copied = libraries.bring(python, own)
    needy = [
        file
        for file in sorted(libraries.elves(python))
        if file.parent.name in (own.name, "lib-dynload")
        or set(libraries.needed(file)) & set(copied)
    ]
    libraries.point(needy, own, patchelf)
    return copied


def write_launcher(target: Path) -> None:
    """Write what a person starts."""
    named = f"python{sys.version_info.major}.{sys.version_info.minor}"
    target.write_text(LAUNCHER.replace("PYTHON", named), encoding="utf-8")
    target.chmod(0o755)


def packed(tree: Path) -> Path:
    """Pack the folder, and write the sum that others compare."""
    archive = tree.with_name(f"{tree.name}.tar.gz")
    with tarfile.open(archive, "w:gz", compresslevel=4) as tar:
        tar.add(tree, arcname=tree.name, filter=anonymous)
    with archive.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    (archive.parent / "SHA256SUMS").write_text(f"{digest}  {archive.name}\n")
    return archive


def anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Say nothing of who built it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))

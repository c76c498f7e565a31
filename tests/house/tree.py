"""What the house is made of: its files as git sees them, parsed once."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
ROOMS = ("app", "blur", "grading", "storage", "widgets")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the repository, relative to its root."""
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]
    listed = subprocess.run(command, cwd=HOUSE, capture_output=True, check=True).stdout
    names = sorted({name for name in listed.decode().split("\0") if name})
    return tuple(Path(name) for name in names if (HOUSE / name).is_file())


def python_files() -> list[Path]:
    """Every Python file, tests included."""
    return [file for file in files() if file.suffix == ".py"]


def product_files() -> list[Path]:
    """The Python files that a person runs: the rooms and `main.py`."""
    return [file for file in python_files() if file.parts[0] in (*ROOMS, "main.py")]


@cache
def text_of(file: Path) -> str:
    """The text of a file, or "" if it is not text."""
    try:
        return (HOUSE / file).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


@cache
def parsed(file: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text_of(file), filename=str(file))


def imported_modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The full names of the modules that one import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] + [f"{node.module}.{alias.name}" for alias in node.names]


def comment_on(file: Path, line: int) -> str:
    """The comment at the end of a line (from 1) without its `noqa`, or ""."""
    comment = text_of(file).splitlines()[line - 1].partition("#")[2]
    return re.sub(r"noqa(?:: [A-Z0-9, ]+)?", "", comment).strip(" #:-")

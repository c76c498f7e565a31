"""The maximum is bound, not the median: of file, class and function.

Statements, branches, complexity and positional arguments of a function are bound by ruff
(`pyproject.toml`), which `test_checks.py` runs.
"""

import ast
from pathlib import Path

from tests.house.tree import HOUSE, parsed, product_files, python_files, text_of

MOST_LINES = 400
MOST_LINES_OF = {Path("widgets/main_window.py"): 200, Path("main.py"): 40}
MOST_PUBLIC_METHODS = 15
# Class -> why more public methods make it better there.
WIDE_CLASSES: dict[str, str] = {
    "PostgresCentralStore": "every central store has thirteen; who is let in is a server's alone",
}


def test_that_no_file_is_longer_than_a_person_reads_in_one_sitting() -> None:
    lengths = {file: len(text_of(file).splitlines()) for file in python_files()}
    too_long = {
        str(file): lines
        for file, lines in lengths.items()
        if lines > MOST_LINES_OF.get(file, MOST_LINES)
    }
    assert too_long == {}, "part it by what a reader looks for: a new file, named for one half"


def test_that_a_limit_of_a_named_file_binds_a_file_that_is_there() -> None:
    assert [str(file) for file in MOST_LINES_OF if not (HOUSE / file).exists()] == []


def test_that_no_class_has_more_doors_than_a_reader_can_keep_in_mind() -> None:
    wide = {}
    for file in product_files():
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.ClassDef) and node.name not in WIDE_CLASSES:
                count = len(public_methods(node))
                if count > MOST_PUBLIC_METHODS:
                    wide[f"{file}:{node.name}"] = count
    assert wide == {}, "part it, or say in WIDE_CLASSES why it is better whole"


def public_methods(node: ast.ClassDef) -> list[str]:
    """Names of the methods that others may call; a property is a value and does not count."""
    functions = (n for n in node.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return sorted(
        {
            function.name
            for function in functions
            if not function.name.startswith("_") and not is_property(function)
        }
    )


def is_property(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a decorator makes the function a value, or the setter of one."""
    words = {
        part.id if isinstance(part, ast.Name) else part.attr
        for decorator in function.decorator_list
        for part in ast.walk(decorator)
        if isinstance(part, ast.Name | ast.Attribute)
    }
    return bool(words & {"property", "cached_property", "setter"})

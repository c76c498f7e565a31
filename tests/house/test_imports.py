"""Who may import what, where import-linter's contracts (`pyproject.toml`) do not reach."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import comment_on, imported_modules, parsed, product_files, text_of

DECODERS = {"PIL", "av", "cv2", "imagehash", "pi_heif"}
# Where a decoder may be imported -> why.
DECODER_ROOMS = {
    Path("blur/child"): "runs alone: whatever a hostile file does, it does there",
    Path("blur/samples"): "draws the demo batch in a process of its own; reads nothing",
}
QT_CORE_ONLY = ("app/jobs", "app/session")  # signals and threads; no window


def imports(file: Path) -> Iterator[tuple[ast.Import | ast.ImportFrom, str]]:
    """Every import statement of a file with each module that it names."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in imported_modules(node):
                yield node, module


def test_that_decoders_are_imported_only_where_hostile_bytes_may_be() -> None:
    strays = [
        f"{file}:{node.lineno} {module}"
        for file in product_files()
        if not any(room in file.parents for room in DECODER_ROOMS)
        for node, module in imports(file)
        if module.split(".")[0] in DECODERS
    ]
    assert strays == []


def test_that_qt_is_imported_only_where_windows_are() -> None:
    strays = [
        f"{file}:{node.lineno} {module}"
        for file in product_files()
        if file.parts[0] != "widgets" and not str(file).startswith(QT_CORE_ONLY)
        for node, module in imports(file)
        if module.split(".")[0] in {"PySide6", "shiboken6"}
    ]
    assert strays == []


def test_that_jobs_and_session_know_only_the_core_of_qt() -> None:
    strays = [
        f"{file}:{node.lineno} {module}"
        for file in product_files()
        if str(file).startswith(QT_CORE_ONLY)
        for node, module in imports(file)
        if module.startswith("PySide6.") and not module.startswith("PySide6.QtCore")
    ]
    assert strays == []


def test_that_an_import_inside_a_function_says_why() -> None:
    unexplained = [
        f"{file}:{node.lineno}"
        for file in product_files()
        for node in hidden_imports(parsed(file))
        if not explained(file, node)
    ]
    assert unexplained == []


def test_that_migrations_import_nothing_of_ours() -> None:
    strays = [
        f"{file}:{node.lineno} {module}"
        for file in product_files()
        if "migrations" in file.parts and "versions" in file.parts
        for node, module in imports(file)
        if module.split(".")[0] in {"app", "blur", "grading", "storage", "widgets"}
    ]
    assert strays == []


def hidden_imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """Import statements that run only when a function does."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield node


def explained(file: Path, node: ast.Import | ast.ImportFrom) -> bool:
    """Whether the statement, or the line above it, has a comment that says more than `noqa`."""
    above = text_of(file).splitlines()[node.lineno - 2].strip()
    beside = comment_on(file, node.lineno)
    return bool(beside) or above.startswith("#") or earlier_in_the_run(file, node)


def earlier_in_the_run(file: Path, node: ast.Import | ast.ImportFrom) -> bool:
    """Whether an explained import stands on the line above: one reason serves a run of imports."""
    above = [other for other in hidden_imports(parsed(file)) if other.end_lineno == node.lineno - 1]
    return any(explained(file, other) for other in above)


def test_that_dataclasses_write_their_methods_late_except_where_nothing_of_ours_is_known() -> None:
    strays = [
        f"{file}:{node.lineno}"
        for file in product_files()
        if file.parts[0] not in {"blur", "main.py"} and file != Path("grading/late_methods.py")
        for node, module in imports(file)
        if module.startswith("dataclasses") and "dataclass" in {name.name for name in node.names}
    ]
    assert strays == [], "import dataclass from grading.late_methods: a start is a tenth quicker"

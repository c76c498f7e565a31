"""What is written in the files: no machine, no registry, no loose end, no stray colour or text."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from app.texts import read_texts
from tests.house.tree import HOUSE, comment_on, files, parsed, product_files, python_files, text_of

# Written in parts, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w./~-])/(?:" + "|".join(("work", "root", "farm", "opt")) + r")/")
REGISTRY = re.compile(
    r"://|--(?:extra-)?index-url|--find-links|--trusted-host|(?:^|\s)-[if]\s", re.M
)
LOOSE_END = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
HEX_COLOUR = re.compile(r"""["']#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})["']""")
TEXTS = Path("resources/texts/en.toml")
SETTINGS = Path("resources/settings/settings.toml")
LIKE_A_TEXT_ID = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
# What puts words before a person; the words come from TEXTS, by their id.
SHOWS_WORDS = {
    "QLabel",
    "QPushButton",
    "QAction",
    "setAccessibleDescription",
    "setAccessibleName",
    "setPlaceholderText",
    "setStatusTip",
    "setText",
    "setToolTip",
    "setWindowTitle",
}
# File -> why it may hold a colour of its own.
COLOURED: dict[str, str] = {
    "blur/samples/": "paints pictures; the colours are the picture's, not the window's",
}


def test_that_no_file_names_a_path_of_one_machine() -> None:
    named = [
        f"{file}:{number}"
        for file in files()
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert named == []


@pytest.mark.parametrize("pattern", ["requirements*.in", "requirements*.lock"])
def test_that_requirements_name_no_registry_and_no_path(pattern: str) -> None:
    lists = sorted((HOUSE / ".ci").glob(pattern))
    assert len(lists) == 3
    for file in lists:
        assert REGISTRY.findall(file.read_text(encoding="utf-8")) == [], file.name


def test_that_every_pin_has_a_hash() -> None:
    for file in (HOUSE / ".ci").glob("requirements*.lock"):
        text = file.read_text(encoding="utf-8").replace("\\\n", " ")
        pins = [line for line in text.splitlines() if re.match(r"^[a-zA-Z0-9]", line)]
        assert pins
        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_that_no_loose_end_is_left_in_the_code() -> None:
    left = [
        f"{file}:{number}"
        for file in python_files()
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if LOOSE_END.search(line)
    ]
    assert left == []


def test_that_swallowing_every_error_has_its_reason_beside_it() -> None:
    bare = [
        f"{file}:{node.lineno}"
        for file in product_files()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ExceptHandler)
        and catches_everything(node)
        and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
        and not comment_on(file, node.lineno)
    ]
    assert bare == []


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Whether the handler is bare or names a base of all errors."""
    names = {"Exception", "BaseException"}
    return handler.type is None or (isinstance(handler.type, ast.Name) and handler.type.id in names)


def test_that_colours_live_with_the_look() -> None:
    strays = [
        f"{file}:{number}"
        for file in product_files()
        if not str(file).startswith(tuple(COLOURED))
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if HEX_COLOUR.search(line)
    ]
    assert strays == []


def test_that_every_text_asked_for_is_written() -> None:
    table = tomllib.loads(text_of(TEXTS))
    written = ids_of(table)
    settings = set(tomllib.loads(text_of(SETTINGS)))  # some begin like a text
    asked = {
        (text, str(file))
        for file in product_files()
        if file.parts[0] in {"app", "widgets"}
        for text in literals(parsed(file))
        if LIKE_A_TEXT_ID.fullmatch(text) and text.partition(".")[0] in table
    } - {(setting, str(file)) for setting in settings for file in product_files()}
    assert {(text, file) for text, file in asked if text not in written} == set()


def test_that_every_text_is_given_exactly_its_blanks() -> None:
    texts = read_texts()
    calls = [
        (f"{file}:{node.lineno}", text.value, {keyword.arg for keyword in node.keywords})
        for file in product_files()
        if file.parts[0] in {"app", "widgets"}
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and called(node) in {"texts", "_texts"} and node.args
        for text in ast.walk(node.args[0])
        if isinstance(text, ast.Constant) and text.value in texts.ids()
    ]
    assert len(calls) > 50  # it still finds them
    needed = {text: set(texts.blanks(text)) for _, text, _ in calls}
    wrong = [
        (where, text)
        for where, text, given in calls
        if None not in given  # blanks that are handed on are not known here
        and not (needed[text] <= given <= needed[text] | {"n"})  # `n` also chooses the form
    ]
    assert wrong == []


def test_that_the_window_has_no_words_of_its_own() -> None:
    own = [
        f"{file}:{node.lineno}"
        for file in product_files()
        if file.parts[0] == "widgets"
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and called(node) in SHOWS_WORDS
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and re.search(r"[A-Za-z]{2}", argument.value)
    ]
    assert own == []


def test_that_the_window_writes_no_number_and_no_day_by_itself() -> None:
    # They are written otherwise in each language: `Texts.figure` and `widgets.moments` know how.
    own = [
        f"{file}:{node.lineno}"
        for file in product_files()
        if file.parts[0] == "widgets" and file.name != "report_cards.py"  # as the report has it
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FormattedValue)
        and node.format_spec is not None
        and re.search(",|%[aAbBdmyY]", ast.unparse(node.format_spec))
    ]
    assert own == []


def literals(tree: ast.Module) -> set[str]:
    """Every string of a file, without the pieces of those that are put together."""
    pieces = {
        id(piece)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for piece in node.values
    }
    constants = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in pieces
    )
    return {value for value in constants if isinstance(value, str)}


def called(call: ast.Call) -> str:
    """The last part of the name that is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def ids_of(table: dict[str, object], prefix: str = "") -> set[str]:
    """The dotted ids of a table of texts; a table of plural forms is one text."""
    found = set()
    for name, value in table.items():
        full = f"{prefix}{name}"
        if isinstance(value, dict) and set(value) != {"one", "other"}:
            found |= ids_of(value, f"{full}.")
        else:
            found.add(full)
    return found

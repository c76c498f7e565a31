"""A name says what lives there."""

import ast
import re

from tests.house.tree import HOUSE, comment_on, files, parsed, product_files, python_files, text_of

TOP_LEVEL = {
    # the rooms, fixed by the product's owner
    "app", "widgets", "grading", "blur", "storage", "resources", "tests", "main.py",
    "pyproject.toml",
    # what a repository needs
    "README.md",
    "SECURITY.md", "Makefile", "CHANGELOG.md", "LICENSE", "docs", ".ci", ".gitignore",
}  # fmt: skip
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
MOST_BYTES = 1_500_000
TESTS_THAT_WAIT = re.compile(r"\btime\.sleep\(|\bqtbot\.wait\(|\bQTest\.qWait\(|\bQTest\.qSleep\(")


def test_that_the_top_level_holds_the_rooms_and_nothing_else() -> None:
    assert {file.parts[0] for file in files()} - TOP_LEVEL == set()


def test_that_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    said_nothing = [
        str(file)
        for file in files()
        if {part.split(".")[0].strip("_") for part in file.parts} & EMPTY_NAMES
    ]
    assert said_nothing == []


def test_that_no_class_is_called_a_manager_or_a_helper() -> None:
    named = [
        f"{file}:{node.name}"
        for file in product_files()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ClassDef)
        and re.search(r"(Manager|Helper|Util|Utils|Misc)$", node.name)
    ]
    assert named == []


def test_that_every_room_draws_its_errors() -> None:
    missing = [
        room
        for room in ("app", "blur", "grading", "storage")
        if not (HOUSE / room / "errors.py").exists()
    ]
    assert missing == []


def test_that_the_names_of_errors_end_in_error() -> None:
    odd = [
        f"{file}:{node.name}"
        for file in product_files()
        if file.name == "errors.py"
        for node in parsed(file).body
        if isinstance(node, ast.ClassDef) and not node.name.endswith("Error")
    ]
    assert odd == []


def test_that_tests_are_named_as_sentences() -> None:
    odd = [
        f"{file}:{node.name}"
        for file in python_files()
        if file.parts[0] == "tests" and file.name.startswith("test_")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test")
        and not node.name.startswith("test_that_")
    ]
    assert odd == []


def test_that_no_test_waits_for_a_fixed_time_without_a_reason() -> None:
    waiting = [
        f"{file}:{number}"
        for file in python_files()
        if file.parts[0] == "tests" and file.name.startswith("test_")
        for number, line in enumerate(text_of(file).splitlines(), 1)
        if TESTS_THAT_WAIT.search(line) and not comment_on(file, number)
    ]
    assert waiting == []


def test_that_resources_hold_no_program() -> None:
    assert [str(file) for file in python_files() if file.parts[0] == "resources"] == []


def test_that_no_file_is_too_large_for_a_repository() -> None:
    large = [str(file) for file in files() if (HOUSE / file).stat().st_size > MOST_BYTES]
    assert large == []

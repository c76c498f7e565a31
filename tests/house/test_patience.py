"""A test waits as long as a crowded machine takes: by itself, pytest-qt gives up after 5 s."""

import ast

from tests.house.tree import parsed, python_files

WAITS = {"waitUntil", "waitSignal", "waitSignals", "waitExposed", "waitActive", "waitCallback"}


def test_that_every_wait_for_the_window_says_how_patient_it_is() -> None:
    calls = (
        (file, node)
        for file in python_files()
        if file.parts[0] == "tests"
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call)
    )
    hasty = [
        f"{file}:{call.lineno}"
        for file, call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in WAITS
        and "timeout" not in {given.arg for given in call.keywords}
    ]
    assert hasty == []

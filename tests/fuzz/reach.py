"""Which lines of the parsers a corpus reaches, counted by the interpreter itself."""

import sys
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from tests.fuzz.targets import MODULES, TARGETS

HOUSE = Path(__file__).resolve().parents[2]


Steps = dict[str, set[tuple[int, int]]]  # by file: lines that ran, with the line before each


def steps_of(target: str, data: bytes) -> Steps:
    """Return what an input makes run in the modules of a target."""
    steps: Steps = {str(HOUSE / module): set() for module in MODULES[target]}
    last = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal last
        lines = steps.get(frame.f_code.co_filename)
        if lines is None:
            return None
        if event == "line":
            lines.add((last, frame.f_lineno))
            last = frame.f_lineno
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        TARGETS[target](data)
    finally:
        sys.settrace(before)
    return steps


def smallest(target: str, inputs: Iterable[bytes], most_bytes: int) -> tuple[list[bytes], Steps]:
    """Return the shortest inputs that together reach all that the inputs reach, and that."""
    kept: list[bytes] = []
    reached: Steps = {str(HOUSE / module): set() for module in MODULES[target]}
    size = 0
    for data in sorted(set(inputs), key=lambda one: (len(one), one)):
        steps = steps_of(target, data)
        is_new = any(steps[name] - reached[name] for name in reached)
        if is_new and size + len(data) <= most_bytes:
            kept.append(data)
            size += len(data)
            for name in reached:
                reached[name] |= steps[name]
    return kept, reached


def told(reached: Steps) -> Iterable[str]:
    """Yield a line a module: how many of its functions' lines ran, of how many."""
    for name, steps in reached.items():
        lines = _lines_in_functions(Path(name))
        ran = lines & {line for _, line in steps}
        yield f"{Path(name).relative_to(HOUSE)}: {len(ran)} of {len(lines)} lines"


def _lines_in_functions(file: Path) -> set[int]:
    whole = compile(file.read_text(encoding="utf-8"), str(file), "exec")
    return {
        line
        for code in _within(whole)
        if code.co_flags & 2  # a function's: modules and classes run once, at their import
        for _, _, line in code.co_lines()
        if line is not None and line != code.co_firstlineno
    }


def _within(code: CodeType) -> Iterable[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _within(inner)

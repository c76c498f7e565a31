"""Fuzz one target: `python -m tests.fuzz.one TARGET FOLDER [options of libFuzzer]`.

Runs where atheris is installed (`make fuzz` sees to it) and nowhere else is it imported.
"""

import sys

import atheris

with atheris.instrument_imports(include=["app", "blur", "grading", "storage", "tests.fuzz"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    target = TARGETS[sys.argv[1]]
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()

"""One shift at one desk, in a process of its own: commands through `main`, one after another.

The commands come as JSON on standard input, a list of words each; what each said goes out as JSON.
A key file is made at its least cost, and nothing else is otherwise than for a person.
"""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout

import storage.keyfile
from main import main
from storage.keyfile import MINIMUM_COST, Cost


def least_cost() -> Cost:
    """What a calibration finds on the slowest machine."""
    return MINIMUM_COST


def shift(commands: list[list[str]]) -> list[tuple[int, str, str]]:
    """Run the commands; return status, output and messages of each."""
    done = []
    for words in commands:
        out, messages = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(messages):
            status = main(words)
        done.append((status, out.getvalue(), messages.getvalue()))
    return done


if __name__ == "__main__":
    storage.keyfile.calibrated_cost = least_cost
    json.dump(shift(json.load(sys.stdin)), sys.stdout)

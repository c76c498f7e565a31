"""One shift at one desk, in a process of its own: commands through `main`, one after another.

A key file is made at its least cost, and nothing else is otherwise than for a person.
"""

import io
import os
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection

from main import main
from tests.forking import started
from tests.least_cost import use_least_cost

# What most shifts import; numpy is not among it, because it starts threads.
for _name in ("approve", "batch", "export", "grade", "home", "importing", "report", "roster"):
    import_module(f"app.cli.{_name}")
for _name in ("app.cli.sync", "app.cli.verify", "storage.central.postgres", "alembic.command"):
    import_module(_name)

Said = tuple[int, str, str]  # exit status, output and messages of one command


@dataclass(frozen=True, slots=True)
class Shift:
    """The commands of a shift, and the environment of the process that runs them."""

    environment: Mapping[str, str]
    commands: Sequence[Sequence[str]]


def worked(shift: Shift) -> list[Said]:
    """Run the commands of a shift in a process of its own; return what each said."""
    process, pipe = started(_work, shift)
    try:
        said: list[Said] = pipe.recv()
    except EOFError:
        raise AssertionError("a desk ended without a word") from None
    finally:
        process.join()
        pipe.close()
        process.close()
    assert not any("Traceback" in messages for _, _, messages in said), said
    return said


def _work(shift: Shift, pipe: Connection) -> None:
    os.environ.clear()
    os.environ.update(shift.environment)
    use_least_cost()
    pipe.send([_said(list(words)) for words in shift.commands])


def _said(words: list[str]) -> Said:
    out, messages = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(messages):
        status = main(words)
    return status, out.getvalue(), messages.getvalue()

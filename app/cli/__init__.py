"""The commands that need no window. None of them imports Qt.

A command is a module with ``declare(parser)``, which gives the parser its options, and
``run(arguments, out) -> int``, which does the work and returns the exit status. Modules are
imported when their command is called, so that `decide` starts without a database.
"""

import gc
import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from pathlib import Path

from app import dumps
from app.asked_for import command_first
from app.bootstrap import home_place
from app.cli.output import Output
from app.cli.parsing import CommandParser, parsed
from app.errors import UsageError
from app.messages import exit_status, is_ours, redacted, sentence, told_in_log
from app.names import shown
from app.version import VERSION
from grading.late_methods import dataclass

PROGRAM = "main.py"
_STOPPED = "Stopped; what was kept stays, run it again to go on."
_STOPPED_READING = "Stopped; nothing was changed. Run it again: it begins anew."


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command lives and what it does, in half a line."""

    module: str
    summary: str
    opens_home: bool = True  # or a store; one that does not starts without any of storage


COMMANDS: Mapping[str, Command] = {
    "demo": Command("app.cli.demo", "make a throw-away home with a generated sample batch"),
    "home": Command("app.cli.home", "make a home: identity, keys, encrypted store"),
    "batch": Command("app.cli.batch", "add a folder as a batch, list batches, show one"),
    "select": Command("app.cli.select", "which items of a batch go to assessment, from a table"),
    "grade": Command("app.cli.grade", "sign one verdict for each row of a table"),
    "decide": Command("app.cli.decide", "outcome that facts have under a scheme", False),
    "schemes": Command("app.cli.schemes", "list the schemes, check a scheme file"),
    "queue": Command("app.cli.queue", "second opinions: what waits, compare, resolve"),
    "assign": Command("app.cli.assign", "who grades a batch, dealt out by lot"),
    "handover": Command("app.cli.handover", "give what is left of a batch to another, or recall"),
    "calibration": Command("app.cli.calibration", "the same items for several, then compared"),
    "casebook": Command("app.cli.casebook", "what was agreed on, searched by words"),
    "feedback": Command("app.cli.feedback", "what became of your answers, question by question"),
    "policy": Command("app.cli.policy", "the policy: show, preview, propose, acknowledge"),
    "roster": Command("app.cli.roster", "who may sign: show, enrol, revoke, rotate"),
    "approve": Command("app.cli.approve", "stand behind what another person signed"),
    "sync": Command("app.cli.sync", "push what waits to the central store and pull from it"),
    "central": Command("app.cli.central", "make an organisation's central store of a database"),
    "verify": Command("app.cli.verify", "check every signature, chain and log proof"),
    "agreement": Command("app.cli.agreement", "how far graders agree, from a table of ratings"),
    "report": Command("app.cli.report", "the study tables as JSON, CSV or HTML"),
    "export": Command("app.cli.export", "write signed records for another machine or reader"),
    "import": Command("app.cli.importing", "take in signed records that came by file"),
    "referral": Command("app.cli.referral", "hand an item to victim identification, in words"),
    "classifier": Command("app.cli.classifier", "what estimates: add, list, remove, run"),
    "trust": Command("app.cli.trust", "whom the evidence drawer trusts as signers of manifests"),
    "inspect": Command("app.cli.inspect", "type, size, fingerprints and declared provenance"),
    "diagnose": Command("app.cli.diagnose", "a report for support, without a name of evidence"),
}
# What only reads, or writes a file whole at its end: stopped half way it has kept nothing. Of some
# commands these are the forms that do; without any it is all of the command.
_KEEP_NOTHING: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("decide", "schemes", "casebook", "feedback", "verify"), frozenset[str]()),
    **dict.fromkeys(("agreement", "report", "inspect", "diagnose"), frozenset[str]()),
    "batch": frozenset({"list", "show"}),
    "queue": frozenset({"list", "show"}),
    "calibration": frozenset({"list", "show"}),
    "policy": frozenset({"show", "preview"}),
    "roster": frozenset({"show"}),
    "export": frozenset({"bundle", "vics", "csv"}),  # a hash list is signed
    "referral": frozenset({"list", "export"}),
    "classifier": frozenset({"list", "show"}),
    "trust": frozenset({"list"}),
}


def run(argv: Sequence[str]) -> int:
    """Run the command that ``argv`` names and return its exit status; no error escapes.

    0 done, 1 done and a fault was found, 2 wrong usage, 3 the world said no.
    """
    dumps.leave_none()
    out = Output(as_json="--json" in argv)
    try:
        status = _run(list(argv), out)
        out.flush()
    except BrokenPipeError:
        _silence_stdout()
        return 0
    except SystemExit as ended:  # argparse after --help
        return ended.code if isinstance(ended.code, int) else 0
    except KeyboardInterrupt:
        out.note(_STOPPED)
        return 3
    except Exception as error:  # the last line before the person: told, never traced
        return _failed(error, out, _named_home(argv))
    return status


def _run(argv: list[str], out: Output) -> int:
    argv = command_first(argv)
    if not argv or argv[0] in {"-h", "--help", "help"}:
        out.line(usage())
        return 0 if argv else 2
    if argv[0] == "--version":
        out.document({"name": "assay", "version": VERSION})
        out.line(f"Assay {VERSION}")
        return 0
    name = argv[0]
    if name.startswith("-"):
        raise UsageError(
            f"No command is named, and {shown(name)} is an option.",
            advice=f"`{PROGRAM} --help` lists the commands.",
        )
    if name not in COMMANDS:
        raise UsageError(
            f"There is no command called {name!r}.", advice=f"`{PROGRAM} --help` lists them."
        )
    module = import_module(COMMANDS[name].module)
    parser = CommandParser(prog=f"{PROGRAM} {name}", description=COMMANDS[name].summary)
    module.declare(parser)
    arguments = parsed(parser, argv[1:])
    # What was imported lives to the end: the collector need not walk it on every pass.
    gc.freeze()
    try:
        with _upgrades_shown(out) if COMMANDS[name].opens_home else nullcontext():
            status: int = module.run(arguments, out)
    except KeyboardInterrupt:
        if not _keeps_nothing(name, arguments):
            raise
        out.note(_STOPPED_READING)
        return 3
    return status


def _keeps_nothing(name: str, arguments: Namespace) -> bool:
    forms = _KEEP_NOTHING.get(name)
    if not forms:
        return forms is not None
    form = getattr(arguments, "what", None) or getattr(arguments, "form", None)
    return form in forms


@contextmanager
def _upgrades_shown(out: Output) -> Iterator[None]:
    """Show how far an older home, or store, is with being brought up to date as it is opened."""
    from storage.upgrade_watch import Count, upgrades_counted  # noqa: PLC0415 - see Command

    def counter(stage: str) -> Count:
        from app.cli.watching import watched  # noqa: PLC0415 - only where a home is older

        return watched(out).counted(stage)

    with upgrades_counted(counter):
        yield


def usage() -> str:
    """Return the list of commands for a person."""
    rows = [f"  {name:<12}{command.summary}" for name, command in COMMANDS.items()]
    return "\n".join(
        [
            f"usage: {PROGRAM} [COMMAND ...]",
            "",
            "Without a command the window opens. Commands, none of which needs a display:",
            "",
            *rows,
            "",
            f"`{PROGRAM} COMMAND --help` shows a command's use. Exit status: 0 done, 1 done and a",
            "fault was found, 2 wrong usage, 3 the world said no.",
        ]
    )


def _named_home(argv: Sequence[str]) -> Path | None:
    """Return the home the command line names; it may have failed before it was parsed."""
    named = None
    for position, word in enumerate(argv):
        if word == "--home" and position + 1 < len(argv):
            named = argv[position + 1]
        elif word.startswith("--home="):
            named = word.removeprefix("--home=")
    return Path(named) if named else None


def _failed(error: Exception, out: Output, home: Path | None) -> int:
    out.note(redacted(sentence(error)))  # it may quote a URL as it was typed
    try:
        out.flush()
    except BrokenPipeError:
        _silence_stdout()
    if is_ours(error):
        where = told_in_log(error, home_place(home))
        out.note(
            f"What went wrong is noted, without names or values, in {where}."
            if where is not None
            else "It could not be noted what went wrong: no log can be written."
        )
    return exit_status(error)


def _silence_stdout() -> None:
    # The reader is gone; without this the interpreter complains again when it ends.
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)

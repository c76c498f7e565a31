"""Nothing that a blind person's screens and commands show tells what another answered.

Two offices differ in nothing but what Ann answered; everybody else looks at everything they may
look at before they have answered themselves. Each home holds what the central store would show it.
"""

import argparse
import hashlib
import json
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path

import pytest

from app.cli import COMMANDS, run
from app.cli.parsing import CommandParser
from app.passphrase import PASSPHRASE_FILE
from tests.two_offices import BLIND, masked

OUT = "OUT"  # stands for a file, which is read too
ITEM, OTHER = "ITEM", "OTHER"  # stand for the two that Ann asked about; the first was sent to Ben
# Command -> what of it shows anything.
LOOKS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "batch": (("batch", "list"), ("batch", "show", "Batch"), ("batch", "known", "Batch")),
    "queue": (("queue", "list"), ("queue", "show", ITEM), ("queue", "show", OTHER)),
    "calibration": (("calibration", "list"), ("calibration", "show", "Edges")),
    "casebook": (("casebook",),),
    "feedback": (("feedback",),),
    "report": (("report", "--batch", "Batch", "--format", "json"),),
    "export": (
        ("export", "csv", "--batch", "Batch", "--out", OUT),
        ("export", "vics", "--batch", "Batch", "--profile", "us", "--out", OUT),
        ("export", "hashes", "--batch", "Batch", "--out", OUT),
    ),
    "agreement": (("agreement", "--batch", "Batch"),),
    "roster": (("roster", "show"),),
    "policy": (("policy", "show"),),
    "classifier": (("classifier", "list"), ("classifier", "run"), ("classifier", "show", ITEM)),
    "referral": (("referral", "list"),),
}
# What a command does beside: it signs, takes in, or gives out what was looked at above.
ACTS = {
    "batch": {"add", "carry-over", "shred"},
    "queue": {"take", "release", "send", "answer", "resolve"},
    "calibration": {"new", "close"},
    "policy": {"preview", "propose", "acknowledge"},
    "roster": {"enrol", "revoke", "rotate"},
    "classifier": {"add", "remove"},
    "referral": {"add", "export", "withdraw"},
}


Captured = pytest.CaptureFixture[str]


@pytest.fixture
def shown(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> Callable[[Path, str, tuple[str, ...]], str]:
    """What a command prints at somebody's home, without what differs by itself."""

    def look(folder: Path, name: str, words: tuple[str, ...]) -> str:
        monkeypatch.setenv(PASSPHRASE_FILE, str(folder / "passphrase"))
        monkeypatch.setenv("ASSAY_HOME", str(folder / "homes" / name))
        file = folder / "given out"
        found = (one.read_bytes() for one in (folder / "found").iterdir())
        items = sorted(hashlib.sha256(data).hexdigest() for data in found)
        stands_for = {OUT: str(file), ITEM: items[0], OTHER: items[1]}
        status = run([stands_for.get(word, word) for word in words] + ["--json"])
        out, err = capsys.readouterr()
        written = file.read_text(encoding="utf-8") if file.exists() else ""
        file.unlink(missing_ok=True)
        return masked(f"{status}\n{out}\n{err}\n{written}", folder)

    return look


def test_that_every_command_was_asked_whether_it_shows_anything() -> None:
    silent = {
        "demo": "a home of its own",
        "diagnose": "this machine; nothing of a record",
        "home": "makes one",
        "grade": "signs own verdicts",
        "decide": "pure: facts to outcome",
        "schemes": "schemes alone",
        "approve": "acts of office",
        "sync": "counts of records, whatever they say",
        "central": "makes a server's store",
        "import": "takes in",
        "inspect": "files",
        "trust": "certificates alone",
        "verify": "faults alone",
        "assign": "signs; for supervisors, who read everything",
        "handover": "own work",
        "select": "own selection",
    }
    assert set(COMMANDS) - set(silent) - set(LOOKS) == set()
    for command in LOOKS:
        parser = CommandParser(prog=command)
        import_module(COMMANDS[command].module).declare(parser)
        looked = {words[1] for words in LOOKS[command] if len(words) > 1}
        assert parts(parser) - looked == ACTS.get(command, set()), command


def parts(parser: CommandParser) -> set[str]:
    """The words that may follow a command."""
    choices = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    return {name for one in choices for name in one.choices}


@pytest.mark.parametrize("name", BLIND)
def test_that_no_command_tells_a_blind_person_what_another_answered(
    name: str, two_offices: tuple[Path, Path], shown: Callable[[Path, str, tuple[str, ...]], str]
) -> None:
    for words in (words for looks in LOOKS.values() for words in looks):
        one, other = (shown(folder, name, words) for folder in two_offices)
        assert one == other, (name, words)


def test_that_a_case_has_null_for_what_waits_for_an_own_answer(
    two_offices: tuple[Path, Path], shown: Callable[[Path, str, tuple[str, ...]], str]
) -> None:
    case = shown(two_offices[0], "sue", LOOKS["export"][1])
    assert '"kept_back": 2' in case
    assert '"graded": 0' in case


def test_that_the_same_looks_tell_the_two_offices_apart_where_everything_is_open(
    two_offices: tuple[Path, Path], shown: Callable[[Path, str, tuple[str, ...]], str]
) -> None:
    one, other = (
        shown(folder, "ann", ("report", "--batch", "Batch", "--format", "json"))
        for folder in two_offices
    )
    assert one != other


def test_that_a_row_of_the_queue_holds_nothing_but_why_and_how_long(
    two_offices: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv(PASSPHRASE_FILE, str(two_offices[0] / "passphrase"))
    for name in ("chief", "sue", "ben"):
        monkeypatch.setenv("ASSAY_HOME", str(two_offices[0] / "homes" / name))
        assert run(["queue", "list", "--json"]) == 0
        for row in json.loads(capsys.readouterr().out):
            assert set(row) == {
                *("item", "batch", "why", "since", "waits_s", "sent_to"),
                *("taken_by", "taken_until", "may_take", "refused"),
            }
            assert set(row["why"]) <= {"asked", "disputed", "policy", "sampled", "held"}

"""`decide --scheme ID --facts JSON`: what a scheme makes of stated facts. Needs no home."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import BinaryIO

from app.cli.facts import facts_from_json
from app.cli.output import Output
from app.names import shown
from app.schemes import SchemeShelf
from grading.errors import RefusedFactsError
from grading.outcome import Outcome
from grading.scheme import Question, Scheme
from grading.tree import decide

LINE_MAX_BYTES = 65_536  # facts of one item are some hundred bytes

_ABOUT = """\
Say which outcome facts have under a scheme, or which question is asked next.

JSON is an object of texts, such as '{"person": "off-remit", "ai": "suspected"}', its keys in any
order. At a terminal the answer is in words; with --json, and wherever the output is read by a
program, it is one JSON object: {"outcome", "law", "category", "reason", "actionable", "lea",
"next"}; "next" is the fact asked next while facts are missing, and null after that. Facts that are
refused give {"refused": why} and exit status 2.

With `--facts -` each line of standard input is one such object, and each gets one line of answer;
exit status 1 if any was refused."""

_NOTHING: dict[str, object] = dict.fromkeys(
    ("outcome", "law", "category", "reason", "actionable", "lea")
)


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``decide`` its options."""
    parser.description = _ABOUT
    parser.add_argument(
        "--scheme", required=True, metavar="ID", help="a scheme, such as uk-ew or uk-ew@2026.1"
    )
    parser.add_argument(
        "--facts", required=True, metavar="JSON", help="an object of facts, or - for lines of them"
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Answer on standard output: words where a person reads them, JSON where a program does."""
    out.flush()  # what follows goes to the stream beneath
    scheme = SchemeShelf().find(arguments.scheme)
    if arguments.facts == "-":
        return _answer_lines(scheme)
    found = _found(scheme, arguments.facts)
    if sys.stdout.isatty() and not out.as_json:
        for line in in_words(scheme, found):
            out.line(line)
    else:
        _print(_as_json(found))
    return 2 if isinstance(found, str) else 0


def answered(scheme: Scheme, said: str | bytes) -> dict[str, object]:
    """Return the answer to facts as they were handed in: any text or bytes at all."""
    return _as_json(_found(scheme, said))


def in_words(scheme: Scheme, found: Question | Outcome | str) -> list[str]:
    """Return the next question, the outcome, or why facts are refused, as lines for a person."""
    if isinstance(found, str):
        return [f"Refused: {shown(found)}."]
    if isinstance(found, Question):
        width = max(len(choice.value) for choice in found.choices)
        choices = (f"  {choice.value:<{width}}  {choice.label}" for choice in found.choices)
        return [f"Asked next: {found.title} State {found.fact} as one of", *choices]
    beside = (("Law", found.law), ("Category", found.category), ("Filed as", found.lea))
    said = [f"{label}: {value}" for label, value in beside if value]
    return [scheme.words(found), *said, f"Actionable: {'yes' if found.actionable else 'no'}"]


def _found(scheme: Scheme, said: str | bytes) -> Question | Outcome | str:
    """Return what the scheme makes of facts; a text says why they are refused."""
    try:
        return decide(scheme, facts_from_json(said))
    except RefusedFactsError as error:
        return error.why


def _as_json(found: Question | Outcome | str) -> dict[str, object]:
    if isinstance(found, str):
        return {"refused": found}
    if isinstance(found, Question):
        return {**_NOTHING, "next": found.fact}
    return {**found.as_json(), "next": None}


def _answer_lines(scheme: Scheme) -> int:
    status = 0
    for line in _lines(sys.stdin.buffer):
        answer = answered(scheme, line) if line is not None else _TOO_LONG
        if "refused" in answer:
            status = 1
        _print(answer)
    return status


_TOO_LONG: dict[str, object] = {"refused": f"the line is longer than {LINE_MAX_BYTES:,} bytes"}


def _lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield each line without its end, and None for one that is too long to be facts."""
    while line := stream.readline(LINE_MAX_BYTES):
        whole = line.endswith(b"\n") or len(line) < LINE_MAX_BYTES
        yield line.rstrip(b"\r\n") if whole else None
        while not whole:
            rest = stream.readline(LINE_MAX_BYTES)
            whole = not rest or rest.endswith(b"\n")


def _print(answer: dict[str, object]) -> None:
    # ASCII, so that an odd name in a refusal suits any terminal. Flushed line by line, so that
    # a program that asks through a pipe gets each answer when it has asked.
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()

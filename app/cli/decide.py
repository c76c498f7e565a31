"""`decide --scheme ID --facts JSON`: what a scheme makes of stated facts. Needs no home."""

import argparse
import json
import sys
from collections.abc import Iterator
from typing import BinaryIO

from app.cli.facts import facts_from_json
from app.cli.output import Output
from app.schemes import SchemeShelf
from grading.errors import RefusedFactsError
from grading.scheme import Question, Scheme
from grading.tree import decide

LINE_MAX_BYTES = 65_536  # facts of one item are some hundred bytes

_ABOUT = """\
Say which outcome facts have under a scheme, or which question is asked next.

JSON is an object of texts, such as '{"person": "off-remit", "ai": "suspected"}', its keys in any
order. The answer is one JSON object: {"outcome", "law", "category", "reason", "actionable",
"lea", "next"}; "next" is the fact asked next while facts are missing, and null after that. Facts
that are refused give {"refused": why} and exit status 2.

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
    """Answer on standard output, which is JSON with and without ``--json``."""
    out.flush()  # what follows goes to the stream beneath
    scheme = SchemeShelf().find(arguments.scheme)
    if arguments.facts == "-":
        return _answer_lines(scheme)
    answer = answered(scheme, arguments.facts)
    _print(answer)
    return 2 if "refused" in answer else 0


def answered(scheme: Scheme, said: str | bytes) -> dict[str, object]:
    """Return the answer to facts as they were handed in: any text or bytes at all."""
    try:
        following = decide(scheme, facts_from_json(said))
    except RefusedFactsError as error:
        return {"refused": error.why}
    if isinstance(following, Question):
        return {**_NOTHING, "next": following.fact}
    return {**following.as_json(), "next": None}


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

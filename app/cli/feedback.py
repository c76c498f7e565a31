"""`feedback`: what became of the items that you answered, question by question."""

import argparse
from dataclasses import asdict

from app.cli.opening import opened
from app.cli.output import Output
from app.cli.watching import heard
from app.feedback import feedback

DEFAULT_SCHEME = "uk-ew"


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``feedback`` its options."""
    parser.description = (
        "What others came to on the items that you answered, once they have graded or resolved\n"
        "them: question by question. Made for those in training, whose verdicts are no votes."
    )
    parser.add_argument("--scheme", default=DEFAULT_SCHEME, metavar="ID", help="a scheme (uk-ew)")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Tell it."""
    with opened(arguments) as ws:
        told = feedback(ws, ws.schemes.find(arguments.scheme), heard(ws.home, out))
    out.document(asdict(told))
    out.line(f"{len(told.items):,} answers can be compared, {told.waiting:,} wait for others.")
    for asked in told.questions:
        out.line(f"  {asked.title}: {asked.alike:,} of {asked.of:,} as it stands")
    return 0

"""`casebook [WORD...]`: what was agreed on in calibration, searched by words."""

import argparse
from dataclasses import asdict

from app.calibration import casebook
from app.cli.opening import opened
from app.cli.output import Output
from app.names import shown


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``casebook`` its words."""
    parser.description = "Entries that hold every word named, the newest first; without, all."
    parser.add_argument("words", nargs="*", metavar="WORD", help="what to look for")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Look the words up."""
    with opened(arguments) as ws:
        found = casebook(ws.home, " ".join(arguments.words))
    out.document([asdict(one) for one in found])
    if not found:
        out.line("The casebook has no such entry.")
    for one in found:
        about = f" ({one.question})" if one.question else ""
        out.line(f"{shown(one.title)}{about}; {shown(one.by)}, {one.at[:10]}")
        out.line(f"  {shown(one.words)}")
    return 0

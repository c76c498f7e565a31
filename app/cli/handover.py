"""`handover BATCH`: give what is left of a batch to another person, or recall it."""

import argparse

from app.assignment.handing_over import hand_over, recall
from app.batches import batch_named
from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.errors import UsageError
from app.names import shown
from app.worklist import Worklist

_ABOUT = """\
Give what is left of a batch, and what you set aside in it, to another person. Your half answers
stay in this home, unseen by them, and are there again when you recall it."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``handover`` its options."""
    parser.description = _ABOUT
    parser.add_argument("batch", metavar="BATCH", help="its id, the beginning of it, or its title")
    parser.add_argument("--to", metavar="PERSON", help="whom: a name or id of the roster")
    parser.add_argument("--why", metavar="TEXT", help="a line for them")
    parser.add_argument("--recall", action="store_true", help="take back what you handed over")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Hand over, or recall."""
    if bool(arguments.to) == bool(arguments.recall):
        raise UsageError("Name whom to hand it to with --to, or take it back with --recall.")
    with opened(arguments) as ws:
        tell_clock(ws, out)
        batch = batch_named(Worklist(ws), arguments.batch).id
        if arguments.recall:
            items = recall(ws, batch)
            out.document({"batch": batch, "recalled": items})
            out.line(f"{items} items are yours again.")
            return 0
        handed = hand_over(ws, batch, arguments.to, arguments.why)
    out.document({"batch": batch, "record": handed.record, "to": handed.to, "items": handed.items})
    out.line(f"{handed.items:,} items are handed over to {shown(handed.to)}.")
    return 0

"""`assign BATCH`: who grades what, dealt out by lot as the policy says."""

import argparse

from app.assignment.dealing import Dealt, assign, take_back
from app.batches import logged_batch
from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.cli.watching import heard
from app.errors import UsageError
from app.names import shown

_ABOUT = """\
Deal the items of a batch out among people, by lot: each item to as many graders as the policy asks
for, and some to one more, unmarked: a random base share, extra draws (new graders, rare classes,
questions with low agreement), and light items that were resolved before. Only those get an item who
have taken it in at their desk. Run it again, and what is still open is dealt.

With --json: {"batch", "items", "base", "extra", "golden", "without_evidence", "without_second"}."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``assign`` its options."""
    parser.description = _ABOUT
    parser.add_argument("batch", metavar="BATCH", help="its id, the beginning of it, or its title")
    parser.add_argument("--to", metavar="P[,P]", help="names or ids of those who are to grade it")
    parser.add_argument(
        "--from", dest="take", metavar="PERSON", help="take from them what you assigned of it"
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Deal the batch out, or take it back."""
    if bool(arguments.to) == bool(arguments.take):
        raise UsageError("Name who is to grade it with --to, or from whom to take it with --from.")
    with opened(arguments) as ws:
        tell_clock(ws, out)
        batch, _ = logged_batch(ws, arguments.batch)
        if arguments.take:
            taken = take_back(ws, batch, arguments.take)
            out.document({"batch": batch, "taken_back": taken, "from": arguments.take})
            out.line(f"{taken} items are taken back from {shown(arguments.take)}.")
            return 0
        persons = [part.strip() for part in arguments.to.split(",") if part.strip()]
        dealt = assign(ws, batch, persons, voices=heard(ws.home, out))
    out.document(dealt_document(dealt))
    for line in dealt_words(dealt):
        out.line(line)
    return 0


def dealt_document(dealt: Dealt) -> dict[str, object]:
    """Return what an assignment came to, as JSON."""
    return {
        "batch": dealt.batch,
        "items": dict(dealt.items),
        "base": dealt.base,
        "extra": dealt.extra,
        "golden": dealt.golden,
        "without_evidence": dealt.without_evidence,
        "without_second": dealt.without_second,
    }


def dealt_words(dealt: Dealt) -> tuple[str, ...]:
    """Return what an assignment came to, for whoever assigned it."""
    lines = [f"{shown(name)}: {count} items" for name, count in dealt.items.items()]
    lines.append(
        f"Among them, unmarked: {dealt.base:,} drawn for a second grading, {dealt.extra:,} for a"
        f" reason, {dealt.golden:,} resolved before."
    )
    if dealt.without_evidence:
        lines.append(f"{dealt.without_evidence:,} items wait: nobody named has taken them in.")
    if dealt.without_second:
        lines.append(f"{dealt.without_second:,} drawn items wait for a second person who has them.")
    return tuple(lines)

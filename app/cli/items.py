"""`export csv --batch ID`: one line an item, or laid out for another body's database."""

import argparse

from app.batches import known_batch
from app.cli.opening import opened
from app.cli.output import Output
from app.cli.watching import watched
from app.elsewhere import batch_elsewhere
from app.errors import UsageError
from app.exchange.items import LAYOUTS, write_items
from app.names import shown
from app.whole_file import whole_file
from app.worklist import Worklist

DEFAULT = "items"


def export_items(arguments: argparse.Namespace, out: Output) -> int:
    """Write the table and say how many items are in it."""
    if arguments.batch is None:
        raise UsageError("A table of items is of one batch.", advice="Name it with --batch.")
    if arguments.out.is_dir():
        raise UsageError(f"{arguments.out}: this is a folder.", advice="Name a file to write.")
    name = arguments.profile or DEFAULT
    if name not in LAYOUTS:
        raise UsageError(
            f"There is no layout called '{shown(name)}'.",
            advice=f"--profile is one of {', '.join(LAYOUTS)}.",
        )
    with opened(arguments) as ws:
        batch = known_batch(Worklist(ws), arguments.batch)
        there = batch_elsewhere(ws.home, batch.id) if batch.taken_in_by is not None else None
        items = ws.home.local.items(batch.id) if there is None else there.items
        with whole_file(arguments.out) as file:
            watch = watched(out, "items")
            written = write_items(ws, batch.id, items, LAYOUTS[name], file, watch=watch)
    out.document(
        {
            "out": str(arguments.out),
            "batch": batch.id,
            "profile": name,
            "items": written.items,
            "graded": written.graded,
            "kept_back": written.kept_back,
        }
    )
    out.line(f"{arguments.out}: {written.items:,} items, {written.graded:,} with a verdict.")
    if written.kept_back:
        out.note(f"{written.kept_back:,} wait for your own answer first and say no verdict.")
    if name != DEFAULT:
        out.note(f"The layout {name} could not be compared with what its makers give out.")
    return 0

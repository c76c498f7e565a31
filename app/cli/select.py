"""`select TABLE.csv --batch ID`: which items go to assessment, one signed selection a row."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.batches import batch_named
from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.cli.watching import watched
from app.selection.signing import selection_counts
from app.selection.table import select_table
from app.worklist import Worklist

_ABOUT = """\
Sign for each row of TABLE whether an item of a found batch is assessed, or why it is not. TABLE is
CSV in UTF-8 (comma, semicolon or tab) with the columns `file` (the path relative to the batch's
folder) or `sha256`, `selection` (assess, no-child or child-non-criminal), and optionally comment
and active_ms. An item that no row names is assessed. One that is not leaves the worklist, can be
taken back in by a later row, and is sampled by quality reviewers.

Of a file that is neither picture nor video one can say actionable-preview: it was offered with a
preview that is actionable; no-preview takes that back. Such a file is listed and never opened.

Bad rows are refused one by one, by the number a spreadsheet shows, and the rest is kept. With
--json: {"signed", "skipped", "refused": [{"row", "reason"}], "counts": {"found", "selected",
"no_child", "child_non_criminal", "unreadable", "other_files", "previews", "undecided"}}; undecided
are those of the selected that no row ever named. Exit status 1 if a row was refused, 2 if the table
as a whole cannot be understood; nothing is signed then."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``select`` its options."""
    parser.description = _ABOUT
    parser.add_argument("table", type=Path, metavar="TABLE.csv")
    parser.add_argument(
        "--batch", required=True, metavar="ID", help="id, the beginning of an id, or title"
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Sign the table's selections and say what became of each row."""
    with opened(arguments) as ws:
        tell_clock(ws, out)
        batch = batch_named(Worklist(ws), arguments.batch)
        watch = watched(out, "rows")
        summary = select_table(ws, arguments.table, batch=batch.id, watch=watch)
        counts = selection_counts(ws, batch.id)
    out.document(
        {
            "signed": summary.signed,
            "skipped": summary.skipped,
            "refused": [{"row": f.row, "reason": f.reason} for f in summary.refused],
            "counts": asdict(counts),
        }
    )
    out.line(
        f"{summary.signed:,} signed, {summary.skipped:,} skipped (selected so before), "
        f"{len(summary.refused):,} refused"
    )
    for fault in summary.refused:
        out.line(f"  row {fault.row}: {fault.reason}")
    out.line(
        f"{counts.found:,} found: {counts.selected:,} to be assessed, "
        f"{counts.no_child:,} no child, "
        f"{counts.child_non_criminal:,} child, clearly non-criminal, "
        f"{counts.unreadable:,} unreadable, "
        f"{counts.other_files:,} other files, {counts.previews:,} of them offered with a preview"
    )
    if counts.undecided:
        out.line(f"{counts.undecided:,} of those to be assessed were not named: they are assessed")
    return 1 if summary.refused else 0

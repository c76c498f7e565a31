"""`grade TABLE.csv --batch ID`: one signed verdict a row."""

import argparse
from pathlib import Path

from app.batches import batch_named
from app.cli.opening import opened, tell_clock
from app.cli.output import Output
from app.cli.watching import watched
from app.grade.table import TableSummary, grade_table
from app.worklist import Worklist

_ABOUT = """\
Sign one verdict for each row of TABLE, a CSV file in UTF-8 (comma, semicolon or tab).

Columns: `file` (the path relative to the batch's folder) or `sha256`, one column for each fact
of the scheme, and optionally comment, active_ms (whole milliseconds), tags, ai_basis (both
separated by spaces), confidence and series. An empty cell is a fact that is not stated. A row
with active_ms above 0 is signed as viewed individually, any other as not viewed.

A row already signed with the same facts is skipped, with other facts refused: a correction is
made on the Desk. Bad rows are refused one by one, by the number a spreadsheet shows (the header
is row 1), and the rest is kept. With --json: {"signed", "skipped", "refused": [{"row",
"reason"}]}. Exit status 1 if a row was refused, 2 if the table as a whole cannot be understood;
nothing is signed then."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``grade`` its options."""
    parser.description = _ABOUT
    parser.add_argument("table", type=Path, metavar="TABLE.csv")
    parser.add_argument(
        "--batch", required=True, metavar="ID", help="id, the beginning of an id, or title"
    )
    parser.add_argument(
        "--scheme", default="uk-ew", metavar="ID", help="a scheme, such as uk-ew@2026.1 (uk-ew)"
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Sign the table's verdicts and say what became of each row."""
    with opened(arguments) as ws:
        tell_clock(ws, out)
        batch = batch_named(Worklist(ws), arguments.batch)
        scheme = ws.schemes.find(arguments.scheme)
        summary = grade_table(
            ws,
            arguments.table,
            batch=batch.id,
            scheme=scheme,
            watch=watched(out, "rows"),
        )
    _tell(summary, out)
    return 1 if summary.refused else 0


def _tell(summary: TableSummary, out: Output) -> None:
    out.document(
        {
            "signed": summary.signed,
            "skipped": summary.skipped,
            "refused": [{"row": f.row, "reason": f.reason} for f in summary.refused],
        }
    )
    out.line(
        f"{summary.signed:,} signed, {summary.skipped:,} skipped (already signed with the same "
        f"facts), {len(summary.refused):,} refused"
    )
    for fault in summary.refused:
        out.line(f"  row {fault.row}: {fault.reason}")

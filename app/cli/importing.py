"""`import bundle FILE`: take in signed records that came by file."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.cli.opening import opened_home, tell_standing
from app.cli.output import Output
from app.errors import UsageError
from app.exchange.importing import ImportSummary, import_bundle
from storage.audit import Fault

_ABOUT = """\
Take in a bundle that another desk exported. It is checked whole first: with a fault in it, or from
another deployment, nothing of it is taken in. The same bundle again changes nothing, and bundles
may come in any order: what follows a record that has not come yet stays out and is counted; import
that bundle again later. What is in no log yet waits here and goes on with `sync` or the next
`export bundle`.

With --json: {"new", "here", "waiting", "hidden", "early", "confirmed", "refused", "faults"}.
`hidden` are records that you may not read before you have graded the item. Exit
status 1 with a fault."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``import`` its options."""
    parser.description = _ABOUT
    parser.add_argument("form", choices=("bundle", "vics", "hashes"), help="what it is")
    parser.add_argument("file", type=Path, metavar="FILE")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Import the bundle and say what came of it."""
    if arguments.form != "bundle":
        raise UsageError(
            f"This version imports no {arguments.form}.", advice="`import bundle` takes in records."
        )
    file: Path = arguments.file
    if not file.is_file():
        raise UsageError(f"{file}: there is no such file.", advice="Name a bundle's file.")
    with opened_home(arguments) as home:
        summary = import_bundle(home, file)
        tell_standing(home, out)
    out.document({**asdict(summary), "faults": [_document(fault) for fault in summary.faults]})
    for fault in summary.faults:
        record = f"record {fault.record_id[:16]}…  " if fault.record_id else ""
        out.note(f"step {fault.step}  {record}{fault.why}.")
    out.line(_said(summary))
    return 1 if summary.faults else 0


def _document(fault: Fault) -> dict[str, object]:
    return {"step": fault.step, "record": fault.record_id, "why": fault.why}


def _said(summary: ImportSummary) -> str:
    if summary.refused:
        return "Nothing was taken in. Ask for the bundle again."
    parts = [f"{summary.new:,} records are new, {summary.here:,} were here"]
    if summary.waiting:
        parts.append(f"{summary.waiting:,} of the new ones are in no log yet")
    if summary.confirmed:
        parts.append(f"{summary.confirmed:,} that waited here are in the log")
    if summary.hidden:
        parts.append(f"{summary.hidden:,} are not yours to read before you have graded the items")
    if summary.early:
        parts.append(
            f"{summary.early:,} follow a record that has not come yet: import this file again "
            "after the one before it"
        )
    return "; ".join(parts) + "."

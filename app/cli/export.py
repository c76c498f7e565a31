"""`export bundle --batch ID --out FILE`: a batch's signed records for another machine or reader."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.batches import batch_named
from app.cli.opening import opened
from app.cli.output import Output
from app.errors import UsageError
from app.exporting import export_bundle
from app.worklist import Worklist

_ABOUT = """\
Write the signed records of a batch as one file that anybody can check: the records with their
exact bytes, the keys, rosters and schemes they were made under, the chains of the keys, proofs
from the log, and a script that needs only jq, openssl and sha256sum. There is no imagery in it.

The file is replaced whole or not at all; the same records give the same bytes."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``export`` its options."""
    parser.description = _ABOUT
    parser.add_argument("form", choices=("bundle", "vics", "hashes", "csv"), help="what to write")
    parser.add_argument(
        "--batch", required=True, metavar="ID", help="its id, the beginning of it, or its title"
    )
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="the file to write")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Write the bundle."""
    if arguments.form != "bundle":
        raise UsageError(
            f"This version exports no {arguments.form}.", advice="`export bundle` writes records."
        )
    place: Path = arguments.out
    if place.is_dir():
        raise UsageError(f"{place}: this is a folder.", advice="Name a file to write.")
    with opened(arguments) as ws:
        batch = batch_named(Worklist(ws), arguments.batch)
        summary = export_bundle(ws, batch.id, place)
    out.document({"out": str(place), "batch": batch.id, **asdict(summary)})
    out.line(
        f"{place}: {summary.records:,} records, {summary.withheld:,} of the same keys withheld, "
        f"{summary.proofs:,} log proofs."
    )
    out.line(f"First roster, to be told in another way: {summary.first_roster}")
    if not summary.proofs:
        out.note("Nothing of it is in the log yet: run `sync` first to have proofs in it.")
    return 0

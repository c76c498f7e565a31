"""`export (bundle|vics|hashes|csv) --batch ID --out FILE`: records, or what they come to."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.batches import batch_named
from app.bootstrap import Workstation
from app.cli.items import export_items
from app.cli.opening import opened
from app.cli.output import Output
from app.cli.vics import tell_written, written_document
from app.cli.watching import watched
from app.errors import UsageError
from app.exchange.outgoing import export_for, export_waiting
from app.exporting import BundleSummary, export_bundle
from app.known.releasing import NOT_SAID, export_hashes
from app.pace import Watch
from app.version import VERSION
from app.vics.profiles import DEFAULT as VICS_DEFAULT
from app.vics.profiles import vics_profile
from app.vics.writing import write_vics
from app.whole_file import whole_file
from app.worklist import Worklist

_ABOUT = """\
Write the signed records of a batch as one file that anybody can check: the records with their
exact bytes, the keys, rosters and schemes they were made under, the chains of the keys, proofs
from the log, and a script that needs only jq, openssl and sha256sum. There is no imagery in it.

For another desk without a network: --for PERSON holds what the central store would show that
person, with the log, so that their home can check its place in it; --waiting holds what is in no
log yet, for who carries it to the central store. `import bundle` takes either in.

The file is replaced whole or not at all; the same records give the same bytes.

vics: the verdicts on a batch as a Project VIC case, version 2.0. --profile says which code an
outcome has; an item that nobody graded gets null.

csv: one line an item: digests, names and whence it came, state, outcome, category, facts, tags,
scheme, how it was viewed, frames, times, the record that decides. What waits for your own blind
answer is named without any. --profile icse-csv lays it out as an international database of victim
identification takes it (`;` between cells, with the baseline derived); that layout could not be
verified. No cell is run as a formula by a spreadsheet.

hashes: write the digests of what is actionable and undisputed (resolved or trusted) in a batch, as
CSV, with category and scheme; items with an AI tag go into FILE-ai. Each list is a signed
`release`. An item of an earlier list that does not stand any more, or has another category, is
taken back by a signed `retraction` that names the release, and is listed in FILE-retracted. With
--json: {"out", "entries", "releases", "ai_out", "ai_entries", "ai_releases", "retracted_out",
"retracted", "retractions", "held_back"}."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``export`` its options."""
    parser.description = _ABOUT
    parser.add_argument("form", choices=("bundle", "vics", "hashes", "csv"), help="what to write")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--batch", metavar="ID", help="its id, the beginning of it, or its title")
    what.add_argument("--for", dest="person", metavar="PERSON", help="what a person may read")
    what.add_argument("--waiting", action="store_true", help="what is in no log yet")
    parser.add_argument("--profile", metavar="P", help="of a Project VIC case, such as us or uk")
    parser.add_argument("--to", metavar="NAME", help="whom a hash list is for; it is signed")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="the file to write")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Write the bundle, or the case."""
    if arguments.form == "vics":
        return _vics(arguments, out)
    if arguments.form == "csv":
        return export_items(arguments, out)
    place: Path = arguments.out
    if place.is_dir():
        raise UsageError(f"{place}: this is a folder.", advice="Name a file to write.")
    if arguments.form == "hashes":
        return _hashes(arguments, out, place)
    with opened(arguments) as ws:
        summary, batch = _written(arguments, ws, place, watched(out))
    out.document({"out": str(place), "batch": batch, **asdict(summary)})
    out.line(
        f"{place}: {summary.records:,} records, {summary.withheld:,} of the same keys withheld, "
        f"{summary.proofs:,} log proofs."
    )
    out.line(f"First roster, to be told in another way: {summary.first_roster}")
    if not summary.proofs:
        out.note("Nothing of it is in the log yet: run `sync` first to have proofs in it.")
    return 0


def _vics(arguments: argparse.Namespace, out: Output) -> int:
    if arguments.batch is None:
        raise UsageError("A Project VIC case is of one batch.", advice="Name it with --batch.")
    profile = vics_profile(arguments.profile or VICS_DEFAULT)
    with opened(arguments) as ws:
        batch = batch_named(Worklist(ws), arguments.batch)
        with whole_file(arguments.out) as file:
            watch = watched(out, "items")
            written = write_vics(
                ws, batch.id, batch.title, profile, file, version=VERSION, watch=watch
            )
    out.document(written_document(arguments.out, batch.id, written))
    tell_written(arguments.out, written, out)
    return 0


def _written(
    arguments: argparse.Namespace, ws: Workstation, place: Path, watch: Watch
) -> tuple[BundleSummary, str | None]:
    if arguments.waiting:
        return export_waiting(ws, place, watch=watch), None
    if arguments.person is not None:
        return export_for(ws, arguments.person, place, watch=watch), None
    batch = batch_named(Worklist(ws), arguments.batch).id
    return export_bundle(ws, batch, place, watch=watch), batch


def _hashes(arguments: argparse.Namespace, out: Output, place: Path) -> int:
    if arguments.batch is None:
        raise UsageError("A hash list is of one batch.", advice="Name it with --batch.")
    with opened(arguments) as ws:
        batch = batch_named(Worklist(ws), arguments.batch).id
        watch = watched(out, "items")
        summary = export_hashes(ws, batch, place, to=arguments.to or NOT_SAID, watch=watch)
    plain, ai, retracted = summary.plain, summary.generated, summary.retracted
    out.document(
        {
            "out": str(plain.file),
            "entries": plain.entries,
            "releases": list(plain.releases),
            "ai_out": str(ai.file) if ai.entries else None,
            "ai_entries": ai.entries,
            "ai_releases": list(ai.releases),
            "retracted_out": str(retracted.file) if retracted.entries else None,
            "retracted": retracted.entries,
            "retractions": list(retracted.releases),
            "held_back": summary.held_back,
        }
    )
    out.line(f"{plain.file}: {plain.entries:,} items.")
    if ai.entries:
        out.line(f"{ai.file}: {ai.entries:,} items with an AI tag.")
    if retracted.entries:
        out.line(f"{retracted.file}: {retracted.entries:,} items of earlier lists are taken back.")
    if summary.held_back:
        out.line(f"{summary.held_back:,} items are held back: neither resolved nor trusted.")
    return 0

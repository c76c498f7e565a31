"""`batch`: folders become signed batches; what is in them, what is known of it, its end."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.batches import batch_document, batch_named, known_batch, shown_batch
from app.cli.approve import force_document, force_words
from app.cli.batch_known import carry_over, declare_known, known
from app.cli.opening import opened, passphrase_source, tell_clock
from app.cli.output import Output
from app.cli.watching import left_words, watched
from app.elsewhere import UNKNOWN_HERE
from app.intake.folder import IntakeProgress, IntakeSummary, add_folder
from app.intake.request import IntakeRequest, checked
from app.names import shown
from app.shredding import ShredState, shred_batch, shred_of
from app.worklist import Worklist

if TYPE_CHECKING:
    from storage.home import Home

_ADD = """\
Add every file below FOLDER to a batch. Files are read once, known by their content and kept
encrypted; links, pipes and devices are refused by name. The same folder and title again is the
same batch: a run that was stopped goes on, and new files make a supplement.

With --json: {"batch", "added", "copies", "already", "unreadable", "refused"}. `added` counts new
items, `copies` further files of a content that is here already, `already` files known from an
earlier run; `unreadable` and `refused` name each other file with its reason. An unreadable or
refused file is a result and not a fault of the run: the exit status is 0.

--manifest names a CSV with the columns file, report, source_url, poster (a pseudonym), country,
posted_at, route (public, partner, proactive, police, self), note: whence each file came. A row with
file - is an entry gone before review, and counts. Its rows are signed with the batch; a bad row
is named and left out, with exit status 1, and --json then also has "manifest": {"rows",
"refused": [{"row", "reason"}]}. Files that are neither picture nor video are listed with digest
and type, and never opened."""

_LIST = """\
List the batches of this home, newest first, then those that were taken in at other desks, as far
as their records were synced. Counts are one's own."""

_SHRED = """\
Destroy the evidence of a batch: its key is deleted, the vault key changed and all others wrapped
anew, the write-ahead log emptied, the files unlinked. Verdicts and hashes stay. It is a signed act
and takes the persons that roster and policy ask for: until they have approved it nothing is
destroyed; then each workstation that holds the batch runs this once. It can be stopped and run
again. It holds against a copy of the disk taken earlier without its keys, and against no other.

With --json: {"batch", "record", "kind", "persons", "needed", "in_force", "destroyed"}."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``batch`` its sub-commands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="COMMAND")
    add = commands.add_parser("add", help="add a folder as a batch", description=_ADD)
    add.add_argument("folder", type=Path, metavar="FOLDER")
    add.add_argument("--title", required=True, metavar="T", help="what people call the batch")
    add.add_argument("--source-url", metavar="U", help="where the files were found")
    add.add_argument("--country", metavar="CC", help="country code of the hosting, two letters")
    add.add_argument(
        "--declared-ai", action="store_true", help="the source says that the files are AI-made"
    )
    add.add_argument("--manifest", metavar="CSV", type=Path, help="a table: whence each file came")
    commands.add_parser("list", help="list the batches", description=_LIST)
    show = commands.add_parser(
        "show",
        help="what is in one batch",
        description="Show one batch; with --json also each of its items, under `manifest`.",
    )
    show.add_argument("batch", metavar="ID", help="id, the beginning of an id, or title")
    declare_known(commands)
    shred = commands.add_parser("shred", help="destroy a batch's evidence", description=_SHRED)
    shred.add_argument("batch", metavar="ID", help="id, the beginning of an id, or title")
    shred.add_argument("--why", metavar="TEXT", help="why; it stands in the signed record")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Do what the sub-command says."""
    return _COMMANDS[arguments.what](arguments, out)


def _add(arguments: argparse.Namespace, out: Output) -> int:
    request = IntakeRequest(
        folder=arguments.folder,
        title=arguments.title,
        source_url=arguments.source_url,
        country=arguments.country,
        declared_ai=arguments.declared_ai,
        manifest=arguments.manifest,
    )
    checked(request)  # a wrong usage, before a passphrase is asked for
    with opened(arguments) as ws:
        tell_clock(ws, out)
        summary = add_folder(ws, request, progress=lambda now: out.progress(_said(now)))
    document = summary_document(summary)
    if request.manifest is not None:
        refused = [{"row": f.row, "reason": f.reason} for f in summary.refused_rows]
        document["manifest"] = {"rows": summary.rows, "refused": refused}
    out.document(document)
    _tell(summary, out)
    return 1 if summary.refused_rows else 0


def _list(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        batches = Worklist(ws).known(watched(out, "batches"))
    out.document([batch_document(batch) for batch in batches])
    if not batches:
        out.line("There are no batches yet; `batch add FOLDER --title T` makes one.")
    for batch in batches:
        counts = batch.counts
        state = "" if batch.signed else ", not signed yet: add the folder again to finish it"
        if batch.taken_in_by is not None:
            state = f"; taken in by {shown(batch.taken_in_by)} at another desk"
        out.line(
            f"{batch.id[:12]}  {shown(batch.title)}: "
            f"{counts.items:,} items in {counts.files:,} files, "
            f"{counts.graded:,} graded, {counts.unreadable:,} unreadable, "
            f"{counts.other_files:,} other files{state}"
        )
    return 0


def _show(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        batch = known_batch(Worklist(ws), arguments.batch)
        if out.as_json:  # a large batch takes a while, and a person reads its counts alone
            document, items = shown_batch(ws, batch, watched(out, "items"))
            out.document({**document, "manifest": items})
    out.line(f"{shown(batch.title)}  {batch.id}")
    counts = batch.counts
    out.line(
        f"{counts.items:,} items in {counts.files:,} files: {counts.to_grade:,} to grade, "
        f"{counts.graded:,} graded, {counts.set_aside:,} set aside, {counts.passed:,} passed on, "
        f"{counts.not_selected:,} not selected, {counts.unreadable:,} unreadable, "
        f"{counts.other_files:,} other files"
    )
    if counts.undecided:
        out.line(
            f"{counts.undecided:,} of those to grade were not looked at in Select; "
            "they are assessed"
        )
    if batch.taken_in_by is not None:
        who = shown(batch.taken_in_by)
        out.line(f"taken in by {who} at another desk, signed {batch.started_at}; {UNKNOWN_HERE}.")
        return 0
    out.line(f"begun {batch.started_at}, {'signed' if batch.signed else 'not signed yet'}")
    return 0


def _shred(arguments: argparse.Namespace, out: Output) -> int:
    with opened(arguments) as ws:
        tell_clock(ws, out)
        batch = batch_named(Worklist(ws), arguments.batch)
        try:
            state = shred_batch(
                ws,
                batch.id,
                why=arguments.why,
                passphrase=passphrase_source(),
                watch=watched(out, "files"),
            )
        except KeyboardInterrupt:
            out.note(_stopped_shred(ws.home, batch.id))
            return 3
    record = state.force.record.record_id
    document = {"batch": batch.id, "record": record, **force_document(state.force)}
    out.document({**document, "destroyed": state.destroyed})
    if not state.destroyed:
        out.line(f"{shown(batch.title)}: nothing is destroyed yet. {force_words(state.force)}")
        return 0
    out.line(f"{shown(batch.title)}: {_what_went(state)}; verdicts and hashes stay.")
    out.line("Against a copy that was taken together with its keys nothing holds.")
    return 0


def _what_went(state: ShredState) -> str:
    if state.held:
        return "its evidence is destroyed here"
    if state.finished:
        return "what a run that was stopped had left of evidence is destroyed now"
    return "no evidence of it was here"


def _stopped_shred(home: "Home", batch: str) -> str:
    """Say what Ctrl+C left of a batch: all of its evidence, some that nothing opens, or none."""
    if home.vault.holds(batch):
        if shred_of(home, batch) is None:
            return "Stopped; nothing is signed and nothing destroyed."
        return (
            "Stopped; nothing is destroyed here yet. The signed act stands: run it again to "
            "destroy the evidence."
        )
    if home.vault.is_changing:
        return (
            "Stopped before it was done; nothing opens the evidence any more. Run it again to "
            "destroy what is left."
        )
    return "Stopped; no evidence of it is left here."


def summary_document(summary: IntakeSummary) -> dict[str, object]:
    """Return what `batch add --json` prints."""
    return {
        "batch": summary.batch,
        "added": summary.added,
        "copies": summary.copies,
        "already": summary.already,
        "unreadable": [{"file": f.file, "reason": f.reason} for f in summary.unreadable],
        "refused": [{"file": f.file, "reason": f.reason} for f in summary.refused],
    }


def _tell(summary: IntakeSummary, out: Output) -> None:
    out.line(
        f"batch {summary.batch[:12]}: {summary.added:,} added, "
        f"{summary.copies:,} copies of what is here, {summary.already:,} already there, "
        f"{len(summary.unreadable) - summary.other_files:,} unreadable, "
        f"{summary.other_files:,} other files, {len(summary.refused):,} refused"
    )
    for label, faults in (("not shown", summary.unreadable), ("refused", summary.refused)):
        for fault in faults:
            out.line(f"  {label}  {shown(fault.file)}: {fault.reason}")
    if summary.rows:
        out.line(f"manifest: {summary.rows:,} rows, {len(summary.refused_rows):,} refused")
    for row in summary.refused_rows:
        out.line(f"  row {row.row}: {row.reason}")


def _said(now: IntakeProgress) -> str:
    done = f"{now.done:,} of {now.of:,} files, {now.done_bytes // 1_000_000:,} MB"
    return f"{done}{left_words(now.left_s)}"


_COMMANDS: Final[dict[str, Callable[[argparse.Namespace, Output], int]]] = {
    "add": _add,
    "list": _list,
    "show": _show,
    "known": known,
    "carry-over": carry_over,
    "shred": _shred,
}

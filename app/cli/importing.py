"""`import (bundle|hashes|vics) FILE`: take in signed records, or what others know of files."""

import argparse
from dataclasses import asdict
from pathlib import Path

from app.cli.opening import opened_home, tell_standing
from app.cli.output import Output
from app.cli.vics import report_document, tell_report
from app.cli.watching import MEGABYTES, watched
from app.errors import UsageError
from app.exchange.importing import ImportSummary, import_bundle
from app.known.importing import ListSummary, import_hashes
from app.known.profiles import DEFAULT, profile_named
from app.names import shown
from app.vics.importing import import_vics
from app.vics.profiles import DEFAULT as VICS_DEFAULT
from app.vics.profiles import vics_profile
from grading.agreement.sentences import count
from storage.audit import Fault

_ABOUT = """\
bundle: take in a bundle that another desk exported. It is checked whole first: with a fault in it,
or from another deployment, nothing of it is taken in. The same bundle again changes nothing, and
bundles may come in any order: what follows a record that has not come yet stays out and is
counted; import that bundle again later. What is in no log yet waits here and goes on with `sync`
or the next `export bundle`.

With --json: {"new", "here", "waiting", "hidden", "early", "confirmed", "refused", "faults"}.
`hidden` are records that you may not read before you have graded the item. Exit
status 1 with a fault.

hashes: take in a list of known digests (MD5, SHA-1, SHA-256, PDQ): one a line, or CSV whose first
row names columns: md5, sha1, sha256, pdq, category, real_child, generated, harmless, series,
label, date. What it says of an item is shown after one's own answer. A line that cannot be read is
named and left out, the rest is kept; a list that as a whole cannot be understood, or that a full
disk cuts short, leaves nothing. The same file again changes nothing.

With --json: {"source", "profile", "lines", "new", "repeated", "refused": [{"row", "reason"}],
"refused_count", "unused", "conflicting", "conflicts", "open_end", "here_already"}; `refused` holds
the first thousand, `conflicts` the first twenty of the digests that the list gives two categories,
`open_end` is the row of a last line without a line end. Exit status 1 if a line was left out.

vics: take in a Project VIC case or hash set (JSON, 1.2 to 2.0) as known material, as a stream.
Codes 0 and 5 swap meaning between programs: --profile says it, and it is never guessed. An entry
that cannot be read is named and left out; a file that is cut off leaves nothing. What a case says
beyond what is understood is kept, and goes back out with `export vics`.

With --json: the report on what must not be relied on. Exit status 1 if an entry was left out."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``import`` its options."""
    parser.description = _ABOUT
    parser.add_argument("form", choices=("bundle", "vics", "hashes"), help="what it is")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--profile", metavar="P", help=f"how a list is laid out ({DEFAULT})")
    parser.add_argument("--source", metavar="NAME", help="who asserts it (the name of the file)")
    parser.add_argument("--dated", metavar="DATE", help="of the list, such as 2026-03-31")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Import the file and say what came of it."""
    file: Path = arguments.file
    if not file.is_file():
        raise UsageError(f"{file}: there is no such file.", advice="Name a file to import.")
    forms = {"bundle": _bundle, "hashes": _hashes, "vics": _vics}
    return forms[arguments.form](arguments, out)


def _bundle(arguments: argparse.Namespace, out: Output) -> int:
    with opened_home(arguments) as home:
        summary = import_bundle(home, arguments.file, watch=watched(out))
        tell_standing(home, out)
    out.document({**asdict(summary), "faults": [_document(fault) for fault in summary.faults]})
    for fault in summary.faults:
        record = f"record {fault.record_id[:16]}…  " if fault.record_id else ""
        out.note(f"step {fault.step}  {record}{fault.why}.")
    out.line(_said(summary))
    return 1 if summary.faults else 0


def _hashes(arguments: argparse.Namespace, out: Output) -> int:
    profile = profile_named(arguments.profile or DEFAULT)
    with opened_home(arguments) as home:
        summary = import_hashes(
            home,
            arguments.file,
            profile,
            source=arguments.source,
            dated=arguments.dated,
            watch=watched(out, MEGABYTES),
        )
    out.document(
        {
            "source": summary.source,
            "profile": summary.profile,
            "lines": summary.lines,
            "new": summary.new,
            "repeated": summary.repeated,
            "refused": [{"row": f.row, "reason": f.reason} for f in summary.faults],
            "refused_count": summary.refused,
            "unused": list(summary.unused),
            "conflicting": summary.conflicting,
            "conflicts": list(summary.conflicts),
            "open_end": summary.open_end,
            "here_already": summary.here_already,
        }
    )
    if not profile.verified:
        out.note(f"The profile {profile.name} could not be compared with a list of its makers.")
    _tell(summary, out)
    return 1 if summary.refused else 0


def _vics(arguments: argparse.Namespace, out: Output) -> int:
    profile = vics_profile(arguments.profile or VICS_DEFAULT)
    with opened_home(arguments) as home:
        report = import_vics(
            home,
            arguments.file,
            profile,
            source=arguments.source,
            watch=watched(out, MEGABYTES),
        )
    out.document(report_document(report))
    tell_report(report, out)
    return 1 if report.refused else 0


def _tell(summary: ListSummary, out: Output) -> None:
    source = shown(summary.source)
    if summary.here_already:
        out.line(f"This list is here already, as {summary.profile}; nothing changed.")
        return
    out.line(
        f"{source}: {count(summary.new, 'digest')} known from {count(summary.lines, 'line')}, "
        f"{summary.repeated:,} repeated, {count(summary.refused, 'line')} left out"
    )
    if summary.unused:
        out.line(f"  not understood, so not used: {', '.join(map(shown, summary.unused))}")
    for fault in summary.faults:
        out.line(f"  row {fault.row}: {fault.reason}")
    if summary.refused > len(summary.faults):
        out.line(f"  and {summary.refused - len(summary.faults):,} more")
    if summary.conflicting:
        out.line(f"  {count(summary.conflicting, 'digest')} in more than one category, all kept:")
        for digest in summary.conflicts:
            out.line(f"    {digest}")
    if summary.open_end is not None:
        out.note(
            f"Row {summary.open_end:,}, the last, has no line end:"
            " see that the list was not cut off within it."
        )


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

"""What `import vics` and `export vics` say: a report each way on what must not be relied on."""

from pathlib import Path

from app.cli.output import Output
from app.names import shown
from app.vics.importing import VicsReport
from app.vics.writing import (
    DISPUTED,
    OWN_FIRST,
    RESOLVED,
    STANDING,
    UNGRADED,
    UNSTATED,
    VicsWritten,
)

_FAULTS_TOLD = 20
_SEEN = {
    "ungraded": "entries that nobody graded: null, or a code that says so",
    "unsettled": "entries with code 0 or 5, which the profile gives no meaning: taken as ungraded",
    "photodna": "entries with a PhotoDNA hash: kept where the file is a case, never compared",
    "precategorized": "entries that say whether they were graded before: not believed",
    "flags_as_text": "truth values written as text, read as what they say",
    "unreadable_dates": "dates that could not be read and were left out",
}

_STATES = {
    RESOLVED: "have the code of their resolution",
    STANDING: "have the code of the verdict given last that stands",
    UNGRADED: "are graded by nobody: null",
    DISPUTED: "are graded differently and resolved by nobody: null",
    UNSTATED: "have a verdict whose facts settle no code: null",
    OWN_FIRST: "wait for your own blind answer: null until you gave it",
}


def report_document(report: VicsReport) -> dict[str, object]:
    """Return the report on a file that came in, as JSON."""
    return {
        "source": report.source,
        "form": report.marker.form,
        "version": report.marker.version,
        "region": report.marker.region,
        "profile": report.profile.name,
        "verified": report.profile.verified,
        "entries": report.entries,
        "new": report.new,
        "repeated": report.repeated,
        "refused": [{"row": fault.row, "reason": fault.reason} for fault in report.faults],
        "refused_count": report.refused,
        "codes": {str(code): count for code, count in report.codes.items()},
        **{name: report.seen.get(name, 0) for name in _SEEN},
        "conflicting": report.conflicting,
        "conflicts": report.conflicts,
        "unknown_fields": list(report.unknown_fields),
        "originals": report.originals,
        "here_already": report.here_already,
    }


def tell_report(report: VicsReport, out: Output) -> None:
    """Say the same to a person."""
    if report.here_already:
        out.line(f"This file is here already, as {report.profile.name}; nothing changed.")
        return
    out.line(
        f"{shown(report.source)}: {report.new:,} digests known from {report.entries:,} entries,"
        f" {report.refused:,} entries left out"
    )
    for code, count in report.codes.items():
        label = report.profile.category(code) or f"{code}: without meaning here"
        out.line(f"  {count:>9,}  {label}")
    for name in filter(report.seen.get, _SEEN):
        out.line(f"  {report.seen[name]:>9,}  {_SEEN[name]}")
    if report.conflicting:
        out.line(f"  {report.conflicting:>9,}  files whose entries give different categories")
        out.line(f"             {', '.join(report.conflicts[:5])}")
    if report.unknown_fields:
        kept = "kept" if report.originals else "left out"
        out.line(f"  fields not understood, {kept}: {', '.join(report.unknown_fields[:20])}")
    _tell_faults(report, out)
    if not report.profile.verified:
        out.note(f"What the codes mean under {report.profile.name} could not be verified.")


def _tell_faults(report: VicsReport, out: Output) -> None:
    for fault in report.faults[:_FAULTS_TOLD]:
        out.line(f"  entry {fault.row}: {fault.reason}")
    if report.refused > _FAULTS_TOLD:
        out.line(f"  and {report.refused - _FAULTS_TOLD:,} more")


def written_document(place: Path, batch: str, written: VicsWritten) -> dict[str, object]:
    """Return the report on a file that was written, as JSON."""
    return {
        "out": str(place),
        "batch": batch,
        "entries": written.entries,
        "graded": written.graded,
        "ungraded": written.ungraded,
        "codes": {str(code): count for code, count in written.by_code.items()},
        "states": dict(written.by_state),
        "unstated": written.by_state[UNSTATED],
        "carried": written.carried,
        "kept_back": written.by_state[OWN_FIRST],
        "unverified": written.unverified,
    }


def tell_written(place: Path, written: VicsWritten, out: Output) -> None:
    """Say the same to a person."""
    out.line(
        f"{place}: {written.entries:,} entries, {written.graded:,} with a code,"
        f" {written.ungraded:,} with null"
    )
    for state, words in _STATES.items():
        if written.by_state[state]:
            out.line(f"  {written.by_state[state]:,} {words}")
    if written.carried:
        out.line(f"  {written.carried:,} carry fields of a case that came in, as they came")
    if written.unverified:
        out.note("Which code an outcome has could not be verified for this profile: edit it first.")

"""`inspect FILE...`: type, size, fingerprints and declared provenance. Needs no home."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from app.cli.output import Output
from app.errors import UsageError
from app.inspect import Inspected, certificates, inspect_files, protections
from app.names import shown
from blur.provenance import Provenance

_ABOUT = """\
Tell of each file what it is: type by content, size, digests, perceptual fingerprints, and what it
declares about its own making. Marks prove nothing, present or absent: they can be added and taken
away. Nothing is shown, nothing is kept, and no network is used. Of a C2PA manifest "Valid" means
intact, not that its signer is trusted; --trust names the certificates of those you trust. The text
of a prompt is never told.

With --json one object a line, in the order of the files. Exit status 1 if any could not be read.

With --protection and no file: what the process that decodes files is kept from on this machine."""

_UNTESTED = (
    "What is in force here is what the system answered. It was written without such a machine"
    " and is not tested on one."
)


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``inspect`` its options."""
    parser.description = _ABOUT
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument(
        "--trust", type=Path, metavar="PEM", help="certificates of trusted signers of manifests"
    )
    parser.add_argument(
        "--protection", action="store_true", help="tell what protects this machine from a file"
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Tell of every file, 1 if any could not be read; or of the protections."""
    if arguments.protection == bool(arguments.files):
        raise UsageError("Name the files to inspect, or give --protection and no file.")
    if arguments.protection:
        return _protections(out)
    trusted = certificates(arguments.trust) if arguments.trust else b""
    return _files(arguments.files, trusted, out)


def _protections(out: Output) -> int:
    told = protections()
    out.document(
        [
            {
                "name": one.name,
                "meaning": one.meaning,
                "in_force": one.in_force,
                "tested": one.is_tested,
            }
            for one in told
        ]
    )
    out.line("The process that decodes files on this machine:")
    wide = max(len(one.name) for one in told) + 2
    for one in told:
        out.line(f"  {'yes' if one.in_force else 'no':<5}{one.name:<{wide}}{one.meaning}")
    if not all(one.is_tested for one in told):
        out.line(_UNTESTED)
    return 0


def _files(files: Sequence[Path], trusted_pem: bytes, out: Output) -> int:
    status = 0
    for inspected in inspect_files(files, trusted_pem):
        if inspected.unreadable is not None:
            status = 1
            out.note(f"{shown(str(inspected.file))}: {inspected.unreadable}.")
        out.document(inspected.as_json())
        if not out.as_json and inspected.digests is not None:
            _tell(inspected, out)
    return status


def _tell(inspected: Inspected, out: Output) -> None:
    out.line(shown(str(inspected.file)))
    studied, digests = inspected.studied, inspected.digests
    if digests is not None:
        out.line(f"  {'type':<12}{inspected.media_type or 'unknown'}")
        out.line(f"  {'bytes':<12}{digests.size_bytes:,}")
    if studied is not None:
        facts = studied.facts
        out.line(f"  {'size':<12}{facts.width_px} x {facts.height_px} pixels")
        if facts.frames > 1:
            lasting = f", {facts.duration_ms / 1000:.1f} s" if facts.duration_ms else ""
            out.line(f"  {'frames':<12}{facts.frames}{lasting}")
    if digests is not None:
        for name in ("sha256", "sha1", "md5"):
            out.line(f"  {name:<12}{getattr(digests, name)}")
    if studied is not None:
        prints = studied.prints
        out.line(f"  {'pHash':<12}{prints.phash}")
        out.line(f"  {'dHash':<12}{prints.dhash}")
        out.line(f"  {'PDQ':<12}{prints.pdq}, quality {prints.pdq_quality}")
    _tell_declared(inspected.provenance, out)


def _tell_declared(declared: Provenance, out: Output) -> None:
    for signal in declared.signals:
        out.line(
            f"  {'declares':<12}{signal.kind}: {signal.detail}, points to {signal.points_to}"
            f" ({signal.where})"
        )
        if signal.sha256:
            length = f"{signal.characters:,} characters, not shown"
            out.line(f"  {'':<12}in a text of {length}; SHA-256 {signal.sha256}")
    if declared.left_out:
        out.line(f"  {'note':<12}{declared.left_out:,} more marks are beyond the limits, left out")
    tables = declared.jpeg_tables
    if tables is not None:
        at = (
            f"the standard's, at quality {tables.quality}" if tables.quality else "an encoder's own"
        )
        out.line(f"  {'JPEG tables':<12}{at}; SHA-256 {tables.sha256}")
    if declared.is_contradictory:
        out.line(f"  {'note':<12}marks of a camera and of a generator contradict each other")
    c2pa = declared.c2pa
    if c2pa is not None:
        codes = f" ({', '.join(c2pa.codes)})" if c2pa.codes else ""
        out.line(f"  {'C2PA':<12}{c2pa.state}{codes}")
        out.line(f"  {'':<12}made by {c2pa.active_generator}, signed by {c2pa.active_issuer}")
    if not declared.signals and c2pa is None:
        out.line(f"  {'declares':<12}nothing, which means nothing: marks are easily taken away")

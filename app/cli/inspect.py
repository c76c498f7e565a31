"""`inspect FILE...`: type, size, fingerprints and declared provenance. Needs no home."""

import argparse
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from textwrap import fill

from app.bootstrap import home_place
from app.cli.output import Output
from app.errors import UsageError
from app.inspect import Inspected, certificates, inspect_files, protections
from app.messages import sentence
from app.names import shown
from app.protection import Told, told_of_home, told_of_machine
from app.texts import read_texts
from blur.provenance import Provenance

_ABOUT = """\
Tell of each file what it is: type by content, size, digests, perceptual fingerprints, and what it
declares about its own making. Marks prove nothing, present or absent: they can be added and taken
away. Nothing is shown, nothing is kept, and no network is used. Of a C2PA manifest "Valid" means
intact, not that its signer is trusted; --trust names the certificates of those you trust. The text
of a prompt is never told.

With --json one object a line, in the order of the files. Exit status 1 if any could not be read.

With --protection and no file: what is in force on this machine, part by part, as the window says it
under Administration: what the process that decodes files is kept from, screen and memory, and of
the home its keys and stores. The home is not opened. With --json one list; "in_force" is null where
only the open window, or nobody, knows."""

WIDTH = 100  # letters
_HOLDS = {True: "yes", False: "no", None: "?"}
_NO_HOME = "There is no home here: nothing is told of keys and stores. --home names one."
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
        return _protections(arguments.home, out)
    trusted = certificates(arguments.trust) if arguments.trust else b""
    return _files(arguments.files, trusted, out)


def _protections(named: Path | None, out: Output) -> int:
    texts, told = read_texts(), protections()
    others = (*told_of_machine(), *_of_home(named, out))
    rows: list[tuple[str, str, str, bool | None]]
    rows = [("decoder", one.name, one.meaning, one.in_force) for one in told]
    rows += [(one.part, one.name, texts(one.text_id), one.in_force) for one in others]
    tested = [one.is_tested for one in told] + [one.is_tested for one in others]
    out.document(
        [
            {"name": name, "meaning": said, "in_force": holds, "tested": is_tested, "part": part}
            for (part, name, said, holds), is_tested in zip(rows, tested, strict=True)
        ]
    )
    wide = max(len(name) for _, name, _, _ in rows) + 2
    for part, of_part in groupby(rows, key=itemgetter(0)):
        on_it = " on this machine" if part == "decoder" else ""
        out.line(f"{texts(f'protection.{part}')}{on_it}:")
        for _, name, said, holds in of_part:
            out.line(_row(f"  {_HOLDS[holds]:<5}{name:<{wide}}", said))
    if not all(tested):
        out.line(_UNTESTED)
    return 0


def _of_home(named: Path | None, out: Output) -> tuple[Told, ...]:
    from storage.errors import NoHomeError, StorageError  # noqa: PLC0415 - files need no store

    try:
        return told_of_home(home_place(named))
    except NoHomeError:
        out.note(_NO_HOME)
    except StorageError as error:
        out.note(sentence(error))
    return ()


def _row(begun: str, said: str) -> str:
    """Return the lines of a row; what goes on stands under where it began."""
    return fill(
        said,
        WIDTH,
        initial_indent=begun,
        subsequent_indent=" " * len(begun),
        break_long_words=False,
        break_on_hyphens=False,
    )


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

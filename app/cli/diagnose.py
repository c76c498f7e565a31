"""`diagnose`: a report that can be sent to whoever helps, with nothing of the evidence in it."""

import argparse
from pathlib import Path

from app.bootstrap import home_place
from app.cli.opening import passphrase_source
from app.cli.output import Output
from app.diagnosis import diagnose
from app.names import shown
from app.whole_file import write_whole

_ABOUT = """\
Write a report on this workstation for whoever helps you with it: versions, system, what protects
the decoder, how the home is made, how much lies in it (rounded), the names of settings that you
changed, and the last faults of the program by class and line of code.

It holds no name, title, hash, answer, address or picture. It is short: read it before you send it.
A home that does not open is reported too, with what kind of fault keeps it shut.

With --json: {"parts": {PART: {NAME: VALUE}}, "file": FILE or null}."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``diagnose`` its options."""
    parser.description = _ABOUT
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write it there, not to the screen"
    )
    parser.add_argument(
        "--shut", action="store_true", help="do not open the home; nothing is counted then"
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Write the report."""
    report = diagnose(home_place(arguments.home), None if arguments.shut else passphrase_source())
    if arguments.out is None:
        out.line(report.text())
    else:
        write_whole(arguments.out, report.text().encode())
        out.line(f"Written to {shown(str(arguments.out))}.")
    out.document({"parts": report.parts, "file": arguments.out and str(arguments.out)})
    return 0

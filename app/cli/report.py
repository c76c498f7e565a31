"""`report (--batch ID... | --from D --to D) --format F --out FILE`: the study tables."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.batches import known_batch
from app.cli.opening import opened
from app.cli.output import Output
from app.errors import UsageError
from app.output_file import output_file
from app.report.data import report_csv, report_json
from app.report.study import Asked, Period, Report, make_report
from app.worklist import Worklist

if TYPE_CHECKING:
    from app.bootstrap import Workstation

_ABOUT = """\
Write the study tables of batches, or of what was decided in a period: outcome by law and AI tag,
category, age band, sex, discounted reasons, criminal share, hours and seconds per item; files and
distinct items both. Each item counts once, by the standing verdict that came last.

Without --out, or with `--out -`, the report goes to standard output. A file that is there is
replaced, whole or not at all. Days are in UTC, first and last included. --scheme derives outcomes
anew from the stated facts and lists items where the scheme asks for a fact that nobody stated."""


def _html(report: Report) -> str:
    from app.report.page import report_html  # noqa: PLC0415 - the template engine, on first use

    return report_html(report)


def _json(report: Report) -> str:
    return json.dumps(report_json(report), ensure_ascii=False, indent=2) + "\n"


_WRITERS: Mapping[str, Callable[[Report], str]] = {
    "html": _html,
    "csv": report_csv,
    "json": _json,
}


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``report`` its options."""
    parser.description = _ABOUT
    parser.add_argument(
        "--batch",
        nargs="+",
        action="extend",
        default=[],
        metavar="ID",
        help="ids, beginnings of ids, or titles",
    )
    parser.add_argument("--from", dest="first", type=_day, metavar="D", help="day, as 2026-11-01")
    parser.add_argument("--to", dest="last", type=_day, metavar="D", help="day, as 2026-11-30")
    parser.add_argument("--scheme", metavar="X@V", help="derive outcomes under this scheme")
    parser.add_argument("--format", choices=("html", "pdf", "csv", "json"), help="html unless told")
    parser.add_argument("--out", metavar="FILE", default="-", help="the file to write")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Write the report."""
    form, period = _form(arguments), _period(arguments)
    place = None if arguments.out == "-" else Path(arguments.out)
    if place is not None and place.is_dir():
        raise UsageError(f"{place}: this is a folder.", advice="Name a file to write.")
    with opened(arguments) as ws:
        report = make_report(ws, _asked(arguments, period, ws))
    text = _WRITERS[form](report)
    if place is None:
        out.flush()
        sys.stdout.write(text)
        return 0
    _write(place, text.encode())
    study = report.study
    out.document(
        {
            "out": str(place),
            "format": form,
            "items": study.totals.items,
            "files": study.totals.files,
            "graded": study.graded.items,
        }
    )
    out.line(
        f"{place}: {study.graded.items:,} of {study.totals.items:,} items graded"
        f" ({study.totals.files:,} files)."
    )
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-11-01") from None


def _form(arguments: argparse.Namespace) -> str:
    to_stdout = arguments.out == "-"
    form: str = arguments.format or ("json" if arguments.json and to_stdout else "html")
    if form == "pdf":
        raise UsageError(
            "This version writes no PDF.", advice="Write HTML and print it to a PDF from a browser."
        )
    if arguments.json and to_stdout and form != "json":
        raise UsageError(
            f"With --json, standard output takes JSON alone, not {form}.",
            advice="Name a file with --out.",
        )
    return form


def _asked(arguments: argparse.Namespace, period: Period | None, ws: "Workstation") -> Asked:
    worklist = Worklist(ws)
    batches = tuple(known_batch(worklist, named).id for named in arguments.batch)
    scheme = ws.schemes.find(arguments.scheme) if arguments.scheme else None
    return Asked(batches, period, scheme)


def _period(arguments: argparse.Namespace) -> Period | None:
    first, last = arguments.first, arguments.last
    if bool(arguments.batch) == bool(first or last):
        raise UsageError("Name either batches (--batch) or a period (--from, --to) to report on.")
    if arguments.batch:
        return None
    if first is not None and last is not None and last < first:
        raise UsageError(f"The period ends on {last}, before it begins on {first}.")
    return Period(first, last)


def _write(place: Path, content: bytes) -> None:
    with output_file(place) as file:
        file.write(content)

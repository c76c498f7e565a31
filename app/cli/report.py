"""`report (--batch ID... | --from D --to D) --format F --out FILE`: the study tables."""

import argparse
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.batches import known_batch
from app.cli.language import declare_language, texts_asked
from app.cli.opening import opened
from app.cli.output import Output
from app.cli.watching import watched
from app.errors import UsageError
from app.report.baselines import baseline_of, read_baseline
from app.report.forms import WRITERS
from app.report.found import Narrowed
from app.report.study import Asked, Period, make_report
from app.report.words import ReportWords
from app.schemes import read_scheme_file
from app.whole_file import write_whole
from app.worklist import Worklist
from grading.baseline import Baseline
from grading.scheme import Scheme

if TYPE_CHECKING:
    from app.bootstrap import Workstation

_ABOUT = """\
Write the study tables of batches, or of what was decided in a period: outcome by law and AI tag,
category, age band, sex, discounted reasons, criminal share, hours and seconds per item; files and
distinct items both. Each item counts once, by the standing verdict that came last.

Without --out, or with `--out -`, the report goes to standard output. A file that is there is
replaced, whole or not at all. Days are in UTC, first and last included. --scheme derives outcomes
anew from the stated facts, without anybody looking again: it says how many items come out otherwise
and lists those where the scheme asks for a fact that nobody stated. It takes the file of a scheme
too, such as a new version that is not installed yet.

What was found, selected and gone before review stands in it too; counts by report are lower and
upper ones. --source, --country and --poster narrow the report to what a manifest says came from
there. --baseline names a CSV with the columns table (category, age_band, sex, ai, reason), row and
items, or the CSV of another report: severity and age are then shown beside it. --baseline-figures
says the same in words: "category: A=10 B=20 C=70; age_band: 7-10=5".

--language says in whose words it is written. Names of columns and keys are the same in all, and
what the scheme names is called as the scheme calls it."""


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
    parser.add_argument(
        "--scheme", metavar="X@V", help="derive outcomes under this scheme, or a file of one"
    )
    parser.add_argument("--source", metavar="HOST", help="only what was found there")
    parser.add_argument("--country", metavar="CC", help="only what was hosted there")
    parser.add_argument("--poster", metavar="NAME", help="only what this pseudonym posted")
    beside = parser.add_mutually_exclusive_group()
    beside.add_argument("--baseline", type=Path, metavar="CSV", help="figures to stand beside")
    beside.add_argument("--baseline-figures", metavar="WORDS", help="the same, in words")
    parser.add_argument("--baseline-name", metavar="NAME", help="what the baseline is called")
    declare_language(parser)
    parser.add_argument("--format", choices=tuple(WRITERS), help="html unless told")
    parser.add_argument("--out", metavar="FILE", default="-", help="the file to write")


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Write the report."""
    form, period, baseline = _form(arguments), _period(arguments), _baseline(arguments)
    place = None if arguments.out == "-" else Path(arguments.out)
    if place is not None and place.is_dir():
        raise UsageError(f"{place}: this is a folder.", advice="Name a file to write.")
    with opened(arguments) as ws:
        asked = replace(_asked(arguments, period, ws), baseline=baseline)
        report = make_report(ws, asked, watch=watched(out, "verdicts"))
        words = ReportWords(texts_asked(arguments, ws))
    content = WRITERS[form](report, words)
    if place is None:
        out.flush()
        if form == "pdf":
            sys.stdout.buffer.write(content)
        else:
            sys.stdout.write(content.decode())
        sys.stdout.flush()
        return 0
    write_whole(place, content)
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
    if arguments.json and to_stdout and form != "json":
        raise UsageError(
            f"With --json, standard output takes JSON alone, not {form}.",
            advice="Name a file with --out.",
        )
    return form


def _asked(arguments: argparse.Namespace, period: Period | None, ws: "Workstation") -> Asked:
    worklist = Worklist(ws)
    batches = tuple(known_batch(worklist, named).id for named in arguments.batch)
    scheme = _scheme(arguments.scheme, ws) if arguments.scheme else None
    narrowed = Narrowed(arguments.source, arguments.country, arguments.poster)
    return Asked(batches, period, scheme, narrowed)


def _scheme(named: str, ws: "Workstation") -> Scheme:
    """Return a scheme by name, or out of a file: one that is not installed yet, to see first."""
    return read_scheme_file(Path(named))[0] if named.endswith(".toml") else ws.schemes.find(named)


def _baseline(arguments: argparse.Namespace) -> Baseline | None:
    if arguments.baseline is not None:
        return read_baseline(arguments.baseline, arguments.baseline_name)
    if arguments.baseline_figures is not None:
        return baseline_of(arguments.baseline_figures, arguments.baseline_name or "")
    return None


def _period(arguments: argparse.Namespace) -> Period | None:
    first, last = arguments.first, arguments.last
    if bool(arguments.batch) == bool(first or last):
        raise UsageError("Name either batches (--batch) or a period (--from, --to) to report on.")
    if arguments.batch:
        return None
    if first is not None and last is not None and last < first:
        raise UsageError(f"The period ends on {last}, before it begins on {first}.")
    return Period(first, last)

"""`agreement --ratings FILE.csv | --batch ID`: how far graders agree. A table needs no home."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.agreement import agreement_of_table, categories_of
from app.cli.output import Output
from app.cli.watching import watched
from app.errors import UsageError
from app.names import shown
from grading.agreement.scale import Level
from grading.agreement.sentences import count
from grading.agreement.summary import Estimate, Summary

_LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")
_NAMES = {
    "percent_agreement": "percent agreement",
    "krippendorff_alpha": "Krippendorff's alpha",
    "gwet_ac1": "Gwet's AC1",
    "fleiss_kappa": "Fleiss' kappa",
    "conger_kappa": "Conger's kappa",
    "brennan_prediger": "Brennan-Prediger",
    "cohen_kappa": "Cohen's kappa",
    "cohen_kappa_linear": "Cohen's kappa, linear",
    "cohen_kappa_quadratic": "Cohen's kappa, quadratic",
    "gwet_ac2_linear": "Gwet's AC2, linear",
    "gwet_ac2_quadratic": "Gwet's AC2, quadratic",
}
_WIDTH = max(map(len, _NAMES.values()))

_ABOUT = """\
Say how far graders agree, with standard errors and 95 % intervals.

FILE.csv is a table in UTF-8: a header of grader names, one row a unit, an empty cell where a
grader gave no rating. Alpha and weights follow the level and the declared scale, not the
categories that happen to occur.

With --batch: the independent first verdicts on the items of a batch of this home, overall and
question by question down the tree; a question is scored where two or more graders reached it.
Graders stand under pseudonyms.

A figure that the table does not define is not made 0 or 1: the reason stands in its place."""


def declare(parser: argparse.ArgumentParser) -> None:
    """Give ``agreement`` its options."""
    parser.description = _ABOUT
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--ratings", type=Path, metavar="FILE.csv", help="a table of ratings")
    source.add_argument("--batch", metavar="ID", help="the verdicts on a batch of this home")
    parser.add_argument(
        "--scheme", default="uk-ew", metavar="ID", help="with --batch: a scheme (uk-ew)"
    )
    parser.add_argument(
        "--level",
        choices=_LEVELS,
        default="nominal",
        help="what categories are: names, an order, or numbers (default: nominal)",
    )
    parser.add_argument(
        "--categories",
        metavar='"A,B,C"',
        help="the scale and its order (default: the values found, sorted)",
    )


def run(arguments: argparse.Namespace, out: Output) -> int:
    """Compute and print; the exit status is 0 however little the graders agree."""
    if arguments.batch is not None:
        # Here, because a table needs no home and no database.
        from app.cli.agreement_on_batch import run_on_batch  # noqa: PLC0415 - opens a home

        if arguments.categories is not None or arguments.level != "nominal":
            raise UsageError(
                "--level and --categories are for a table; a batch has the scale of its scheme."
            )
        return run_on_batch(arguments, out)
    text = arguments.categories
    categories = None if text is None else categories_of(text)
    found = agreement_of_table(arguments.ratings, arguments.level, categories, watched(out, "rows"))
    out.document(found.summary.as_json())
    for line in summary_lines(found.summary, _listed(found.scale.categories), found.notes):
        out.line(line)
    return 0


def summary_lines(summary: Summary, scale: str, said: Sequence[str]) -> list[str]:
    """Return the figures of one table as lines for a person, with what must be known beside.

    `scale` says in words what was compared.
    """
    shared = _shared_reason(summary)
    lines = [
        f"{count(summary.units, 'item')}, {count(summary.graders, 'grader')},"
        f" {count(summary.pairable_units, 'item')} graded by two or more.",
        f"Scale: {summary.level}: {scale}",
        "",
    ]
    if shared is not None:
        lines.append(shown(shared))
    else:
        lines.append(f"{'':<{_WIDTH}}   value    s.e.   95 % interval")
        lines += _rows(summary.statistics)
    notes = [f"- {shown(note)}" for note in said]
    return [*lines, "", *notes] if notes else lines


def _shared_reason(summary: Summary) -> str | None:
    """Return the reason why nothing at all is defined, so that it is said once."""
    reasons = {estimate.undefined for estimate in summary.statistics.values()}
    return reasons.pop() if len(reasons) == 1 else None


def _rows(statistics: Mapping[str, Estimate]) -> list[str]:
    """Return a line for each figure; a reason that also holds for the next is said once."""
    lines, said = [], None
    for name in _NAMES:
        estimate = statistics[name]
        if estimate.undefined is None or estimate.undefined != said:
            lines.append(_row(name, estimate))
        said = estimate.undefined
    return lines


def _row(name: str, estimate: Estimate) -> str:
    label = f"{_NAMES[name]:<{_WIDTH}}"
    if estimate.value is None:
        return f"{label}  {shown(estimate.undefined or '')}"
    error = "-" if estimate.se is None else _small(estimate.se)
    low_high = "-" if estimate.ci is None else f"{estimate.ci[0]:.3f} to {estimate.ci[1]:.3f}"
    return f"{label}  {estimate.value:6.3f}  {error:>6}   {low_high}"


def _small(error: float) -> str:
    """Return a standard error that is never rounded to nothing."""
    return "<0.001" if 0 < error < 0.0005 else f"{error:.3f}"


def _listed(categories: tuple[str, ...]) -> str:
    names = [shown(category) for category in categories[:20]]
    return ", ".join(names) + (", …" if len(categories) > 20 else "") or "no category"

"""The study report as one HTML page: English, to be read on paper, without script."""

import tomllib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.report.data import period_json
from app.report.study import Report
from grading.study_tables import AS_PSEUDO_PHOTOGRAPH

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
DASH = "\N{EN DASH}"  # stands for what cannot be said, such as a share of nothing


def report_html(report: Report) -> str:
    """Return the page. Everything is in it: nothing is loaded from elsewhere."""
    environment = Environment(
        loader=FileSystemLoader(RESOURCES / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = whole_number
    environment.filters["percent"] = share
    environment.filters["figure"] = figure
    study = report.study
    tag = study.scheme.question(study.scheme.tag)
    return environment.get_template("study.html.j2").render(
        report=report,
        study=study,
        period=period_json(report.period),
        tags=[(choice.value, choice.label) for choice in tag.choices],
        as_pseudo=AS_PSEUDO_PHOTOGRAPH,
        colours=light_colours(),
        made=f"{report.made_at[:10]} at {report.made_at[11:16]} UTC",
    )


def light_colours() -> dict[str, str]:
    """Return the colours of the light theme: a report is read on paper."""
    tokens = tomllib.loads((RESOURCES / "look" / "tokens.toml").read_text(encoding="utf-8"))
    light: dict[str, str] = tokens["light"]
    return light


def whole_number(number: int) -> str:
    """Return a count with commas at thousands."""
    return f"{number:,}"


def share(number: int | None) -> str:
    """Return whole percent, or a dash for a share of nothing."""
    return DASH if number is None else f"{number}\u00a0%"


def figure(number: float | None) -> str:
    """Return a figure to one decimal, or a dash."""
    return DASH if number is None else f"{number:,.1f}"

"""The study report as one HTML page: English, to be read on paper, without script."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.light_colours import light_colours
from app.report.bars import beside_chart, charts_of, posters_chart, svg
from app.report.data import period_json
from app.report.figures import figure, plain_number, points, share, whole_number
from app.report.shown import MOST_ROWS, criminal_word, groups_shown, narrowed_words
from app.report.study import Report
from grading.study_tables import AS_PSEUDO_PHOTOGRAPH

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


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
    environment.filters["points"] = points
    environment.filters["plain"] = plain_number
    study = report.study
    tag = study.scheme.question(study.scheme.tag)
    return environment.get_template("study.html.j2").render(
        report=report,
        study=study,
        period=period_json(report.period),
        tags=[(choice.value, choice.label) for choice in tag.choices],
        as_pseudo=AS_PSEUDO_PHOTOGRAPH,
        colours=light_colours(),
        charts=_charts(report),
        groups=groups_shown(report),
        most=MOST_ROWS,
        narrowed=narrowed_words(report.narrowed),
        criminal=criminal_word(report),
        made=f"{report.made_at[:10]} at {report.made_at[11:16]} UTC",
    )


def _charts(report: Report) -> dict[str, Markup]:
    charts = charts_of(report.study.tables())
    for one in report.beside:
        found = beside_chart(one, report.baseline.name if report.baseline else "")
        if found is not None:
            charts[f"beside-{one.key}"] = found
    found = posters_chart(report.posters)
    if found is not None:
        charts["posters"] = found
    colours = light_colours()
    return {
        key: Markup(svg(one, colours, f"chart-{key}"))  # noqa: S704 - `svg` escapes every word
        for key, one in charts.items()
    }

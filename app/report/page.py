"""The study report as one HTML page in any of the languages: read on paper, without script."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.light_colours import light_colours
from app.report.bars import beside_chart, charts_of, posters_chart, svg
from app.report.shown import (
    MOST_ROWS,
    anew_words,
    became,
    criminal_word,
    groups_shown,
    left_out_words,
    made_words,
    notes,
    still_words,
)
from app.report.study import Report
from app.report.words import ReportWords, in_english
from grading.study_tables import AS_PSEUDO_PHOTOGRAPH

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def report_html(report: Report, words: ReportWords | None = None) -> str:
    """Return the page. Everything is in it: nothing is loaded from elsewhere."""
    words = words or in_english()
    environment = Environment(
        loader=FileSystemLoader(RESOURCES / "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        count=words.count,
        percent=words.share,
        figure=words.figure,
        points=words.points,
        plain=words.plain,
        bounds=words.bounds,
    )
    study = report.study
    tag = study.scheme.question(study.scheme.tag)
    return environment.get_template("study.html.j2").render(
        w=words,
        report=report,
        study=study,
        tags=[(choice.value, choice.label) for choice in tag.choices],
        as_pseudo=AS_PSEUDO_PHOTOGRAPH,
        colours=light_colours(),
        charts=_charts(report, words),
        groups=groups_shown(report),
        most=MOST_ROWS,
        criminal=criminal_word(words, report),
        made=made_words(words, report),
        anew=anew_words(words, report),
        became=became(words, report.selected),
        left_out=left_out_words(words, report.selected),
        still=still_words(words, report),
        notes=notes(words, report),
    )


def _charts(report: Report, words: ReportWords) -> dict[str, Markup]:
    charts = charts_of(report.study.tables(), words)
    for one in report.beside:
        found = beside_chart(one, report.baseline.name if report.baseline else "", words)
        if found is not None:
            charts[f"beside-{one.key}"] = found
    found = posters_chart(report.posters, words)
    if found is not None:
        charts["posters"] = found
    colours = light_colours()
    return {
        key: Markup(svg(one, colours, f"chart-{key}", words))  # noqa: S704 - `svg` escapes words
        for key, one in charts.items()
    }

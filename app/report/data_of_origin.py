"""The later parts of the report as JSON: selection, reports, origins, posters, baseline, limits."""

from app.report.found import Share
from app.report.study import Report
from app.report.words import ReportWords
from grading.baseline import Beside
from grading.by_report import Bounds, ReportCounts
from grading.origins import GroupTable


def origin_json(report: Report, words: ReportWords) -> dict[str, object]:
    """Return these parts; the keys are stable.

    ``found``
        ``{"found", "selected", "not_selected", "no_child", "child_non_criminal", "unreadable",
        "other_files"}``, each ``{"items", "files"}``, and ``"gone"``: entries gone before review.
    ``narrowed``
        null, or ``{"source", "country", "poster"}`` to which the report is narrowed.
    ``by_report``
        ``{"reports", "actionable_reports", "entries", "gone", ..., "rows": [...]}``; of each
        report and of all: ``ai_identified``, ``in_actionable_report`` and ``actionable_ai``, each
        ``{"lower", "upper", "items_lower", "items_upper"}``.
    ``by_batch``, ``by_source``, ``by_route``, ``by_poster``, ``by_country``, ``by_posted``,
    ``by_decided``
        Lists of rows ``{"value", "label", "files", "gone", "items", "graded", "criminal",
        "percent", "ai", "actionable_ai"}``; value null where nothing is stated.
    ``posters``
        ``{"posters", "files", "largest": [{"poster", "files", "items", "percent",
        "so_far_percent"}]}``; shares are of the files with a poster.
    ``baseline``
        null, or ``{"name", "tables": [...]}``: shares here and there, in whole percent.
    ``limits``
        What the figures cannot say, in sentences of the language of ``words``.
    """
    return {
        "found": _found(report),
        "narrowed": None if report.narrowed.is_whole else _narrowed(report),
        "by_report": _reports(report),
        **{table.key: _group(table) for table in report.groups},
        "posters": _posters(report),
        "baseline": _baseline(report),
        "limits": list(map(words.said, report.limits)),
    }


def _found(report: Report) -> dict[str, object]:
    said = report.selected
    parts: dict[str, Share] = {
        "found": said.found,
        "selected": said.selected,
        "not_selected": said.not_selected,
        "no_child": said.no_child,
        "child_non_criminal": said.child_non_criminal,
        "unreadable": said.unreadable,
        "other_files": said.other_files,
    }
    shares = {name: {"items": part.items, "files": part.files} for name, part in parts.items()}
    return {**shares, "gone": said.gone}


def _narrowed(report: Report) -> dict[str, object]:
    said = report.narrowed
    return {"source": said.source, "country": said.country, "poster": said.poster}


def _reports(report: Report) -> dict[str, object]:
    said = report.reports
    return {
        "reports": len(said.rows),
        "actionable_reports": said.actionable_reports,
        **_counts(said.total),
        "rows": [{"report": row.report, **_counts(row)} for row in said.rows],
    }


def _counts(row: ReportCounts) -> dict[str, object]:
    return {
        "entries": row.entries,
        "gone": row.gone,
        "items": row.items,
        "graded": row.graded,
        "actionable": row.actionable,
        "ai_identified": _bounds(row.ai_identified),
        "in_actionable_report": _bounds(row.in_actionable),
        "actionable_ai": _bounds(row.actionable_ai),
    }


def _bounds(bounds: Bounds) -> dict[str, int]:
    return {
        "lower": bounds.files,
        "upper": bounds.files_upper,
        "items_lower": bounds.items,
        "items_upper": bounds.items_upper,
    }


def _group(table: GroupTable) -> list[dict[str, object]]:
    return [
        {
            "value": line.value or None,
            "label": line.label,
            "files": line.files,
            "gone": line.gone,
            "items": line.items,
            "graded": line.graded,
            "criminal": line.criminal,
            "percent": line.percent,
            "ai": line.ai,
            "actionable_ai": line.actionable_ai,
        }
        for line in table.lines
    ]


def _posters(report: Report) -> dict[str, object]:
    said = report.posters
    return {
        "posters": said.posters,
        "files": said.files,
        "largest": [
            {
                "poster": one.poster,
                "files": one.files,
                "items": one.items,
                "percent": one.percent,
                "so_far_percent": one.so_far_percent,
            }
            for one in said.largest
        ],
    }


def _baseline(report: Report) -> dict[str, object] | None:
    if report.baseline is None:
        return None
    return {"name": report.baseline.name, "tables": [_beside(one) for one in report.beside]}


def _beside(one: Beside) -> dict[str, object]:
    return {
        "table": one.key,
        "of": one.of,
        "baseline_of": one.baseline_of,
        "rows": [
            {
                "value": line.value,
                "label": line.label,
                "items": line.items,
                "percent": line.percent,
                "baseline": line.baseline,
                "baseline_percent": line.baseline_percent,
                "points": line.points,
            }
            for line in one.lines
        ],
    }

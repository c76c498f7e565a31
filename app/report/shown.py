"""What of a report is shown to people: which tables, how many rows, and what it says of itself."""

from app.report.found import Selected, Share
from app.report.study import Report
from app.report.words import ReportWords
from app.texts import ENGLISH
from grading.origins import GroupTable

MOST_ROWS = 30  # of a table of origin; data files hold all


def groups_shown(report: Report) -> list[GroupTable]:
    """Return the tables of origin that say something: known of some entry, or of several."""
    single = ("by_batch", "by_decided")
    return [
        table
        for table in report.groups
        if table.is_stated and not (table.key in single and len(table.lines) < 2)
    ]


def criminal_word(words: ReportWords, report: Report) -> str:
    """Return what items are called that a law names: a scheme may derive another thing."""
    return words("actionable" if report.study.scheme.only_derives else "criminal")


def made_words(words: ReportWords, report: Report) -> str:
    """Say when a report was made, under which scheme, of which days, and narrowed to what."""
    at, scheme = report.made_at, report.study.scheme
    return words(
        "made",
        day=at[:10],
        time=at[11:16],
        title=scheme.title,
        scheme=scheme.name,
        about=_of_days(words, report) + _narrowed(words, report),
    )


def anew_words(words: ReportWords, report: Report) -> list[str]:
    """Say that outcomes were derived anew, or that verdicts of several schemes stand in it."""
    schemes = ", ".join(report.given_under)
    if report.derived_anew:
        changed = words("anew_changed", n=report.changed, schemes=schemes) if schemes else ""
        return [" ".join(filter(None, (words("anew"), changed)))]
    return [words("as_signed", schemes=schemes)] if len(report.given_under) > 1 else []


def became(words: ReportWords, selected: Selected) -> list[tuple[str, Share]]:
    """Return what became of what was found, with how much that is; the whole comes last."""
    parts = {
        "selected": selected.selected,
        "no_child": selected.no_child,
        "non_criminal": selected.child_non_criminal,
        "unreadable": selected.unreadable,
        "other_files": selected.other_files,
        "found": selected.found,
    }
    return [(words(f"became_{name}"), share) for name, share in parts.items()]


def left_out_words(words: ReportWords, selected: Selected) -> str:
    """Say what was not selected, and what nobody could review."""
    said = [words("not_selected", n=selected.not_selected.items)]
    if selected.gone:
        said.append(words("gone_before", n=selected.gone))
    return " ".join(said)


def still_words(words: ReportWords, report: Report) -> str:
    """Say what is left to grade, how long that takes, and what could not be read."""
    study = report.study
    said = [words("to_grade", n=study.to_grade)]
    if study.to_grade and study.backlog_hours is not None:
        said.append(words("pace", hours=words.figure(study.backlog_hours)))
    return " ".join([*said, words("not_read", n=report.selected.unreadable.items)])


def notes(words: ReportWords, report: Report) -> list[str]:
    """Say how the report is to be read."""
    study = report.study
    differ = words("how_differ", n=study.outcomes_differ)
    return [
        words("how_item"),
        f"{words('how_decides')} {differ}",
        words("how_pseudo"),
        words("how_percent"),
        words("how_time", hours=words.figure(study.time.revealed_hours)),
        *([] if words.language == ENGLISH else [words("how_words")]),
    ]


def _of_days(words: ReportWords, report: Report) -> str:
    period = report.period
    if period is None:
        return ""
    first, last = period.first, period.last
    if first and last:
        return words("decided_between", first=first, last=last)
    return words("decided_from", first=first) if first else words("decided_to", last=last)


def _narrowed(words: ReportWords, report: Report) -> str:
    said = report.narrowed
    parts = {"source": said.source, "country": said.country, "poster": said.poster}
    named = [words(f"narrowed_{name}", value=value) for name, value in parts.items() if value]
    return words("narrowed", parts=", ".join(named)) if named else ""

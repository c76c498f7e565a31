"""Times as they are read: those in a video, and those of the calendar."""

from PySide6.QtCore import QDateTime, QLocale, Qt

from app.texts import Texts

MINUTE_S = 60


def moment(time_ms: int, *, exact: bool = False) -> str:
    """Write a time in a video as minutes and seconds, 0:41, or to the hundredth, 0:41.08."""
    hours, minutes, seconds = time_ms // 3_600_000, time_ms // 60_000 % 60, time_ms // 1000 % 60
    lead = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{lead}:{seconds:02d}" + (f".{time_ms % 1000 // 10:02d}" if exact else "")


def day_and_time(texts: Texts, at: str) -> str:
    """Write a moment in RFC 3339 as local day and time; as it is where it is none."""
    return _local(at, texts("language.day_and_time"))


def day(texts: Texts, at: str) -> str:
    """Write the local day of a moment in RFC 3339; the moment as it is where it is none."""
    return _local(at, texts("language.day"))


def day_and_hour(texts: Texts, at: str) -> str:
    """Write a moment in RFC 3339 short, as local day and month by name, and minute."""
    return _local(at, texts("language.day_and_hour"), QLocale(texts("language.code")))


def short_day(texts: Texts, date: str) -> str:
    """Write a date (2026-11-30) as day and month by name, for the axis of a chart."""
    return _local(date, texts("language.short_day"), QLocale(texts("language.code")))


def weekday(texts: Texts, date: str) -> str:
    """Write a date (2026-11-30) as day of the week, day and month by name; as it is if none."""
    return _local(date, texts("language.weekday"), QLocale(texts("language.code")))


def time_left(texts: Texts, left_s: float) -> str:
    """Say how long work still takes, in its largest unit."""
    if left_s >= MINUTE_S:
        return texts("intake.minutes", n=round(left_s / MINUTE_S))
    return texts("intake.seconds", n=max(round(left_s), 1))


def _local(at: str, form: str, locale: QLocale | None = None) -> str:
    moment_at = QDateTime.fromString(at, Qt.DateFormat.ISODate).toLocalTime()
    if not moment_at.isValid():
        return at
    return (locale or QLocale.c()).toString(moment_at, form)

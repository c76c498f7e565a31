"""Times as they are read: those in a video, and those of the calendar."""

from PySide6.QtCore import QDateTime, Qt


def moment(time_ms: int, *, exact: bool = False) -> str:
    """Write a time in a video as minutes and seconds, 0:41, or to the hundredth, 0:41.08."""
    hours, minutes, seconds = time_ms // 3_600_000, time_ms // 60_000 % 60, time_ms // 1000 % 60
    lead = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{lead}:{seconds:02d}" + (f".{time_ms % 1000 // 10:02d}" if exact else "")


def day_and_time(at: str) -> str:
    """Write a moment in RFC 3339 as local day and time; as it is where it is none."""
    moment_at = QDateTime.fromString(at, Qt.DateFormat.ISODate).toLocalTime()
    return moment_at.toString("yyyy-MM-dd HH:mm") if moment_at.isValid() else at

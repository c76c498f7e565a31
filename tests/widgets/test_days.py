"""Days and hours of the calendar, in the words and the order of each language."""

import pytest

from app.texts import read_texts
from widgets.moments import day, day_and_hour, day_and_time, weekday

AT = "2026-03-09T13:05:00"  # without a zone: the local time


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", ("2026-03-09", "2026-03-09 13:05", "09 Mar, 13:05", "Mon 09 Mar")),
        ("de", ("09.03.2026", "09.03.2026 13:05", "9. März, 13:05", "Mo. 9. März")),
    ],
)
def test_that_days_are_written_as_a_language_does(language: str, written: tuple[str, ...]) -> None:
    texts = read_texts(language)
    forms = [form(texts, AT) for form in (day, day_and_time, day_and_hour)]
    assert (*forms, weekday(texts, AT[:10])) == written
    assert day(texts, "no day") == "no day"

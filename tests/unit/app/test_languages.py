"""Languages: which one is spoken, what is said where one lacks a text, how it writes numbers."""

import re
from pathlib import Path

import pytest

from app.texts import Figure, language_spoken, languages, read_texts, texts_of

# These are said of fixed numbers, and of several batches alone.
NEVER_ONE = {"quality.heat_note", "quality.trend_note", "reports.n_batches"}
ENGLISH = """
[language]
name = "English"
thousands = ","
decimal = "."
[desk]
left = {one = "{n} item left", other = "{n} items left"}
took = "took {s} s"
only = "said in English alone"
"""
OTHER = """
[language]
name = "Andere"
thousands = "."
decimal = ","
[desk]
left = {one = "noch {n} Bild", other = "noch {n} Bilder"}
took = "{s} s gebraucht"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two languages, of which one lacks a text."""
    (tmp_path / "en.toml").write_text(ENGLISH, encoding="utf-8")
    (tmp_path / "xx.toml").write_text(OTHER, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("wish", "system", "spoken"),
    [
        ("system", ["xx-AT", "en-GB"], "xx"),
        ("system", ["xx_AT.UTF-8"], "xx"),
        ("system", ["fr-FR", "xx"], "xx"),
        ("system", ["fr-FR"], "en"),
        ("system", ["C"], "en"),
        ("system", [], "en"),
        ("xx", ["en-GB"], "xx"),
        ("en", ["xx-AT"], "en"),
        ("gone", ["xx-AT"], "en"),
    ],
)
def test_that_the_language_is_the_one_wished_for_or_the_first_of_the_system_s(
    folder: Path, wish: str, system: list[str], spoken: str
) -> None:
    assert language_spoken(wish, system, folder) == spoken


def test_that_what_a_language_lacks_is_said_in_english(folder: Path) -> None:
    texts = read_texts("xx", folder)
    assert texts("desk.only") == "said in English alone"
    assert texts("language.name") == "Andere"


def test_that_each_language_writes_numbers_its_own_way(folder: Path) -> None:
    here, there = read_texts("en", folder), read_texts("xx", folder)
    assert here("desk.left", n=1) == "1 item left"
    assert here("desk.left", n=1234567) == "1,234,567 items left"
    assert here("desk.took", s=Figure(1234.56)) == "took 1,234.6 s"
    assert there("desk.left", n=1234567) == "noch 1.234.567 Bilder"
    assert there("desk.took", s=Figure(1234.56, 2)) == "1.234,56 s gebraucht"
    assert there.figure(-0.5) == "-0,5"


@pytest.mark.parametrize("language", languages())
def test_that_a_language_is_whole_and_asks_for_the_same_blanks(language: str) -> None:
    english, texts = read_texts(), read_texts(language)
    own = texts_of(language)
    assert own["language.code"] == language
    assert set(own) == english.ids()
    differing = [one for one in sorted(own) if texts.blanks(one) != english.blanks(one)]
    assert differing == []
    plural = [one for one in sorted(own) if len(texts.forms(one)) != len(english.forms(one))]
    assert plural == []
    empty = [one for one in sorted(own) if not any(texts.forms(one)) and any(english.forms(one))]
    assert empty == []


@pytest.mark.parametrize(
    ("language", "text_id", "blanks", "said"),
    [
        ("en", "quality.rests", {"n": 1, "of": 20, "scheme": "s"}, "1 double-graded of 20 items"),
        ("en", "quality.rests", {"n": 1, "of": 1, "scheme": "s"}, "1 double-graded of 1 item,"),
        ("de", "quality.rests", {"n": 1, "of": 1, "scheme": "s"}, "bewertet von 1 Objekt,"),
        ("en", "quality.week", {"n": 1}, "on 1 item."),
        ("de", "quality.week", {"n": 1}, "an 1 Objekt."),
        ("en", "quality.pair", {"n": 1, "alike": 1}, "1 of 1 shared item alike"),
        ("de", "quality.pair", {"n": 1, "alike": 1}, "von 1 gemeinsamen Objekt gleich"),
        ("de", "quality.pair", {"n": 2, "alike": 1}, "von 2 gemeinsamen Objekten gleich"),
    ],
)
def test_that_a_noun_goes_with_the_number_that_stands_before_it(
    language: str, text_id: str, blanks: dict[str, object], said: str
) -> None:
    texts = read_texts(language)
    assert said in texts(text_id, **{**dict.fromkeys(texts.blanks(text_id), "x"), **blanks})


@pytest.mark.parametrize("language", languages())
def test_that_no_text_has_a_noun_for_many_after_a_number_that_may_be_one(language: str) -> None:
    counted = {"en": r"(items|files|records|verdicts|batches|bytes)", "de": r"(Objekten?|Dateien)"}
    after_a_number = re.compile(r"\{(n|of)\} (shared |gemeinsamen )?" + counted[language] + r"\b")
    texts = read_texts(language)
    found = {one for one in texts.ids() if len(texts.forms(one)) == 1}
    faulty = {one for one in found if after_a_number.search(texts.forms(one)[0])}
    assert faulty <= NEVER_ONE

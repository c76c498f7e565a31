"""Sentences of the rooms in another language: however long they are, the window never waits."""

import pytest

from app.sentences import LONGEST, MOST_LOOK_UPS, Sentences, read_sentences
from app.texts import read_texts

PAIRS = {
    "{1} joins": "{1} kommt dazu",
    "{1} leaves": "{1} geht",
    "the file is cut short": "die Datei ist abgeschnitten",
    "Try again.": "Versuchen Sie es noch einmal.",
    "one; and two": "eins; und zwei",
    "{1} could not be read: {2}.": "{1} war nicht zu lesen: {2}.",
}
SIGNS = ("; ", ". ", ": ", " could not be read: ")


@pytest.fixture
def sentences() -> Sentences:
    return Sentences(PAIRS, read_texts())


def test_that_each_clause_of_a_long_list_is_said(sentences: Sentences) -> None:
    """Also those behind the sixth."""
    clauses = [f"N{number} {what}" for number in range(20) for what in ("joins", "leaves")]
    said = [f"N{number} {what}" for number in range(20) for what in ("kommt dazu", "geht")]
    assert sentences.said("; ".join(clauses)) == "; ".join(said)
    assert sentences.said("; ".join([*clauses[:9], "?"])) == "; ".join([*said[:9], "?"])


def test_that_a_sentence_that_holds_a_sign_is_said_as_one_wherever_it_stands(
    sentences: Sentences,
) -> None:
    for before, after in (("", ""), ("A joins; ", ""), ("? ; ", "; B joins"), ("", "; B joins")):
        told = sentences.said(f"{before}one; and two{after}")
        assert "eins; und zwei" in told
        assert "joins" not in told
    told = sentences.said("a.png: the file is cut short. Try again.")
    assert told == "a.png: die Datei ist abgeschnitten. Versuchen Sie es noch einmal."


@pytest.mark.parametrize("sign", [*SIGNS, "; x: y. "])
@pytest.mark.parametrize("word", ["nothing", "Nothing that is known"])
def test_that_what_nothing_matches_costs_a_bounded_number_of_look_ups(
    sentences: Sentences, monkeypatch: pytest.MonkeyPatch, sign: str, word: str
) -> None:
    looked_up = []
    looks = Sentences._looked_up
    monkeypatch.setattr(
        Sentences,
        "_looked_up",
        lambda self, text, *more: looked_up.append(text) or looks(self, text, *more),
    )
    free = sign.join(f"{word} {number}" for number in range(41))
    sentences.said(free)
    assert 0 < len(looked_up) <= MOST_LOOK_UPS
    assert len(looked_up) == len(set(looked_up))
    looked_up.clear()
    assert sentences.said("a; " * LONGEST) == "a; " * LONGEST
    assert looked_up == []


def test_that_what_a_roster_changes_is_said_in_german_clause_by_clause() -> None:
    german = read_sentences(read_texts("de"))
    clauses = ("enrol Kim (qa) at desk 3, key a b", "Sam becomes qa", "other numbers of persons")
    told = german.said("; ".join(clauses)).split("; ")
    assert told == [german.said(one) for one in clauses]
    assert set(told).isdisjoint(clauses)

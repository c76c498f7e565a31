"""Every sentence that the rooms may say to the window has its German one, and says the same."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase

import pytest

from app.messages import sentence
from app.sentences import (
    COMPOSED,
    NAMES_A_COMMAND,
    WINDOW,
    read_sentences,
    said,
    speak,
    table_of,
)
from app.texts import ENGLISH, languages, read_texts
from storage.errors import NoHomeError
from tests.house.sentences import ELSEWHERE, said_by_module

# Module -> what it holds that is a string of words and is said to nobody, and why.
NOT_SAID: dict[str, set[str]] = {
    # compared with other words of the program
    "app.drawer.sections": {"own answer"},
    "app.known.matching": {"own answer", "declared provenance"},
    # cells of tables that are given out
    "app.exchange.reader": {
        "after one's own",
        "all who answered",
        "as the record",
        "see blindness",
        "those named",
    },
    "app.inspect": {"the file as a whole"},  # a word of `inspect` alone
    # what Python's reader of tables says
    "app.spreadsheet": {"expected after", "larger than field limit", "unexpected end"},
    "app.scheme_drawing": {'  last[/"Asked at every outcome: {1}"/]'},  # a line of a diagram
    "grading.agreement.sentences": {"double-graded item"},  # a noun, said with its number
    # the library's words for a fault of the program
    "grading.late_methods": {"cannot assign to field {1}", "cannot delete field {1}"},
    "grading.toml_lines": {"not the text that was read"},  # a fault of the program
    # a condition of the database, and what an index is over
    "storage.tables": {"log_index / 16384", "log_index IS NOT NULL"},
    # what libpq and OpenSSL say
    "storage.central.server_faults": {
        "SSL error",
        "alert protocol version",
        "authentication method requirement",
        "certificate revoked",
        "certificate verify failed",
        "channel binding",
        "connection slots are reserved",
        "could not initiate GSSAPI",
        "could not receive data",
        "could not send data",
        "does not exist",
        "does not match host name",
        "does not support SSL",
        "no password supplied",
        "no pg_hba.conf entry",
        "not permitted to log in",
        "password authentication failed",
        "permission denied for database",
        "root certificate",
        "root certificate file",
        "server closed the connection",
        "the database system is",
        "too many clients",
        "too many connections for",
        "unsupported protocol",
    },
    "storage.known.store": {"a row without a number"},  # a fault of the program
    "storage.system_keyring": {"local machine"},  # how Windows calls it
}
# What only whoever looks after the machine or the database does, in a terminal; and no command.
BY_COMMAND = {
    "Do not rely on this record; run `verify` and show the result to your supervisor.",
    "Give enrolment.json to an administrator, who enrols you; then try again. Where records travel "
    "by file, run `import bundle` first with the file they give you.",
    "Grade them, or ask for the mode `confirm` of the policy.",
    "Join it with `home init --join`, or provision another database.",
    "Keep grading; whoever looks after the database runs `central provision URL`.",
    "Nothing was made; whoever looks after the database runs `central provision URL` first.",
    "Run `make setup` again; if it stays so, tell whoever looks after this workstation.",
    "Run `verify`.",
    "Take it in again with `trust add`.",
    "The URL may say only {1} after `?`.",
    "The central store must be a `postgresql://` URL.",
    "The evidence of batch {1} is to be destroyed: run `batch shred {2}`.",
    "Use `export bundle` and `import bundle`; grading goes on.",
    "Whoever looks after the database runs `central provision URL`; then try again.",
    "Write it as `category: A=10 B=20 C=70; age_band: 7-10=5`.",
    "`classifier list` shows those that are taken in.",
    "`trust list` shows them.",
}
OTHERS = [language for language in languages() if language != ENGLISH]
BLANK = re.compile(r"\{(\d+)\}")


@pytest.fixture(autouse=True)
def _spoken() -> Iterator[None]:
    yield
    speak(read_texts())


def sentences() -> set[str]:
    """What the rooms say in the window, without what is on the list above."""
    otherwise = table_of(WINDOW)[WINDOW]
    return {
        otherwise.get(sentence, sentence)
        for module, found in said_by_module().items()
        for sentence in found - NOT_SAID.get(module, set())
    }


def test_that_no_sentence_of_the_window_names_a_command_where_something_can_be_done_there() -> None:
    named = {one for one in sentences() if NAMES_A_COMMAND.search(one)}
    assert sorted(named - BY_COMMAND) == []
    assert sorted(BY_COMMAND - named) == []
    said_by_rooms = set().union(*said_by_module().values())
    assert sorted(set(table_of(WINDOW)[WINDOW]) - said_by_rooms) == []


def test_that_an_advice_is_of_the_window_there_and_of_the_command_line_else() -> None:
    error = NoHomeError(Path("/a/b"))
    by_command = sentence(error)
    assert by_command.endswith("or name another folder with --home.")
    speak(read_texts(), in_window=True)
    assert sentence(error) == "/a/b: there is no home here. Make one, or choose another folder."
    speak(read_texts("de"), in_window=True)
    assert "--home" not in sentence(error)
    assert "wählen Sie einen anderen Ordner" in sentence(error)
    speak(read_texts())
    assert sentence(error) == by_command


@pytest.mark.parametrize("language", OTHERS)
def test_that_every_sentence_of_the_rooms_is_said_in_each_language(language: str) -> None:
    parts = table_of(language)
    here = {one for room, part in parts.items() if room != COMPOSED for one in part}
    assert len(here) > 800  # they are still found
    assert sorted(sentences() - here) == []
    assert sorted(here - sentences()) == []


@pytest.mark.parametrize("language", OTHERS)
def test_that_a_filled_sentence_is_said_whole_and_with_the_same_in_its_blanks(
    language: str,
) -> None:
    said_in = read_sentences(read_texts(language)).said
    table = {one: other for part in table_of(language).values() for one, other in part.items()}
    wrong = []
    for place, (english, other) in enumerate(table.items()):
        letter = ascii_lowercase[place % 26]
        told = BLANK.sub(lambda blank, letter=letter: f"zz{letter}{blank[1]}zz", english)
        meant = BLANK.sub(lambda blank, letter=letter: f"zz{letter}{blank[1]}zz", other)
        if said_in(told) != meant:
            wrong.append((told, said_in(told)))
        if set(BLANK.findall(other)) - set(BLANK.findall(english)):
            wrong.append((english, other))
    assert wrong == []


def test_that_the_lists_of_what_is_not_said_hold_nothing_that_is_gone() -> None:
    found = said_by_module()
    gone = [
        (module, one)
        for module, strings in NOT_SAID.items()
        for one in strings
        if one not in found.get(module, ())
    ]
    assert gone == []
    assert [
        one
        for one in ELSEWHERE
        if one.split(".")[0] not in {"app", "blur", "grading", "storage", "widgets"}
    ] == []


def test_that_sentences_are_said_in_the_language_of_the_window_and_else_in_english() -> None:
    english = (
        "/a/b.csv: line 1,200 is not UTF-8 text. Save the table as CSV in UTF-8 and run it again."
    )
    assert said(english) == english
    speak(read_texts("de"))
    assert said(english) == (
        "/a/b.csv: Zeile 1.200 ist kein UTF-8-Text. "
        "Speichern Sie die Tabelle als CSV in UTF-8, und versuchen Sie es noch einmal."
    )
    assert said("This picture cannot be read: the file ends before the picture does.") == (
        "Dieses Bild lässt sich nicht lesen: die Datei endet vor dem Bild."
    )
    assert said("Mia may not destroy evidence here.") == (
        "Mia darf hier nicht: Beweismittel vernichten."
    )
    assert said("Nothing of the kind was ever catalogued.") == (
        "Nothing of the kind was ever catalogued."
    )
    speak(read_texts())
    assert said(english) == english
